//! A rate, and the only place where a rate is rounded.
//!
//! Time is counted in ticks chosen so that one permit costs a whole number of them. What does not
//! divide is rounded on the clock, downwards, so a rate is never exceeded.

use crate::reference::SECOND;
use crate::reference::error::Error;

/// Up to here the clock counts: 36525 days. Later instants count as this one.
pub const HORIZON: u128 = 36_525 * DAY;

/// A full bucket takes at most so long to refill: 45 years of 365.25 days.
pub const MAX_REFILL: u128 = HORIZON * 45 / 100;

const DAY: u128 = 86_400 * SECOND;

/// `limit` per `period`, and at most `burst` at once.
#[derive(Clone, Debug)]
pub struct Quota {
    /// Permits per period; 0 admits nothing.
    pub limit: u128,
    /// The most at once.
    pub burst: u128,
    /// Ticks that one permit costs.
    pub cost: u128,
    multiplier: u128,
    shift: u32,
}

impl Quota {
    /// A quota within its bounds.
    ///
    /// # Errors
    /// The first bound that is broken, in the order period, limit, burst.
    pub fn new(limit: u64, period: u64, burst: u64) -> Result<Quota, Error> {
        let (limit, period, burst) = (u128::from(limit), u128::from(period), u128::from(burst));
        check_period(period)?;
        if limit > 1_000_000_000 || limit > period {
            return Err(Error::LimitTooHigh);
        }
        if limit == 0 {
            // A bucket that holds nothing; what was used before flows back as one a period.
            return Ok(Quota { limit, burst: 0, cost: period, multiplier: 1, shift: 0 });
        }
        if burst == 0 {
            return Err(Error::BurstZero);
        }
        let divisor = gcd(limit, period);
        let (multiplier, shift, cost) = if limit / divisor == 1 {
            (1, 0, period / divisor)
        } else {
            let most = (limit * HORIZON).div_ceil(period);
            let mut f = 0;
            while most << (f + 1) <= 1 << 63 {
                f += 1;
            }
            ((limit << (f + 62)) / period, 62, 1 << f)
        };
        if burst > 1 << 32 || burst * period > limit * MAX_REFILL {
            return Err(Error::BurstTooLarge);
        }
        Ok(Quota { limit, burst, cost, multiplier, shift })
    }

    /// Ticks of a full bucket.
    pub fn depth(&self) -> u128 {
        self.burst * self.cost
    }

    /// The ticks of a span, rounded up.
    pub fn ticks_up(&self, span: u128) -> u128 {
        (span * self.multiplier).div_ceil(1 << self.shift)
    }

    /// The ticks at an instant, rounded down.
    pub fn ticks(&self, now: u128) -> u128 {
        (now.min(HORIZON) * self.multiplier) >> self.shift
    }

    /// The first instant at which the clock shows at least so many ticks; not bounded by the horizon.
    pub fn instant(&self, ticks: u128) -> u128 {
        (ticks << self.shift).div_ceil(self.multiplier)
    }
}

/// The bounds that buckets and windows share: 1 ms ..= 366 days.
///
/// # Errors
/// [`Error::PeriodOutOfRange`] outside them.
pub fn check_period(period: u128) -> Result<(), Error> {
    if (1_000_000..=366 * DAY).contains(&period) { Ok(()) } else { Err(Error::PeriodOutOfRange) }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
