//! Seconds, milliseconds and parts of one as floating-point numbers, for the languages that count so.
//!
//! Into the core a time is rounded to the nearest nanosecond; out of it a wait is rounded up, so
//! that whoever sleeps as told never wakes early. Parts are rounded to the nearest both ways.

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

/// How many parts `number` is, of which `of_one` make 1: 0.2 is 200,000 millionths. Rounded to the
/// nearest; what is too large is the largest, which every bound of the core refuses.
///
/// `None`: negative, or not a number.
///
/// # Examples
///
/// ```
/// assert_eq!(tidegate_host::parts(0.2, 1_000_000), Some(200_000));
/// assert_eq!(tidegate_host::parts(1e300, 1_000), Some(u32::MAX));
/// assert_eq!(tidegate_host::parts(-0.1, 1_000), None);
/// ```
pub fn parts(number: f64, of_one: u32) -> Option<u32> {
    let parts = (number * f64::from(of_one)).round();
    // OK because a conversion to an integer saturates.
    (number >= 0.0 && parts >= 0.0).then_some(parts as u32)
}

/// So many parts, of which `of_one` make 1, as a floating-point number: right to 2⁻⁵² of it, and the
/// nearest where both numbers are below 2⁵³.
///
/// # Examples
///
/// ```
/// assert_eq!(tidegate_host::from_parts(3_600, 1_000), 3.6);
/// ```
pub fn from_parts(parts: u64, of_one: u64) -> f64 {
    parts as f64 / of_one as f64
}

/// Numerator and denominator of the shortest decimal that means `number`, in lowest terms: 1.1 is
/// 11/10, although no floating-point number is.
///
/// `None`: negative, not finite, or a ratio that needs more than 32 bits, such as 4.0 / 3.0.
///
/// # Examples
///
/// ```
/// assert_eq!(tidegate_host::ratio(1.1), Some((11, 10)));
/// assert_eq!(tidegate_host::ratio(2.0), Some((2, 1)));
/// assert_eq!(tidegate_host::ratio(4.0 / 3.0), None);
/// ```
pub fn ratio(number: f64) -> Option<(u32, u32)> {
    // Shows the shortest digits that are read back the same, and no exponent.
    let decimal = format!("{number}");
    let (whole, part) = decimal.split_once('.').unwrap_or((&decimal, ""));
    let numerator: u64 = format!("{whole}{part}").parse().ok()?;
    let denominator = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let most = greatest_divisor(numerator, denominator);
    Some((u32::try_from(numerator / most).ok()?, u32::try_from(denominator / most).ok()?))
}

/// Euclid's; never 0, because the second number is not.
fn greatest_divisor(a: u64, b: u64) -> u64 {
    if a == 0 { b } else { greatest_divisor(b % a, a) }
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
    use super::{millis_up, parts, ratio, secs_up, span_from_millis, span_from_secs};
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
    fn parts_are_rounded_to_the_nearest() {
        for (number, found) in [
            (0.0, Some(0)),
            (-0.0, Some(0)),
            (0.000_249, Some(249)), // a product that is not whole
            (1.000_000_5, Some(1_000_001)),
            (1.000_000_4, Some(1_000_000)),
            (f64::INFINITY, Some(u32::MAX)),
            (-1e-9, None),
            (f64::NEG_INFINITY, None),
            (f64::NAN, None),
        ] {
            assert_eq!(parts(number, 1_000_000), found, "{number}");
        }
    }

    #[test]
    fn a_ratio_is_the_shortest_decimal() {
        for (number, found) in [
            (1.0, Some((1, 1))),
            (0.0, Some((0, 1))),
            (1.5, Some((3, 2))),
            (1.01, Some((101, 100))),
            (1.618_034, Some((809_017, 500_000))),
            (1.000_976_562_5, Some((1_025, 1_024))), // eleven digits, and yet it fits
            (4_294_967_295.0, Some((u32::MAX, 1))),
            (4_294_967_296.0, None),
            (1.123_456_789_012, None),
            (1e300, None),
            (1e-300, None),
            (-1.5, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(ratio(number), found, "{number}");
        }
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
