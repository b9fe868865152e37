//! The token bucket, as GCRA: one number, the tick at which the bucket is full again.

use crate::reference::SECOND;
use crate::reference::decision::Decision;
use crate::reference::quota::Quota;

/// The longest debt in ticks.
pub const MOST_DEBT: u128 = 1 << 62;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub(super) quota: Quota,
    pub(super) full_at: u128,
    /// The longest debt beyond a burst that was ever lent out, in ticks.
    pub(super) lent: u128,
    /// All that was ever given back, in ticks.
    pub(super) returned: u128,
    /// The latest end of a reservation that waits, in ticks.
    pub(super) told: u128,
    /// What giving back may not go below.
    pub(super) floor: u128,
    /// How many buckets came before it, and when it took over, in nanoseconds.
    pub(super) generation: u128,
    pub(super) born: u128,
}

impl Bucket {
    /// A full bucket.
    pub fn new(quota: Quota) -> Bucket {
        Bucket {
            quota,
            full_at: 0,
            lent: 0,
            returned: 0,
            told: 0,
            floor: 0,
            generation: 0,
            born: 0,
        }
    }

    /// An empty bucket.
    pub fn empty(quota: Quota, now: u64) -> Bucket {
        let full_at = quota.ticks(now.into()) + quota.depth();
        Bucket { full_at, ..Bucket::new(quota) }
    }

    /// Takes `n`, or says when.
    pub fn acquire(&mut self, n: u64, now: u64) -> Decision {
        let (decision, full_at) = self.decide(n.into(), now.into());
        self.full_at = full_at;
        decision
    }

    /// What [`Bucket::acquire`] would answer; changes nothing.
    pub fn peek(&self, n: u64, now: u64) -> Decision {
        self.decide(n.into(), now.into()).0
    }

    /// Takes as many of `n` as are there.
    pub fn acquire_up_to(&mut self, n: u64, now: u64) -> (u128, Decision) {
        let taken = self.whole(now).min(n.into());
        let asked = if taken > 0 { taken as u64 } else { n.min(1) };
        (taken, self.acquire(asked, now))
    }

    /// Whole permits that are there.
    pub(super) fn whole(&self, now: u64) -> u128 {
        match self.peek(0, now) {
            Decision::Allow { remaining, .. } => remaining,
            _ => 0,
        }
    }

    /// When the bucket is full again, in ticks: as kept, unless the clock has stepped back by more
    /// than a second. Then it is empty now, and nobody waits longer than one bucket. What was lent
    /// out in advance is no step.
    pub(super) fn believed(&self, now: u128) -> u128 {
        let ticks = self.quota.ticks(now);
        if self.is_of_now(self.full_at, now) { self.full_at } else { ticks + self.quota.depth() }
    }

    /// Whether a tick can have been written now, or the clock has stepped back since.
    pub(super) fn is_of_now(&self, tick: u128, now: u128) -> bool {
        let most = self.quota.depth().max(self.lent) + self.quota.ticks(SECOND);
        tick <= self.quota.ticks(now) + most
    }

    /// The answer, and the state to keep.
    fn decide(&self, n: u128, now: u128) -> (Decision, u128) {
        let quota = &self.quota;
        if n > quota.burst {
            return (Decision::Never, self.full_at);
        }
        let ticks = quota.ticks(now);
        let depth = quota.depth();
        let full_at = self.believed(now);
        let new = full_at.max(ticks) + n * quota.cost;
        if n == 0 || new <= ticks + depth {
            let remaining = (ticks + depth).saturating_sub(new) / quota.cost;
            let reset_after = if new <= ticks { 0 } else { quota.instant(new).saturating_sub(now) };
            let kept = if n == 0 { self.full_at } else { new };
            (Decision::Allow { remaining, reset_after }, kept)
        } else {
            let at = quota.instant(full_at + n * quota.cost - depth);
            (Decision::Deny { retry_after: at.saturating_sub(now) }, full_at)
        }
    }
}
