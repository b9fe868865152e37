//! The token bucket, as GCRA: one number, the tick at which the bucket is full again.

use crate::reference::SECOND;
use crate::reference::decision::Decision;
use crate::reference::quota::Quota;

/// A bucket that starts full.
#[derive(Clone, Debug)]
pub struct Bucket {
    quota: Quota,
    full_at: u128,
}

impl Bucket {
    /// A full bucket.
    pub fn new(quota: Quota) -> Bucket {
        Bucket { quota, full_at: 0 }
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

    /// The answer, and the state to keep.
    fn decide(&self, n: u128, now: u128) -> (Decision, u128) {
        let quota = &self.quota;
        if n > 0 && (quota.limit == 0 || n > quota.burst) {
            return (Decision::Never, self.full_at);
        }
        if quota.limit == 0 {
            return (Decision::Allow { remaining: 0, reset_after: 0 }, self.full_at);
        }
        let ticks = quota.ticks(now);
        let depth = quota.burst * quota.cost;
        let guard = quota.ticks(SECOND);

        // The clock stepped back by more than a second: an empty bucket, and never a longer wait.
        let mut full_at = self.full_at;
        if full_at > ticks + depth && full_at - depth - ticks > guard {
            full_at = ticks + depth;
        }

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
