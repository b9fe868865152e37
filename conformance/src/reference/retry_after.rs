//! The `Retry-After` field: seconds, or an HTTP date.

use crate::reference::{MAX, SECOND, date};

/// The year from which two-digit years are read when no other is given.
pub const REFERENCE_YEAR: u64 = 2026;

/// When the server wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After so many nanoseconds, saturating.
    Delay(u128),
    /// At a time, saturating.
    Date(u128),
}

/// Reads a field value; `None` if it has neither form exactly.
pub fn parse(value: &[u8], reference_year: u64) -> Option<RetryAfter> {
    let value = trim(value);
    if let Some(seconds) = digits(value) {
        return Some(RetryAfter::Delay(seconds.saturating_mul(SECOND).min(MAX)));
    }
    Some(RetryAfter::Date(date(value, reference_year)?))
}

/// The time of an HTTP date, saturating.
pub fn date(value: &[u8], reference_year: u64) -> Option<u128> {
    let seconds = date::parse(trim(value), reference_year)?;
    Some((u128::from(seconds) * SECOND).min(MAX))
}

/// One or more decimal digits as a number, saturating.
pub fn digits(value: &[u8]) -> Option<u128> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let next = |sum: u128, digit: &u8| sum.saturating_mul(10).saturating_add((digit - b'0').into());
    Some(value.iter().fold(0, next))
}

/// Without the spaces and tabs at both ends.
pub fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
