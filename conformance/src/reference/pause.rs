//! What slows a bucket down from outside.

use crate::reference::bucket::{Bucket, MOST_DEBT};

impl Bucket {
    /// Takes all; whole permits that were there.
    pub fn drain(&mut self, now: u64) -> u128 {
        let ticks = self.quota.ticks(now.into());
        let empty = ticks + self.quota.depth();
        let there = empty.saturating_sub(self.full_at.max(ticks));
        if there > 0 {
            self.full_at = empty;
        }
        there / self.quota.cost
    }

    /// Nothing before `until`; then one.
    pub fn pause_until(&mut self, until: u64, now: u64) {
        let one_there = self.quota.depth().saturating_sub(self.quota.cost);
        self.delay_to(self.quota.ticks(until.into()) + one_there, now);
    }

    /// No more than `remaining`, nor than `limit`; with none left, nothing before the window ends.
    pub fn observe(&mut self, limit: u64, remaining: u64, reset_after: u64, now: u64) {
        let left = u128::from(limit.min(remaining));
        if left == 0 {
            self.pause_until(now.saturating_add(reset_after), now);
        }
        let lacking = self.quota.burst.saturating_sub(left) * self.quota.cost;
        self.delay_to(self.quota.ticks(now.into()) + lacking, now);
    }

    /// Later, or as it was.
    fn delay_to(&mut self, full_at: u128, now: u64) {
        let ticks = self.quota.ticks(now.into());
        let full_at = full_at.min(ticks + MOST_DEBT);
        self.floor = self.floor.max(full_at);
        if full_at > self.believed(now.into()) {
            self.lend(full_at, ticks);
        }
    }
}
