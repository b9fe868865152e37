//! `Step`: what a loop of retries is to do now, and the table of why it ends.

use crate::{
    named::named,
    time::{Instant, Span},
};

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the step says whether to send"]
pub enum Step {
    /// Send the request, or do the operation, once, then report what came of it.
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
