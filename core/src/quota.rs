//! `Quota`: a limit, its period and its burst, and the only place of the bucket that rounds.
//!
//! One token costs a whole number of *ticks*; the clock is what is rounded, down, so that tokens
//! come late by less than a nanosecond and never early. Peers round the cost instead and are wrong
//! by up to 67 % at high rates (governor 0.10 at 600 M/s).
//!
//! * When the interval between two tokens is a whole number of nanoseconds, a tick is one nanosecond
//!   and nothing is rounded at all.
//! * Otherwise a token is 2ᶠ ticks, with the largest `f` for which a hundred years of ticks fit into
//!   63 bits; a tick is then 0.34 to 0.69 ns, and the rate is slow by less than 2⁻⁶¹ of it.
#![expect(
    clippy::integer_division_remainder_used,
    reason = "divisors are not 0: they are constants, checked just before, or of a type without 0"
)]

use core::num::{NonZeroU64, NonZeroU128};

use crate::{
    error::Error,
    time::{Instant, NANOS_PER_SEC, Span},
};

/// How many tokens a period brings, and how many may be saved up.
///
/// # Examples
///
/// ```
/// use tidegate::{Quota, Span};
///
/// const STANDARD: Quota = match Quota::new(300, Span::from_secs(60), 50) {
///     Ok(quota) => quota,
///     Err(_) => panic!("checked by the compiler"),
/// };
/// assert_eq!((STANDARD.limit(), STANDARD.burst()), (300, 50));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    limit: u64,
    period: Span,
    burst: u64,
    /// Ticks that one token costs.
    cost: NonZeroU64,
    /// Ticks of a full bucket, `burst * cost`; below 2⁶², as 45 of the hundred years' 2⁶³ are.
    burst_ticks: u64,
    /// Ticks that a bucket can lack only if the clock has stepped back: a burst and a second.
    stepped_debt: u64,
    /// `ticks(now) = now * multiplier >> shift`.
    multiplier: NonZeroU64,
    /// 0 or 62.
    shift: u32,
}

impl Quota {
    /// `limit` tokens each `period`, of which up to `burst` may be taken at one instant.
    ///
    /// A limit of 0 denies everything (the burst is then ignored).
    ///
    /// # Errors
    ///
    /// * [`Error::PeriodOutOfRange`]: not from 1 ms to 366 days.
    /// * [`Error::LimitTooHigh`]: above 10⁹ a period or above one a nanosecond.
    /// * [`Error::BurstZero`], [`Error::BurstTooLarge`]: the burst is 0, above 2³², or would take
    ///   more than 45 years of 365.25 days to refill.
    pub const fn new(limit: u64, period: Span, burst: u64) -> Result<Quota, Error> {
        let nanos = period.as_nanos();
        if nanos < MIN_PERIOD.as_nanos() || nanos > MAX_PERIOD.as_nanos() {
            return Err(Error::PeriodOutOfRange);
        }
        if limit > MAX_LIMIT || limit > nanos {
            return Err(Error::LimitTooHigh);
        }
        if limit == 0 {
            // A bucket that holds nothing: every request is larger than it. Its tick is a nanosecond,
            // and what was used before it had this quota flows back as slowly as one a period.
            let Some(cost) = NonZeroU64::new(nanos) else { return Err(Error::PeriodOutOfRange) };
            let quota = Quota {
                limit,
                period,
                burst: 0,
                cost,
                burst_ticks: 0,
                stepped_debt: 0,
                multiplier: NonZeroU64::MIN,
                shift: 0,
            };
            return Ok(quota.with_stepped_debt());
        }
        if burst == 0 {
            return Err(Error::BurstZero);
        }
        let (cost, multiplier, shift) =
            if nanos.is_multiple_of(limit) { (nanos / limit, 1, 0) } else { scale(limit, nanos) };
        // Never overflows: the burst is at most 2³² and the period below 2⁵⁵.
        let slow = burst > MAX_BURST
            || (burst as u128 * nanos as u128) > (limit as u128 * MAX_REFILL as u128);
        let burst_ticks = match burst.checked_mul(cost) {
            Some(ticks) if !slow => ticks,
            _ => return Err(Error::BurstTooLarge),
        };
        match (NonZeroU64::new(cost), NonZeroU64::new(multiplier)) {
            (Some(cost), Some(multiplier)) => {
                let quota = Quota {
                    limit,
                    period,
                    burst,
                    cost,
                    burst_ticks,
                    stepped_debt: 0,
                    multiplier,
                    shift,
                };
                Ok(quota.with_stepped_debt())
            }
            // Never: a token costs at least a tick, and a tick is at most a nanosecond.
            _ => Err(Error::LimitTooHigh),
        }
    }

    /// A quota whose bucket lets at most `limit` tokens through in every stretch of time as long as `period`,
    /// wherever it begins, both ends counted: up to `burst` of them at one instant, the others spread. What
    /// one bucket can save up it cannot also bring, so the rate is `limit - burst` a period.
    ///
    /// Where the interval between two tokens is not a whole number of nanoseconds, that stretch is a
    /// nanosecond shorter.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and [`Error::BurstTooLarge`]: the burst is not below the limit, so that it would
    /// never refill. (`StrictWindow` holds such a limit.)
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Error, Quota, Span};
    ///
    /// let minute = Span::from_secs(60);
    /// assert_eq!(Quota::never_exceeding(300, minute, 50), Quota::new(250, minute, 50));
    /// assert_eq!(Quota::never_exceeding(5, minute, 5), Err(Error::BurstTooLarge));
    /// ```
    pub const fn never_exceeding(limit: u64, period: Span, burst: u64) -> Result<Quota, Error> {
        match limit.checked_sub(burst) {
            // Nothing at all is a limit too.
            _ if limit == 0 => Quota::new(0, period, burst),
            Some(rate) if rate > 0 => Quota::new(rate, period, burst),
            // Whatever else is wrong is told first.
            _ => match Quota::new(limit, period, burst) {
                Ok(_) => Err(Error::BurstTooLarge),
                wrong => wrong,
            },
        }
    }

    const fn with_stepped_debt(mut self) -> Quota {
        let second = self.ticks(Instant::from_nanos(NANOS_PER_SEC));
        self.stepped_debt = self.burst_ticks.saturating_add(second);
        self
    }

    /// Tokens a period.
    #[inline]
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// The period.
    #[inline]
    pub const fn period(&self) -> Span {
        self.period
    }

    /// Tokens that may be taken at one instant; 0 when the limit is 0.
    #[inline]
    pub const fn burst(&self) -> u64 {
        self.burst
    }

    #[inline(always)]
    pub(crate) const fn burst_ticks(&self) -> u64 {
        self.burst_ticks
    }

    /// Ticks of `n` tokens. OK because `n <= burst`, so the product is at most `burst_ticks`; a
    /// larger `n` is refused before this is called, and saturates.
    #[inline(always)]
    pub(crate) const fn cost_of(&self, n: u64) -> u64 {
        n.saturating_mul(self.cost.get())
    }

    /// Whole tokens in `ticks`, rounded down.
    #[inline(always)]
    pub(crate) fn tokens_in(&self, ticks: u64) -> u64 {
        ticks / self.cost
    }

    /// The clock in ticks, rounded down; at most 2⁶³. It stands still after a hundred years.
    #[inline(always)]
    pub(crate) const fn ticks(&self, now: Instant) -> u64 {
        let nanos = if now.as_nanos() < HORIZON { now.as_nanos() } else { HORIZON };
        if self.shift == 0 {
            return nanos; // the multiplier is 1
        }
        ((nanos as u128 * self.multiplier.get() as u128) >> SHIFT) as u64
    }

    /// The first wait from `now` after which the clock shows at least `ticks`: rounded up, exact.
    #[inline(always)]
    pub(crate) fn wait_for(&self, ticks: u64, now: Instant) -> Span {
        Span::from_nanos(self.first_nano(ticks).saturating_sub(now.as_nanos()))
    }

    /// The first nanosecond that shows at least `ticks`: rounded up, exact.
    #[inline(always)]
    pub(crate) fn first_nano(&self, ticks: u64) -> u64 {
        if self.shift == 0 {
            return ticks;
        }
        // Never overflows u128: ticks < 2⁶⁴ and shift is 62. The result fits: the multiplier
        // is at least 1.4 * 2⁶².
        let divisor = NonZeroU128::from(self.multiplier);
        let up = u128::from(self.multiplier.get()).wrapping_sub(1);
        (((u128::from(ticks)) << SHIFT).wrapping_add(up) / divisor) as u64
    }

    /// What the clock would show at `nanos` if it went on for ever; saturates.
    #[inline(always)]
    pub(crate) fn ticks_at(&self, nanos: u64) -> u64 {
        if self.shift == 0 {
            return nanos;
        }
        // Never overflows: both factors are below 2⁶⁴.
        let ticks = u128::from(nanos).wrapping_mul(u128::from(self.multiplier.get())) >> SHIFT;
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }

    /// Ticks of a span, rounded up.
    #[inline]
    pub(crate) const fn ticks_of(&self, span: Span) -> u64 {
        if self.shift == 0 {
            return span.as_nanos();
        }
        // Never overflows: both factors are below 2⁶⁴, and what is added is below 2⁶².
        let product = span.as_nanos() as u128 * self.multiplier.get() as u128;
        let ticks = (product + ((1 << SHIFT) - 1)) >> SHIFT;
        if ticks > u64::MAX as u128 { u64::MAX } else { ticks as u64 }
    }

    /// The tick that is `past` ticks before what the clock would show at `nanos`. Where a tick is a
    /// nanosecond there are none between two, and `past` is another quota's: it counts as 0.
    #[inline(always)]
    pub(crate) fn ticks_before(&self, nanos: u64, past: u64) -> u64 {
        if self.shift == 0 { nanos } else { self.ticks_at(nanos).saturating_sub(past) }
    }

    /// More than a bucket can lack while the clock is at most a second behind another caller's.
    #[inline(always)]
    pub(crate) const fn stepped_debt(&self) -> u64 {
        self.stepped_debt
    }
}

/// `(cost, multiplier, shift)` of a quota whose interval is not a whole number of nanoseconds.
const fn scale(limit: u64, nanos: u64) -> (u64, u64, u32) {
    let tokens = (limit as u128 * HORIZON as u128).div_ceil(nanos as u128);
    let mut exponent = 0;
    // Ends below 64: there is at least one token in a hundred years, so the bound is reached.
    while exponent < 63 && tokens << (exponent + 1) <= 1 << 63 {
        exponent += 1;
    }
    // Never overflows: limit << exponent is at most 2.93 * nanos < 2⁵⁷, and 57 + 62 < 128. The
    // quotient is below 2.93 * 2⁶² < 2⁶⁴.
    let multiplier = ((limit as u128) << (exponent + SHIFT)) / nanos as u128;
    (1 << exponent, multiplier as u64, SHIFT)
}

/// Keeps 62 bits below the binary point of the clock's multiplier, as many as fit.
const SHIFT: u32 = 62;
/// A hundred Julian years of uptime.
pub(crate) const HORIZON: u64 = 36_525 * 86_400 * NANOS_PER_SEC;
pub(crate) const MIN_PERIOD: Span = Span::from_millis(1);
pub(crate) const MAX_PERIOD: Span = Span::from_secs(366 * 86_400);
pub(crate) const MAX_LIMIT: u64 = 1_000_000_000;
const MAX_BURST: u64 = 1 << 32;
/// 45 Julian years. Leaves room above the clock's 2⁶³ ticks so that no sum of the hot path can wrap,
/// and above its hundred years so that four times a time fits into a slot of the keyed limiter.
pub(crate) const MAX_REFILL: u64 = 45 * 36_525 * 864 * NANOS_PER_SEC;

#[cfg(test)]
mod tests {
    use super::{HORIZON, MAX_REFILL, Quota};
    use crate::{error::Error, time::Instant, time::NANOS_PER_SEC, time::Span};

    const SECOND: Span = Span::from_secs(1);

    #[test]
    fn bounds_name_what_they_refuse() {
        assert_eq!(Quota::new(1, Span::from_nanos(999_999), 1), Err(Error::PeriodOutOfRange));
        assert_eq!(
            Quota::new(1, Span::from_secs(366 * 86_400 + 1), 1),
            Err(Error::PeriodOutOfRange)
        );
        assert_eq!(Quota::new(1_000_000_001, SECOND, 1), Err(Error::LimitTooHigh));
        assert_eq!(Quota::new(1_000_001, Span::from_millis(1), 1), Err(Error::LimitTooHigh));
        assert_eq!(Quota::new(1, SECOND, 0), Err(Error::BurstZero));
        assert_eq!(Quota::new(1, SECOND, (1 << 32) + 1), Err(Error::BurstTooLarge));
        assert_eq!(Quota::new(1, Span::from_secs(86_400), 1_000_000), Err(Error::BurstTooLarge));
        let years = MAX_REFILL / NANOS_PER_SEC;
        assert!(Quota::new(1, SECOND, years).is_ok());
        assert_eq!(Quota::new(1, SECOND, years + 1), Err(Error::BurstTooLarge));
        assert_eq!(Quota::new(0, SECOND, 0).map(|quota| quota.burst()), Ok(0));
    }

    #[test]
    fn ticks_are_finer_than_a_nanosecond_and_fit() {
        for (limit, period) in
            [(3, 1), (7_000_000, 1), (999_999_937, 1), (7, 366 * 86_400), (300, 7)]
        {
            let quota = Quota::new(limit, Span::from_secs(period), 1).unwrap();
            let ticks = quota.ticks(Instant::from_nanos(HORIZON));
            assert!(ticks <= 1 << 63, "{limit}/{period}: {ticks}");
            assert!(ticks >= HORIZON, "{limit}/{period}: a tick is longer than 1 ns");
        }
    }

    #[test]
    fn the_rate_is_never_fast_and_slow_by_at_most_a_billionth() {
        for limit in [3_u64, 7_000_000, 300_000_000, 600_000_000, 999_999_937] {
            let quota = Quota::new(limit, SECOND, 1).unwrap();
            let century = quota.ticks(Instant::from_nanos(HORIZON)) / quota.cost_of(1);
            let exact = u128::from(limit) * u128::from(HORIZON) / 1_000_000_000;
            assert!(u128::from(century) <= exact);
            assert!((exact - u128::from(century)) * 1_000_000_000 <= exact);
        }
    }
}
