"""The steps of ``conformance/traces_dialects``: what servers say of their limits."""

from __future__ import annotations

from typing import Any, ClassVar

import tidegate
from words import encoded, seconds, shown, text, told, told_hints


class Dialects:
    """What one file has made so far. Every public method is a verb and returns the answer."""

    #: How many words stand before a VALUE that keeps its spaces.
    before_rest: ClassVar = {"tell": 1}

    def __init__(self) -> None:
        self._advice = tidegate.Advice()

    def dialect(self, name: Any, reset: Any, decimals: str) -> str:
        try:
            dialect = tidegate.Dialect(
                name,
                reset=None if reset == "-" else reset,
                decimals={"-": None, "yes": True, "no": False}[decimals],
            )
        except tidegate.TidegateError as error:
            if error.name == "UnknownDialect":
                return "unknown"
            raise
        self._advice = tidegate.Advice(dialect=dialect)
        return "ok"

    def tell(self, name: str, value: str = "") -> str:
        return self._advice.header(name, value)

    def tell_repeat(self, name: str, repeated: str, count: str) -> str:
        return self._advice.header(name, repeated * int(count))

    def advice(self, now: str) -> str:
        advice = self._advice
        return (
            f"retry_after {told(advice.retry_after, ':', '-')} date {shown(advice.date_ns)} "
            f"should_retry {YES[advice.should_retry]} global {YES[advice.is_global]} "
            f"cached {YES[advice.is_cached]} bucket {encoded(advice.bucket)} "
            f"scope {encoded(advice.scope)} wait {shown(advice.wait_ns(wall_ns=int(now)))} "
            f"invalid {advice.invalid} dropped {advice.dropped}"
        )

    def allowances(self) -> str:
        return "; ".join(map(told_allowance, self._advice.allowances)) or "-"

    def tightest(self, now: str) -> str:
        tightest = self._advice.tightest(wall_ns=int(now))
        return "-" if tightest is None else told_allowance(tightest)

    def advised(self, now: str) -> str:
        return told_hints(self._advice.hints(wall_ns=int(now)))

    def announce(self, form: Any, now: str, wait: str, *limits: str) -> str:
        rows = zip(*[iter(limits)] * 5, strict=True)
        announcements = [
            tidegate.Announcement(
                text(name),
                limit=int(limit),
                remaining=int(remaining),
                reset_after=seconds(reset_after),
                window=seconds(window),
            )
            for name, limit, remaining, reset_after, window in rows
        ]
        retry_after = None if wait == "-" else seconds(wait)
        try:
            headers = tidegate.announce(
                form, announcements, retry_after=retry_after, wall_ns=int(now)
            )
        except tidegate.TidegateError as error:
            if error.name == "AnnouncementInvalid":
                return "refused"
            raise
        return ";".join(f"{name}={encoded(value)}" for name, value in headers)


YES = {True: "yes", False: "no", None: "-"}


def told_allowance(it: tidegate.Allowance) -> str:
    reset = f"at:{it.reset_ns}" if it.reset_ns is not None else "-"
    if it.reset_after_ns is not None:
        reset = f"after:{it.reset_after_ns}"
    partition = "-" if it.partition is None else f"{it.partition:016x}"
    return (
        f"name {encoded(it.name)} partition {partition} unit {it.unit} limit {shown(it.limit)} "
        f"remaining {shown(it.remaining)} used {shown(it.used)} reset {reset} "
        f"window {shown(it.window_ns)}"
    )
