"""One request of a client across its attempts: a ``Call``, driven, for any HTTP library.

What differs from library to library is how a request is sent once, what its failures are called and
how a response is let go. The loop around it stands here, once for blocking code and once for async.
"""

from __future__ import annotations

import contextlib
import ssl
import sys
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._core import Api
from ._errors import ApiError, NotSent, TidegateError
from ._wait import sleep, sleep_until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from ._core import Call, Step
    from ._types import FailureName, Headers, ReasonName, Seconds

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True)
class Outcome:
    """What became of a request; ``outcome(response)`` has it."""

    attempts: int
    """How often it was sent."""
    reason: ReasonName | None
    """Why it was not tried again, one of ``tidegate.REASONS``; None if it succeeded."""
    server_delay: float | None
    """How many seconds the server wants to be left alone, if it was given up and it said so."""


def outcome(thing: object) -> Outcome | None:
    """Return what became of the request of this response or exception; None if none drove it."""
    found = getattr(thing, "tidegate_outcome", None)
    if found is None and isinstance(extensions := getattr(thing, "extensions", None), dict):
        found = extensions.get("tidegate")  # httpx hands these on from transport to transport
    return found if isinstance(found, Outcome) else None


@dataclass(frozen=True)
class Answer(Generic[R]):
    """One answer: the library's response, and what a ``Call`` wants to know of it."""

    response: R
    status: int
    headers: Headers
    body: bytes


class Rules(Generic[Q]):
    """What a client was told about all of its requests; ``Q`` is the library's request."""

    def __init__(
        self,
        api: Api,
        key: str | bytes | Callable[[Q], str | bytes],
        role: str | Callable[[Q], str],
        tokens: int | Callable[[Q], int],
        timeout: Seconds | None,
        idempotency_keys: bool,
        raise_for_error: bool,
    ) -> None:
        if not isinstance(api, Api):
            raise TypeError(f"api must be a tidegate.Api, not {type(api).__name__}")
        for name, value, kinds in (
            ("key", key, (str, bytes)),
            ("role", role, (str,)),
            ("tokens", tokens, (int,)),
        ):
            if not isinstance(value, kinds) and not callable(value):
                allowed = " or ".join(kind.__name__ for kind in kinds)
                got = type(value).__name__
                raise TypeError(f"{name} must be {allowed} or a function of the request, not {got}")
        self.api = api
        self._key = key
        self._role = role
        self._tokens = tokens
        self._timeout = timeout
        self._idempotency_keys = idempotency_keys
        self._raise_for_error = raise_for_error
        constant = {
            "key": b"any" if callable(key) else key,
            "role": "" if callable(role) else role,
            "tokens": 0 if callable(tokens) else tokens,
        }
        api.call("GET", "/", timeout=timeout, **constant)  # type: ignore[arg-type] # bad ones raise

    def course(
        self,
        request: Q,
        method: str,
        path: str,
        headers: MutableMapping[str, str],
        failure: Callable[[BaseException], FailureName | None],
        not_sent: type[NotSent],
        repeatable: bool = True,
    ) -> Course[Any]:
        """Begin a request. ``repeatable`` is whether its body can be sent twice."""
        keyed = IDEMPOTENCY_KEY in headers
        if self._idempotency_keys and not keyed and method in ("POST", "PATCH"):
            headers[IDEMPOTENCY_KEY] = str(uuid.uuid4())
            keyed = True
        call = self.api.call(
            method,
            path,
            key=self._key(request) if callable(self._key) else self._key,
            role=self._role(request) if callable(self._role) else self._role,
            tokens=self._tokens(request) if callable(self._tokens) else self._tokens,
            idempotency_key=keyed,
            timeout=self._timeout,
        )
        return Course(self, call, failure, not_sent, repeatable)

    def error(self, answer: Answer[Any]) -> ApiError | None:
        """Return what to raise in place of this answer, if anything."""
        if not self._raise_for_error or answer.status < 400:
            return None
        error = ApiError.of(answer.status, answer.body, policy=self.api.policy)
        error.response = answer.response
        return error


class Course(Generic[R]):
    """One request on its way."""

    def __init__(
        self,
        rules: Rules[Any],
        call: Call,
        failure: Callable[[BaseException], FailureName | None],
        not_sent: type[NotSent],
        repeatable: bool,
    ) -> None:
        self._rules = rules
        self._call = call
        self._failure = failure
        self._not_sent = not_sent
        self._repeatable = repeatable
        self._answer: Answer[R] | None = None
        self._error: BaseException | None = None

    def run(self, send: Callable[[float | None], Answer[R]], release: Callable[[R], None]) -> R:
        """Send until there is a result, sleeping in between.

        ``send`` sends once, within so many seconds; ``release`` lets go of the connection of a
        response but not of what was read of it, since it may become the result.
        """
        try:
            while (step := self._next()).kind in ("send", "wait"):
                if self._answer is not None:  # it is not the last
                    release(self._answer.response)
                if step.kind == "wait":
                    sleep(step.delay)
                    continue
                try:
                    self._answered(send(self._call.attempt_timeout()))
                except BaseException as error:
                    self._failed(error)
        except BaseException:
            if self._abort() is not None:
                release(self._abandoned())
            raise
        if (ended := self._ended(step)) is not None:
            if self._answer is not None:
                release(self._answer.response)
            raise ended
        return self._abandoned()

    async def run_async(
        self,
        send: Callable[[float | None], Awaitable[Answer[R]]],
        release: Callable[[R], Awaitable[None]],
    ) -> R:
        """As ``run``, for async code."""
        try:
            while (step := self._next()).kind in ("send", "wait"):
                if self._answer is not None:  # it is not the last
                    await release(self._answer.response)
                if step.kind == "wait":
                    await sleep_until(step.until_ns or 0)
                    continue
                try:
                    self._answered(await send(self._call.attempt_timeout()))
                except BaseException as error:
                    self._failed(error)
        except BaseException:
            if self._abort() is not None:
                await release(self._abandoned())
            raise
        if (ended := self._ended(step)) is not None:
            if self._answer is not None:
                await release(self._answer.response)
            raise ended
        return self._abandoned()

    def _next(self) -> Step:
        spent = self._call.attempts > 0 and not self._repeatable
        step = self._call.next()
        if spent and step.kind in ("send", "wait"):
            self._call.failed("aborted")  # what a second send has paid goes back
            step = self._call.next()
        return step

    def _answered(self, answer: Answer[R]) -> None:
        self._answer, self._error = answer, None
        self._call.answered(answer.status, answer.headers, answer.body)

    def _failed(self, error: BaseException) -> None:
        kind = None if outcome(error) else self._failure(error)
        if kind is None:
            raise error
        self._answer, self._error = None, error
        self._call.failed(kind)

    def _abort(self) -> Answer[R] | None:
        with contextlib.suppress(TidegateError):  # nothing was in flight
            self._call.failed("aborted")
        return self._answer

    def _abandoned(self) -> R:
        assert self._answer is not None  # OK because a call without one has raised
        return self._answer.response

    def _ended(self, step: Step) -> BaseException | None:
        """Mark the result with what became of it; return what is to be raised."""
        became = Outcome(self._call.attempts, step.reason, step.server_delay)
        error = self._error
        if error is not None:
            self._error = None  # else this frame and the traceback would keep each other alive
            note(error, became)
        elif self._answer is None:
            assert step.reason is not None  # OK because only a call that was given up has neither
            error = self._not_sent(step.reason, step.server_delay)
        else:
            mark(self._answer.response, became)
            error = self._rules.error(self._answer)
            if isinstance(error, ApiError):
                error.reason, error.server_delay = became.reason, became.server_delay
        if error is not None:
            mark(error, became)
        return error


def mark(thing: object, became: Outcome) -> None:
    """Let ``outcome`` find it."""
    with contextlib.suppress(AttributeError):  # one with slots goes without
        object.__setattr__(thing, "tidegate_outcome", became)


def note(error: BaseException, became: Outcome) -> None:
    """Say in the traceback why it was not tried again."""
    if sys.version_info >= (3, 11):
        attempts = "1 attempt" if became.attempts == 1 else f"{became.attempts} attempts"
        error.add_note(f"tidegate: given up after {attempts}: {became.reason}")


def has_tls_cause(error: BaseException) -> bool:
    """Whether a certificate or a handshake was at fault."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def shorter(timeout: float | None, left: float | None) -> float | None:
    """Return the shorter of a library's timeout and what is left; None is no end."""
    if left is None:
        return timeout
    left = left or SHORTEST
    return left if timeout is None else min(timeout, left)


IDEMPOTENCY_KEY = "Idempotency-Key"
MOST = 65536
"""Bytes of an error body that are read to learn its code; a longer one says nothing. The core reads
4 KiB, which may come compressed or after blanks."""
SHORTEST = 0.001
"""Seconds: a timeout of 0 is an error to some libraries and none at all to others."""
