//! `RetryPolicy`: which answers are tried again, how often, and after how long.

use super::{
    Backoff, Jitter,
    jitter::{mix, scale},
};
use crate::{time::Span, wire::Hints};

/// The rules of one API for trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Sends of one call in all, the first included.
    pub max_attempts: u32,
    /// Statuses that are tried again.
    pub statuses: StatusSet,
    /// Statuses that are a denial like 429, if the headers say so: with `Retry-After`, or nothing left.
    pub denied_if_told: StatusSet,
    /// The wait after a 429 that told none, if the backoff is not to be used.
    pub default_429: Option<Span>,
    /// The wait where the server told none.
    pub backoff: Backoff,
    /// Spread on top of a server's wait; it is only ever added.
    pub server_jitter: Span,
    /// The longest wait of a server that is obeyed. A longer one ends the call: it is never cut short
    /// for it. The other calls that a denial holds are held for so long, and then ask again.
    pub max_server_delay: Span,
    /// How long one send may take; [`Call::attempt_ends`](crate::Call::attempt_ends) says when that is.
    pub attempt_timeout: Option<Span>,
    /// How long the retries of one call may wait together, a server's waits included; [`Span::MAX`] for
    /// no such bound.
    pub max_wait: Span,
}

impl RetryPolicy {
    /// Four attempts in all on 408, 425, 429, 500, 502, 503 and 504; delays that double from half a
    /// second to 20 s, each from half of that up; a second of spread on a server's wait, which is obeyed up
    /// to an hour.
    pub const DEFAULT: RetryPolicy = RetryPolicy {
        max_attempts: 4,
        statuses: StatusSet::EMPTY.with(408).with(425).with(429).with(500).with_range(502, 504),
        denied_if_told: StatusSet::EMPTY,
        default_429: None,
        backoff: match Backoff::new(
            RetryPolicy::DEFAULT_INITIAL,
            2,
            RetryPolicy::DEFAULT_CAP,
            Jitter::Equal,
        ) {
            Ok(backoff) => backoff,
            Err(_) => panic!("the backoff is within bounds"),
        },
        server_jitter: Span::from_secs(1),
        max_server_delay: Span::from_secs(3_600),
        attempt_timeout: None,
        max_wait: Span::MAX,
    };

    /// The first delay where nothing else is said.
    pub(crate) const DEFAULT_INITIAL: Span = Span::from_millis(500);

    /// The longest delay where nothing else is said.
    pub(crate) const DEFAULT_CAP: Span = Span::from_secs(20);

    /// What is added to a server's wait, by whoever waits for it: from 0 to the server jitter.
    pub(crate) const fn spread(&self, seed: u64, call: u64, attempt: u32) -> Span {
        spread(self.server_jitter, seed, call, attempt)
    }

    /// Whether an answer of this status is a denial because its headers say so.
    pub(crate) fn is_told_denial(&self, status: u16, hints: &Hints) -> bool {
        let is_told = hints.retry_after().is_some() || hints.remaining() == Some(0);
        self.denied_if_told.contains(status) && is_told
    }

    /// The wait before the next send. `told` is the server's own wait; `attempt` counts retries
    /// from 0.
    pub(crate) const fn delay(
        &self,
        told: Option<Span>,
        seed: u64,
        call: u64,
        attempt: u32,
    ) -> Span {
        match told {
            Some(told) => told.saturating_add(self.spread(seed, call, attempt)),
            None => self.backoff.delay(seed, call, attempt),
        }
    }
}

/// From 0 to `most`, the same for the same call and attempt.
pub(super) const fn spread(most: Span, seed: u64, call: u64, attempt: u32) -> Span {
    let values = most.as_nanos() as u128 + 1;
    Span::from_nanos(scale(mix(seed, call, attempt), values))
}

/// A set of HTTP statuses from 400 to 655.
///
/// # Examples
///
/// ```
/// use tidegate::retry::StatusSet;
///
/// const SET: StatusSet = StatusSet::EMPTY.with(429).with_range(500, 599);
/// assert!(SET.contains(429) && SET.contains(503) && !SET.contains(404) && !SET.contains(200));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusSet([u128; 2]);

impl StatusSet {
    /// No status.
    pub const EMPTY: StatusSet = StatusSet([0; 2]);

    /// This set and `status`; one outside of 400 to 655 changes nothing.
    pub const fn with(self, status: u16) -> StatusSet {
        let StatusSet([low, high]) = self;
        match status {
            400..=527 => StatusSet([low | 1 << (status - 400), high]),
            528..=655 => StatusSet([low, high | 1 << (status - 528)]),
            _ => self,
        }
    }

    /// This set and every status from `first` to `last`.
    pub const fn with_range(self, first: u16, last: u16) -> StatusSet {
        let (mut set, mut status) = (self, first);
        while status <= last && status < u16::MAX {
            set = set.with(status);
            status += 1;
        }
        set
    }

    /// Whether `status` is in the set.
    #[inline]
    pub const fn contains(self, status: u16) -> bool {
        let StatusSet([low, high]) = self;
        match status {
            400..=527 => low >> (status - 400) & 1 == 1,
            528..=655 => high >> (status - 528) & 1 == 1,
            _ => false,
        }
    }
}
