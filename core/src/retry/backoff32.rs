//! `Backoff32`: the delay before each retry in 32 bits, for microcontrollers.
//!
//! The shapes are those of [`Backoff`](super::Backoff) and [`Jitter`](super::Jitter), in the caller's
//! ticks. The draw is a 32-bit hash: a 64-bit one is five calls of a multiplication routine on a
//! Cortex-M0. There is no division.

use crate::error::Error;

/// How a delay of a [`Backoff32`] is spread. Every kind stays within the cap *and* is still spread at
/// the cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Jitter32 {
    /// Not at all.
    None,
    /// Anything from 1 tick to the delay.
    Full,
    /// Half of the delay, rounded up, and anything up to the other half.
    Equal,
    /// The delay and anything from 0 to so many ticks. Near the cap the delay gives way.
    Additive(u32),
}

/// Delays that grow by a factor up to a cap: `min(cap, initial · factorⁿ)` ticks, spread by a
/// [`Jitter32`]. A factor of 1 is a constant delay.
///
/// # Examples
///
/// ```
/// use tidegate::{Backoff32, Jitter32};
///
/// // On a clock of 1 kHz: 2ⁿ seconds and up to one more, within a minute.
/// static BACKOFF: Backoff32 = match Backoff32::new(1_000, 2, 60_000, Jitter32::Additive(1_000)) {
///     Ok(backoff) => backoff,
///     Err(_) => panic!("checked by the compiler"),
/// };
/// assert_eq!(BACKOFF.delay(7, 0, 2), 4_948);
/// assert!(BACKOFF.delay(7, 0, u32::MAX) <= 60_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff32 {
    initial: u32,
    factor: u32,
    cap: u32,
    jitter: Jitter32,
}

impl Backoff32 {
    /// Delays from `initial` ticks, each `factor` times the one before, up to `cap` ticks.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: `initial` is 0, `cap` is below it, `factor` is 0, or an additive
    /// jitter is longer than the cap.
    pub const fn new(
        initial: u32,
        factor: u32,
        cap: u32,
        jitter: Jitter32,
    ) -> Result<Backoff32, Error> {
        let spread = if let Jitter32::Additive(spread) = jitter { spread } else { 0 };
        if initial == 0 || cap < initial || factor == 0 || spread > cap {
            return Err(Error::BackoffOutOfRange);
        }
        Ok(Backoff32 { initial, factor, cap, jitter })
    }

    /// The delay in ticks before retry number `attempt`, counted from 0, of a call; never 0 and never
    /// above the cap, for any attempt. The same arguments give the same delay in every language.
    pub const fn delay(&self, seed: u32, call: u32, attempt: u32) -> u32 {
        let ticks = self.initial.saturating_mul(self.factor.saturating_pow(attempt));
        let base = if ticks < self.cap { ticks } else { self.cap };
        let draw = mix32(seed, call, attempt);
        let half = base >> 1;
        // Never over: what is drawn is at most what was left out before.
        let delay = match self.jitter {
            Jitter32::None => base,
            Jitter32::Full => scale(draw, base as u64).wrapping_add(1),
            Jitter32::Equal => base.wrapping_sub(half).wrapping_add(scale(draw, half as u64 + 1)),
            Jitter32::Additive(spread) => {
                let room = self.cap.saturating_sub(spread);
                let base = if base < room { base } else { room };
                base.wrapping_add(scale(draw, spread as u64 + 1))
            }
        };
        // Only an additive jitter as long as the cap can draw nothing at all.
        if delay == 0 { 1 } else { delay }
    }
}

/// The draw for one attempt of one call: 32 bits, the same in every language.
///
/// The finalizer of MurmurHash3 (Appleby, 2011; public domain) over the three numbers in turn. Give
/// each device a seed of its own, such as its serial number.
///
/// # Examples
///
/// ```
/// assert_ne!(tidegate::retry::mix32(1, 0, 0), tidegate::retry::mix32(1, 0, 1));
/// ```
#[inline]
pub const fn mix32(seed: u32, call: u32, attempt: u32) -> u32 {
    let state = finalize(seed.wrapping_add(GAMMA.wrapping_mul(call.wrapping_add(1))));
    finalize(state.wrapping_add(GAMMA.wrapping_mul(attempt.wrapping_add(1))))
}

const fn finalize(z: u32) -> u32 {
    let z = (z ^ z >> 16).wrapping_mul(0x85eb_ca6b);
    let z = (z ^ z >> 13).wrapping_mul(0xc2b2_ae35);
    z ^ z >> 16
}

/// The golden ratio in 32 bits.
const GAMMA: u32 = 0x9e37_79b9;

/// `draw`, taken as a fraction of 2³², of `count` values: 0 to `count - 1`, without a division.
/// `count` is at most 2³², so the result fits.
#[inline]
const fn scale(draw: u32, count: u64) -> u32 {
    ((draw as u64).wrapping_mul(count) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::{Backoff32, Jitter32, scale};

    #[test]
    fn at_the_cap_devices_are_still_spread() {
        for jitter in [Jitter32::Full, Jitter32::Equal, Jitter32::Additive(1_000)] {
            let backoff = Backoff32::new(1_000, 2, 60_000, jitter).unwrap();
            let delays = [1, 2, 3].map(|seed| backoff.delay(seed, 0, 40));
            assert!(delays.iter().all(|&delay| delay <= 60_000));
            assert!(delays[0] != delays[1] && delays[1] != delays[2], "{jitter:?}");
        }
    }

    #[test]
    fn the_draw_reaches_both_ends() {
        assert_eq!((scale(0, 1 << 32), scale(u32::MAX, 1 << 32)), (0, u32::MAX));
        assert_eq!((scale(0, 7), scale(u32::MAX, 7)), (0, 6));
    }
}
