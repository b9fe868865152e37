"""Rate limits and retries that are exact to the nanosecond, for clients and servers.

>>> import tidegate
>>> limiter = tidegate.RateLimiter(300, per=60, burst=50)
>>> if limiter.try_acquire():
...     print("send")
send

Every time is in seconds (``float``, ``fractions.Fraction`` or ``datetime.timedelta``) and every
wait that is told is rounded up, so that whoever sleeps as told never wakes early. What ends in
``_ns`` is whole nanoseconds, exact.

Every operation reads the clock itself, or takes ``now_ns`` (of ``tidegate.monotonic_ns()``, or of
any origin that you keep to) and ``wall_ns`` (of ``time.time_ns()``), so that tests need not sleep.

Denied is ``False``; a cost that no wait would make possible is a ``ValueError``; so is
``TidegateError``, which names the bound that a value is out of.
"""

from ._core import (
    ERRORS,
    FAILURES,
    REASONS,
    AdaptiveRate,
    AdaptiveThrottle,
    Admission,
    Api,
    Backoff,
    Call,
    CircuitBreaker,
    Decision,
    ErrorBody,
    FirstUseWindow,
    FixedWindow,
    Hints,
    KeyedRateLimiter,
    LayeredDecision,
    Occupant,
    Passage,
    Quota,
    RateLimiter,
    Reservation,
    RetryAfter,
    RetryBudget,
    RetryCosts,
    RetryQuota,
    RetryThrottle,
    Snapshot,
    Step,
    StrictWindow,
    __version__,
    monotonic_ns,
    parse_retry_after,
    peek_all,
    scan_error_body,
    try_acquire_all,
)
from ._errors import AcquireTimeout, TidegateError
from ._types import (
    BreakerStateName,
    CarryName,
    CauseName,
    CostsName,
    ErrorName,
    FailureName,
    Headers,
    JitterName,
    Key,
    Layers,
    Number,
    ReasonName,
    Seconds,
    WhenFullName,
)

__all__ = [
    "ERRORS",
    "FAILURES",
    "REASONS",
    "AcquireTimeout",
    "AdaptiveRate",
    "AdaptiveThrottle",
    "Admission",
    "Api",
    "Backoff",
    "BreakerStateName",
    "Call",
    "CarryName",
    "CauseName",
    "CircuitBreaker",
    "CostsName",
    "Decision",
    "ErrorBody",
    "ErrorName",
    "FailureName",
    "FirstUseWindow",
    "FixedWindow",
    "Headers",
    "Hints",
    "JitterName",
    "Key",
    "KeyedRateLimiter",
    "LayeredDecision",
    "Layers",
    "Number",
    "Occupant",
    "Passage",
    "Quota",
    "RateLimiter",
    "ReasonName",
    "Reservation",
    "RetryAfter",
    "RetryBudget",
    "RetryCosts",
    "RetryQuota",
    "RetryThrottle",
    "Seconds",
    "Snapshot",
    "Step",
    "StrictWindow",
    "TidegateError",
    "WhenFullName",
    "__version__",
    "monotonic_ns",
    "parse_retry_after",
    "peek_all",
    "scan_error_body",
    "try_acquire_all",
]
