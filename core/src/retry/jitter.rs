//! `Jitter`: how a delay is spread, without a random number generator.
//!
//! The draw is a hash of `(seed, call, attempt)`, so that every language draws the same number and a
//! test can name it. Different seeds (one a process or device) spread clients; different calls
//! spread the requests of one client.

use crate::time::Span;

/// How a delay is spread. Every kind stays within the cap *and* is still spread at the cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Jitter {
    /// Not at all.
    None,
    /// Anything from 1 ns to the delay (AWS "full jitter").
    Full,
    /// Half of the delay, rounded up, and anything up to the other half (AWS "equal jitter").
    Equal,
    /// The delay and anything from 0 to this much. Near the cap the delay gives way, so that the
    /// sum keeps its spread: peers that cap the sum instead send everybody at the same time.
    Additive(Span),
}

impl Jitter {
    /// `base`, spread by the draw `u`; at most `cap` if `base` is.
    #[inline]
    pub(crate) const fn apply(self, base: Span, cap: Span, u: u64) -> Span {
        let nanos = base.as_nanos();
        let half = nanos >> 1;
        Span::from_nanos(match self {
            Jitter::None => nanos,
            Jitter::Full => 1_u64.saturating_add(scale(u, nanos as u128)),
            // Never over: the half that is drawn is at most what was left out.
            Jitter::Equal => nanos.wrapping_sub(half).wrapping_add(scale(u, half as u128 + 1)),
            Jitter::Additive(spread) => {
                let room = cap.as_nanos().saturating_sub(spread.as_nanos());
                let nanos = if nanos < room { nanos } else { room };
                nanos.saturating_add(scale(u, spread.as_nanos() as u128 + 1))
            }
        })
    }
}

/// The draw for one attempt of one call: 64 bits, the same in every language.
///
/// The finalizer of SplitMix64 (Steele, Lea, Flood: *Fast splittable pseudorandom number
/// generators*, 2014) over the three numbers in turn.
///
/// # Examples
///
/// ```
/// assert_ne!(tidegate::retry::mix(1, 0, 0), tidegate::retry::mix(1, 0, 1));
/// ```
#[inline]
pub const fn mix(seed: u64, call: u64, attempt: u32) -> u64 {
    let state = finalize(seed.wrapping_add(GAMMA.wrapping_mul(call.wrapping_add(1))));
    finalize(state.wrapping_add(GAMMA.wrapping_mul(attempt as u64 + 1)))
}

const fn finalize(z: u64) -> u64 {
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The golden ratio in 64 bits, the generator's increment.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// `u`, taken as a fraction of 2⁶⁴, of `count` values: 0 to `count - 1`, without a division.
/// `count` is at most 2⁶⁴, so the result fits.
#[inline]
pub(crate) const fn scale(u: u64, count: u128) -> u64 {
    ((u as u128).wrapping_mul(count) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::Jitter;
    use crate::time::Span;

    #[test]
    fn every_kind_reaches_both_ends_and_stays_inside() {
        let (base, cap) = (Span::from_nanos(100), Span::from_nanos(100));
        for (jitter, low, high) in [
            (Jitter::None, 100, 100),
            (Jitter::Full, 1, 100),
            (Jitter::Equal, 50, 100),
            (Jitter::Additive(Span::from_nanos(30)), 70, 100),
        ] {
            assert_eq!(jitter.apply(base, cap, 0).as_nanos(), low, "{jitter:?}");
            assert_eq!(jitter.apply(base, cap, u64::MAX).as_nanos(), high, "{jitter:?}");
        }
        assert_eq!(Jitter::Full.apply(Span::MAX, Span::MAX, u64::MAX), Span::MAX);
    }
}
