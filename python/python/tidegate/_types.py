"""The types of arguments, and the names that the core's tables hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, Union

if TYPE_CHECKING:
    from ._core import FirstUseWindow, FixedWindow, RateLimiter, StrictWindow

__all__ = [
    "CarryName",
    "ErrorName",
    "FailureName",
    "Headers",
    "HeadersLike",
    "Key",
    "Layers",
    "ReasonName",
    "Seconds",
    "WhenFullName",
]

Seconds: TypeAlias = float | Fraction | timedelta
"""A length of time. A ``float`` is rounded to the nearest nanosecond; ``int``, ``Fraction`` and
``timedelta`` are exact."""

Key: TypeAlias = str | bytes | bytearray | int | tuple[str | bytes | bytearray | int, ...]
"""Whose bucket of a ``KeyedRateLimiter``: an ``int`` is from 0 to 18446744073709551615."""

Layer: TypeAlias = Union["RateLimiter", "FixedWindow", "FirstUseWindow", "StrictWindow"]
"""A limit that others may stand beside."""

Layers: TypeAlias = Iterable[Layer | tuple[Layer, int]]
"""Limits for ``try_acquire_all``, each by itself or with how much of it is needed."""

CarryName: TypeAlias = Literal["keep", "proportional", "reset"]
"""What ``RateLimiter.reconfigure`` makes of the tokens that are in use."""

WhenFullName: TypeAlias = Literal["share", "deny", "allow"]
"""What a new key of a full ``KeyedRateLimiter`` gets."""


class HeadersLike(Protocol):
    """What has its pairs behind ``items``, as the headers of every HTTP library."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return the pairs."""


Headers: TypeAlias = (
    Mapping[str, str]
    | Mapping[bytes, bytes]
    | HeadersLike
    | Iterable[tuple[str | bytes, str | bytes]]
)
"""The headers of a response: a mapping, or pairs."""

FailureName: TypeAlias = Literal[
    "connect_refused", "connect_timeout", "read_timeout", "reset", "aborted", "tls"
]
"""How a send ended that got no answer; ``tidegate.FAILURES`` lists them."""

ReasonName: TypeAlias = Literal[
    "attempts_exhausted",
    "deadline_too_close",
    "server_delay_too_long",
    "not_idempotent",
    "not_retryable",
    "refresh_credentials",
    "aborted",
    "budget_exhausted",
    "breaker_open",
    "waited_too_long",
    "too_large",
]
"""Why a call was given up; ``tidegate.REASONS`` lists them."""

ErrorName: TypeAlias = Literal[
    "PeriodOutOfRange",
    "LimitTooHigh",
    "BurstZero",
    "BurstTooLarge",
    "BackoffOutOfRange",
    "UnknownApi",
    "UnknownMethod",
    "PathInvalid",
    "KeyEmpty",
    "UnknownRole",
    "WindowOutOfRange",
    "OutOfOrder",
    "StatusOutOfRange",
    "UnknownFailure",
    "TimeOutOfRange",
    "NullPointer",
    "BufferTooShort",
    "NotText",
    "AbiMismatch",
    "UnknownJitter",
    "NotInitialized",
    "PointerMisaligned",
    "LeaseOutOfRange",
    "UnknownCarry",
    "UnknownFull",
    "TicksTooCoarse",
    "Burst32TooLarge",
    "BudgetOutOfRange",
    "BreakerOutOfRange",
    "UnknownDialect",
    "UnknownReset",
    "UnknownForm",
    "UnknownCause",
    "AnnouncementInvalid",
    "PolicyInvalid",
]
"""The names in ``tidegate.ERRORS``."""
