//! Permits taken ahead of their time, and what of them can be given back.

use crate::reference::bucket::{Bucket, MOST_DEBT};
use crate::reference::decision::Decision;

/// Permits that may be used after a wait.
#[derive(Clone, Debug)]
pub struct Reservation {
    n: u128,
    /// From the instant of the reservation.
    pub wait: u128,
    after: u128,
    /// All that had been given back before it.
    returned: u128,
    /// Of which bucket in a row of buckets.
    generation: u128,
}

impl Bucket {
    /// Takes `n` that are there within `longest`; otherwise the decision says why not.
    ///
    /// # Errors
    /// [`Decision::Deny`] or [`Decision::Never`].
    pub fn reserve(&mut self, n: u64, longest: u64, now: u64) -> Result<Reservation, Decision> {
        let cost = u128::from(n) * self.quota.cost;
        let ticks = self.quota.ticks(now.into());
        let decision = self.acquire(n, now);
        let after = self.full_at.max(ticks);
        let (returned, generation) = (self.returned, self.generation);
        let reservation =
            |wait, after| Reservation { n: n.into(), wait, after, returned, generation };
        match decision {
            Decision::Allow { .. } => Ok(reservation(0, after)),
            Decision::Never => Err(Decision::Never),
            Decision::Deny { retry_after } => {
                let after = after + cost;
                if retry_after > longest.into() || after - ticks > MOST_DEBT {
                    return Err(decision);
                }
                self.lend(after, ticks);
                self.told = self.told.max(after);
                Ok(reservation(retry_after, after))
            }
        }
    }

    /// Of a reservation only `actual` were used: whole permits that others can now have. More were
    /// used: they are owed.
    pub fn settle(&mut self, reservation: &Reservation, actual: u64, now: u64) -> u128 {
        let actual = u128::from(actual);
        if actual > reservation.n {
            self.owe(actual - reservation.n, now);
            return 0;
        }
        if reservation.generation != self.generation {
            return 0; // it is another bucket's
        }
        let unused = (reservation.n - actual) * self.quota.cost;
        // Where it ends now that others have given back, and what was taken after it.
        let end = i128::try_from(reservation.after).expect("a tick")
            - i128::try_from(self.returned - reservation.returned).expect("ticks");
        let built = (self.full_at as i128 - end).max(0) as u128;
        // Not what the bucket has got back since by itself: it would have been full without it.
        let end = self.full_at - built.min(self.full_at);
        let mut back = unused.min(end.saturating_sub(self.quota.ticks(now.into())));
        if self.somebody_waits(now) {
            // Others wait for times that were told to them: not what they have built on.
            back = back.min(unused.saturating_sub(built));
        }
        // A whole one that nobody has built on might never have been; others count as returned.
        self.give_back(back, built > 0 || actual > 0)
    }

    /// `n` that were taken at `taken_at` were not used: whole permits that others can now have.
    pub fn refund(&mut self, n: u64, taken_at: u64, now: u64) -> u128 {
        let ticks = self.quota.ticks(now.into());
        let is_first = self.generation == 0 && self.born == 0;
        if self.somebody_waits(now) || !is_first && u128::from(taken_at) <= self.born {
            return 0;
        }
        let flowed = ticks.saturating_sub(self.quota.ticks(taken_at.into()));
        let unused = (u128::from(n).min(self.quota.burst) * self.quota.cost).saturating_sub(flowed);
        self.give_back(unused.min(self.full_at.saturating_sub(ticks)), true)
    }

    /// Takes `n` whether they are there or not, up to the longest debt.
    fn owe(&mut self, n: u128, now: u64) {
        let ticks = self.quota.ticks(now.into());
        let base = self.believed(now.into()).max(ticks);
        self.lend((base + n * self.quota.cost).min(ticks + MOST_DEBT).max(base), ticks);
    }

    /// Moves the instant at which the bucket is full, perhaps beyond its depth.
    pub(super) fn lend(&mut self, full_at: u128, ticks: u128) {
        self.full_at = full_at;
        if full_at - ticks > self.quota.depth() {
            self.lent = self.lent.max(full_at - ticks);
        }
    }

    /// The latest end of a reservation that waits, unless it was told before the clock stepped back.
    pub(super) fn told(&self, now: u64) -> u128 {
        if self.is_of_now(self.told, now.into()) { self.told } else { 0 }
    }

    fn somebody_waits(&self, now: u64) -> bool {
        self.told(now) > self.quota.ticks(now.into()) + self.quota.depth()
    }

    fn give_back(&mut self, ticks: u128, counts: bool) -> u128 {
        let floor = if self.floor > self.full_at { 0 } else { self.floor };
        let ticks = ticks.min(self.full_at.saturating_sub(floor));
        self.full_at -= ticks;
        self.returned += if counts { ticks } else { 0 };
        ticks / self.quota.cost
    }
}
