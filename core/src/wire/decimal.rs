//! Decimal numbers as vendors write them, and the durations that are made of them.
//!
//! No float: a fraction is kept in billionths, of which a further digit makes one more, so that a
//! time that was told is never shortened.

use super::text::digits;
use crate::time::{NANOS_PER_SEC, Span};

/// A number of 0 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    /// The part before the point, saturating.
    pub(super) whole: u64,
    /// What follows the point, rounded up to billionths: up to 10⁹.
    billionths: u64,
}

impl Decimal {
    /// `12` or `12.5`; nothing else is in the grammar.
    pub(super) fn parse(value: &[u8]) -> Option<Decimal> {
        let Some(point) = value.iter().position(|&byte| byte == b'.') else {
            return Some(Decimal { whole: digits(value)?, billionths: 0 });
        };
        let (whole, fraction) = value.split_at_checked(point)?;
        let fraction = fraction.strip_prefix(b".")?;
        digits(fraction)?;
        let place = |scale: u64, digit: &u8| {
            scale.saturating_mul(10).saturating_add(u64::from(digit.wrapping_sub(b'0')))
        };
        let kept = fraction.iter().chain(&[b'0'; 9]).take(9).fold(0, place);
        let more = fraction.iter().skip(9).any(|&digit| digit != b'0');
        Some(Decimal { whole: digits(whole)?, billionths: kept.saturating_add(u64::from(more)) })
    }

    /// So many units of `unit` nanoseconds, rounded up, saturating.
    pub(super) fn of(self, unit: u64) -> Span {
        let part = match self.billionths.checked_mul(unit) {
            Some(part) => part.div_ceil(NANOS_PER_SEC),
            // OK: at most a unit, which is at most a day. A wide division is slow, and units above a
            // second with a fraction are rare.
            None => {
                let part = u128::from(self.billionths) * u128::from(unit);
                part.div_ceil(u128::from(NANOS_PER_SEC)) as u64
            }
        };
        Span::from_nanos(self.whole.saturating_mul(unit).saturating_add(part))
    }

    /// Rounded up to a whole number, saturating.
    pub(super) fn ceil(self) -> u64 {
        self.whole.saturating_add(u64::from(self.billionths > 0))
    }
}

/// A duration as Go prints it, `1m30s` or `20ms`: numbers with units, from long to short, each unit
/// at most once. Rounded up to nanoseconds, saturating.
pub(super) fn duration(value: &[u8]) -> Option<Span> {
    let (mut rest, mut sum, mut longer) = (value, Span::ZERO, u64::MAX);
    loop {
        let length = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'.')).count();
        let (number, after) = rest.split_at_checked(length)?;
        let length = after.iter().take_while(|byte| !matches!(byte, b'0'..=b'9' | b'.')).count();
        let (name, after) = after.split_at_checked(length)?;
        let &(_, unit) = UNITS.iter().find(|(known, unit)| *known == name && *unit < longer)?;
        longer = unit;
        sum = sum.saturating_add(Decimal::parse(number)?.of(unit));
        if after.is_empty() {
            return Some(sum);
        }
        rest = after;
    }
}

/// Two letters are written as µ.
const UNITS: [(&[u8], u64); 9] = [
    (b"d", 86_400 * NANOS_PER_SEC),
    (b"h", 3_600 * NANOS_PER_SEC),
    (b"m", 60 * NANOS_PER_SEC),
    (b"s", NANOS_PER_SEC),
    (b"ms", 1_000_000),
    (b"us", 1_000),
    (b"\xc2\xb5s", 1_000),
    (b"\xce\xbcs", 1_000),
    (b"ns", 1),
];

#[cfg(test)]
mod tests {
    use super::{Decimal, duration};

    #[test]
    fn fractions_round_up() {
        let nanos =
            |text: &str| Decimal::parse(text.as_bytes()).map(|it| it.of(1_000_000_000).as_nanos());
        assert_eq!(nanos("1.25"), Some(1_250_000_000));
        assert_eq!(nanos("0.0000000001"), Some(1));
        assert_eq!(nanos("0.9999999999"), Some(1_000_000_000));
        assert_eq!(nanos("18446744073709551616.5"), Some(u64::MAX));
        for bad in ["", ".", "1.", ".5", "1.5.5", "-1", "+1", "1e3", "1,5", "0x1"] {
            assert_eq!(nanos(bad), None, "{bad}");
        }
    }

    #[test]
    fn durations() {
        let nanos = |text: &str| duration(text.as_bytes()).map(|it| it.as_nanos());
        assert_eq!(nanos("6m0s"), Some(360_000_000_000));
        assert_eq!(nanos("1d2h3m4.5s6ms7us8ns"), Some(93_784_506_007_008));
        assert_eq!(nanos("1.5µs"), Some(1_500));
        for bad in ["", "1", "s", "1s1m", "1s1s", "1.s", "1 s", "1S", "1m30", "-1s", "1us1µs"] {
            assert_eq!(nanos(bad), None, "{bad}");
        }
    }
}
