//! Numbers out of Python: whole ones, which are any object with `__index__`, ratios, and parts of one.

use pyo3::{exceptions::PyOverflowError, intern, prelude::*, types::PyFloat};
use tidegate::Error;

use crate::errors;

/// A count of things. One that is too large for 64 bits is the largest: no limit holds that many,
/// and the core says so.
pub(crate) fn count(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    match unsigned(name, value)? {
        Some(number) => Ok(number),
        None if value.lt(0)? => Err(errors::value(name, value, "0 or more")),
        None => Ok(u64::MAX),
    }
}

/// A number whose every bit counts, such as a seed.
pub(crate) fn word(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    unsigned(name, value)?
        .ok_or_else(|| errors::value(name, value, "from 0 to 18446744073709551615"))
}

/// As [`word`], of 32 bits.
pub(crate) fn word32(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u32> {
    unsigned(name, value)?
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| errors::value(name, value, "from 0 to 4294967295"))
}

/// As [`word`], of 128 bits.
pub(crate) fn word128(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u128> {
    if let Some(number) = unsigned(name, value)? {
        return Ok(number.into());
    }
    value.extract().map_err(|_| errors::value(name, value, "from 0 to 2**128 - 1"))
}

/// The number; `None` where it does not fit.
///
/// # Errors
///
/// `TypeError`: not a whole number. What `__index__` raises.
pub(crate) fn unsigned(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<u64>> {
    match value.extract::<u64>() {
        Ok(number) => Ok(Some(number)),
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => Ok(None),
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyTypeError>(value.py()) => {
            Err(errors::wrong_type(name, value, "an int"))
        }
        Err(error) => Err(error),
    }
}

/// Numerator and denominator of a ratio: `int` and `Fraction` as they are, a `float` by its shortest
/// decimal, so that 1.1 is 11/10.
pub(crate) fn ratio(name: &str, value: &Bound<'_, PyAny>) -> PyResult<(u32, u32)> {
    let read = if let Ok(float) = value.cast::<PyFloat>() {
        tidegate_host::ratio(float.value())
    } else if value.hasattr(intern!(value.py(), "numerator"))? {
        let half = |side: &Bound<'_, PyAny>| -> PyResult<Option<u32>> {
            Ok(unsigned(name, side)?.and_then(|number| u32::try_from(number).ok()))
        };
        let numerator = half(&value.getattr(intern!(value.py(), "numerator"))?)?;
        let denominator = half(&value.getattr(intern!(value.py(), "denominator"))?)?;
        numerator.zip(denominator)
    } else {
        return Err(errors::wrong_type(name, value, NUMBER));
    };
    read.ok_or_else(|| errors::value(name, value, "a ratio of numbers from 0 to 4294967295"))
}

/// A part of one, or a multiple, as a count of parts of which `of_one` make 1, rounded to the
/// nearest. What is too large is the largest, which the core refuses.
///
/// # Errors
///
/// `error`, a row of the table: negative, or not a number.
pub(crate) fn parts(
    name: &str,
    value: &Bound<'_, PyAny>,
    of_one: u32,
    error: Error,
) -> PyResult<u32> {
    if let Ok(float) = value.cast::<PyFloat>() {
        return tidegate_host::parts(float.value(), of_one)
            .ok_or_else(|| errors::argument(error, name, value));
    }
    if !value.hasattr(intern!(value.py(), "numerator"))? {
        return Err(errors::wrong_type(name, value, NUMBER));
    }
    let parts = value.mul(of_one)?.call_method0(intern!(value.py(), "__round__"))?;
    match unsigned(name, &parts)? {
        Some(parts) => Ok(u32::try_from(parts).unwrap_or(u32::MAX)),
        None if parts.lt(0)? => Err(errors::argument(error, name, value)),
        None => Ok(u32::MAX),
    }
}

/// Parts of a token, and of a factor, are counted in thousandths.
pub(crate) const THOUSAND: u32 = 1_000;
/// Parts of a delay, and of requests, are counted in millionths.
pub(crate) const MILLION: u32 = 1_000_000;
/// What a number that need not be whole may be.
const NUMBER: &str = "a number (int, float, Fraction)";
