//! `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date in any of the three HTTP forms.

use super::{
    date,
    text::{digits, trim},
};
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

/// 2026-01-01: from where years of two digits are read.
pub(super) const REFERENCE: UnixTime = UnixTime::from_secs(1_767_225_600);
