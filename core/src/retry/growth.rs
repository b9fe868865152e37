//! How the delays of a [`Backoff`](super::Backoff) grow, before they are spread.
//!
//! Integers only. Every shape saturates at the cap and none goes down, up to attempt `u32::MAX`.

use core::num::NonZeroU32;

use crate::time::Span;

/// The most delays that a list may have.
pub(super) const MOST_DELAYS: usize = 8;

/// One shape; nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growth {
    /// `initial · factorⁿ`
    Whole { initial: u64, factor: u32 },
    /// `initial · (numerator/denominator)ⁿ`; at least 1.01.
    Ratio { initial: u64, numerator: u32, denominator: NonZeroU32 },
    /// `initial + n · step`
    Linear { initial: u64, step: u64 },
    /// `initial · (n + 1)^power`
    Polynomial { initial: u64, power: u32 },
    /// `initial` times 1, 1, 2, 3, 5, 8, …
    Fibonacci { initial: u64 },
    /// As listed, then the last one for ever.
    List { delays: [u64; MOST_DELAYS], last: u64 },
}

impl Growth {
    /// `initial` times a ratio for each attempt; `None` below 1, and above 1 but below 1.01.
    pub(super) const fn ratio(initial: u64, numerator: u32, denominator: u32) -> Option<Growth> {
        let Some(denominator) = NonZeroU32::new(denominator) else { return None };
        if numerator.is_multiple_of(denominator.get()) {
            let factor = match numerator.checked_div(denominator.get()) {
                Some(0) | None => return None,
                Some(factor) => factor,
            };
            return Some(Growth::Whole { initial, factor });
        }
        // Below that the cap is thousands of steps away.
        if (numerator as u64) * 100 < (denominator.get() as u64) * 101 {
            return None;
        }
        Some(Growth::Ratio { initial, numerator, denominator })
    }

    /// The listed delays; `None` if there are none, more than eight, or one that is 0 or above `cap`.
    pub(super) const fn list(listed: &[Span], cap: u64) -> Option<Growth> {
        let Some(last) = listed.last() else { return None };
        let mut delays = [last.as_nanos(); MOST_DELAYS];
        let (mut from, mut to): (&[Span], &mut [u64]) = (listed, &mut delays);
        while let [delay, listed @ ..] = from {
            let [place, places @ ..] = to else { return None };
            if delay.as_nanos() == 0 || delay.as_nanos() > cap {
                return None;
            }
            *place = delay.as_nanos();
            (from, to) = (listed, places);
        }
        Some(Growth::List { delays, last: last.as_nanos() })
    }

    /// The delay before retry number `attempt`, from 0; at most `cap`.
    pub(super) const fn at(&self, attempt: u32, cap: u64) -> u64 {
        let nanos = match *self {
            Growth::Whole { initial, factor } => {
                initial.saturating_mul((factor as u64).saturating_pow(attempt))
            }
            Growth::Ratio { initial, numerator, denominator } => {
                power_of_ratio(initial, numerator, denominator, attempt, cap)
            }
            Growth::Linear { initial, step } => {
                initial.saturating_add(step.saturating_mul(attempt as u64))
            }
            Growth::Polynomial { initial, power } => {
                initial.saturating_mul((attempt as u64 + 1).saturating_pow(power))
            }
            Growth::Fibonacci { initial } => fibonacci(initial, attempt, cap),
            Growth::List { ref delays, last } => {
                match delays.as_slice().split_at_checked(attempt as usize) {
                    Some((_, [delay, ..])) => *delay,
                    _ => last,
                }
            }
        };
        if nanos < cap { nanos } else { cap }
    }
}

/// In steps of 2⁻³² ns that are rounded up: never early, and off by less than a nanosecond where that
/// fraction does not hold the value. At most 4,459 steps, because the ratio is at least 1.01.
const fn power_of_ratio(
    initial: u64,
    numerator: u32,
    denominator: NonZeroU32,
    attempt: u32,
    cap: u64,
) -> u64 {
    let (mut delay, cap) = ((initial as u128) << FRACTION, (cap as u128) << FRACTION);
    let mut left = attempt;
    while left > 0 && delay < cap {
        // Never wraps: the delay is below 2⁹⁶ and the numerator below 2³².
        delay = delay.wrapping_mul(numerator as u128).div_ceil(denominator.get() as u128);
        left -= 1;
    }
    let delay = if delay < cap { delay } else { cap };
    delay.div_ceil(1 << FRACTION) as u64
}

/// Stops at the cap, which is at most 93 steps away.
const fn fibonacci(initial: u64, attempt: u32, cap: u64) -> u64 {
    let (mut this, mut next, mut left) = (initial, initial, attempt);
    while left > 0 && this < cap {
        (this, next) = (next, this.saturating_add(next));
        left -= 1;
    }
    this
}

const FRACTION: u32 = 32;

#[cfg(test)]
mod tests {
    use super::Growth;

    #[test]
    fn nothing_goes_down_and_nothing_passes_the_cap() {
        let cap = 1_000_003;
        for initial in [1, 7, cap] {
            for growth in [
                Growth::Whole { initial, factor: 1 },
                Growth::Whole { initial, factor: 3 },
                Growth::ratio(initial, 101, 100).unwrap(),
                Growth::ratio(initial, 3, 2).unwrap(),
                Growth::Linear { initial, step: 0 },
                Growth::Linear { initial, step: u64::MAX },
                Growth::Polynomial { initial, power: 0 },
                Growth::Polynomial { initial, power: 2 },
                Growth::Fibonacci { initial },
            ] {
                let delays = |attempt| growth.at(attempt, cap);
                assert_eq!(delays(0), initial);
                assert!((0..2_000).all(|n| delays(n) <= delays(n + 1)), "{growth:?}");
                assert!(delays(u32::MAX) <= cap, "{growth:?}");
            }
        }
    }

    #[test]
    fn the_longest_ratio_ends_at_the_longest_cap() {
        let growth = Growth::ratio(1, 101, 100).unwrap();
        assert_eq!(growth.at(u32::MAX, u64::MAX), u64::MAX);
        assert!(growth.at(4_450, u64::MAX) < u64::MAX);
        assert_eq!(growth.at(4_459, u64::MAX), u64::MAX);
        assert_eq!(Growth::ratio(1, 1_009, 1_000), None);
        assert_eq!(Growth::ratio(9, 6, 3), Some(Growth::Whole { initial: 9, factor: 2 }));
    }
}
