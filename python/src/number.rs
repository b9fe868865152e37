//! Whole numbers out of Python: any object with `__index__`.

use pyo3::{exceptions::PyOverflowError, prelude::*};

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
