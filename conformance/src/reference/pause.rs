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
        if until <= now {
            return;
        }
        let one_there = self.quota.depth().saturating_sub(self.quota.cost);
        self.delay_to(self.quota.ticks(until.into()) + one_there, 1, now);
    }

    /// No more than `remaining`, nor than `limit`; with none left, nothing before the window ends.
    pub fn observe(&mut self, limit: u64, remaining: u64, reset_after: u64, now: u64) {
        let left = u128::from(limit.min(remaining));
        if left == 0 && reset_after > 0 {
            self.pause_until(now.saturating_add(reset_after), now);
        } else if left < self.quota.burst {
            let lacking = (self.quota.burst - left) * self.quota.cost;
            self.delay_to(self.quota.ticks(now.into()) + lacking, 0, now);
        }
    }

    /// Not before `full_at`, and later by `more` ticks in any case.
    fn delay_to(&mut self, full_at: u128, more: u128, now: u64) {
        let ticks = self.quota.ticks(now.into());
        let most = ticks + MOST_DEBT;
        let believed = self.believed(now.into());
        let full_at = full_at.min(most);
        if self.floor < full_at || !self.is_of_now(self.floor, now.into()) {
            self.floor = full_at;
        }
        let later = if believed < most { (believed + more).min(most) } else { believed };
        self.lend(full_at.max(later), ticks);
    }
}
