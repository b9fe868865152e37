//! `Ask`: one request to a keyed limiter without its key, and what a slot's state answers.

use super::{bucket, slot::State};
use crate::{
    outcome::Outcome,
    quota::Quota,
    time::{Instant, Span},
};

/// What a request gets whose key has no slot and finds none free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Full {
    /// It is denied until the first slot that it may use is free.
    Deny,
    /// All such requests share one bucket, each under its own quota.
    #[default]
    Share,
    /// It is allowed, and not counted anywhere but in the limiter's `overflowed`.
    Allow,
}

/// A key's live bucket, as the limiter's `iter` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occupant {
    /// The keyed hash by which the table knows the key.
    pub fingerprint: u64,
    /// When its bucket is full again.
    pub full_at: Instant,
}

impl Occupant {
    /// Whole tokens that the bucket has at `now` under a quota, rounded down: if it was charged under
    /// another, what is owed is the same time.
    pub fn remaining(&self, quota: &Quota, now: Instant) -> u64 {
        let (full, clock) = (quota.ticks_at(self.full_at.as_nanos()), quota.ticks(now));
        quota.tokens_in(quota.burst_ticks().saturating_sub(full.saturating_sub(clock)))
    }
}

/// A request without its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub quota: &'a Quota,
    pub n: u64,
    pub now: Instant,
}

impl Ask<'_> {
    /// The bucket's decision: the new state, if any, and the answer. `longest` gives at least the
    /// longest debt, in nanoseconds, that a bucket of this limiter can have.
    #[inline(always)]
    pub(super) fn decide(
        self,
        seen: State,
        longest: impl FnOnce() -> u64,
    ) -> (Option<State>, Outcome) {
        let Ask { quota, n, now } = self;
        let owed = |debt| is_owed(quota, debt, longest());
        let (next, outcome) = bucket::decide_unless(quota, seen.tat(quota), n, now, owed);
        (next.map(|tat| State::confirmed(quota, tat)), outcome)
    }

    /// What a bucket that was never charged answers.
    #[inline]
    pub(super) fn fresh(self) -> Outcome {
        self.decide(State::EMPTY, || 0).1
    }

    /// What a request is answered that finds no slot before `free_at`, where nothing is shared.
    pub(super) fn without_a_bucket(self, full: Full, free_at: u64) -> Outcome {
        // At least a nanosecond: another thread may have freed one just now.
        let wait = Span::from_nanos(free_at.saturating_sub(self.now.as_nanos()).max(1));
        match full {
            Full::Deny if self.n == 0 => Outcome::Allowed { remaining: 0, reset_after: wait },
            Full::Deny => Outcome::Denied { retry_after: wait },
            Full::Share | Full::Allow => self.fresh(),
        }
    }
}

/// Whether a debt that is too long for this quota is one of another quota, and no clock step.
#[cold]
fn is_owed(quota: &Quota, debt: u64, longest: u64) -> bool {
    longest > quota.stepped_debt() && debt <= quota.ticks_at(longest)
}
