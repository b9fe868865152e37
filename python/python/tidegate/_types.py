"""The types of arguments, and the names that the core's tables hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, Union

if TYPE_CHECKING:
    from ._core import FirstUseWindow, FixedWindow, RateLimiter, StrictWindow

__all__ = [
    "ApiName",
    "BreakerStateName",
    "CarryName",
    "CauseName",
    "CostsName",
    "DialectName",
    "ErrorName",
    "FailureName",
    "FormName",
    "Headers",
    "HeadersLike",
    "JitterName",
    "Key",
    "Layers",
    "LimitName",
    "Number",
    "PageStyleName",
    "ReasonName",
    "ResetName",
    "Seconds",
    "UnitName",
    "WhenFullName",
]

Seconds: TypeAlias = float | Fraction | timedelta
"""A length of time. A ``float`` is rounded to the nearest nanosecond; ``int``, ``Fraction`` and
``timedelta`` are exact."""

Number: TypeAlias = float | Fraction
"""A ratio or a part; ``int`` and ``Fraction`` are exact."""

Key: TypeAlias = str | bytes | bytearray | int | tuple[str | bytes | bytearray | int, ...]
"""Whose bucket of a ``KeyedRateLimiter``: an ``int`` is from 0 to 18446744073709551615."""

Layer: TypeAlias = Union["RateLimiter", "FixedWindow", "FirstUseWindow", "StrictWindow"]
"""A limit that others may stand beside."""

Layers: TypeAlias = Iterable[Layer | tuple[Layer, int]]
"""Limits for ``try_acquire_all``, each by itself or with how much of it is needed."""

ApiName: TypeAlias = Literal[
    "stackflow", "velaflows", "github", "gitlab", "stripe", "shopify", "openai", "discord"
]
"""The APIs that are built in; ``tidegate.APIS`` lists them."""

LimitName: TypeAlias = Literal["fixed_window", "first_use_window", "strict_window", "token_bucket"]
"""How a ``Limit`` of a policy counts."""

PageStyleName: TypeAlias = Literal["number", "offset", "cursor", "link"]
"""How the next page of a list is asked for."""

CarryName: TypeAlias = Literal["keep", "proportional", "reset"]
"""What ``RateLimiter.reconfigure`` makes of the tokens that are in use."""

WhenFullName: TypeAlias = Literal["share", "deny", "allow"]
"""What a new key of a full ``KeyedRateLimiter`` gets."""


JitterName: TypeAlias = Literal[
    "none",
    "full",
    "equal",
    "additive",
    "around",
    "above",
    "decorrelated",
    "decorrelated_v2",
]
"""How a ``Backoff`` spreads its delays."""

CauseName: TypeAlias = Literal["failure", "transient", "throttled"]
"""Why a request is to be sent again, for ``RetryQuota.try_spend``."""

CostsName: TypeAlias = Literal["aws_2_0", "aws_2_1"]
"""The tables of ``RetryCosts`` that have a name."""

BreakerStateName: TypeAlias = Literal["closed", "open", "half_open"]
"""What a ``CircuitBreaker`` does now."""

DialectName: TypeAlias = Literal[
    "common",
    "ietf",
    "github",
    "gitlab",
    "discord",
    "shopify",
    "stripe",
    "openai",
    "anthropic",
    "reddit",
    "twitter",
    "okta",
    "slack",
    "atlassian",
    "azure",
    "aws",
]
"""Whose rate-limit headers ``Advice`` reads."""

ResetName: TypeAlias = Literal["auto", "epoch_s", "epoch_ms", "s", "ms", "duration", "rfc3339"]
"""What the value of a reset header is, for ``Dialect``."""

FormName: TypeAlias = Literal["x", "draft-6", "draft-7", "draft-10"]
"""In which headers ``announce`` tells limits."""

UnitName: TypeAlias = Literal["requests", "tokens", "content-bytes", "concurrent-requests", "other"]
"""What a limit counts."""


class HeadersLike(Protocol):
    """What has its pairs behind ``items``, as the headers of every HTTP library."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return the pairs."""
        ...


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
    "PrefixOutOfRange",
    "SignatureMalformed",
    "SignatureOutOfWindow",
    "SignatureWrong",
    "PageSizeOutOfRange",
    "SharedNameInvalid",
    "SharedInvalid",
    "SharedDiffers",
    "SharedUnavailable",
]
"""The names in ``tidegate.ERRORS``."""
