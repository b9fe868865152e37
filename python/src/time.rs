//! Seconds and clocks: what Python counts as `float`, `Fraction` or `timedelta`, the core as whole
//! nanoseconds.

use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDelta, PyFloat},
};
use tidegate::{Error, Instant, Span, UnixTime};

use crate::{clock, errors, number};

/// A length of time in seconds. A `float` is rounded to the nearest nanosecond; whole numbers,
/// `Fraction` and `timedelta` are exact.
pub(crate) fn span(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Span> {
    if let Ok(float) = value.cast::<PyFloat>() {
        return tidegate_host::span_from_secs(float.value())
            .map_err(|error| errors::argument(error, name, value));
    }
    let nanos = if value.is_instance_of::<PyDelta>() {
        let micro = PyDelta::new(value.py(), 0, 0, 1, false)?;
        value.floor_div(micro)?.mul(1_000)?
    } else if value.hasattr(intern!(value.py(), "numerator"))? {
        value.mul(1_000_000_000)?.call_method0(intern!(value.py(), "__round__"))?
    } else {
        return Err(errors::wrong_type(name, value, "seconds (float, Fraction) or a timedelta"));
    };
    match number::unsigned(name, &nanos)? {
        Some(nanos) => Ok(Span::from_nanos(nanos)),
        None => Err(errors::argument(Error::TimeOutOfRange, name, value)),
    }
}

/// A length of time that may be negative, in nanoseconds.
pub(crate) fn skew(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let too_far = || errors::value("skew", value, "within 292 years of 0, in seconds");
    match span("skew", value) {
        Ok(later) => i64::try_from(later.as_nanos()).map_err(|_| too_far()),
        Err(error) if !error.is_instance_of::<errors::TidegateError>(value.py()) => Err(error),
        Err(_) => {
            let earlier = span("skew", &value.neg()?).map_err(|_| too_far())?;
            0_i64.checked_sub_unsigned(earlier.as_nanos()).ok_or_else(too_far)
        }
    }
}

/// A length of time that may be left out.
pub(crate) fn span_or_none(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Span>> {
    value.map(|value| span(name, value)).transpose()
}

/// Seconds as a `Fraction`, exact.
pub(crate) fn fraction<'py>(py: Python<'py>, span: Span) -> PyResult<Bound<'py, PyAny>> {
    static FRACTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let fraction = FRACTION.import(py, "fractions", "Fraction")?;
    fraction.call1((span.as_nanos(), 1_000_000_000))
}

/// `now_ns`, or the system's monotonic clock.
pub(crate) fn now(value: Option<&Bound<'_, PyAny>>) -> PyResult<Instant> {
    match value {
        None => Ok(clock::monotonic()),
        Some(value) => nanos("now_ns", value).map(Instant::from_nanos),
    }
}

/// A point in time of the monotonic clock.
pub(crate) fn instant(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Instant> {
    nanos(name, value).map(Instant::from_nanos)
}

/// `wall_ns`, or the system's wall clock.
pub(crate) fn wall(value: Option<&Bound<'_, PyAny>>) -> PyResult<UnixTime> {
    match value {
        None => Ok(clock::wall()),
        Some(value) => nanos("wall_ns", value).map(UnixTime::from_nanos),
    }
}

/// A point in time as nanoseconds.
pub(crate) fn nanos(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    number::unsigned(name, value)?
        .ok_or_else(|| errors::argument(Error::TimeOutOfRange, name, value))
}

/// Seconds, rounded up, so that whoever sleeps as told never wakes early.
pub(crate) fn secs(span: Span) -> f64 {
    tidegate_host::secs_up(span)
}

/// Seconds since 1970 as `time.time()` counts them, rounded up.
pub(crate) fn unix_secs(time: UnixTime) -> f64 {
    tidegate_host::secs_up(time.saturating_since(UnixTime::ZERO))
}

/// The clock that every `now_ns` and `until_ns` is of, in nanoseconds.
///
/// It counts on while the machine sleeps, where the system has such a clock, and has nothing to do
/// with `time.monotonic_ns()`.
///
/// >>> tidegate.monotonic_ns() <= tidegate.monotonic_ns()
/// True
#[pyfunction]
pub(crate) fn monotonic_ns() -> u64 {
    clock::monotonic().as_nanos()
}

/// The seconds from now until a point in time of that clock, rounded up; 0.0 if it is past.
#[pyfunction]
#[pyo3(name = "_seconds_until")]
pub(crate) fn seconds_until(until_ns: u64) -> f64 {
    secs(Instant::from_nanos(until_ns).saturating_since(clock::monotonic()))
}
