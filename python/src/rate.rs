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
use tidegate::{Quota, Span};

use crate::{errors, given::Given, number, quota, time};

/// The three arguments of a bucket's limit, or the `Quota` that stands for all of them.
pub(crate) fn quota(
    limit: &Bound<'_, PyAny>,
    per: &Given<'_>,
    burst: Option<&Bound<'_, PyAny>>,
) -> PyResult<Quota> {
    if let Ok(quota) = limit.cast::<quota::Quota>() {
        if per.get().is_some() || burst.is_some() {
            let message = "per and burst are already part of a limit that is a Quota";
            return Err(PyTypeError::new_err(message));
        }
        return quota.get().core().map_err(errors::raise);
    }
    let (limit, period) = limit_and_period(limit, per)?;
    let burst = burst.map(|burst| number::count("burst", burst)).transpose()?.unwrap_or(limit);
    Quota::new(limit, period, burst).map_err(errors::raise)
}

/// The argument `rate` of one call: a limit in one value.
pub(crate) fn quota_of(rate: &Bound<'_, PyAny>) -> PyResult<Quota> {
    if rate.is_instance_of::<PyString>() || rate.is_instance_of::<quota::Quota>() {
        return quota(rate, &crate::given::NOT, None);
    }
    Err(errors::wrong_type("rate", rate, "a Quota or a str such as \"300/minute\""))
}

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
