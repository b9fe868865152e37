"""The exceptions. The compiled part raises them from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import Policy
    from ._types import ReasonName

__all__ = [
    "AcquireTimeout",
    "ApiError",
    "BreakerOpen",
    "NotSent",
    "PolicyError",
    "TidegateError",
]


class TidegateError(ValueError):
    """A value that is out of its bounds: one row of ``tidegate.ERRORS``.

    >>> try:
    ...     tidegate.RateLimiter(5, per=-1)
    ... except tidegate.TidegateError as error:
    ...     print(error.code, error.name, "-", error)
    15 TimeOutOfRange - per=-1: a time must be finite, not negative, and below 584 years
    """

    code: int
    """The number of the row, the same in every language."""
    name: str
    """The name of the row, one of ``tidegate.ErrorName``."""

    def __init__(self, message: str, code: int = 0, name: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.name = name


class PolicyError(TidegateError):
    """The first thing that is wrong with a policy: its place, and what is allowed there.

    >>> try:
    ...     tidegate.Api.from_json('{"name": "mine", "categories": [{}]}')
    ... except tidegate.PolicyError as error:
    ...     print(error.line, error.column, error.member, "-", error)
    1 33 categories[0] - line 1, column 33: categories[0]: the member name is missing
    """

    line: int
    """The line, counted from 1."""
    column: int
    """The column in characters, counted from 1."""
    member: str
    """The member, as ``categories[0].limits[1].per``; "" for the whole."""
    problem: str
    """What is wrong with it and what is allowed: the message without the place."""
    path: str | None
    """The file; None if the policy came from text."""

    def __init__(
        self,
        message: str,
        code: int = 0,
        name: str = "",
        line: int = 0,
        column: int = 0,
        member: str = "",
        problem: str = "",
        path: str | None = None,
    ) -> None:
        super().__init__(message, code, name)
        self.line = line
        self.column = column
        self.member = member
        self.problem = problem
        self.path = path


class AcquireTimeout(TimeoutError):
    """The wait would be longer than the timeout; raised at once, nothing was taken.

    >>> limiter = tidegate.RateLimiter("1/hour")
    >>> limiter.acquire()
    0.0
    >>> try:
    ...     limiter.acquire(timeout=1)
    ... except tidegate.AcquireTimeout as error:
    ...     print(3599 < error.retry_after <= 3600)
    True
    """

    retry_after: float
    """The wait in seconds, rounded up."""
    retry_after_ns: int
    """The wait in nanoseconds, exact."""

    def __init__(self, message: str, retry_after: float = 0.0, retry_after_ns: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.retry_after_ns = retry_after_ns


class BreakerOpen(Exception):
    """The circuit breaker of a ``RetryPolicy`` lets nothing pass: nothing was tried."""


class NotSent(Exception):
    """A request that was given up before it was sent at all.

    The clients raise a subclass of it that is also their library's own exception, so that what
    catches that catches this.
    """

    reason: ReasonName
    """Why, one of ``tidegate.REASONS``."""
    server_delay: float | None
    """How many seconds the server wants to be left alone, if it said so."""

    def __init__(self, reason: ReasonName, server_delay: float | None = None) -> None:
        Exception.__init__(self, reason, server_delay)  # not that of the library's exception
        self.reason = reason
        self.server_delay = server_delay

    def __str__(self) -> str:
        return f"not sent: {self.reason}" + _delay(self.server_delay)


class ApiError(Exception):
    """An API's answer with a status from 400 to 599, whatever the shape of its body.

    >>> body = b'{"error": "Slow down", "code": "RATE_LIMIT_EXCEEDED", "requestId": "7f3a"}'
    >>> error = tidegate.ApiError.of(429, body)
    >>> error.status, error.code, error.message, error.request_id, error.details
    (429, 'RATE_LIMIT_EXCEEDED', 'Slow down', '7f3a', ())
    >>> print(error)
    429 RATE_LIMIT_EXCEEDED: Slow down (request 7f3a)
    """

    status: int
    """The status of the answer."""
    code: str | None
    """The API's code for machines; what it means depends on the status too."""
    message: str | None
    """The API's message for people."""
    request_id: str | None
    """The id to name when asking for support."""
    details: tuple[tuple[str, str], ...]
    """(path, issue) of each member of the request that is wrong; at most 8."""
    reason: ReasonName | None
    """Why it was not tried again, of ``tidegate.REASONS``; None if no client tried."""
    server_delay: float | None
    """How many seconds the server wants to be left alone, if it said so."""
    response: Any
    """The library's own response, with its headers; None if the error was made of a body alone."""

    def __init__(
        self,
        status: int,
        code: str | None = None,
        message: str | None = None,
        request_id: str | None = None,
        details: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(status, code, message, request_id, details)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.details = details
        self.reason = None
        self.server_delay = None
        self.response = None

    @classmethod
    def of(
        cls, status: int, body: str | bytes | bytearray = b"", *, policy: Policy | None = None
    ) -> ApiError:
        """Return the error that an answer with this status and body is.

        The parts are read where the policy names their places, else in any shape that is known.
        """
        from ._core import scan_error_body  # the compiled part imports this file

        said = scan_error_body(body) if policy is None else policy.error_body(body)
        return cls(status, said.code, said.message, said.request_id, said.fields)

    @classmethod
    def from_response(cls, response: object, *, policy: Policy | None = None) -> ApiError:
        """Return the error that a response is, of httpx, requests or urllib3, read to its end.

        aiohttp reads a body only with ``await``: there it is
        ``ApiError.of(response.status, await response.read())``.

        Raises ``TypeError`` for what has no status or no body.
        """
        status = getattr(response, "status_code", None) or getattr(response, "status", None)
        if not isinstance(status, int):
            raise TypeError(
                f"response must be one of httpx, requests or urllib3, not {type(response).__name__}"
            )
        body = getattr(response, "content" if hasattr(response, "status_code") else "data")
        error = cls.of(status, body, policy=policy)
        error.response = response
        return error

    def __str__(self) -> str:
        text = f"{self.status} {self.code}" if self.code else str(self.status)
        text += f": {self.message}" if self.message else ""
        text += f" (request {self.request_id})" if self.request_id else ""
        text += "".join(f"; {path}: {issue}" for path, issue in self.details)
        text += f"; given up: {self.reason}" if self.reason else ""
        return text + _delay(self.server_delay)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the response behind: it holds a connection."""
        return type(self), self.args, {**self.__dict__, "response": None}


def _delay(server_delay: float | None) -> str:
    return "" if server_delay is None else f"; the server wants {server_delay:g} s"


for _exception in (TidegateError, PolicyError, AcquireTimeout, BreakerOpen, NotSent, ApiError):
    _exception.__module__ = "tidegate"  # where users import it from, and tracebacks name it
