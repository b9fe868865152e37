//! Numbers of JavaScript as times and counts of the core, and back.
//!
//! A `number` is milliseconds and a `bigint` nanoseconds, in both directions. The JavaScript in front
//! of this has checked the types; what is out of range is refused here, by the rows of the core.

use napi::bindgen_prelude::{BigInt, Either};
use tidegate::{Error, Instant, Span, UnixTime};

/// A length of time: milliseconds, or exact nanoseconds.
pub(crate) type Length = Either<f64, BigInt>;

/// The span of a length; milliseconds are rounded to the nearest nanosecond.
pub(crate) fn span(length: &Length) -> Result<Span, Error> {
    match length {
        Either::A(millis) => tidegate_host::span_from_millis(*millis),
        Either::B(nanos) => time(nanos).map(Span::from_nanos),
    }
}

/// The caller's monotonic clock, or the host's.
pub(crate) fn now(explicit: Option<BigInt>) -> Result<Instant, Error> {
    explicit.map_or_else(|| Ok(tidegate_host::monotonic()), |nanos| instant(&nanos))
}

/// The caller's wall clock, or the host's.
pub(crate) fn wall(explicit: Option<BigInt>) -> Result<UnixTime, Error> {
    let unix = |nanos| time(&nanos).map(UnixTime::from_nanos);
    explicit.map_or_else(|| Ok(tidegate_host::wall()), unix)
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
