"""The exceptions. The compiled part raises them from here."""

from __future__ import annotations

__all__ = ["AcquireTimeout", "TidegateError"]


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


for _exception in (TidegateError, AcquireTimeout):
    _exception.__module__ = "tidegate"  # where users import it from, and tracebacks name it
