//! `RetryRules`: how often an operation of any kind is tried, and after which delays.

use super::{Backoff, RetryPolicy, policy::spread};
use crate::time::Span;

/// The rules by which [`Attempts`](super::Attempts) tries again. Which failures are tried again is the
/// caller's to say, since only it knows what they mean; of an HTTP API a
/// [`RetryPolicy`] knows that too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryRules {
    /// Attempts in all, the first included; 0 for no bound.
    pub max_attempts: u32,
    /// The time of all attempts and waits together; [`Span::MAX`] for no bound. No wait begins that would
    /// end at its end or later.
    pub timeout: Span,
    /// How long one attempt may take, which [`Attempts::left`](super::Attempts::left) heeds;
    /// [`Span::MAX`] for no bound.
    pub attempt_timeout: Span,
    /// The wait where the other side told none.
    pub backoff: Backoff,
    /// Spread on top of a wait that the other side told; it is only ever added.
    pub server_jitter: Span,
    /// The longest wait of the other side that is obeyed. A longer one ends the attempts: it is never cut
    /// short for them.
    pub max_server_delay: Span,
}

impl RetryRules {
    /// As [`RetryPolicy::DEFAULT`]: four attempts; delays that double from half a second to 20 s, each from
    /// half of that up; a second of spread on a wait that was told, which is obeyed up to an hour. No
    /// timeouts.
    pub const DEFAULT: RetryRules = RetryRules {
        max_attempts: RetryPolicy::DEFAULT.max_attempts,
        timeout: Span::MAX,
        attempt_timeout: Span::MAX,
        backoff: RetryPolicy::DEFAULT.backoff,
        server_jitter: RetryPolicy::DEFAULT.server_jitter,
        max_server_delay: RetryPolicy::DEFAULT.max_server_delay,
    };

    /// The wait before the next attempt: what was `told` and its spread, else the backoff's. `retry` counts
    /// from 0.
    pub(super) const fn delay(&self, told: Option<Span>, seed: u64, call: u64, retry: u32) -> Span {
        match told {
            Some(told) => told.saturating_add(spread(self.server_jitter, seed, call, retry)),
            None => self.backoff.delay(seed, call, retry),
        }
    }
}

impl Default for RetryRules {
    fn default() -> RetryRules {
        RetryRules::DEFAULT
    }
}
