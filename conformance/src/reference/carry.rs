//! A bucket's state, carried over to another bucket.

use crate::reference::bucket::{Bucket, MOST_DEBT};
use crate::reference::quota::Quota;

/// What becomes of what is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    /// So many permits stay used.
    Keep,
    /// Such a part of the burst stays used.
    Proportional,
    /// Nothing does.
    Reset,
}

/// A state without a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Snapshot {
    /// Whole permits.
    pub remaining: u128,
    /// Until all are there again, in nanoseconds.
    pub full_after: u128,
}

impl Bucket {
    /// The bucket of another quota that goes on where this one stands.
    pub fn reconfigure(&self, quota: Quota, carry: Carry, now: u64) -> Bucket {
        let lacks = self.believed(now.into()).saturating_sub(self.quota.ticks(now.into()));
        let scaled = |new: u128, old: u128| if old == 0 { 0 } else { (lacks * new).div_ceil(old) };
        let lacks = match carry {
            Carry::Keep => scaled(quota.cost, self.quota.cost),
            Carry::Proportional => scaled(quota.depth(), self.quota.depth()),
            Carry::Reset => 0,
        };
        Bucket::lacking(quota, lacks, now)
    }

    /// The state now.
    pub fn snapshot(&self, now: u64) -> Snapshot {
        let now = u128::from(now);
        let ticks = self.quota.ticks(now);
        let full_at = self.believed(now);
        let there = (ticks + self.quota.depth()).saturating_sub(full_at.max(ticks));
        let full_after = self.quota.instant(full_at).saturating_sub(now);
        Snapshot { remaining: there / self.quota.cost, full_after }
    }

    /// A bucket of the same quota in a state that is `age` old.
    pub fn restore(&self, snapshot: Snapshot, age: u64, now: u64) -> Bucket {
        let rest = snapshot.full_after.saturating_sub(age.into());
        Bucket::lacking(self.quota.clone(), self.quota.ticks_up(rest), now)
    }

    fn lacking(quota: Quota, ticks: u128, now: u64) -> Bucket {
        let mut bucket = Bucket::new(quota);
        let clock = bucket.quota.ticks(now.into());
        if ticks > 0 {
            bucket.lend(clock + ticks.min(MOST_DEBT), clock);
        }
        bucket
    }
}
