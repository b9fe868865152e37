//! The backoff of 32 bits: the shapes of the other one, with a draw of its own.

use crate::reference::backoff::Jitter;
use crate::reference::error::Error;

/// Delays that grow by a factor up to a cap, in ticks.
#[derive(Clone, Debug)]
pub struct Backoff32 {
    initial: u128,
    factor: u128,
    cap: u128,
    jitter: Jitter,
}

impl Backoff32 {
    /// A backoff whose parts agree.
    ///
    /// # Errors
    /// [`Error::BackoffOutOfRange`] for an initial delay of 0, a factor of 0, a cap below the initial
    /// delay, or a jitter above the cap.
    pub fn new(initial: u32, factor: u32, cap: u32, jitter: Jitter) -> Result<Backoff32, Error> {
        let (initial, factor, cap) = (u128::from(initial), u128::from(factor), u128::from(cap));
        let too_wide = matches!(jitter, Jitter::Additive(most) if most > cap);
        if initial == 0 || cap < initial || factor == 0 || too_wide {
            return Err(Error::BackoffOutOfRange);
        }
        Ok(Backoff32 { initial, factor, cap, jitter })
    }

    /// The delay before a retry, never 0; attempt 0 is the first retry.
    pub fn delay(&self, seed: u32, call: u32, attempt: u32) -> u128 {
        let u = mix(seed, call, attempt);
        let mut base = self.initial;
        for _ in 0..attempt {
            if base >= self.cap || self.factor == 1 {
                break;
            }
            base *= self.factor;
        }
        let base = base.min(self.cap);
        let delay = match self.jitter {
            Jitter::None => base,
            Jitter::Full => 1 + ((u * base) >> 32),
            Jitter::Equal => base - base / 2 + ((u * (base / 2 + 1)) >> 32),
            Jitter::Additive(most) => base.min(self.cap - most) + ((u * (most + 1)) >> 32),
        };
        delay.max(1)
    }
}

/// A number below 2³² that depends on its three arguments and on nothing else.
fn mix(seed: u32, call: u32, attempt: u32) -> u128 {
    const GOLDEN: u128 = 0x9e37_79b9;
    let z = finish(u128::from(seed) + GOLDEN * (u128::from(call) + 1));
    finish(z + GOLDEN * (u128::from(attempt) + 1))
}

/// The finisher of MurmurHash3, modulo 2³².
fn finish(z: u128) -> u128 {
    const TURN: u128 = 1 << 32;
    let z = z % TURN;
    let z = (z ^ (z >> 16)) * 0x85eb_ca6b % TURN;
    let z = (z ^ (z >> 13)) * 0xc2b2_ae35 % TURN;
    z ^ (z >> 16)
}
