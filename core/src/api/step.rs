//! `Step`: what a call says to do, and the two tables of why.

use crate::time::{Instant, Span};

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the step says whether to send"]
pub enum Step {
    /// Send the request once, then report [`answered`](super::Call::answered) or [`failed`](super::Call::failed).
    Send,
    /// Sleep until `until`, which is `delay` from now, then ask again.
    Wait {
        /// When to ask again.
        until: Instant,
        /// How long that is from the `now` of the question.
        delay: Span,
    },
    /// The last answer is the result.
    Done,
    /// The last answer or failure is the result, and this is why it is not tried again.
    GiveUp(GiveUp),
    /// A send is in flight and nothing was reported of it yet.
    Pending,
}

/// Why a call was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GiveUp {
    /// The reason.
    pub reason: Reason,
    /// The wait that the server ordered with the last answer, uncut.
    pub server_delay: Option<Span>,
}

macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($number:literal $name:ident $text:literal $sentence:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum $type {
            $(#[doc = $sentence] $name = $number,)*
        }

        impl $type {
            /// Every row, in the order of their numbers.
            pub const ALL: &'static [$type] = &[$($type::$name),*];

            /// The stable number, from 1.
            pub const fn number(self) -> u8 {
                match self { $($type::$name => $number,)* }
            }

            /// The name that every language shows.
            pub const fn name(self) -> &'static str {
                match self { $($type::$name => $text,)* }
            }

            /// The row with this number.
            pub const fn from_number(number: u8) -> Option<$type> {
                match number { $($number => Some($type::$name),)* _ => None }
            }

            /// The row with this name.
            pub fn parse(name: &str) -> Option<$type> {
                match name { $($text => Some($type::$name),)* _ => None }
            }
        }

        /// Its name.
        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named! {
    /// Why a call was given up. Numbers are append-only.
    Reason {
        1 AttemptsExhausted "attempts_exhausted" "It was sent as often as the policy allows."
        2 DeadlineTooClose "deadline_too_close" "The next send would come after the deadline."
        3 ServerDelayTooLong "server_delay_too_long" "The server ordered a longer wait than the policy obeys."
        4 NotIdempotent "not_idempotent" "It may have been done, and doing it twice is not the same as once."
        5 NotRetryable "not_retryable" "The answer would be the same again."
        6 RefreshCredentials "refresh_credentials" "The credentials have expired: get new ones first."
        7 Aborted "aborted" "The caller gave it up."
        8 BudgetExhausted "budget_exhausted" "The callers of this API have used up what retries they share."
        9 BreakerOpen "breaker_open" "The API has failed again and again, and is left alone for a while."
        10 WaitedTooLong "waited_too_long" "Its waits together would be longer than the policy allows."
        11 TooLarge "too_large" "It needs more than a limit can ever hold."
    }
}

named! {
    /// What went wrong with a send that got no answer. Numbers are append-only.
    Failure {
        1 ConnectRefused "connect_refused" "No connection was made: refused, unreachable, or no such name."
        2 ConnectTimeout "connect_timeout" "No connection was made in time."
        3 ReadTimeout "read_timeout" "No answer came in time."
        4 Reset "reset" "The connection broke before the answer was whole."
        5 Aborted "aborted" "The caller gave it up."
        6 Tls "tls" "The peer could not be trusted."
    }
}

impl Failure {
    /// Whether nothing of the request can have reached the server.
    pub(super) const fn is_unsent(self) -> bool {
        matches!(self, Failure::ConnectRefused | Failure::ConnectTimeout | Failure::Tls)
    }
}
