//! `Carry` and `Snapshot`: a bucket's state, taken over by another bucket.
//!
//! The ticks of two quotas are of different lengths, so a quota cannot change under a bucket in use:
//! another bucket takes over what was used, in one swap of the old one's word. What was charged before
//! the swap is carried; whoever comes to the old bucket after it is told to ask again. What was told as a
//! time, to those who wait and by a pause, stays that time.

use super::{
    bucket::{RETIRED, RateLimiter},
    reservation::MOST_DEBT,
};
use crate::{
    cell::acquire,
    quota::Quota,
    time::{Instant, Span},
};

/// What becomes of the tokens that are in use when a quota changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Carry {
    /// Those that were used stay used: of 10, 4 used, a new burst of 20 leaves 16.
    #[default]
    Keep,
    /// The part that was used stays used: of 10, 4 used, a new burst of 20 leaves 12.
    Proportional,
    /// A full bucket, when no pause lasts.
    Reset,
}

/// A bucket's state, without its quota and without any time: what is left and how far it is from full.
///
/// Its age, which the restoring process knows, is what it lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Whole tokens that are there, rounded down: for people.
    pub remaining: u64,
    /// Until the bucket is full again, rounded up: what [`RateLimiter::restore`] reads.
    pub full_after: Span,
}

impl RateLimiter {
    /// A bucket of another quota that takes over from this one, at once: what was used before is
    /// carried over, and this one denies everything from now on with a wait of 1 ns, so that a thread
    /// that still holds it asks again, of the new one. What else is done to this one from now on is lost:
    /// whoever may have been late looks at [`is_retired`](Self::is_retired) afterwards. `None` when it has
    /// been taken over before.
    ///
    /// Who waits, waits as long as before, and a pause ends when it would have; what was taken or reserved
    /// before can no longer be given back. Fractions of tokens are carried; what does not fit is rounded against the caller, by less
    /// than a tick.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Carry, Instant, Quota, RateLimiter, Span};
    ///
    /// let (now, second) = (Instant::from_nanos(0), Span::from_secs(1));
    /// let limiter = RateLimiter::new(Quota::new(10, second, 10)?);
    /// assert!(limiter.try_acquire(4, now).is_allowed());
    /// let wider = limiter.reconfigure(Quota::new(20, second, 20)?, Carry::Keep, now).unwrap();
    /// assert_eq!(wider.acquire_up_to(20, now).taken, 16);
    /// assert!(limiter.is_retired());
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn reconfigure(&self, quota: Quota, carry: Carry, now: Instant) -> Option<RateLimiter> {
        let tat = self.retire(now)?;
        // What is carried over a pause is what the bucket lacks at its end.
        let from = self.pause_ends(tat, now);
        let debt = tat.saturating_sub(self.quota.ticks(from));
        let debt = match carry {
            Carry::Keep => scale_up(debt, quota.cost_of(1), self.quota.cost_of(1)),
            Carry::Proportional => scale_up(debt, quota.burst_ticks(), self.quota.burst_ticks()),
            Carry::Reset => 0,
        };
        Some(self.succeed(RateLimiter::in_debt(quota, debt, from, now), tat, now))
    }

    /// A bucket of the same quota that takes over from this one, at once, in the state of a snapshot that is
    /// `age` old: as [`restore`](Self::restore) makes it, whatever was used, told or paused here. `None`
    /// when this one has been taken over before.
    pub fn reset_to(&self, snapshot: Snapshot, age: Span, now: Instant) -> Option<RateLimiter> {
        self.retire(now)?;
        let next = RateLimiter::restore(self.quota, snapshot, age, now);
        Some(RateLimiter { generation: self.generation.wrapping_add(1), ..next })
    }

    /// Whether another bucket has taken over from this one.
    #[inline]
    pub fn is_retired(&self) -> bool {
        self.state.tat.get() == RETIRED
    }

    /// The state, to be carried into another process or over a restart. That of a bucket which
    /// [is retired](Self::is_retired) says nothing.
    pub fn snapshot(&self, now: Instant) -> Snapshot {
        let clock = self.quota.ticks(now);
        let tat = self.state.believed(&self.quota, self.state.tat.get(), now);
        let there = clock.wrapping_add(self.quota.burst_ticks()).saturating_sub(tat.max(clock));
        Snapshot {
            remaining: self.quota.tokens_in(there),
            full_after: self.quota.wait_for(tat, now),
        }
    }

    /// A bucket of this quota in the state of a snapshot that is `age` old. Rounded against the caller,
    /// by less than a nanosecond. A snapshot that says more than 50 years says 50 years.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Quota, RateLimiter, Span};
    ///
    /// let quota = Quota::new(10, Span::from_secs(1), 10)?;
    /// let before = RateLimiter::new(quota);
    /// assert!(before.try_acquire(10, Instant::from_nanos(77)).is_allowed());
    /// let snapshot = before.snapshot(Instant::from_nanos(77));
    ///
    /// let other_clock = Instant::from_nanos(5_000_000_000);
    /// let after = RateLimiter::restore(quota, snapshot, Span::from_millis(300), other_clock);
    /// assert_eq!(after.acquire_up_to(10, other_clock).taken, 3);
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn restore(quota: Quota, snapshot: Snapshot, age: Span, now: Instant) -> RateLimiter {
        let rest = quota.ticks_of(snapshot.full_after.saturating_sub(age));
        let limiter = RateLimiter::in_debt(quota, rest, now, now);
        if rest > quota.burst_ticks() {
            // Somebody may have been told to wait for it, or to pause.
            let tat = limiter.state.tat.get();
            limiter.state.told.raise_to(tat);
            limiter.state.floor.raise_to(tat);
        }
        limiter
    }

    /// A bucket that lacks so many ticks at `from`, which is not before `now`.
    fn in_debt(quota: Quota, debt: u64, from: Instant, now: Instant) -> RateLimiter {
        let limiter = RateLimiter { born: now, ..RateLimiter::new(quota) };
        let clock = quota.ticks(now);
        let most = clock.saturating_add(MOST_DEBT);
        // Also of a full bucket: for a caller whose clock is late it was not full yet.
        let tat = quota.ticks(from).saturating_add(debt.min(MOST_DEBT)).min(most);
        limiter.state.owe(&quota, tat.saturating_sub(clock));
        limiter.state.tat.raise_to(tat);
        limiter
    }

    /// Marks the bucket as taken over, and says the tick at which it would have been full; `None` if it was
    /// before.
    fn retire(&self, now: Instant) -> Option<u64> {
        let tat = self.state.tat.update(|tat| {
            if tat == RETIRED {
                return (None, None);
            }
            (Some(RETIRED), Some(self.state.believed(&self.quota, tat, now)))
        });
        acquire();
        tat
    }

    /// The end of the pause that lasts, or now.
    fn pause_ends(&self, tat: u64, now: Instant) -> Instant {
        // At the end of a pause the bucket had one token, and a nanosecond earlier none.
        let one_there = self.quota.burst_ticks().saturating_sub(self.quota.cost_of(1));
        let end = self.quota.first_nano(self.state.floor(tat).saturating_sub(one_there));
        Instant::from_nanos(end).max(now)
    }

    /// Makes a bucket the one that comes after this one, with the times that this one has told.
    fn succeed(&self, next: RateLimiter, tat: u64, now: Instant) -> RateLimiter {
        let next = RateLimiter { generation: self.generation.wrapping_add(1), ..next };
        let told = self.state.told(&self.quota, self.quota.ticks(now));
        let told = self.quota.first_nano(told.saturating_sub(self.quota.burst_ticks()));
        if told > now.as_nanos() {
            // Newcomers come after those who wait, though the new quota may be faster.
            let told = next.quota.ticks(Instant::from_nanos(told));
            let told = told.saturating_add(next.quota.burst_ticks());
            next.state.owe(&next.quota, told.saturating_sub(next.quota.ticks(now)));
            next.state.tat.raise_to(told);
            next.state.told.raise_to(told);
        }
        next.pause_until(self.pause_ends(tat, now), now);
        next
    }
}

/// `ticks * to / from`, rounded up; 0 of nothing. Saturates far above what a bucket may owe.
fn scale_up(ticks: u64, to: u64, from: u64) -> u64 {
    let Some(from) = core::num::NonZeroU128::new(from.into()) else { return 0 };
    // Never overflows: both factors are below 2⁶⁴.
    let up = u128::from(ticks).wrapping_mul(to.into()).saturating_add(from.get().wrapping_sub(1));
    u64::try_from(up / from).unwrap_or(u64::MAX)
}
