//! `Reservation`: tokens taken ahead of their time, and given back when they were not needed.
//!
//! Reserving moves the theoretical arrival time as taking does, but it may move it beyond a full
//! bucket's debt: the tokens are then there later, and the reservation says when. Whoever reserves
//! first waits least, so waiting is first in, first out, with one sleep each and no queue.
//!
//! # What is given back
//!
//! Giving back must never let more through than the same history without the tokens would have. Let a
//! reservation of `u` ticks end at `after`, let `returned` be what all others have given back since, and
//! `built = tat + returned - after`: what was taken after it.
//!
//! * Not what has flowed back by itself, because without these tokens the bucket would have been full
//!   earlier: at most `after - returned - clock` is given back.
//! * While somebody waits, not what was built upon: at most `u - built`. Those who wait were told their
//!   times, and a newcomer must not be sent with them: at 1 a second and a burst of 1, with waits until
//!   1, 2 and 3 s, a token given back by the first would send a newcomer at 3 s, with the third.
//!
//! When all of a reservation is given back on which nobody has built, it is as if it had never been: it
//! is not counted as returned, and the one before it is the last. Counting the others keeps several who
//! cancel from adding up to more: without it the second would take what the first gave back for room that
//! nobody has built on. Nothing that is given back shortens a pause.
//!
//! What this needs to know lies in words beside the arrival time that are changed before it and read after
//! it; so they can only be too high, and then too little is given back. What cannot be seen is whether
//! another thread's clock is ahead: whoever gives back with a `now` that is late by some time can give back
//! what flows in during that time once more, so the clock is to be read just before.

use super::bucket::{RETIRED, RateLimiter, State};
use crate::{
    cell::acquire,
    outcome::Outcome,
    quota::Quota,
    time::{Instant, Span},
};

/// Tokens that are taken and that may be used after a wait.
///
/// Not `Copy`: it is cancelled or settled once. To use it as it is, drop it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the tokens are taken: wait and use them, or cancel"]
pub struct Reservation {
    n: u64,
    wait: Span,
    /// The tick at which the bucket would be full again if nobody took more.
    after: u64,
    /// All that had been given back before it.
    returned: u64,
    /// Of which bucket in a row of buckets.
    generation: u64,
}

/// Why nothing was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The wait would be longer than the caller would wait.
    Denied {
        /// The wait, if nobody else takes tokens: after it [`RateLimiter::try_acquire`] succeeds.
        retry_after: Span,
    },
    /// More than the limiter can ever hold.
    Never,
}

impl Reservation {
    /// Without what the bucket knows beside its word.
    const fn new(n: u64, wait: Span, after: u64) -> Reservation {
        Reservation { n, wait, after, returned: 0, generation: 0 }
    }

    /// How long to wait before the tokens may be used, from the `now` of the reservation: exact, and
    /// rounded up.
    #[inline]
    pub const fn wait(&self) -> Span {
        self.wait
    }

    /// How many tokens.
    #[inline]
    pub const fn tokens(&self) -> u64 {
        self.n
    }

    /// Its five numbers, for a binding that keeps it in memory of another language.
    #[inline]
    pub const fn into_parts(self) -> [u64; 5] {
        [self.n, self.wait.as_nanos(), self.after, self.returned, self.generation]
    }

    /// From what [`into_parts`](Self::into_parts) gave. Of other numbers [`RateLimiter::cancel`] makes
    /// at most a bucket that is full again.
    #[inline]
    pub const fn from_parts([n, wait, after, returned, generation]: [u64; 5]) -> Reservation {
        Reservation { n, wait: Span::from_nanos(wait), after, returned, generation }
    }
}

impl RateLimiter {
    /// Takes `n` tokens that may be used after [`Reservation::wait`], if that is not longer than
    /// `max_wait`; otherwise takes nothing, at once. With a `max_wait` of zero it takes what
    /// [`try_acquire`](Self::try_acquire) would.
    ///
    /// # Errors
    ///
    /// [`Refused::Denied`] when the wait is longer than `max_wait`, or than about fifty years.
    /// [`Refused::Never`] when `n` is above the burst.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Quota, RateLimiter, Refused, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(1, Span::from_secs(1), 1)?);
    /// let (now, patience) = (Instant::from_nanos(0), Span::from_secs(2));
    /// let waits = [0, 1, 2].map(|_| limiter.reserve(1, patience, now).unwrap().wait().as_secs_ceil());
    /// assert_eq!(waits, [0, 1, 2]);
    /// let refused = limiter.reserve(1, patience, now).unwrap_err();
    /// assert_eq!(refused, Refused::Denied { retry_after: Span::from_secs(3) });
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn reserve(&self, n: u64, max_wait: Span, now: Instant) -> Result<Reservation, Refused> {
        // Read before the arrival time, so that what is returned from here on is counted.
        let returned = self.state.returned.get();
        self.state.tat.publish(|tat| {
            let (next, answer) = self.state.reserve(&self.quota, tat, n, max_wait, now);
            let generation = self.generation;
            (next, answer.map(|made| Reservation { returned, generation, ..made }))
        })
    }

    /// Gives a reservation back, and says how many of its tokens another caller can now have (rounded
    /// down): all, unless some have flowed back or others have built on it (see the module's text). Of a
    /// bucket that this one has [taken over](Self::reconfigure) from, none.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(1, Span::from_secs(1), 1)?);
    /// let (now, patience) = (Instant::from_nanos(0), Span::from_secs(9));
    /// let [_first, second, third] = [0, 1, 2].map(|_| limiter.reserve(1, patience, now).unwrap());
    /// assert_eq!(limiter.cancel(second, now), 0); // the third waits until 2 s, and so it stays
    /// assert_eq!(limiter.cancel(third, now), 1);
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    #[inline]
    pub fn cancel(&self, reservation: Reservation, now: Instant) -> u64 {
        self.settle(reservation, 0, now)
    }

    /// Corrects an estimate: the reservation was for so many tokens, `actual` were used. What was not
    /// used is given back as by [`cancel`](Self::cancel), and the whole tokens given back are
    /// returned; what was used beyond the estimate is charged now, into debt if need be, and later
    /// callers wait for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Outcome, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(100, Span::from_secs(1), 100)?);
    /// let now = Instant::from_nanos(0);
    /// let estimate = limiter.reserve(60, Span::ZERO, now).unwrap();
    /// assert_eq!(limiter.settle(estimate, 50, now), 10);
    /// let estimate = limiter.reserve(50, Span::ZERO, now).unwrap();
    /// assert_eq!(limiter.settle(estimate, 80, now), 0);
    /// let outcome = limiter.try_acquire(1, now); // 30 below nothing
    /// assert_eq!(outcome, Outcome::Denied { retry_after: Span::from_millis(310) });
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn settle(&self, reservation: Reservation, actual: u64, now: Instant) -> u64 {
        let Reservation { n, after, returned, generation, .. } = reservation;
        if actual > n {
            self.charge(actual.saturating_sub(n), now);
        }
        // Ticks of a bucket that this one took over from say nothing here.
        if actual >= n || generation != self.generation {
            return 0;
        }
        let unused = self.quota.cost_of(n).saturating_sub(self.quota.cost_of(actual));
        self.give_back(now, |tat, clock, waited_for| {
            let returned = self.state.returned.get().wrapping_sub(returned);
            let built = tat.saturating_add(returned).saturating_sub(after);
            let unbuilt = if waited_for { unused.saturating_sub(built) } else { unused };
            let back = unbuilt.min(tat.saturating_sub(built).saturating_sub(clock));
            (back, built > 0 || actual > 0)
        })
    }

    /// Gives back `n` tokens that [`try_acquire`](Self::try_acquire) took at `taken_at` and that were
    /// not used, and says how many another caller can now have (rounded down): all but as many as
    /// have flowed back since, and none while somebody waits for a reservation or a pause lasts, nor of
    /// what was taken before this bucket [took over](Self::reconfigure). Never more than the burst is
    /// there.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(10, Span::from_secs(1), 10)?);
    /// let taken_at = Instant::from_nanos(0);
    /// assert!(limiter.try_acquire(8, taken_at).is_allowed());
    /// // Half a second brings five by itself; the bucket would have been full without those.
    /// assert_eq!(limiter.refund(8, taken_at, Instant::from_nanos(500_000_000)), 3);
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn refund(&self, n: u64, taken_at: Instant, now: Instant) -> u64 {
        let another_took_it =
            taken_at <= self.born && (self.generation, self.born) != (0, Instant::ZERO);
        if another_took_it {
            return 0;
        }
        let flowed = self.quota.ticks(now).saturating_sub(self.quota.ticks(taken_at));
        let unused = self.quota.cost_of(n.min(self.quota.burst())).saturating_sub(flowed);
        self.give_back(now, |tat, clock, waited_for| {
            (if waited_for { 0 } else { unused.min(tat.saturating_sub(clock)) }, true)
        })
    }

    /// Takes `n` tokens whether they are there or not.
    fn charge(&self, n: u64, now: Instant) {
        let (quota, state) = (&self.quota, &self.state);
        let clock = quota.ticks(now);
        state.tat.publish(|tat| {
            let base = state.believed(quota, tat, now).max(clock);
            let most = clock.saturating_add(MOST_DEBT);
            let next = base.saturating_add(quota.cost_of(n)).min(most).max(base);
            state.owe(quota, next.saturating_sub(clock));
            (if tat == RETIRED { None } else { Some(next) }, ())
        });
    }

    /// Takes from the word what `unused` says of it, of the clock, and of whether somebody waits, and
    /// counts it as returned if it says so; returns the whole tokens in it.
    fn give_back(&self, now: Instant, unused: impl Fn(u64, u64, bool) -> (u64, bool)) -> u64 {
        let (quota, state) = (&self.quota, &self.state);
        let clock = quota.ticks(now);
        // OK because the clock is at most 2⁶³ and a burst at most 2⁶².
        let empty = clock.wrapping_add(quota.burst_ticks());
        let ticks = state.tat.publish(|tat| {
            acquire();
            let (back, counts) = unused(tat, clock, state.told(quota, clock) > empty);
            let back = back.min(tat.saturating_sub(state.floor(tat)));
            if back == 0 || tat == RETIRED {
                return (None, 0);
            }
            if counts {
                // Counted twice if another thread changes the word now: then too little is given back.
                state.returned.add(back);
            }
            (Some(tat.wrapping_sub(back)), back)
        });
        quota.tokens_in(ticks)
    }
}

impl State {
    fn reserve(
        &self,
        quota: &Quota,
        tat: u64,
        n: u64,
        max_wait: Span,
        now: Instant,
    ) -> (Option<u64>, Result<Reservation, Refused>) {
        // What can be had at once, and what never can, are decided as without reservations.
        let (next, outcome) = self.decide(quota, tat, n, now);
        let clock = quota.ticks(now);
        let cost = quota.cost_of(n);
        match outcome {
            Outcome::Never => (None, Err(Refused::Never)),
            Outcome::Allowed { .. } => {
                let after = next.unwrap_or(clock);
                (next, Ok(Reservation::new(n, Span::ZERO, after)))
            }
            Outcome::Denied { retry_after } => {
                let after = self.believed(quota, tat, now).max(clock).saturating_add(cost);
                let debt = after.saturating_sub(clock);
                if retry_after > max_wait || debt > MOST_DEBT || tat == RETIRED {
                    return (next, Err(Refused::Denied { retry_after }));
                }
                self.owe(quota, debt);
                self.told.raise_to(after);
                (Some(after), Ok(Reservation::new(n, retry_after, after)))
            }
        }
    }

    /// The word, or an empty bucket's where the clock has stepped back.
    pub(super) fn believed(&self, quota: &Quota, tat: u64, now: Instant) -> u64 {
        let clock = quota.ticks(now);
        if self.is_of_now(quota, tat, clock) {
            tat
        } else {
            clock.saturating_add(quota.burst_ticks())
        }
    }

    /// Makes a debt known before it is published.
    pub(super) fn owe(&self, quota: &Quota, debt: u64) {
        if debt > quota.burst_ticks() {
            self.longest.raise_to(debt);
        }
    }
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Refused::Denied { .. } => "the wait is longer than the caller would wait",
            Refused::Never => "more tokens than the limiter can ever hold",
        })
    }
}

impl core::error::Error for Refused {}

/// The longest debt in ticks, 50 to 146 years: added to a clock of at most 2⁶³ it stays below the
/// word of a retired bucket.
pub(super) const MOST_DEBT: u64 = 1 << 62;
