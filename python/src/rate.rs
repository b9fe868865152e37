//! Limits as people write them: `"300/minute"`, `"100 per hour"`, `"10/15 minutes"`.
//!
//! ```text
//! RATE  = COUNT ("/" | " per ") [COUNT " "] UNIT
//! COUNT = 1*DIGIT
//! UNIT  = ("millisecond" | "second" | "minute" | "hour" | "day") ["s"]
//! ```

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::PyString,
};
use tidegate::Span;

use crate::{given::Given, number, time};

/// The two arguments `limit` and `per` of a limiter, or the text that stands for both.
pub(crate) fn limit_and_period(limit: &Bound<'_, PyAny>, per: &Given<'_>) -> PyResult<(u64, Span)> {
    let Ok(text) = limit.cast::<PyString>() else {
        let period = per.or(DEFAULT_PERIOD, |per| time::span("per", per))?;
        return Ok((number::count("limit", limit)?, period));
    };
    if per.get().is_some() {
        return Err(PyTypeError::new_err("per is already part of a limit that is a str"));
    }
    let text = text.to_string_lossy();
    parse(&text).ok_or_else(|| {
        PyValueError::new_err(format!(
            "{text:?} is not a limit: write \"300/minute\", \"100 per hour\" or \"10/15 minutes\"; \
             the units are millisecond, second, minute, hour, day"
        ))
    })
}

/// Numbers too large for 64 bits are the largest: the quota refuses them by name.
fn parse(text: &str) -> Option<(u64, Span)> {
    let (limit, period) = text.split_once('/').or_else(|| text.split_once(" per "))?;
    let (count, unit) = match period.split_once(' ') {
        Some((count, unit)) => (digits(count)?, unit),
        None => (1, period),
    };
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let &(_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
    Some((digits(limit)?, Span::from_millis(count.saturating_mul(millis))))
}

fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX)) // nothing but digits: too large
}

/// Each unit in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("millisecond", 1),
    ("second", 1_000),
    ("minute", 60_000),
    ("hour", 3_600_000),
    ("day", 86_400_000),
];
const DEFAULT_PERIOD: Span = Span::from_secs(1);
