//! The single values of a policy file: numbers, durations, parts, ratios, statuses.

use crate::reference::SECOND;
use crate::reference::located::{Kind, Value};

/// A number of nothing but digits, which fits 64 bits.
pub(super) fn whole(value: &Value) -> Option<u128> {
    let Kind::Number(number) = &value.kind else { return None };
    let number: u128 = digits(number)?;
    (number <= u64::MAX.into()).then_some(number)
}

pub(super) fn digits(text: &str) -> Option<u128> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

/// A whole number of units in at most 22 bytes, and no more nanoseconds than 64 bits hold.
pub(super) fn duration(value: &Value) -> Option<u128> {
    let text = value.text().filter(|text| text.len() <= 22)?;
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let nanos = match unit {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3_600 * SECOND,
        "d" => 86_400 * SECOND,
        _ => return None,
    };
    let count = digits(&text[..text.len() - unit.len()])?;
    count.checked_mul(nanos).filter(|nanos| *nanos <= u64::MAX.into())
}

/// A decimal number with at most nine digits behind its point, as it is written: over a power of ten.
pub(super) fn fraction(value: &Value) -> Option<(u128, u128)> {
    let Kind::Number(number) = &value.kind else { return None };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > 9 {
        return None;
    }
    let bottom = 10_u128.pow(part.len() as u32);
    let part = if part.is_empty() { 0 } else { digits(part)? };
    let top = digits(whole)?.checked_mul(bottom)? + part;
    (top <= u64::MAX.into()).then_some((top, bottom))
}

/// How many parts of so many, if that is whole.
pub(super) fn parts(value: &Value, unit: u128) -> Option<u128> {
    let (top, bottom) = fraction(value)?;
    (top * unit).is_multiple_of(bottom).then(|| top * unit / bottom)
}

/// A decimal number or two numbers, each of 32 bits as it is written.
pub(super) fn factor(value: &Value) -> Option<(u128, u128)> {
    let (top, bottom) = match value.text() {
        Some(text) => {
            let (top, bottom) = text.split_once('/').filter(|_| text.len() <= 21)?;
            (digits(top)?, digits(bottom)?)
        }
        None => fraction(value)?,
    };
    (top.max(bottom) <= u32::MAX.into()).then_some((top, bottom))
}

/// The first and the last of a range.
pub(super) fn statuses(value: &Value) -> Option<(u16, u16)> {
    let (first, last) = match value.text() {
        Some(text) => {
            let (first, last) = text.split_once('-').filter(|(first, _)| first.len() == 3)?;
            (digits(first)?, digits(last).filter(|_| last.len() <= 3)?)
        }
        None => (whole(value)?, whole(value)?),
    };
    let fits = 400 <= first && first <= last && last <= 599;
    fits.then_some((first as u16, last as u16))
}

pub(super) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).map_or(&[][..], Value::items).iter()
}

pub(super) fn word<'a>(value: &'a Value, name: &str, otherwise: &'a str) -> &'a str {
    value.get(name).and_then(Value::text).unwrap_or(otherwise)
}

pub(super) fn number(value: &Value, name: &str, otherwise: u128) -> u128 {
    value.get(name).and_then(whole).unwrap_or(otherwise)
}

pub(super) fn span(value: &Value, name: &str, otherwise: u128) -> u128 {
    value.get(name).and_then(duration).unwrap_or(otherwise)
}

pub(super) fn part(value: &Value, name: &str, unit: u128, otherwise: u128) -> u128 {
    value.get(name).and_then(|value| parts(value, unit)).unwrap_or(otherwise)
}

pub(super) fn flag(value: &Value, name: &str) -> Option<bool> {
    match value.get(name)?.kind {
        Kind::Flag(flag) => Some(flag),
        _ => None,
    }
}
