//! `Quota`: a limit by itself, to be passed around and compared.

use pyo3::{prelude::*, types::PyDict};
use tidegate::Span;

use crate::{
    given::{Given, NOT},
    rate, time,
};

/// How many tokens a period brings and how many may be saved up: what a plan of a service is.
///
/// The arguments are those of RateLimiter, which also takes a Quota in their place. It is frozen,
/// compares by value, and survives pickle.
///
/// TidegateError (a ValueError) says which bound a quota is out of.
///
/// >>> tidegate.Quota("300/minute", burst=50)
/// Quota(300, per=60.0, burst=50)
/// >>> tidegate.RateLimiter(tidegate.Quota(5)).quota == tidegate.Quota(5, per=1, burst=5)
/// True
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Quota {
    limit: u64,
    period_ns: u64,
    burst: u64,
}

impl Quota {
    /// The quota of the core. OK to build it again: it was within bounds before.
    pub(crate) fn core(&self) -> Result<tidegate::Quota, tidegate::Error> {
        tidegate::Quota::new(self.limit, Span::from_nanos(self.period_ns), self.burst)
    }
}

impl Quota {
    /// As a limiter shows it.
    pub(crate) fn arguments(&self) -> String {
        format!("{}, per={:?}, burst={}", self.limit, self.per(), self.burst)
    }
}

impl From<tidegate::Quota> for Quota {
    fn from(quota: tidegate::Quota) -> Quota {
        Quota { limit: quota.limit(), period_ns: quota.period().as_nanos(), burst: quota.burst() }
    }
}

#[pymethods]
impl Quota {
    #[new]
    #[pyo3(
        signature = (limit, *, per=NOT, burst=None),
        text_signature = "(limit, *, per=1.0, burst=None)"
    )]
    fn new(
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Quota> {
        rate::quota(limit, &per, burst).map(Quota::from)
    }

    /// Tokens a period.
    #[getter]
    fn limit(&self) -> u64 {
        self.limit
    }

    /// The period in seconds.
    #[getter]
    fn per(&self) -> f64 {
        time::secs(Span::from_nanos(self.period_ns))
    }

    /// The period in nanoseconds, exact.
    #[getter]
    fn per_ns(&self) -> u64 {
        self.period_ns
    }

    /// The most that can be taken at once; 0 when the limit is 0.
    #[getter]
    fn burst(&self) -> u64 {
        self.burst
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<((u64,), Bound<'py, PyDict>)> {
        let named = PyDict::new(py);
        named.set_item("per", time::fraction(py, Span::from_nanos(self.period_ns))?)?;
        named.set_item("burst", self.burst)?;
        Ok(((self.limit,), named))
    }

    fn __repr__(&self) -> String {
        format!("Quota({})", self.arguments())
    }
}
