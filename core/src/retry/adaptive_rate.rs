//! `AdaptiveRate`: AWS' client that finds out at what rate a server lets it send.
//!
//! Source: the adaptive retry mode of the AWS SDKs (smithy-rs, `retries/client_rate_limiter.rs`), whose
//! curve is that of CUBIC (RFC 8312). There ten floating-point numbers lie behind a lock; here all are
//! integers, rates in 10⁻¹² a second, so that every language has the same ones.

use crate::time::{Instant, NANOS_PER_SEC, Span};

/// A sending rate that a refusal cuts to 70 %, and that then climbs back along a cubic curve: fast, flat
/// near where it was refused, and fast again. It never exceeds twice the rate that is really sent.
///
/// Before each send ask [`try_send`](Self::try_send); after each answer call
/// [`answered`](Self::answered). Until the first refusal nothing is held back.
///
/// # Concurrency
///
/// Plain data: one caller at a time. [`SharedAdaptiveRate`](super::SharedAdaptiveRate) is the same for
/// any number of threads.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Span, retry::AdaptiveRate};
///
/// let at = |millis: u64| Instant::from_nanos(millis * 1_000_000);
/// let mut rate = AdaptiveRate::new(at(0));
/// assert_eq!(rate.try_send(at(0)), Ok(()));
/// rate.answered(true, at(0)); // a refusal
/// // The least rate is one in two seconds, and a tenth of a second of it has passed.
/// assert_eq!(rate.try_send(at(100)), Err(Span::from_millis(1_900)));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdaptiveRate {
    limited: bool,
    /// 10⁻¹² tokens a second.
    fill: u64,
    /// 10⁻¹² tokens.
    tokens: u64,
    refilled: Instant,
    /// 10⁻¹² sends a second, smoothed.
    measured: u64,
    /// The half second in which it was last measured, and the answers since.
    half: u64,
    answers: u32,
    /// The rate at the last refusal.
    most: u64,
    refused: Instant,
}

impl AdaptiveRate {
    /// One that holds nothing back yet.
    pub const fn new(now: Instant) -> AdaptiveRate {
        let half = match now.as_nanos().checked_div(HALF_SECOND) {
            Some(half) => half,
            None => 0, // never
        };
        AdaptiveRate {
            limited: false,
            fill: 0,
            tokens: 0,
            refilled: now,
            measured: 0,
            half,
            answers: 0,
            most: 0,
            refused: Instant::ZERO,
        }
    }

    /// Takes a token for one send.
    ///
    /// # Errors
    ///
    /// The time until there is one, rounded up and so never 0; nothing was taken, and nothing changed
    /// unless the clock has stepped back by more than a second.
    pub fn try_send(&mut self, now: Instant) -> Result<(), Span> {
        if !self.limited {
            return Ok(());
        }
        let (tokens, refilled) = (self.tokens, self.refilled);
        self.refill(now);
        match self.tokens.checked_sub(ONE) {
            Some(left) => {
                self.tokens = left;
                Ok(())
            }
            None => {
                let short = u128::from(ONE.saturating_sub(self.tokens));
                // A denial writes nothing, but where the clock has stepped back: the wait told from
                // there would not be true otherwise.
                if self.refilled >= refilled {
                    (self.tokens, self.refilled) = (tokens, refilled);
                }
                // The rate is at least half a token a second, so this is at most two seconds.
                let nanos = short
                    .wrapping_mul(u128::from(NANOS_PER_SEC))
                    .div_ceil(u128::from(self.fill.max(LEAST)));
                Err(Span::from_nanos(nanos as u64))
            }
        }
    }

    /// Learns from an answer, or from a failure that was none: whether the server has refused it for
    /// the rate.
    pub fn answered(&mut self, refused: bool, now: Instant) {
        self.measure(now);
        let rate = if refused {
            self.most = if self.limited { self.measured.min(self.fill) } else { self.measured };
            self.refused = now;
            self.limited = true;
            part(self.most, 7, 10)
        } else {
            cubic(self.most, now.saturating_since(self.refused))
        };
        self.refill(now);
        self.fill = rate.min(self.measured.saturating_mul(2)).clamp(LEAST, MOST);
        self.tokens = self.tokens.min(self.fill.max(ONE));
    }

    /// As words, of which the first is not 0.
    pub(super) const fn to_words(&self) -> [u64; WORDS] {
        [
            if self.limited { 2 } else { 1 },
            self.fill,
            self.tokens,
            self.refilled.as_nanos(),
            self.measured,
            self.half,
            self.answers as u64,
            self.most,
            self.refused.as_nanos(),
        ]
    }

    /// What [`to_words`](Self::to_words) gave; one that begins at `now` if the first word is 0.
    pub(super) const fn from_words(words: [u64; WORDS], now: Instant) -> AdaptiveRate {
        let [begun, fill, tokens, refilled, measured, half, answers, most, refused] = words;
        if begun == 0 {
            return AdaptiveRate::new(now);
        }
        AdaptiveRate {
            limited: begun == 2,
            fill,
            tokens,
            refilled: Instant::from_nanos(refilled),
            measured,
            half,
            answers: answers as u32,
            most,
            refused: Instant::from_nanos(refused),
        }
    }

    /// The rate that is let through, in 10⁻¹² a second.
    pub const fn rate(&self) -> u64 {
        self.fill
    }

    /// The rate that was really sent, smoothed, in 10⁻¹² a second.
    pub const fn measured(&self) -> u64 {
        self.measured
    }

    /// At most a second's tokens, and at least one. A clock that has stepped back brings none.
    fn refill(&mut self, now: Instant) {
        let elapsed = u128::from(now.saturating_since(self.refilled).as_nanos());
        // Never wraps: below 2⁶⁴ · 2⁶⁴.
        let came = elapsed.wrapping_mul(u128::from(self.fill));
        let came = came.checked_div(u128::from(NANOS_PER_SEC)).unwrap_or(0);
        let full = self.fill.max(ONE);
        let came = u64::try_from(came).unwrap_or(full);
        self.tokens = self.tokens.saturating_add(came).min(full);
        if now > self.refilled || now.saturating_add(Span::from_secs(1)) < self.refilled {
            self.refilled = now;
        }
    }

    /// The answers of each half second, four fifths of the new rate and one of the old.
    fn measure(&mut self, now: Instant) {
        let half = now.as_nanos().checked_div(HALF_SECOND).unwrap_or(0);
        self.answers = self.answers.saturating_add(1);
        if let Some(halves) = half.checked_sub(self.half).filter(|&halves| halves > 0) {
            let answers = u128::from(self.answers).wrapping_mul(2 * u128::from(ONE));
            let rate = answers.checked_div(u128::from(halves)).unwrap_or(0);
            let rate = u64::try_from(rate).unwrap_or(MOST).min(MOST);
            let sum = u128::from(rate).wrapping_mul(8) + u128::from(self.measured).wrapping_mul(2);
            self.measured = sum.checked_div(10).unwrap_or(0) as u64; // below 2⁶⁴: a mean of such
            self.answers = 0;
        } else if half.saturating_add(2) >= self.half {
            return; // the same half second, or a clock that was read before another's
        }
        self.half = half;
    }
}

/// `0.4 · (t - K)³ + most` with `K = ∛(most · 0.3 / 0.4)`: `most` at `K`, 0.7 of it at 0. Rates in
/// 10⁻¹² a second, right to 10⁻⁹ of the formula's.
fn cubic(most: u64, elapsed: Span) -> u64 {
    // K in 10⁻¹⁰ s: its cube is 0.75 · most · 10¹⁸, below 2¹²⁶.
    let k = cube_root(u128::from(most).wrapping_mul(750_000_000_000_000_000));
    let t = u128::from(elapsed.as_nanos()).wrapping_mul(10).min(LONGEST);
    let x = t.abs_diff(k);
    // 10⁻²⁰ s² in 10⁻¹² s², times 10⁻¹⁰ s; never wraps: x is below 2⁴⁷.
    let square = x.wrapping_mul(x).checked_div(100_000_000).unwrap_or(0);
    let cube = square.wrapping_mul(x).wrapping_mul(4).checked_div(100_000_000_000).unwrap_or(0);
    let cube = u64::try_from(cube).unwrap_or(u64::MAX);
    if t < k { most.saturating_sub(cube) } else { most.saturating_add(cube) }
}

/// The nearest whole number; of a cube below 2¹²⁴.
fn cube_root(cube: u128) -> u128 {
    let (mut root, mut bit) = (0_u128, 1_u128 << 41);
    while bit > 0 {
        let next = root | bit;
        if next.wrapping_mul(next).wrapping_mul(next) <= cube {
            root = next;
        }
        bit >>= 1;
    }
    // Half way up: (2 root + 1)³ ≤ 8 cube.
    let twice = root.wrapping_mul(2).wrapping_add(1);
    let up = twice.wrapping_mul(twice).wrapping_mul(twice) <= cube.wrapping_mul(8);
    root.wrapping_add(u128::from(up))
}

fn part(value: u64, of: u128, all: u128) -> u64 {
    u128::from(value).wrapping_mul(of).checked_div(all).unwrap_or(0) as u64
}

/// Words of [`AdaptiveRate::to_words`].
pub(super) const WORDS: usize = 9;
/// One token, or one a second, in 10⁻¹².
const ONE: u64 = 1_000_000_000_000;
/// AWS' least rate: one in two seconds.
const LEAST: u64 = 500_000_000_000;
/// Ten million a second, the most that 64 bits of 10⁻¹² hold in round numbers.
const MOST: u64 = 10_000_000 * ONE;
const HALF_SECOND: u64 = 500_000_000;
/// Ten thousand seconds in 10⁻¹⁰ s: the curve is above every rate by then.
const LONGEST: u128 = 100_000_000_000_000;
