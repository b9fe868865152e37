//! The errors that a trace can show, by the names they have in every language.

use core::fmt;

/// Why a configuration, a request or a report was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The period is not within 1 ms ..= 366 days.
    PeriodOutOfRange,
    /// The limit is above 10⁹, or above one a nanosecond.
    LimitTooHigh,
    /// The burst is zero although the limit is not.
    BurstZero,
    /// The burst does not fit in the word.
    BurstTooLarge,
    /// The parts of a backoff contradict each other.
    BackoffOutOfRange,
    /// No preset has this name.
    UnknownApi,
    /// The method is not one of the seven.
    UnknownMethod,
    /// The path does not start with `/`.
    PathInvalid,
    /// The key is empty.
    KeyEmpty,
    /// The policy does not know the role.
    UnknownRole,
    /// The window override is not whole seconds within 1 s ..= 366 days.
    WindowOutOfRange,
    /// An outcome was reported without a request in flight.
    OutOfOrder,
    /// The status is not within 100 ..= 599.
    StatusOutOfRange,
    /// No failure has this name.
    UnknownFailure,
    /// The period has fewer ticks than tokens.
    TicksTooCoarse,
    /// The burst takes more than 2³⁰ ticks.
    Burst32TooLarge,
    /// A part of a budget is out of its bounds.
    BudgetOutOfRange,
    /// A part of a breaker is out of its bounds.
    BreakerOutOfRange,
    /// The prefix of IPv6 is not within 32 ..= 128.
    PrefixOutOfRange,
    /// No page may have so many items.
    PageSizeOutOfRange,
    /// The headers of a signature lack a part.
    SignatureMalformed,
    /// The time of a signature is too far from now.
    SignatureOutOfWindow,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
