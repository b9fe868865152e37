//! Exponential backoff with jitter drawn from (seed, call, attempt).

use crate::reference::error::Error;

/// How the drawn number shapes a delay.
#[derive(Clone, Copy, Debug)]
pub enum Jitter {
    /// The base alone.
    None,
    /// Anything from 1 ns to the base.
    Full,
    /// The upper half of the base.
    Equal,
    /// The base, and from nothing to so much on top, within the cap.
    Additive(u128),
}

/// Delays that grow by a factor up to a cap.
#[derive(Clone, Debug)]
pub struct Backoff {
    initial: u128,
    factor: u128,
    cap: u128,
    jitter: Jitter,
}

impl Backoff {
    /// A backoff whose parts agree.
    ///
    /// # Errors
    /// [`Error::BackoffOutOfRange`] for an initial delay of 0, a factor of 0, a cap below the initial
    /// delay, or a jitter above the cap.
    pub fn new(initial: u64, factor: u32, cap: u64, jitter: Jitter) -> Result<Backoff, Error> {
        let (initial, factor, cap) = (u128::from(initial), u128::from(factor), u128::from(cap));
        let too_wide = matches!(jitter, Jitter::Additive(most) if most > cap);
        if initial == 0 || cap < initial || factor == 0 || too_wide {
            return Err(Error::BackoffOutOfRange);
        }
        Ok(Backoff { initial, factor, cap, jitter })
    }

    /// The delay before a retry, never 0; attempt 0 is the first retry.
    pub fn delay(&self, seed: u64, call: u64, attempt: u32) -> u128 {
        let u = mix(seed, call, attempt);
        let base = self.base(attempt);
        let delay = match self.jitter {
            Jitter::None => base,
            Jitter::Full => 1 + scale(u, base),
            Jitter::Equal => base - base / 2 + scale(u, base / 2 + 1),
            Jitter::Additive(most) => base.min(self.cap - most) + scale(u, most + 1),
        };
        delay.max(1)
    }

    /// min(cap, initial × factor^attempt).
    fn base(&self, attempt: u32) -> u128 {
        let mut base = self.initial;
        for _ in 0..attempt {
            if base >= self.cap || self.factor == 1 {
                break;
            }
            base *= self.factor;
        }
        base.min(self.cap)
    }
}

/// A number that depends on its three arguments and on nothing else.
pub fn mix(seed: u64, call: u64, attempt: u32) -> u64 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let call = call.wrapping_add(1);
    let attempt = u64::from(attempt).wrapping_add(1);
    let z = finish(seed.wrapping_add(GOLDEN.wrapping_mul(call)));
    finish(z.wrapping_add(GOLDEN.wrapping_mul(attempt)))
}

/// floor(u × k / 2⁶⁴), which is in 0..k.
pub fn scale(u: u64, k: u128) -> u128 {
    // OK because k is at most 2⁶⁴, so the product is below 2¹²⁸.
    (u128::from(u) * k) >> 64
}

/// The finisher of SplitMix64.
fn finish(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
