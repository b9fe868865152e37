//! `Allowance`: one limit as a server tells it.

use pyo3::prelude::*;
use tidegate::{
    Span, UnixTime,
    wire::{self, Reset},
};

use crate::{decision::shown, time};

/// One limit that a response told of; Advice makes it. What was not told is None.
///
/// >>> advice = tidegate.Advice({"RateLimit": '"burst";r=7;t=30'})
/// >>> advice.allowances[0].remaining, advice.allowances[0].reset_after
/// (7, 30.0)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Allowance {
    /// The server's name for it, "" if it has none.
    #[pyo3(get)]
    name: String,
    /// Which of several partitions of the same limit: a fingerprint of `pk`, equal for equal keys.
    #[pyo3(get)]
    partition: Option<u64>,
    /// What is counted: "requests" where nothing else is said, "tokens" (of a language model),
    /// "content-bytes", "concurrent-requests" (no wait makes room) or "other".
    #[pyo3(get)]
    unit: &'static str,
    /// How many a window.
    #[pyo3(get)]
    limit: Option<u64>,
    /// How many are left, rounded down.
    #[pyo3(get)]
    remaining: Option<u64>,
    /// How many were used, rounded up.
    #[pyo3(get)]
    used: Option<u64>,
    /// As reset, in nanoseconds.
    #[pyo3(get)]
    reset_ns: Option<u64>,
    /// As reset_after, in nanoseconds.
    #[pyo3(get)]
    reset_after_ns: Option<u64>,
    /// As window, in nanoseconds.
    #[pyo3(get)]
    window_ns: Option<u64>,
}

#[pymethods]
impl Allowance {
    /// When there will be more, in seconds since 1970 by the server's clock; None if that was not
    /// told, or told as reset_after.
    #[getter]
    fn reset(&self) -> Option<f64> {
        self.reset_ns.map(|nanos| time::unix_secs(UnixTime::from_nanos(nanos)))
    }

    /// How many seconds after the answer there will be more; None if that was not told, or told as
    /// reset.
    #[getter]
    fn reset_after(&self) -> Option<f64> {
        self.reset_after_ns.map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    /// The length of a window in seconds.
    #[getter]
    fn window(&self) -> Option<f64> {
        self.window_ns.map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "Allowance(name={}, partition={}, unit='{}', limit={}, remaining={}, used={}, \
             reset={}, reset_after={}, window={})",
            self.name.as_str().into_pyobject(py)?.repr()?,
            shown(self.partition),
            self.unit,
            shown(self.limit),
            shown(self.remaining),
            shown(self.used),
            shown(self.reset()),
            shown(self.reset_after()),
            shown(self.window()),
        ))
    }
}

impl From<wire::Allowance<'_>> for Allowance {
    fn from(told: wire::Allowance<'_>) -> Allowance {
        let (reset_ns, reset_after_ns) = match told.reset {
            Some(Reset::At(instant)) => (Some(instant.as_nanos()), None),
            Some(Reset::After(wait)) => (None, Some(wait.as_nanos())),
            None => (None, None),
        };
        Allowance {
            name: told.name.to_owned(),
            partition: told.partition,
            unit: told.unit.name(),
            limit: told.limit,
            remaining: told.remaining,
            used: told.used,
            reset_ns,
            reset_after_ns,
            window_ns: told.window.map(Span::as_nanos),
        }
    }
}
