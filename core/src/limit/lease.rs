//! `Lease`: tokens taken from a parent in one step and handed out without touching it.
//!
//! Threads that share one bucket pass its cache line around; processes and hosts that share one pass
//! messages. A lease takes `size` tokens at once and spends them alone, for `life` at the most.
//!
//! # Never over
//!
//! The parent has the limit's rate `r` and a burst of `B - r * life`, rounded up against the caller
//! ([`Lease::parent_quota`]). What is spent in a window `[a, b]` was granted in `[a - life, b]`, and the
//! parent grants at most `B - r * life + r * (b - a + life) = B + r * (b - a)` in that: what one bucket
//! of the whole burst would let through, for any number of leases.

use super::bucket::Partial;
use crate::{
    error::Error,
    outcome::Outcome,
    quota::Quota,
    time::{Instant, Span},
};

/// Tokens held by one owner: a thread, a process, a host.
///
/// The parent is a pair of functions: `grant` takes up to so many tokens and tells how many it took, as
/// [`RateLimiter::acquire_up_to`](crate::RateLimiter::acquire_up_to) does; what is not used goes back by
/// [`give_back`](Self::give_back) and [`RateLimiter::refund`](crate::RateLimiter::refund).
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Lease, Quota, RateLimiter, Span};
///
/// let whole = Quota::new(1_000, Span::from_secs(1), 200)?;
/// let life = Span::from_millis(50);
/// let parent = RateLimiter::new(Lease::parent_quota(&whole, life)?);
/// assert_eq!(parent.quota().burst(), 150);
///
/// let mut lease = Lease::new(16, life)?; // one a thread
/// let now = Instant::from_nanos(0);
/// assert!(lease.try_acquire(1, now, |n| parent.acquire_up_to(n, now)).is_allowed());
/// assert_eq!(lease.held(now), 15); // the next fifteen do not touch the parent
///
/// let (unused, taken_at) = lease.give_back(now);
/// assert_eq!(parent.refund(unused, taken_at, now), 15);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct Lease {
    size: u64,
    life: Span,
    left: u64,
    granted_at: Instant,
}

impl Lease {
    /// An empty lease that takes `size` tokens at a time and keeps them for `life`. A size above the parent's
    /// burst promises requests that the parent never has enough for: their tokens are taken and expire.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseOutOfRange`]: a size of 0.
    #[inline]
    pub const fn new(size: u64, life: Span) -> Result<Lease, Error> {
        if size == 0 {
            return Err(Error::LeaseOutOfRange);
        }
        let longest = i64::MAX as u64; // 292 years
        let life = if life.as_nanos() < longest { life } else { Span::from_nanos(longest) };
        Ok(Lease { size, life, left: 0, granted_at: Instant::ZERO })
    }

    /// The parent's quota: that of `whole`, with a burst that is lower by what may be outstanding, the
    /// tokens that come during `life`, rounded up.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseOutOfRange`]: no burst would be left.
    pub const fn parent_quota(whole: &Quota, life: Span) -> Result<Quota, Error> {
        let period = whole.period().as_nanos() as u128;
        if period == 0 {
            return Err(Error::PeriodOutOfRange); // no quota has it
        }
        let outstanding = (whole.limit() as u128 * life.as_nanos() as u128).div_ceil(period);
        if outstanding >= whole.burst() as u128 {
            return Err(Error::LeaseOutOfRange);
        }
        // OK because it is below the burst, a u64.
        let burst = whole.burst().saturating_sub(outstanding as u64);
        Quota::new(whole.limit(), whole.period(), burst)
    }

    /// Takes `n` tokens of those that are held; when they do not suffice, asks the parent once for as
    /// many as make the lease full. `n` above the size is [`Outcome::Never`].
    ///
    /// What is allowed tells how many the lease has left, and the rest of its life. When the parent has
    /// too few, what it gave is kept for the next call; denied with the parent's wait for one token, or
    /// with 1 ns when it gave some: ask again then.
    #[inline]
    pub fn try_acquire(
        &mut self,
        n: u64,
        now: Instant,
        grant: impl FnOnce(u64) -> Partial,
    ) -> Outcome {
        if n > 0 && n <= self.left && self.lives(now) {
            return self.spend(n, now);
        }
        self.refill(n, now, grant)
    }

    /// Tokens that are held and may be spent now.
    #[inline]
    pub fn held(&self, now: Instant) -> u64 {
        if self.lives(now) { self.left } else { 0 }
    }

    /// Not before the grant either: that is more than half of all time ago.
    #[inline]
    fn lives(&self, now: Instant) -> bool {
        now.as_nanos().wrapping_sub(self.granted_at.as_nanos()) <= self.life.as_nanos()
    }

    /// Empties the lease: how many tokens were not used, and when they were taken from the parent.
    #[inline]
    pub fn give_back(&mut self, now: Instant) -> (u64, Instant) {
        let unused = self.held(now);
        self.left = 0;
        (unused, self.granted_at)
    }

    /// Needs `n` to be held.
    #[inline]
    fn spend(&mut self, n: u64, now: Instant) -> Outcome {
        self.left = self.left.wrapping_sub(n);
        let rest = self.granted_at.saturating_add(self.life).saturating_since(now);
        Outcome::Allowed { remaining: self.left, reset_after: rest }
    }

    #[cold]
    fn refill(&mut self, n: u64, now: Instant, grant: impl FnOnce(u64) -> Partial) -> Outcome {
        if n > self.size {
            return Outcome::Never;
        }
        let held = self.held(now);
        if n == 0 {
            let rest = self.granted_at.saturating_add(self.life).saturating_since(now);
            return Outcome::Allowed { remaining: held, reset_after: rest };
        }
        // What is still held from before keeps its end, and so do the tokens that join it.
        if held == 0 {
            self.granted_at = now;
        }
        let Partial { taken, outcome } = grant(self.size.saturating_sub(held));
        self.left = held.saturating_add(taken);
        if self.left >= n {
            return self.spend(n, now);
        }
        match outcome {
            Outcome::Allowed { .. } => Outcome::Denied { retry_after: Span::from_nanos(1) },
            denied => denied,
        }
    }
}
