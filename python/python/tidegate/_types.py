"""The types of arguments, and the names that the core's tables hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, Literal, Protocol, TypeAlias

__all__ = ["ErrorName", "FailureName", "Headers", "HeadersLike", "ReasonName", "Seconds"]

Seconds: TypeAlias = float | Fraction | timedelta
"""A length of time. A ``float`` is rounded to the nearest nanosecond; ``int``, ``Fraction`` and
``timedelta`` are exact."""


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
]
"""The names in ``tidegate.ERRORS``."""
