"""The steps about an API, on both sides: of ``conformance/traces``, and ``traces_policy``."""

from __future__ import annotations

from typing import ClassVar

import tidegate
from words import MOST, encoded, seconds, shown, text, told_hints


class Apis:
    """What two folders share. Every public method is a verb and returns the answer."""

    #: How many words stand before a VALUE, TEXT or JSON that keeps its spaces.
    before_rest: ClassVar = {"header": 1, "body": 0}

    def __init__(self) -> None:
        self._api: tidegate.Api
        self._calls: dict[str, tidegate.Call]
        self._body = ""
        self._forget_headers(None)

    def _forget_headers(self, dialect: tidegate.Dialect | None) -> None:
        """Read what comes next in this dialect."""
        self._lines: list[tuple[str, str]] = []
        self._read = tidegate.Hints() if dialect is None else tidegate.Advice(dialect=dialect)

    def header(self, name: str, value: str = "") -> str:
        self._lines.append((name, value))
        return self._read.header(name, value)

    def body(self, text: str = "") -> str:
        self._body = text
        body = tidegate.scan_error_body(text)
        fields = ";".join(f"{encoded(path)}={encoded(issue)}" for path, issue in body.fields)
        return (
            f"code {encoded(body.code)} message {encoded(body.message)} "
            f"request_id {encoded(body.request_id)} fields {fields or '-'}"
        )

    def hints(self) -> str:
        read = self._read
        assert isinstance(read, tidegate.Hints), "hints in a dialect need a time"
        self._forget_headers(None)
        return told_hints(read)

    def api(self, name: str, window: str, seed: str) -> str:
        length = None if window == "-" else seconds(window)
        return self._made_api(
            tidegate.Api(name, window=length, seed=int(seed))  # type: ignore[arg-type]
        )

    def _made_api(self, api: tidegate.Api) -> str:
        self._api, self._calls = api, {}
        self._forget_headers(api.policy.dialect)
        return "ok"

    def admit(
        self, now: str, wall: str, method: str, path: str, key: str, role: str, tokens: str = "0"
    ) -> str:
        admission = self._api.admit(
            method,
            text(path),
            key=text(key),
            role="" if role == "-" else role,
            tokens=int(tokens),
            now_ns=int(now),
            wall_ns=int(wall),
        )
        numbers = (
            f"limit {admission.limit} remaining {admission.remaining} "
            f"reset {whole(admission.reset_ns)} window {whole(admission.window_ns)}"
        )
        if admission:
            return f"allow {admission.category} {numbers}"
        denied = f"deny {admission.category} {admission.limited_by} {numbers}"
        return f"{denied} retry_after {whole(admission.retry_after_ns)}"

    def call(
        self,
        number: str,
        method: str,
        path: str,
        key: str,
        role: str,
        idempotency: str,
        end: str,
        tokens: str = "0",
    ) -> str:
        self._calls[number] = self._api.call(
            method,
            text(path),
            key=text(key),
            role="" if role == "-" else role,
            idempotency_key={"key": True, "none": False}[idempotency],
            tokens=int(tokens),
            deadline_ns=None if end == "-" else int(end),
        )
        return self._calls[number].category

    def next(self, number: str, now: str, wall: str) -> str:
        step = self._calls[number].next(now_ns=int(now), wall_ns=int(wall))
        if step.kind == "wait":
            return f"wait {step.until_ns}"
        if step.kind == "give_up":
            return f"give_up {step.reason} {shown(step.server_delay_ns)}"
        return step.kind

    def answered(self, number: str, status: str, now: str, wall: str) -> str:
        lines, body, self._body = self._lines, self._body, ""
        self._forget_headers(self._api.policy.dialect)
        call = self._calls[number]
        call.answered(int(status), lines, body, now_ns=int(now), wall_ns=int(wall))
        return "ok"

    def failed(self, number: str, kind: str, now: str, wall: str) -> str:
        call = self._calls[number]
        call.failed(kind, now_ns=int(now), wall_ns=int(wall))  # type: ignore[arg-type]
        return "ok"


class Policies(Apis):
    """What one file of ``conformance/traces_policy`` has made so far."""

    before_rest: ClassVar = {**Apis.before_rest, "policy": 2}

    def policy(self, window: str, seed: str, json: str = "") -> str:
        length = None if window == "-" else seconds(window)
        try:
            api = tidegate.Api.from_json(json.replace("¶", "\n"), window=length, seed=int(seed))
        except tidegate.PolicyError as error:
            return f"error {error.name} {error.line} {error.column} {encoded(error.member)}"
        return self._made_api(api)

    def attempt_ends(self, number: str) -> str:
        ends = self._calls[number].attempt_ends_ns
        return str(MOST if ends is None else ends)

    def hedge_at(self, number: str) -> str:
        return shown(self._calls[number].hedge_at_ns)

    def hedge(self, number: str, twin: str, now: str) -> str:
        made = self._calls[number].hedge(now_ns=int(now))
        if made is None:
            return "-"
        self._calls[twin] = made
        return "ok"


def whole(nanos: int) -> int:
    """Whole seconds, rounded up, as headers have them."""
    return -(-nanos // 10**9)
