//! Delays that each depend on the draw before: AWS' decorrelated jitter, and Polly's second version.
//!
//! Both keep the last delay in a variable where they come from. Here it is derived anew from
//! `(seed, call, attempt)`, so that a call needs no state for it.
//!
//! Sources: Brooker, *Exponential Backoff and Jitter* (AWS, 2015), with the cap drawn in as Finagle's
//! `Backoff.decorrelatedJittered` has it; Polly's `RetryHelper.DecorrelatedJitterBackoffV2`.

use super::jitter::{mix, scale};

/// `next = U(base, min(cap, 3 · last))`, beginning with `last = base`.
///
/// AWS' own form is `min(cap, U(base, 3 · last))`, which sends two of three clients at the cap itself
/// once delays are long. Only the last [`REMEMBERED`] draws are looked at: each draw for which
/// `3 · last` reaches the cap makes those before it irrelevant.
pub(super) const fn decorrelated(base: u64, cap: u64, seed: u64, call: u64, attempt: u32) -> u64 {
    let (mut last, mut left) = (base, attempt.saturating_add(1));
    if left > REMEMBERED {
        left = REMEMBERED;
    }
    while left > 0 {
        left -= 1;
        let three = last.saturating_mul(3);
        let high = if three < cap { three } else { cap };
        let width = high.saturating_sub(base) as u128 + 1;
        let drawn = scale(mix(seed, call, attempt.wrapping_sub(left)), width);
        // Never over: what is drawn is at most high - base.
        last = base.wrapping_add(drawn);
    }
    last
}

/// `(f(n + u) - f(n - 1 + v)) · base / 1.4` with `f(t) = 2ᵗ · tanh(2√t)`, where `u` is the draw of
/// this attempt and `v` that of the one before. The median is near `base · 2ⁿ`.
///
/// Where the longest delay of this attempt is above the cap, all of them shrink in proportion, so
/// that clients are spread from near nothing to the cap.
pub(super) const fn decorrelated_v2(
    base: u64,
    cap: u64,
    seed: u64,
    call: u64,
    attempt: u32,
) -> u64 {
    let step = if attempt < FAR { attempt } else { FAR };
    // All of the curve in units of 2ⁿ⁻¹ · 2⁻⁴⁰.
    let here = 2 * curve(step, draw(seed, call, attempt));
    let longest = 4 * curve(step + 1, 0);
    let (before, least) = match step.checked_sub(1) {
        None => (0, 0),
        Some(step) => (curve(step, draw(seed, call, attempt.wrapping_sub(1))), curve(step, 0)),
    };
    let longest = longest.saturating_sub(least) as u128;
    let drawn = here.saturating_sub(before) as u128;
    let drawn = if drawn < longest { drawn } else { longest };
    // Never wraps: below 2⁶⁴ · 2⁶⁴.
    let unit = (base as u128).wrapping_shl(step);
    if unit < 1 << 80 {
        // Never wraps: 80 bits, 43 and 3.
        let fits = unit.wrapping_mul(longest).wrapping_mul(5) <= (cap as u128).wrapping_mul(SEVEN);
        if fits {
            return divide(unit.wrapping_mul(drawn).wrapping_mul(5), SEVEN);
        }
    }
    divide((cap as u128).wrapping_mul(drawn), longest)
}

/// A draw of 32 bits.
const fn draw(seed: u64, call: u64, attempt: u32) -> u32 {
    (mix(seed, call, attempt) >> 32) as u32
}

/// `2ᵘ · tanh(2√(step + u))` in units of 2⁻⁴⁰, below 2, with `u` in units of 2⁻³².
///
/// `tanh(x) = (1 - q) / (1 + q)` with `q = e⁻²ˣ = 2^-y`, where `y = 4√t · log₂e`.
const fn curve(step: u32, u: u32) -> u64 {
    let t = (step as u128) << 32 | u as u128;
    let four_roots = (t << 52).isqrt(); // of 2⁻⁴⁰
    let y = divide(four_roots.wrapping_mul(LOG2_E), LOG2_E_UNIT); // of 2⁻⁴⁰, below 48
    let up = (y >> 40).wrapping_add(1);
    let q = power_of_two((up << 40).wrapping_sub(y)).wrapping_shr(up as u32);
    let tanh = divide((ONE.wrapping_sub(q) as u128) << 62, ONE.wrapping_add(q) as u128);
    let power = power_of_two((u as u64) << 8);
    ((power as u128).wrapping_mul(tanh as u128) >> 84) as u64
}

/// `2^exponent` in units of 2⁻⁶²; the exponent in units of 2⁻⁴⁰ and at most 1.
const fn power_of_two(exponent: u64) -> u64 {
    let (mut power, mut bit) = (ONE, 1_u64 << 40);
    let mut roots: &[u64] = &ROOTS;
    while let [root, rest @ ..] = roots {
        if exponent & bit != 0 {
            // Never over: the result is at most 2, which is 2⁶³.
            power = ((power as u128).wrapping_mul(*root as u128) >> 62) as u64;
        }
        (roots, bit) = (rest, bit >> 1);
    }
    power
}

/// Rounded down; the result is below 2⁶⁴ for everything that is divided here. Nothing by nothing is
/// nothing.
const fn divide(value: u128, by: u128) -> u64 {
    match value.checked_div(by) {
        Some(quotient) => quotient as u64,
        None => 0,
    }
}

/// 2, and its 2nd, 4th, 8th, … root, each rounded down to units of 2⁻⁶².
const ROOTS: [u64; 41] = {
    let mut roots = [0; 41];
    let (mut root, mut places): (u64, &mut [u64]) = (ONE << 1, &mut roots);
    while let [place, rest @ ..] = places {
        *place = root;
        root = ((root as u128) << 62).isqrt() as u64;
        places = rest;
    }
    roots
};

/// Of 2⁻⁶².
const ONE: u64 = 1 << 62;
/// log₂e in units of 10⁻¹⁸.
const LOG2_E: u128 = 1_442_695_040_888_963_407;
const LOG2_E_UNIT: u128 = 1_000_000_000_000_000_000;
/// 1.4 · 5 in units of half of 2⁻⁴⁰.
const SEVEN: u128 = 7 << 41;
/// From here on every base is above every cap: 2⁶⁴ ns.
const FAR: u32 = 64;
/// With 64 draws the first delay is forgotten unless the cap is millions of times as long.
const REMEMBERED: u32 = 64;
