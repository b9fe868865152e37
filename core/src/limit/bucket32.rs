//! `RateLimiter32`: the token bucket of a microcontroller, one 32-bit word of the caller's ticks.
//!
//! The same algorithm as [`RateLimiter`](super::RateLimiter), in the width that a small processor
//! changes in one step. The word holds the tick at which the bucket is full again, and ticks wrap;
//! so what the word lies ahead of `now` is read by this rule, where `B` is the ticks of a full bucket:
//!
//! * up to `B`: that much is lacking;
//! * up to `2B`: that much is lacking too, so the bucket is empty, and `now` is older than another
//!   caller's (an interrupt came in between) or the clock has stepped back a little;
//! * more: the word is in the past, and the bucket is full.
//!
//! `B` is at most 2³⁰, so that no sum wraps and three quarters of the circle or more mean "full". A
//! word of 0 has never been written: a full bucket at any `now`. A tick 0 is written as tick 1, one
//! tick late, never early.
//!
//! # Why not 64 bits
//!
//! Cortex-M and RV32 have no 64-bit compare-and-swap. There `AtomicU64` is a lock, and an interrupt
//! that meets the lock of what it interrupted waits for ever.

use crate::{cell::HalfWord, error::Error};

/// The quota of a [`RateLimiter32`], in the caller's ticks: 8 bytes that can stay in flash.
///
/// The interval between two tokens is rounded *up* to whole ticks, so the rate is never exceeded; it
/// is slow by less than one tick a token.
///
/// | one tick | longest time to refill the burst |
/// | --- | --- |
/// | 1 ms | 12.4 days |
/// | 1 / 32,768 s | 9.1 hours |
/// | 1 µs | 17.9 minutes |
/// | 1 / 48 MHz | 22.4 seconds |
///
/// # Examples
///
/// ```
/// use tidegate::{Error, Quota32};
///
/// // Ten a second, three at once, on a clock of 32,768 Hz.
/// static RADIO: Quota32 = match Quota32::new(10, 32_768, 3) {
///     Ok(quota) => quota,
///     Err(_) => panic!("checked by the compiler"),
/// };
/// assert_eq!((RADIO.interval(), RADIO.burst()), (3_277, 3)); // 3,276.8 ticks, rounded up
/// assert_eq!(Quota32::new(10, 9, 3), Err(Error::TicksTooCoarse));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota32 {
    /// Ticks that one token costs; 0 only if the burst is.
    interval: u32,
    /// `burst * interval` is at most 2³⁰.
    burst: u32,
}

impl Quota32 {
    /// `count` tokens each `period` ticks, of which up to `burst` may be taken at one instant.
    ///
    /// A count of 0 denies everything (the period and the burst are then ignored).
    ///
    /// # Errors
    ///
    /// * [`Error::TicksTooCoarse`]: the period has fewer ticks than tokens.
    /// * [`Error::BurstZero`]: the burst is 0.
    /// * [`Error::Burst32TooLarge`]: the burst takes more than 2³⁰ ticks to refill.
    pub const fn new(count: u32, period: u32, burst: u32) -> Result<Quota32, Error> {
        if count == 0 {
            return Quota32::every(0, 0);
        }
        if period < count {
            return Err(Error::TicksTooCoarse);
        }
        Quota32::every(period.div_ceil(count), burst)
    }

    /// One token every `interval` ticks, of which up to `burst` may be taken at one instant. Both 0
    /// deny everything, so that each quota is made again of its interval and burst.
    ///
    /// # Errors
    ///
    /// [`Error::TicksTooCoarse`] if only the interval is 0; the others as for [`new`](Self::new).
    pub const fn every(interval: u32, burst: u32) -> Result<Quota32, Error> {
        if interval == 0 && burst == 0 {
            return Ok(Quota32 { interval, burst });
        }
        if interval == 0 {
            return Err(Error::TicksTooCoarse);
        }
        if burst == 0 {
            return Err(Error::BurstZero);
        }
        match interval.checked_mul(burst) {
            Some(window) if window <= MAX_WINDOW => Ok(Quota32 { interval, burst }),
            _ => Err(Error::Burst32TooLarge),
        }
    }

    /// Ticks between two tokens, rounded up; 0 when the count is 0.
    #[inline]
    pub const fn interval(&self) -> u32 {
        self.interval
    }

    /// Tokens that may be taken at one instant; 0 when the count is 0.
    #[inline]
    pub const fn burst(&self) -> u32 {
        self.burst
    }

    /// Ticks of `n` tokens; at most 2³⁰ because `n` is at most the burst.
    #[inline(always)]
    const fn cost_of(&self, n: u32) -> u32 {
        n.wrapping_mul(self.interval)
    }
}

/// One token bucket in four bytes, for microcontrollers: in RAM the word, in flash the quota, which
/// comes with each call.
///
/// In every window of `w` ticks of the callers' `now` it admits at most burst + count · w / period
/// tokens, exactly. Memory of zeros is a full bucket.
///
/// # Clocks
///
/// `now` is any counter that wraps at 2³² and counts up: give always the same one. It may be older
/// than another caller's by less than the ticks of a full bucket, which an interrupt can cause: that
/// is denied what the newer one took, and never gains. A clock that steps further back is taken for
/// one that has gone round, and the bucket is full: one burst more, once. After idling for longer
/// than the counter takes to wrap, less two buckets' time, the bucket may look emptier than it is, or
/// be denied, until that turn of the counter is over.
///
/// # Concurrency
///
/// Any number of threads and interrupts share one limiter through `&self`; they must give the same
/// quota. A call is one load and, when it takes tokens, one compare-and-swap. On Cortex-M3 and above
/// that is done by the processor; on Cortex-M0 and RV32 without atomics by `portable-atomic`, whose
/// interrupt-free section lasts a few instructions (choose one of the two features of this crate).
/// A denial writes nothing.
///
/// # Examples
///
/// ```
/// use tidegate::{Outcome32, Quota32, RateLimiter32};
///
/// static QUOTA: Quota32 = match Quota32::new(5, 1_000, 2) {
///     Ok(quota) => quota,
///     Err(_) => panic!("checked by the compiler"),
/// };
/// static LIMITER: RateLimiter32 = RateLimiter32::new();
///
/// let now = u32::MAX - 50; // the counter wraps in a moment
/// assert_eq!(LIMITER.try_acquire(&QUOTA, 2, now), Outcome32::ALLOWED);
/// assert_eq!(LIMITER.try_acquire(&QUOTA, 1, now).retry_after(), Some(200));
/// assert_eq!(LIMITER.try_acquire(&QUOTA, 1, now.wrapping_add(200)), Outcome32::ALLOWED);
/// assert_eq!(LIMITER.try_acquire(&QUOTA, 3, now), Outcome32::NEVER);
/// ```
#[derive(Debug)]
#[repr(transparent)]
pub struct RateLimiter32 {
    tat: HalfWord,
}

impl RateLimiter32 {
    /// A full bucket.
    #[inline]
    pub const fn new() -> RateLimiter32 {
        RateLimiter32 { tat: HalfWord::new(0) }
    }

    /// Takes `n` tokens if they are there. `n` = 0 is allowed and takes nothing; `n` above the burst
    /// is [`Outcome32::NEVER`].
    #[inline]
    pub fn try_acquire(&self, quota: &Quota32, n: u32, now: u32) -> Outcome32 {
        if is_decided(quota, n) {
            return outcome_of_none(n);
        }
        self.tat.update(|tat| match decide(quota, tat, n, now) {
            Ok(next) => (Some(next), Outcome32::ALLOWED),
            Err(wait) => (None, Outcome32(wait)),
        })
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes nothing.
    #[inline]
    pub fn peek(&self, quota: &Quota32, n: u32, now: u32) -> Outcome32 {
        if is_decided(quota, n) {
            return outcome_of_none(n);
        }
        decide(quota, self.tat.get(), n, now).map_or_else(Outcome32, |_| Outcome32::ALLOWED)
    }

    /// Whole tokens that can be taken at `now`, rounded down. The only division here.
    #[inline]
    pub fn remaining(&self, quota: &Quota32, now: u32) -> u32 {
        let window = quota.cost_of(quota.burst);
        let left = window.saturating_sub(debt(self.tat.get(), now, window));
        left.checked_div(quota.interval).unwrap_or(0)
    }
}

impl Default for RateLimiter32 {
    fn default() -> RateLimiter32 {
        RateLimiter32::new()
    }
}

/// What a [`RateLimiter32`] answers: the wait in ticks, in one register.
///
/// # Examples
///
/// ```
/// use tidegate::{Outcome32, Quota32, RateLimiter32};
///
/// let quota = Quota32::new(1, 100, 1)?;
/// let limiter = RateLimiter32::new();
/// assert!(limiter.try_acquire(&quota, 1, 7).is_allowed());
/// assert_eq!(limiter.peek(&quota, 1, 7).ticks(), 100);
/// assert_eq!(Outcome32::NEVER.ticks(), u32::MAX);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a denied request must not be done"]
#[repr(transparent)]
pub struct Outcome32(u32);

impl Outcome32 {
    /// The tokens were taken.
    pub const ALLOWED: Outcome32 = Outcome32(0);
    /// More than the bucket can ever hold; nothing was taken and no wait would help.
    pub const NEVER: Outcome32 = Outcome32(u32::MAX);

    /// Whether the tokens were taken.
    #[inline]
    pub const fn is_allowed(self) -> bool {
        self.0 == 0
    }

    /// The exact wait of a denial, in ticks: after it the same request succeeds if nobody else takes
    /// tokens, one tick earlier it does not. At most 2³¹.
    #[inline]
    pub const fn retry_after(self) -> Option<u32> {
        match self {
            Outcome32::ALLOWED | Outcome32::NEVER => None,
            Outcome32(wait) => Some(wait),
        }
    }

    /// The wait as one number: 0 for allowed, `u32::MAX` for never.
    #[inline]
    pub const fn ticks(self) -> u32 {
        self.0
    }
}

/// Whether the answer does not depend on the bucket: `n` is 0, or above the burst. One comparison,
/// since 0 - 1 wraps to the largest number.
#[inline(always)]
const fn is_decided(quota: &Quota32, n: u32) -> bool {
    n.wrapping_sub(1) >= quota.burst
}

/// That answer.
#[inline(always)]
const fn outcome_of_none(n: u32) -> Outcome32 {
    if n == 0 { Outcome32::ALLOWED } else { Outcome32::NEVER }
}

/// The new word, or the wait. No sum wraps but those of ticks: a debt is at most 2³¹, a cost at most
/// 2³⁰.
#[inline(always)]
const fn decide(quota: &Quota32, tat: u32, n: u32, now: u32) -> Result<u32, u32> {
    let window = quota.cost_of(quota.burst);
    let after = debt(tat, now, window).wrapping_add(quota.cost_of(n));
    if after > window {
        return Err(after.wrapping_sub(window));
    }
    let next = now.wrapping_add(after);
    // 0 stands for a bucket that was never used; a tick late is in favour of the limit.
    Ok(if next == 0 { 1 } else { next })
}

/// The ticks that the bucket lacks, by the rule above; at most `2 * window`.
#[inline(always)]
const fn debt(tat: u32, now: u32, window: u32) -> u32 {
    let ahead = tat.wrapping_sub(now);
    if tat == 0 || ahead > window << 1 { 0 } else { ahead }
}

/// Leaves half of the circle for a bucket that is full, and a quarter for callers that are late.
const MAX_WINDOW: u32 = 1 << 30;

const _: () = assert!(size_of::<RateLimiter32>() == 4 && size_of::<Quota32>() == 8);

#[cfg(test)]
mod tests {
    use super::{MAX_WINDOW, Outcome32, Quota32, RateLimiter32};
    use crate::error::Error;

    #[test]
    fn bounds_name_what_they_refuse() {
        assert_eq!(Quota32::new(11, 10, 1), Err(Error::TicksTooCoarse));
        assert_eq!(Quota32::new(1, 10, 0), Err(Error::BurstZero));
        assert_eq!(Quota32::new(1, MAX_WINDOW, 2), Err(Error::Burst32TooLarge));
        assert_eq!(Quota32::new(1, u32::MAX, u32::MAX), Err(Error::Burst32TooLarge));
        assert!(Quota32::new(1, MAX_WINDOW, 1).is_ok() && Quota32::new(1, 1, MAX_WINDOW).is_ok());
        assert_eq!(Quota32::new(0, 0, 0).map(|quota| quota.burst()), Ok(0));
        assert_eq!(Quota32::every(0, 1), Err(Error::TicksTooCoarse));
        assert_eq!(Quota32::every(1, 0), Err(Error::BurstZero));
        assert_eq!(Quota32::every(0, 0), Quota32::new(0, 7, 7));
    }

    #[test]
    fn zeros_are_a_full_bucket_at_any_time() {
        let quota = Quota32::new(1, 1_000, 3).unwrap();
        for now in [0, 1, 500, u32::MAX, u32::MAX - 2_999, 1 << 31] {
            let limiter = RateLimiter32::new();
            assert_eq!(limiter.remaining(&quota, now), 3);
            assert_eq!(limiter.try_acquire(&quota, 3, now), Outcome32::ALLOWED);
            assert_eq!(limiter.remaining(&quota, now), 0);
        }
    }

    #[test]
    fn a_tick_0_is_a_tick_late() {
        let quota = Quota32::new(1, 1_000, 1).unwrap();
        let limiter = RateLimiter32::new();
        let now = 0_u32.wrapping_sub(1_000);
        assert_eq!(limiter.try_acquire(&quota, 1, now), Outcome32::ALLOWED);
        assert_eq!(limiter.try_acquire(&quota, 1, now).retry_after(), Some(1_001));
        assert_eq!(limiter.peek(&quota, 1, 0).retry_after(), Some(1));
        assert_eq!(limiter.peek(&quota, 1, 1), Outcome32::ALLOWED);
    }

    #[test]
    fn eight_threads_never_take_more_than_the_burst() {
        extern crate std;
        let (quota, limiter) = (Quota32::new(1, 1_000, 1_000).unwrap(), RateLimiter32::new());
        let taken: u32 = std::thread::scope(|scope| {
            let threads: std::vec::Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let allowed = |_| limiter.try_acquire(&quota, 1, u32::MAX).is_allowed();
                        (0..1_000).map(allowed).map(u32::from).sum::<u32>()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 1_000);
    }

    #[test]
    fn a_late_caller_gains_nothing_and_is_told_the_whole_wait() {
        let quota = Quota32::new(1, 100, 2).unwrap();
        let limiter = RateLimiter32::new();
        assert_eq!(limiter.try_acquire(&quota, 2, 10_000), Outcome32::ALLOWED);
        assert_eq!(limiter.try_acquire(&quota, 1, 9_850).retry_after(), Some(250));
        assert_eq!(limiter.remaining(&quota, 9_850), 0);
        assert_eq!(limiter.try_acquire(&quota, 1, 10_099).retry_after(), Some(1));
        assert_eq!(limiter.try_acquire(&quota, 1, 10_100), Outcome32::ALLOWED);
    }
}
