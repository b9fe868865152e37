//! Numbers of JavaScript as times and counts of the core, and back.
//!
//! A `number` is milliseconds and a `bigint` nanoseconds, in both directions. The JavaScript in front
//! of this has checked the types; what is out of range is refused here, by the rows of the core.

use napi::bindgen_prelude::{BigInt, Either};
use napi_derive::napi;
use tidegate::{Error, Instant, Quota, Span, UnixTime};

use crate::{
    clock,
    errors::{Answer, answer},
};

/// A length of time: milliseconds, or exact nanoseconds.
pub(crate) type Length = Either<f64, BigInt>;

/// A quota.
#[napi(object, object_to_js = false)]
pub(crate) struct QuotaOptions {
    /// Tokens each interval.
    pub limit: BigInt,
    /// The interval.
    pub interval: Length,
    /// Tokens at one instant.
    pub burst: BigInt,
}

impl QuotaOptions {
    /// The same in the core's terms.
    pub(crate) fn quota(&self) -> Result<Quota, Error> {
        Quota::new(count(&self.limit), span(&self.interval)?, count(&self.burst))
    }

    /// As [`quota`](Self::quota), with the limit in every stretch as long as the interval.
    fn never_exceeding(&self) -> Result<Quota, Error> {
        Quota::never_exceeding(count(&self.limit), span(&self.interval)?, count(&self.burst))
    }
}

/// A quota as it is told: what `RateLimiter` takes as options.
#[napi(object, object_from_js = false)]
pub(crate) struct ToldQuota {
    /// Tokens each interval.
    pub limit: f64,
    /// The interval in milliseconds, with their fraction.
    pub interval: f64,
    /// Tokens at one instant; of a window none is told.
    pub burst: Option<f64>,
}

impl ToldQuota {
    /// What is told of a limit.
    pub(crate) fn of(limit: u64, period: Span, burst: Option<u64>) -> ToldQuota {
        ToldQuota {
            limit: limit as f64,
            interval: tidegate_host::from_parts(period.as_nanos(), 1_000_000),
            burst: burst.map(|burst| burst as f64),
        }
    }
}

impl From<Quota> for ToldQuota {
    fn from(quota: Quota) -> ToldQuota {
        ToldQuota::of(quota.limit(), quota.period(), Some(quota.burst()))
    }
}

/// The quota of a bucket that lets at most the limit through in every stretch as long as the interval.
#[napi]
pub(crate) fn never_exceeding(quota: QuotaOptions) -> Answer<ToldQuota> {
    answer(quota.never_exceeding().map(ToldQuota::from))
}

/// Exact nanoseconds of a length.
#[napi]
pub(crate) fn length_nanos(length: Length) -> Answer<BigInt> {
    answer(span(&length).map(nanos))
}

/// The span of a length; milliseconds are rounded to the nearest nanosecond.
pub(crate) fn span(length: &Length) -> Result<Span, Error> {
    match length {
        Either::A(millis) => tidegate_host::span_from_millis(*millis),
        Either::B(nanos) => time(nanos).map(Span::from_nanos),
    }
}

/// Signed nanoseconds of a length that may be negative; it was checked that 64 bits hold it.
pub(crate) fn signed(length: &Length) -> Result<i64, Error> {
    let (negative, span) = match length {
        Either::A(millis) => {
            (millis.is_sign_negative(), tidegate_host::span_from_millis(millis.abs())?)
        }
        Either::B(nanos) => {
            let (negative, nanos, fits) = nanos.get_u64();
            // Of a negative number Node says that it does not fit.
            (negative, Span::from_nanos(if fits || negative { nanos } else { u64::MAX }))
        }
    };
    let nanos = span.as_nanos();
    let signed = if negative {
        0_i64.checked_sub_unsigned(nanos)
    } else {
        0_i64.checked_add_unsigned(nanos)
    };
    signed.ok_or(Error::TimeOutOfRange)
}

/// The caller's monotonic clock, or the host's.
pub(crate) fn now(explicit: Option<BigInt>) -> Result<Instant, Error> {
    explicit.map_or_else(|| Ok(clock::monotonic()), |nanos| instant(&nanos))
}

/// The caller's wall clock, or the host's.
pub(crate) fn wall(explicit: Option<BigInt>) -> Result<UnixTime, Error> {
    let unix = |nanos| time(&nanos).map(UnixTime::from_nanos);
    explicit.map_or_else(|| Ok(clock::wall()), unix)
}

/// A point of the monotonic clock.
pub(crate) fn instant(nanos: &BigInt) -> Result<Instant, Error> {
    time(nanos).map(Instant::from_nanos)
}

/// A count that is not negative. What 64 bits cannot hold is the largest they can: every bound of
/// the core is below it.
pub(crate) fn count(count: &BigInt) -> u64 {
    unsigned(count).unwrap_or(u64::MAX)
}

/// Millionths of a part, rounded to the nearest; the row that names its bounds if it is none.
pub(crate) fn millionths(part: f64, row: Error) -> Result<u32, Error> {
    tidegate_host::parts(part, 1_000_000).ok_or(row)
}

/// Milliseconds, rounded up to a whole number: whoever sleeps as told never wakes early.
pub(crate) fn millis(span: Span) -> f64 {
    tidegate_host::millis_up(span)
}

/// Exact nanoseconds.
pub(crate) fn nanos(span: Span) -> BigInt {
    span.as_nanos().into()
}

/// Milliseconds since 1970, rounded up, as `Date` counts them.
pub(crate) fn epoch(time: UnixTime) -> f64 {
    millis(time.saturating_since(UnixTime::ZERO))
}

/// Exact nanoseconds since 1970.
pub(crate) fn epoch_nanos(time: UnixTime) -> BigInt {
    time.as_nanos().into()
}

fn time(nanos: &BigInt) -> Result<u64, Error> {
    unsigned(nanos).ok_or(Error::TimeOutOfRange)
}

/// The number, if it is not negative and fits.
fn unsigned(number: &BigInt) -> Option<u64> {
    match number.get_u64() {
        (_, number, true) => Some(number),
        (_, _, false) => None,
    }
}

/// The host's monotonic clock in nanoseconds, which counts on while the machine sleeps.
#[napi]
pub(crate) fn monotonic_ns() -> BigInt {
    clock::monotonic().as_nanos().into()
}
