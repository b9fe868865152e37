"""The exceptions. The compiled part raises them from here."""

from __future__ import annotations

__all__ = ["AcquireTimeout", "BreakerOpen", "PolicyError", "TidegateError"]


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


for _exception in (TidegateError, PolicyError, AcquireTimeout, BreakerOpen):
    _exception.__module__ = "tidegate"  # where users import it from, and tracebacks name it
