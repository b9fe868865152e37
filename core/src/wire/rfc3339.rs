//! Instants as RFC 3339 writes them, `2025-10-25T12:00:00Z`, with any fraction and offset.
//!
//! Seconds may be missing, as Atlassian leaves them out.

use super::{
    date::{Parts, Text},
    decimal::Decimal,
};
use crate::time::{NANOS_PER_SEC, Span, UnixTime};

/// The instant, a fraction rounded up. Anything in a year before 1970 is 1970.
pub(super) fn parse(value: &[u8]) -> Option<UnixTime> {
    let mut text = Text(value);
    let year = text.number(4)?;
    text.literal(b"-")?;
    let month = text.number(2)?;
    text.literal(b"-")?;
    let day = text.number(2)?;
    text.literal(b"T").or_else(|| text.literal(b"t"))?;
    let (hour, minute) = hour_minute(&mut text)?;
    let (second, fraction) = if text.literal(b":").is_some() {
        (text.number(2)?, fraction(&mut text)?)
    } else {
        (0, Span::ZERO)
    };
    let (east, offset) = offset(&mut text)?;
    if second > 60 || !text.0.is_empty() {
        return None;
    }
    let second = hour * 3_600 + minute * 60 + second;
    let local = Parts { year, month, day, second }.instant()?;
    if year < 1970 {
        return Some(UnixTime::ZERO);
    }
    let local = local.saturating_add(fraction);
    Some(if east { local.saturating_sub(offset) } else { local.saturating_add(offset) })
}

fn hour_minute(text: &mut Text<'_>) -> Option<(u64, u64)> {
    let hour = text.number(2)?;
    text.literal(b":")?;
    let minute = text.number(2)?;
    (hour <= 23 && minute <= 59).then_some((hour, minute))
}

fn fraction(text: &mut Text<'_>) -> Option<Span> {
    if text.0.first() != Some(&b'.') {
        return Some(Span::ZERO);
    }
    let is_part = |byte: &&u8| matches!(byte, b'.' | b'0'..=b'9');
    let length = text.0.iter().take_while(is_part).count();
    let (digits, rest) = text.0.split_at_checked(length)?;
    text.0 = rest;
    let mut value = heapless::Vec::<u8, MAX_FRACTION>::from_slice(b"0").ok()?;
    value.extend_from_slice(digits).ok()?;
    Some(Decimal::parse(&value)?.of(NANOS_PER_SEC))
}

/// Whether it is east of Greenwich, and how far.
fn offset(text: &mut Text<'_>) -> Option<(bool, Span)> {
    if text.literal(b"Z").or_else(|| text.literal(b"z")).is_some() {
        return Some((true, Span::ZERO));
    }
    let east = text.literal(b"+").is_some();
    if !east {
        text.literal(b"-")?;
    }
    let (hours, minutes) = hour_minute(text)?;
    Some((east, Span::from_secs(hours * 3_600 + minutes * 60)))
}

/// A zero, the point and twenty digits: more than any clock has.
const MAX_FRACTION: usize = 22;

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn instants() {
        let nanos = |text: &str| parse(text.as_bytes()).map(|it| it.as_nanos());
        assert_eq!(nanos("2025-10-25T12:00:00Z"), Some(1_761_393_600_000_000_000));
        assert_eq!(nanos("2025-10-25t14:30:00.5+02:30"), Some(1_761_393_600_500_000_000));
        assert_eq!(nanos("2025-10-25T11:00:00-01:00"), Some(1_761_393_600_000_000_000));
        assert_eq!(nanos("2025-10-25T12:00Z"), Some(1_761_393_600_000_000_000));
        assert_eq!(nanos("1969-12-31T23:30:00-01:00"), Some(0));
        for bad in [
            "",
            "2025-10-25",
            "2025-10-25T12:00:00",
            "2025-10-25 12:00:00Z",
            "2025-02-29T00:00:00Z",
            "2025-10-25T24:00:00Z",
            "2025-10-25T12:00:61Z",
            "2025-10-25T12:00:00.Z",
            "2025-10-25T12:00:00Zx",
            "2025-10-25T12:00:00.123456789012345678901Z",
            "2025-10-25T12:00:00+0200",
            "2025-10-25T12:00:00.1.2Z",
            "2025-10-25T12:00.5Z",
        ] {
            assert_eq!(nanos(bad), None, "{bad}");
        }
    }
}
