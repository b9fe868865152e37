//! `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date in any of the three HTTP forms.

use super::date;
use crate::time::{Span, UnixTime};

/// The value of a `Retry-After` header.
///
/// # Examples
///
/// ```
/// use tidegate::{RetryAfter, Span, UnixTime};
///
/// assert_eq!(RetryAfter::parse(b"120"), Some(RetryAfter::Delay(Span::from_secs(120))));
/// let date = UnixTime::from_secs(784_111_777);
/// for form in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
///     assert_eq!(RetryAfter::parse(form.as_bytes()), Some(RetryAfter::Date(date)));
/// }
/// for garbage in ["", "-10", "2.5", "1e3", "0x10", "soon"] {
///     assert_eq!(RetryAfter::parse(garbage.as_bytes()), None);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// So long from the answer; more seconds than time can hold are the longest span.
    Delay(Span),
    /// Not before this instant of the server's clock; a date before 1970 is 1970.
    Date(UnixTime),
}

impl RetryAfter {
    /// Reads a value. Years of two digits are read as seen from 2026.
    ///
    /// Digits are seconds, as many as there may be. Decimals, signs, other bases, an empty value and
    /// anything after the value are not in the grammar and give `None`: garbage is ignored, never
    /// guessed at.
    pub fn parse(value: &[u8]) -> Option<RetryAfter> {
        Self::parse_at(value, REFERENCE)
    }

    /// As [`parse`](Self::parse), years of two digits read as seen from `reference`: more than fifty
    /// years ahead of it is the century before (RFC 9110 section 5.6.7).
    pub fn parse_at(value: &[u8], reference: UnixTime) -> Option<RetryAfter> {
        let value = trim(value);
        match digits(value) {
            Some(seconds) => Some(RetryAfter::Delay(Span::from_secs(seconds))),
            None => date::parse(value, reference).map(RetryAfter::Date),
        }
    }
}

/// Without the spaces and tabs around it.
pub(super) fn trim(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !blank(byte)).unwrap_or(value.len());
    let value = value.get(start..).unwrap_or_default();
    let end = value.iter().rposition(|byte| !blank(byte)).map_or(0, |last| last.saturating_add(1));
    value.get(..end).unwrap_or_default()
}

/// The number of a value that is nothing but digits, saturating.
pub(super) fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| number.saturating_mul(10).saturating_add(u64::from(digit)))
    })
}

/// 2026-01-01: from where years of two digits are read.
pub(super) const REFERENCE: UnixTime = UnixTime::from_secs(1_767_225_600);
