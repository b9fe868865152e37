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
    /// The delay and anything up to so many millionths of it more or less (gRPC: 200,000). At most
    /// 1,000,000. Near the cap the delay gives way.
    Around(u32),
    /// The delay and anything up to so many millionths of it more. At most 1,000,000. Near the cap
    /// the delay gives way.
    Above(u32),
    /// Anything from the first delay to three times the delay before, which is derived from the draws
    /// of the attempts before (AWS "decorrelated jitter"). Of the growth only the first delay counts.
    ///
    /// No retry comes before the first delay, so the cap should be well above it. From the 65th retry
    /// on only the last 64 draws count.
    Decorrelated,
    /// Polly's `DecorrelatedJitterBackoffV2`: near the first delay times 2ⁿ, smooth from nothing to
    /// about four times that, without the peaks that other kinds have at powers of two. Of the growth
    /// only the first delay counts; near the cap all delays shrink in proportion.
    ///
    /// The draw has 32 bits. The delay is that of the formula to within 1 ns and 2⁻³⁰ of it.
    DecorrelatedV2,
}

impl Jitter {
    /// Its name: `none`, `full`, `equal`, `additive`, `around`, `above`, `decorrelated`,
    /// `decorrelated_v2`.
    pub const fn name(self) -> &'static str {
        match self {
            Jitter::None => "none",
            Jitter::Full => "full",
            Jitter::Equal => "equal",
            Jitter::Additive(_) => "additive",
            Jitter::Around(_) => "around",
            Jitter::Above(_) => "above",
            Jitter::Decorrelated => "decorrelated",
            Jitter::DecorrelatedV2 => "decorrelated_v2",
        }
    }

    /// Whether a spread is one that delays up to `cap` can have.
    pub(super) const fn fits(self, cap: Span) -> bool {
        match self {
            Jitter::Additive(spread) => spread.as_nanos() <= cap.as_nanos(),
            Jitter::Around(millionths) | Jitter::Above(millionths) => millionths <= MILLION,
            _ => true,
        }
    }

    /// `base`, spread by the draw `u`; at most `cap` if `base` is. The decorrelated kinds need more
    /// than one draw and stand in `decorrelated`.
    #[inline]
    pub(crate) const fn apply(self, base: Span, cap: Span, u: u64) -> Span {
        let nanos = base.as_nanos();
        let half = nanos >> 1;
        Span::from_nanos(match self {
            Jitter::None | Jitter::Decorrelated | Jitter::DecorrelatedV2 => nanos,
            Jitter::Full => 1_u64.saturating_add(scale(u, nanos as u128)),
            // Never over: the half that is drawn is at most what was left out.
            Jitter::Equal => nanos.wrapping_sub(half).wrapping_add(scale(u, half as u128 + 1)),
            Jitter::Additive(spread) => {
                let room = cap.as_nanos().saturating_sub(spread.as_nanos());
                let nanos = if nanos < room { nanos } else { room };
                nanos.saturating_add(scale(u, spread.as_nanos() as u128 + 1))
            }
            Jitter::Around(millionths) => {
                let (nanos, part) = with_room(nanos, cap, millionths);
                nanos.saturating_sub(part).saturating_add(scale(u, part as u128 * 2 + 1))
            }
            Jitter::Above(millionths) => {
                let (nanos, part) = with_room(nanos, cap, millionths);
                nanos.saturating_add(scale(u, part as u128 + 1))
            }
        })
    }
}

/// The most of `nanos` that leaves room below the cap for so many millionths of it; and that part,
/// rounded down.
const fn with_room(nanos: u64, cap: Span, millionths: u32) -> (u64, u64) {
    let room = millionths_of(cap.as_nanos(), MILLION, millionths.saturating_add(MILLION));
    let nanos = if nanos < room { nanos } else { room };
    (nanos, millionths_of(nanos, millionths, MILLION))
}

/// `nanos · numerator / denominator`, rounded down; the numerator is at most the denominator.
const fn millionths_of(nanos: u64, numerator: u32, denominator: u32) -> u64 {
    match (nanos as u128 * numerator as u128).checked_div(denominator as u128) {
        Some(part) => part as u64,
        None => 0, // never: no denominator is 0
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

/// What is drawn in proportion is told in millionths.
const MILLION: u32 = 1_000_000;

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
            // The delay gives way: 80 ± 25 % and 80 + 25 % are within 100.
            (Jitter::Around(250_000), 60, 100),
            (Jitter::Above(250_000), 80, 100),
            (Jitter::Around(1_000_000), 0, 100),
        ] {
            assert_eq!(jitter.apply(base, cap, 0).as_nanos(), low, "{jitter:?}");
            assert_eq!(jitter.apply(base, cap, u64::MAX).as_nanos(), high, "{jitter:?}");
        }
        assert_eq!(Jitter::Full.apply(Span::MAX, Span::MAX, u64::MAX), Span::MAX);
        assert_eq!(Jitter::Around(1_000_000).apply(Span::MAX, Span::MAX, 0), Span::ZERO);
        let half = u64::MAX / 2;
        assert_eq!(Jitter::Above(1_000_000).apply(Span::MAX, Span::MAX, 0).as_nanos(), half);
    }

    /// Polly's `RetryHelperTests.Constant_Jitter_Ok`: 1 s and ±25 %, drawn 0, 0.4, 0.6 and 1.
    #[test]
    fn a_quarter_more_or_less_as_polly_draws_it() {
        let (second, cap) = (Span::from_secs(1), Span::from_secs(60));
        let fifth = u64::MAX / 5 + 1;
        for (u, millis) in [(0, 750), (2 * fifth, 950), (3 * fifth, 1_050), (u64::MAX, 1_250)] {
            let delay = Jitter::Around(250_000).apply(second, cap, u);
            assert_eq!(delay, Span::from_millis(millis), "{u}");
        }
    }
}
