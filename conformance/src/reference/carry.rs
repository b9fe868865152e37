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
        // What is carried over a pause is what the bucket lacks at its end.
        let from = self.pause_ends(now);
        let lacks = self.believed(now.into()).saturating_sub(self.quota.ticks(from));
        let scaled = |new: u128, old: u128| if old == 0 { 0 } else { (lacks * new).div_ceil(old) };
        let lacks = match carry {
            Carry::Keep => scaled(quota.cost, self.quota.cost),
            Carry::Proportional => scaled(quota.depth(), self.quota.depth()),
            Carry::Reset => 0,
        };
        self.followed_by(Bucket::lacking(quota, lacks, from, now), now)
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

    /// A bucket of the same quota in a state that is `age` old, in the place of this one.
    pub fn restore(&self, snapshot: Snapshot, age: u64, now: u64) -> Bucket {
        let rest = snapshot.full_after.saturating_sub(age.into());
        let ticks = self.quota.ticks_up(rest);
        let mut next = Bucket::lacking(self.quota.clone(), ticks, now.into(), now);
        if ticks > next.quota.depth() {
            next.told = next.full_at;
            next.floor = next.full_at;
        }
        Bucket { generation: self.generation + 1, ..next }
    }

    /// What was told as a time stays that time: to those who wait, and the end of a pause.
    fn followed_by(&self, next: Bucket, now: u64) -> Bucket {
        let mut next = Bucket { generation: self.generation + 1, ..next };
        let told = self.quota.instant(self.told(now).saturating_sub(self.quota.depth()));
        if told > now.into() {
            // Newcomers come after those who wait.
            let told = next.quota.ticks(told) + next.quota.depth();
            next.lend(next.full_at.max(told), next.quota.ticks(now.into()));
            next.told = next.told.max(told);
        }
        next.pause_until(self.pause_ends(now).min(u64::MAX.into()) as u64, now);
        next
    }

    /// The end of the pause that lasts, or now: at the end the bucket has one permit.
    fn pause_ends(&self, now: u64) -> u128 {
        let one_there = self.quota.depth().saturating_sub(self.quota.cost);
        // A floor above the instant is of a clock that has stepped back.
        let floor = if self.floor > self.believed(now.into()) { 0 } else { self.floor };
        self.quota.instant(floor.saturating_sub(one_there)).max(now.into())
    }

    fn lacking(quota: Quota, ticks: u128, from: u128, now: u64) -> Bucket {
        let mut bucket = Bucket::new(quota);
        let clock = bucket.quota.ticks(now.into());
        bucket.born = now.into();
        // A full one too is full from now on, and was not before.
        let full_at = bucket.quota.ticks(from) + ticks.min(MOST_DEBT);
        bucket.lend(full_at.min(clock + MOST_DEBT), clock);
        bucket
    }
}
