//! What slows a bucket down from outside: `drain`, `pause_until`, `observe`.
//!
//! Each moves the theoretical arrival time later: none of them grants anything.

use super::{
    bucket::{RETIRED, RateLimiter, State},
    reservation::MOST_DEBT,
};
use crate::{
    quota::Quota,
    time::{Instant, Span},
};

impl RateLimiter {
    /// Takes everything that is there, and says how many whole tokens that was. The next token comes
    /// one interval later.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(5, Span::from_secs(1), 5)?);
    /// let now = Instant::from_nanos(0);
    /// assert_eq!((limiter.drain(now), limiter.drain(now)), (5, 0));
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn drain(&self, now: Instant) -> u64 {
        let clock = self.quota.ticks(now);
        // OK because the clock is at most 2⁶³ and a burst at most 2⁶².
        let empty = clock.wrapping_add(self.quota.burst_ticks());
        let ticks = self.state.tat.update(|tat| {
            let there = empty.saturating_sub(tat.max(clock));
            (if there == 0 { None } else { Some(empty) }, there)
        });
        self.quota.tokens_in(ticks)
    }

    /// Lets nothing through before `until`: then one token is there, and the others follow at the
    /// limit's pace. It never shortens a wait, so of several pauses the longest counts; one that is not
    /// the longest makes the wait longer by a tick, less than a nanosecond. A pause that is over is none.
    ///
    /// For what a 429 orders. It lasts at most 50 years.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Outcome, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(5, Span::from_secs(1), 5)?);
    /// let now = Instant::from_nanos(0);
    /// limiter.pause_until(now.saturating_add(Span::from_secs(23)), now);
    /// let outcome = limiter.try_acquire(1, now);
    /// assert_eq!(outcome, Outcome::Denied { retry_after: Span::from_secs(23) });
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn pause_until(&self, until: Instant, now: Instant) {
        self.state.pause_until(&self.quota, until, now);
    }

    /// Heeds what a server said: of at most `limit` requests `remaining` are left until its window
    /// ends, `reset_after` from now. Leaves no more tokens than are left there; when none are, it
    /// pauses until the window ends. Never grants anything.
    ///
    /// What flows in until the window ends comes at this limiter's own pace.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(60, Span::from_secs(60), 60)?);
    /// let now = Instant::from_nanos(0);
    /// limiter.observe(60, 2, Span::from_secs(40), now);
    /// assert!(limiter.try_acquire(2, now).is_allowed() && !limiter.try_acquire(1, now).is_allowed());
    /// limiter.observe(60, 0, Span::from_secs(40), now);
    /// assert_eq!(limiter.try_acquire(1, now).retry_after(), Some(Span::from_secs(40)));
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn observe(&self, limit: u64, remaining: u64, reset_after: Span, now: Instant) {
        self.state.observe(&self.quota, limit, remaining, reset_after, now);
    }
}

impl State {
    fn pause_until(&self, quota: &Quota, until: Instant, now: Instant) {
        if until <= now {
            return;
        }
        let one_there = quota.burst_ticks().saturating_sub(quota.cost_of(1));
        self.delay_to(quota, quota.ticks(until).saturating_add(one_there), 1, now);
    }

    /// [`RateLimiter::observe`] of a bucket without its quota.
    pub(crate) fn observe(
        &self,
        quota: &Quota,
        limit: u64,
        remaining: u64,
        reset_after: Span,
        now: Instant,
    ) {
        let left = remaining.min(limit);
        if left == 0 && reset_after > Span::ZERO {
            self.pause_until(quota, now.saturating_add(reset_after), now);
        } else if left < quota.burst() {
            let lacking = quota.cost_of(quota.burst().saturating_sub(left));
            self.delay_to(quota, quota.ticks(now).saturating_add(lacking), 0, now);
        }
    }

    /// Moves the word to `tat`, or by so many ticks if it is that late already, and lets nobody who gives
    /// back move it before `tat`. A tick is for a thread that has read the word and not yet the floor: its
    /// exchange fails, and it reads both again. A pause needs that; what a server said of its limit does
    /// not, and would cost a tick with every answer.
    fn delay_to(&self, quota: &Quota, tat: u64, ticks: u64, now: Instant) {
        let clock = quota.ticks(now);
        let tat = tat.min(clock.saturating_add(MOST_DEBT));
        self.floor.update(|floor| {
            // One that was set before the clock stepped back is none.
            let is_higher = floor >= tat && self.is_of_now(quota, floor, clock);
            (if is_higher { None } else { Some(tat) }, ())
        });
        self.tat.publish(|seen| {
            let believed = self.believed(quota, seen, now);
            // A debt of the longest kind stays what it is.
            let most = clock.saturating_add(MOST_DEBT).max(believed);
            let next = tat.max(believed.saturating_add(ticks).min(most));
            self.owe(quota, next.saturating_sub(clock));
            (if seen == RETIRED || next == seen { None } else { Some(next) }, ())
        });
    }
}
