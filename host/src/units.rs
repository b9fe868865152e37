//! Seconds and milliseconds as floating-point numbers, for the languages that count so.
//!
//! Into the core a number is rounded to the nearest nanosecond; out of it a wait is rounded up, so
//! that whoever sleeps as told never wakes early.

use tidegate::{Error, Instant, Span, UnixTime};

/// A span of so many seconds.
///
/// # Errors
///
/// [`Error::TimeOutOfRange`]: negative, not a number, infinite, or above 584 years.
///
/// # Examples
///
/// ```
/// use tidegate::{Error, Span};
///
/// assert_eq!(tidegate_host::span_from_secs(0.2), Ok(Span::from_millis(200)));
/// assert_eq!(tidegate_host::span_from_secs(f64::NAN), Err(Error::TimeOutOfRange));
/// ```
pub fn span_from_secs(secs: f64) -> Result<Span, Error> {
    nanos(secs, 1e9).map(Span::from_nanos)
}

/// A span of so many milliseconds.
///
/// # Errors
///
/// As [`span_from_secs`].
pub fn span_from_millis(millis: f64) -> Result<Span, Error> {
    nanos(millis, 1e6).map(Span::from_nanos)
}

/// An instant from a signed count of nanoseconds.
///
/// # Errors
///
/// [`Error::TimeOutOfRange`]: negative or above 584 years.
pub fn instant_from_nanos(nanos: i128) -> Result<Instant, Error> {
    u64::try_from(nanos).map(Instant::from_nanos).map_err(|_| Error::TimeOutOfRange)
}

/// A wall time from a signed count of nanoseconds since 1970.
///
/// # Errors
///
/// [`Error::TimeOutOfRange`]: negative or above 584 years.
pub fn unix_from_nanos(nanos: i128) -> Result<UnixTime, Error> {
    u64::try_from(nanos).map(UnixTime::from_nanos).map_err(|_| Error::TimeOutOfRange)
}

/// Seconds, the least floating-point number that is not shorter.
pub fn secs_up(span: Span) -> f64 {
    up(span, 1e9)
}

/// Milliseconds, rounded up to a whole number: timers of JavaScript count no less.
pub fn millis_up(span: Span) -> f64 {
    span.as_nanos().div_ceil(1_000_000) as f64
}

fn nanos(count: f64, unit: f64) -> Result<u64, Error> {
    if count < 0.0 {
        return Err(Error::TimeOutOfRange);
    }
    let nanos = (count * unit).round();
    // 2⁶⁴ is the first number that does not fit; NaN is in no range.
    if (0.0..18_446_744_073_709_551_616.0).contains(&nanos) {
        Ok(nanos as u64)
    } else {
        Err(Error::TimeOutOfRange)
    }
}

fn up(span: Span, unit: f64) -> f64 {
    let count = span.as_nanos() as f64 / unit;
    // OK because the product is compared exactly: as whole nanoseconds.
    if (count * unit) as u128 >= u128::from(span.as_nanos()) { count } else { count.next_up() }
}

#[cfg(test)]
mod tests {
    use super::{millis_up, secs_up, span_from_millis, span_from_secs};
    use tidegate::{Error, Span};

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in
            [-1.0, -1e-9, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, 18_446_744_074.0]
        {
            assert_eq!(span_from_secs(bad), Err(Error::TimeOutOfRange), "{bad}");
        }
        assert_eq!(span_from_millis(-0.0), Ok(Span::ZERO));
        assert_eq!(span_from_millis(1.5), Ok(Span::from_nanos(1_500_000)));
    }

    #[test]
    fn a_wait_is_never_shortened() {
        for nanos in [1, 3, 999_999_999, 1_000_000_001, 123_456_789_012_345_679, u64::MAX] {
            let span = Span::from_nanos(nanos);
            assert!((secs_up(span) * 1e9) as u128 >= u128::from(nanos), "{nanos}");
            assert!(millis_up(span) as u128 * 1_000_000 >= u128::from(nanos), "{nanos}");
        }
    }
}
