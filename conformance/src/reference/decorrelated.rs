//! The two kinds of jitter in which a delay depends on the draw before it.

use crate::reference::backoff::{mix, scale};

/// From the first delay to three times the one before it, within the cap; the chain of at most 64
/// draws begins at the first delay.
pub fn decorrelated(first: u128, cap: u128, seed: u64, call: u64, attempt: u32) -> u128 {
    let mut delay = first;
    for number in attempt.saturating_sub(63)..=attempt {
        let high = (3 * delay).min(cap);
        delay = first + scale(mix(seed, call, number), high - first + 1);
    }
    delay
}

/// Polly's curve from the draw before to this draw, in fixed point:
///
/// * A draw is the upper half of the mixed number. From attempt 64 on the curve is that of 64.
/// * A value of the curve counts 2⁻⁴⁰ of 2 to the power of its own attempt.
/// * The delay is (2 × here − before) × first × 2^attempt × 5 / (7 × 2⁴¹), rounded down.
/// * Should the longest delay of the attempt, by that formula, be above the cap, then it is
///   cap × (2 × here − before) / (2 × longest − least), rounded down.
pub fn decorrelated_v2(first: u128, cap: u128, seed: u64, call: u64, attempt: u32) -> u128 {
    let number = attempt.min(64);
    let draw = |attempt| u128::from(mix(seed, call, attempt) >> 32);
    let mut width = 2 * curve(number, draw(attempt));
    let mut longest = 4 * curve(number + 1, 0);
    if number > 0 {
        width = width.saturating_sub(curve(number - 1, draw(attempt - 1)));
        longest -= curve(number - 1, 0);
    }
    let width = width.min(longest);
    // The longest delay is more than half of first × 2^attempt; more than this would not fit.
    let over = number >= 64 || first << number > 2 * cap;
    if over || (first << number) * longest * 5 > cap * (7 << 41) {
        return cap * width / longest;
    }
    (first << number) * width * 5 / (7 << 41)
}

/// 2^u × tanh(2 √(number + u)) in units of 2⁻⁴⁰; `u` in units of 2⁻³².
///
/// tanh(x) = (1 − q) ÷ (1 + q), q = 2^−y, y = 4 √t × log₂e. The root and y are rounded down to 2⁻⁴⁰,
/// powers and quotients to 2⁻⁶².
fn curve(number: u32, u: u128) -> u128 {
    let t = (u128::from(number) << 32) + u;
    // √(16 t), where t has 32 places and the root 40.
    let y = root(t << (4 + 80 - 32)) * 1_442_695_040_888_963_407 / 10_u128.pow(18);
    let whole = (y >> 40) + 1;
    let q = two_to((whole << 40) - y) >> whole;
    let tanh = ((ONE - q) << 62) / (ONE + q);
    (two_to(u << 8) * tanh) >> (62 + 62 - 40)
}

/// 2 to a power of at most 1 that counts 2⁻⁴⁰: the product of one root of 2 for each of its bits,
/// every root and product rounded down to 2⁻⁶².
fn two_to(power: u128) -> u128 {
    let mut product = ONE;
    let mut this = 2 * ONE;
    for bit in (0..=40).rev() {
        if power >> bit & 1 == 1 {
            product = (product * this) >> 62;
        }
        this = root(this << 62);
    }
    product
}

const ONE: u128 = 1 << 62;

/// The largest number whose square is at most `square`: bit by bit.
fn root(square: u128) -> u128 {
    let mut root = 0_u128;
    for bit in (0..64).rev() {
        let next = root | 1 << bit;
        if next * next <= square {
            root = next;
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::{curve, decorrelated_v2};
    use crate::reference::backoff::mix;

    /// The formula as Polly's source states it, in floating point.
    fn formula(t: f64) -> f64 {
        t.exp2() * (4.0 * t).sqrt().tanh()
    }

    #[test]
    fn the_curve_is_pollys() {
        for number in 0..=64 {
            for u in [0, 1, 1 << 20, 1 << 31, u32::MAX] {
                let t = f64::from(number) + f64::from(u) / 2_f64.powi(32);
                let exact = formula(t) / 2_f64.powi(number);
                let ours = curve(number as u32, u.into()) as f64 / 2_f64.powi(40);
                assert!((ours - exact).abs() < 1e-11, "{t}: {ours} {exact}");
            }
        }
    }

    #[test]
    fn the_delays_are_pollys_below_the_cap() {
        for (call, attempt) in (0..200).zip((0..20).cycle()) {
            let t = |n: u32| f64::from(n) + (mix(9, call, n) >> 32) as f64 / 2_f64.powi(32);
            let before = if attempt == 0 { 0.0 } else { formula(t(attempt - 1)) };
            let exact = (formula(t(attempt)) - before) * 1e9 / 1.4;
            let ours = decorrelated_v2(1_000_000_000, u64::MAX.into(), 9, call, attempt) as f64;
            assert!((ours - exact).abs() <= 1.0 + exact * 2_f64.powi(-30), "{ours} {exact}");
        }
    }
}
