//! Backoff with jitter drawn from (seed, call, attempt).

use crate::reference::decorrelated::{decorrelated, decorrelated_v2};
use crate::reference::error::Error;
use crate::reference::growth::Growth;

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

/// All the ways in which a delay is spread.
#[derive(Clone, Copy, Debug)]
pub enum Spread {
    /// One of the first four.
    Plain(Jitter),
    /// So many millionths of the base, up or down.
    Around(u128),
    /// So many millionths of the base, up.
    Above(u128),
    /// AWS' decorrelated one.
    Decorrelated,
    /// Polly's decorrelated one.
    DecorrelatedV2,
}

/// Delays that grow up to a cap.
#[derive(Clone, Debug)]
pub struct Backoff {
    growth: Growth,
    cap: u128,
    spread: Spread,
    /// Whether a retry without a wait comes before them.
    pub at_once: bool,
}

impl Backoff {
    /// A backoff whose parts agree.
    ///
    /// # Errors
    /// [`Error::BackoffOutOfRange`] for a growth that is not valid, a jitter above the cap, or more
    /// than 10⁶ millionths.
    pub fn new(growth: Growth, cap: u64, spread: Spread) -> Result<Backoff, Error> {
        let cap = u128::from(cap);
        let fits = match spread {
            Spread::Plain(Jitter::Additive(most)) => most <= cap,
            Spread::Around(part) | Spread::Above(part) => part <= MILLION,
            _ => true,
        };
        if !growth.is_valid(cap) || !fits {
            return Err(Error::BackoffOutOfRange);
        }
        Ok(Backoff { growth, cap, spread, at_once: false })
    }

    /// The delay before a retry; attempt 0 is the first retry. Never 0 unless that is asked for.
    pub fn delay(&self, seed: u64, call: u64, attempt: u32) -> u128 {
        if self.at_once && attempt == 0 {
            return 0;
        }
        let attempt = attempt - u32::from(self.at_once);
        let (first, cap) = (self.growth.first(), self.cap);
        let u = mix(seed, call, attempt);
        let base = self.growth.at(attempt, cap);
        // The most that, with its part, is within the cap.
        let with = |part: u128| {
            let base = base.min(cap * MILLION / (MILLION + part));
            (base, base * part / MILLION)
        };
        let delay = match self.spread {
            Spread::Plain(Jitter::None) => base,
            Spread::Plain(Jitter::Full) => 1 + scale(u, base),
            Spread::Plain(Jitter::Equal) => base - base / 2 + scale(u, base / 2 + 1),
            Spread::Plain(Jitter::Additive(most)) => base.min(cap - most) + scale(u, most + 1),
            Spread::Around(part) => {
                let (base, part) = with(part);
                base - part + scale(u, 2 * part + 1)
            }
            Spread::Above(part) => {
                let (base, part) = with(part);
                base + scale(u, part + 1)
            }
            Spread::Decorrelated => decorrelated(first, cap, seed, call, attempt),
            Spread::DecorrelatedV2 => decorrelated_v2(first, cap, seed, call, attempt),
        };
        delay.max(1)
    }
}

const MILLION: u128 = 1_000_000;

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
