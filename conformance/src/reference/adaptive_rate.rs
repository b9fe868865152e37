//! AWS' adaptive rate, in 10⁻¹² a second; every quotient is rounded down unless said otherwise.

const ONE: u128 = 1_000_000_000_000;
const LEAST: u128 = ONE / 2;
const MOST: u128 = 10_000_000 * ONE;
const SECOND: u128 = 1_000_000_000;

/// The state of one client.
#[derive(Clone, Debug)]
pub struct AdaptiveRate {
    limited: bool,
    /// Let through.
    pub fill: u128,
    tokens: u128,
    refilled: u128,
    /// Really sent.
    pub measured: u128,
    half: u128,
    answers: u128,
    at_refusal: u128,
    refused: u128,
}

impl AdaptiveRate {
    /// Holds nothing back.
    pub fn new(now: u64) -> AdaptiveRate {
        let now = u128::from(now);
        AdaptiveRate {
            limited: false,
            fill: 0,
            tokens: 0,
            refilled: now,
            measured: 0,
            half: now * 2 / SECOND,
            answers: 0,
            at_refusal: 0,
            refused: 0,
        }
    }

    /// The wait, rounded up, if a token is not there.
    pub fn send(&mut self, now: u64) -> Result<(), u128> {
        if self.limited {
            let before = self.clone();
            self.refill(now.into());
            if self.tokens < ONE {
                let wait = ((ONE - self.tokens) * SECOND).div_ceil(self.fill);
                // A denial changes nothing, unless the clock has stepped back.
                if u128::from(now) + SECOND >= before.refilled {
                    *self = before;
                }
                return Err(wait);
            }
            self.tokens -= ONE;
        }
        Ok(())
    }

    /// Learns.
    pub fn answered(&mut self, refused: bool, now: u64) {
        let now = u128::from(now);
        self.measure(now);
        let curve = if refused {
            let sent = self.measured;
            self.at_refusal = if self.limited { sent.min(self.fill) } else { sent };
            self.refused = now;
            self.limited = true;
            self.at_refusal * 7 / 10
        } else {
            curve(self.at_refusal, now.saturating_sub(self.refused))
        };
        self.refill(now);
        self.fill = curve.min(2 * self.measured).clamp(LEAST, MOST);
        self.tokens = self.tokens.min(self.fill.max(ONE));
    }

    fn refill(&mut self, now: u128) {
        let came = now.saturating_sub(self.refilled) * self.fill / SECOND;
        self.tokens = (self.tokens + came).min(self.fill.max(ONE));
        if now > self.refilled || now + SECOND < self.refilled {
            self.refilled = now;
        }
    }

    fn measure(&mut self, now: u128) {
        let half = now * 2 / SECOND;
        self.answers += 1;
        if half > self.half {
            let rate = (self.answers * 2 * ONE / (half - self.half)).min(MOST);
            self.measured = (8 * rate + 2 * self.measured) / 10;
            self.answers = 0;
            self.half = half;
        } else if half + 2 < self.half {
            self.half = half;
        }
    }
}

/// 0.4 × (t − K)³ + w, K = ∛(0.75 w). K to the nearest 10⁻¹⁰ s, t at most 10⁴ s, the square in 10⁻¹²
/// and the product in 10⁻¹²; not below 0.
pub fn curve(w: u128, elapsed: u128) -> u128 {
    let k = nearest_root(w * 75 * 10_u128.pow(16));
    let t = (elapsed * 10).min(10_u128.pow(14));
    let x = t.abs_diff(k);
    let cube = x * x / 10_u128.pow(8) * x * 4 / 10_u128.pow(11);
    if t < k { w.saturating_sub(cube) } else { w + cube }
}

/// By halving the interval: the whole number whose cube is nearest.
fn nearest_root(cube: u128) -> u128 {
    // In halves: the largest with half³ ≤ 8 cube, then the half is rounded up.
    let (mut low, mut high) = (0_u128, 1 << 42);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if middle.pow(3) <= 8 * cube {
            low = middle;
        } else {
            high = middle;
        }
    }
    low.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::{AdaptiveRate, curve};

    const SECOND: u64 = 1_000_000_000;

    fn near(ours: u128, published: f64) {
        let ours = ours as f64 / 1e12;
        assert!((ours - published).abs() <= 1e-9, "{ours} and not {published}");
    }

    /// smithy-rs, client_rate_limiter.rs, test_calculated_rate_with_successes.
    #[test]
    fn the_published_curve_after_a_refusal() {
        let rates = [
            7.0,
            9.64893600966,
            10.000030849917364,
            10.453284520772092,
            13.408697022224185,
            21.26626835427364,
            36.425998516920465,
        ];
        for (second, rate) in rates.into_iter().enumerate() {
            near(curve(10_000_000_000_000, second as u128 * 1_000_000_000), rate);
        }
    }

    /// As above, test_calculated_rate_with_throttles: after a refusal the new rate is what the next
    /// curve starts from.
    #[test]
    fn the_published_curve_among_refusals() {
        let (mut most, mut at, mut rate) = (10_000_000_000_000_u128, 5, 0);
        for (refused, second, published) in [
            (false, 5, 7.0),
            (false, 6, 9.64893600966),
            (true, 7, 6.754255206761999),
            (true, 8, 4.727978644733399),
            (false, 9, 4.670125557970046),
            (false, 10, 4.770870456867401),
            (false, 11, 6.011819748005445),
            (false, 12, 10.792973431384178),
        ] {
            if refused {
                rate = rate * 7 / 10;
                (most, at) = (rate, second);
            } else {
                rate = curve(most, (second - at) * 1_000_000_000);
            }
            near(rate, published);
        }
    }

    /// As above, test_client_sending_rates: measured and let through, each 0.2 s.
    #[test]
    fn the_published_rates_of_a_client() {
        let mut rate = AdaptiveRate::new(0);
        for (step, (measured, fill)) in [
            (0.0, 0.5),
            (0.0, 0.5),
            (4.8, 0.5),
            (4.8, 0.5),
            (4.16, 0.5),
            (4.16, 0.6912),
            (4.16, 1.0976),
            (5.632, 1.6384),
            (5.632, 2.3328),
            (4.3264, 3.02848),
            (4.3264, 3.48663917347026),
            (4.3264, 3.821874416040255),
            (5.66528, 4.053385727709987),
            (5.66528, 4.200373108479454),
            (4.333056, 4.282036558348658),
            (4.333056, 2.99742559084406),
            (4.333056, 3.4522263943863463),
        ]
        .into_iter()
        .enumerate()
        {
            rate.answered(matches!(step, 9 | 15), (step as u64 + 1) * SECOND / 5);
            near(rate.measured, measured);
            near(rate.fill, fill);
        }
    }
}
