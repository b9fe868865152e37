//! `Advice`: what one response's headers say, in any dialect, of any number of limits.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::{prelude::*, types::PyTuple};
use tidegate::{Span, UnixTime, wire};

use crate::{
    allowance::Allowance,
    dialect::dialect,
    given::{Given, NOT},
    text, time,
    wire::{Hints, RetryAfter, field},
};

/// The headers of one response, in any dialect: Retry-After, and every limit that was told.
///
/// `headers` is a mapping (dict, httpx.Headers, requests' headers) or an iterable of pairs of str
/// or bytes. `dialect` is a Dialect or the name of one; "common" reads every header that is known.
/// What is malformed is ignored and counted, never half used; beyond eight limits what is told is
/// left out and counted.
///
/// `wall_ns` of its methods is what is known of the server's clock; left out, it is this machine's.
///
/// TidegateError (a ValueError): an unknown dialect.
///
/// >>> advice = tidegate.Advice([
/// ...     ("RateLimit-Policy", '"burst";q=100;w=60, "daily";q=1000;w=86400'),
/// ...     ("RateLimit", '"burst";r=7;t=30, "daily";r=0;t=36400'),
/// ... ])
/// >>> advice.tightest().name, advice.wait()
/// ('daily', 36400.0)
/// >>> advice.header("Retry-After", "20")
/// 'read'
/// >>> advice.wait()
/// 20.0
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Advice {
    inner: Mutex<wire::Advice>,
}

impl Advice {
    /// What has been said so far.
    pub(crate) fn read(&self) -> wire::Advice {
        self.lock().clone()
    }

    /// OK to ignore the poison: nothing panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, wire::Advice> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Advice {
    #[new]
    #[pyo3(
        signature = (headers=NOT, *, dialect=NOT),
        text_signature = "(headers=(), *, dialect='common')"
    )]
    fn new(headers: Given<'_>, dialect: Given<'_>) -> PyResult<Advice> {
        let dialect = dialect.or(wire::Dialect::COMMON, self::dialect)?;
        let mut advice = wire::Advice::new(dialect);
        if let Some(headers) = headers.get() {
            text::each_header(headers, |name, value| {
                advice.header(name, value);
            })?;
        }
        Ok(Advice { inner: Mutex::new(advice) })
    }

    /// Takes one more header line: "read", "unknown" (it says nothing in this dialect) or "invalid"
    /// (its value is garbage).
    ///
    /// >>> tidegate.Advice(dialect="slack").header("X-RateLimit-Remaining", "7")
    /// 'unknown'
    #[pyo3(signature = (name, value, /))]
    fn header(&self, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        let (name, value) = (text::header("name", name)?, text::header("value", value)?);
        Ok(field(self.lock().header(&name, &value)))
    }

    /// Retry-After, or the same in milliseconds; of two waits the longer.
    #[getter]
    fn retry_after(&self) -> Option<RetryAfter> {
        self.lock().retry_after().map(RetryAfter::from)
    }

    /// Date: when the server made the answer, in seconds since 1970.
    #[getter]
    fn date(&self) -> Option<f64> {
        self.lock().date().map(time::unix_secs)
    }

    /// As date, in nanoseconds.
    #[getter]
    fn date_ns(&self) -> Option<u64> {
        self.lock().date().map(UnixTime::as_nanos)
    }

    /// Whether the server says that sending again helps: x-should-retry, Stripe-Should-Retry.
    #[getter]
    fn should_retry(&self) -> Option<bool> {
        self.lock().should_retry()
    }

    /// Whether the limit that denied is one of the whole account: X-RateLimit-Global.
    #[getter]
    fn is_global(&self) -> Option<bool> {
        self.lock().global()
    }

    /// Whether the answer came out of a cache (Age above 0), so that it says nothing of limits.
    #[getter]
    fn is_cached(&self) -> bool {
        self.lock().is_cached()
    }

    /// X-RateLimit-Bucket: which limit several routes share.
    #[getter]
    fn bucket(&self) -> Option<String> {
        self.lock().bucket().map(str::to_owned)
    }

    /// X-RateLimit-Scope: whose limit it is.
    #[getter]
    fn scope(&self) -> Option<String> {
        self.lock().scope().map(str::to_owned)
    }

    /// How many headers were known by name and garbage by value.
    #[getter]
    fn invalid(&self) -> u32 {
        self.lock().invalid()
    }

    /// How many values were valid and found no room.
    #[getter]
    fn dropped(&self) -> u32 {
        self.lock().dropped()
    }

    /// Every limit that was told, in the order in which they were first told: first those of which
    /// something was counted, then those that were only promised.
    #[getter]
    fn allowances<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let told: Vec<Allowance> = self.lock().allowances().map(Allowance::from).collect();
        PyTuple::new(py, told)
    }

    /// The limit that stops a client first: the least that is left, and of the same the longest wait.
    /// None if nothing can be compared.
    #[pyo3(signature = (*, wall_ns=None))]
    fn tightest(&self, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Allowance>> {
        let wall = time::wall(wall_ns)?;
        Ok(self.lock().tightest(wall).map(Allowance::from))
    }

    /// How many seconds to send nothing, rounded up: what Retry-After says, or else until the last
    /// of the limits that are used up has more. None if nothing says so.
    #[pyo3(signature = (*, wall_ns=None))]
    fn wait(&self, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<f64>> {
        let wall = time::wall(wall_ns)?;
        Ok(self.lock().wait(wall).map(time::secs))
    }

    /// As wait, in nanoseconds, exact.
    #[pyo3(signature = (*, wall_ns=None))]
    fn wait_ns(&self, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<u64>> {
        let wall = time::wall(wall_ns)?;
        Ok(self.lock().wait(wall).map(Span::as_nanos))
    }

    /// The same for Call.answered: Retry-After, and the tightest limit as the one that it mirrors.
    ///
    /// >>> advice = tidegate.Advice({"X-RateLimit-Remaining": "0", "Retry-After": "1.5"})
    /// >>> advice.hints().remaining, advice.hints().retry_after.delay
    /// (0, 1.5)
    #[pyo3(signature = (*, wall_ns=None))]
    fn hints(&self, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Hints> {
        let wall = time::wall(wall_ns)?;
        Ok(self.lock().hints(wall).into())
    }

    /// What it says, line by line, for people; `python -m tidegate headers` prints this.
    ///
    /// >>> print(tidegate.Advice({"X-RateLimit-Remaining": "7", "Retry-After": "60"}).explain(), end="")
    /// limit: 7 requests left; the tightest
    /// wait: 1 min
    #[pyo3(signature = (*, wall_ns=None))]
    fn explain(&self, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let wall = time::wall(wall_ns)?;
        Ok(wire::Reader::Dialect(self.read()).told(wall).to_string())
    }

    fn __repr__(&self) -> String {
        let limits = self.lock().allowances().count();
        let retry_after = self.retry_after().map(|value| value.__repr__());
        let invalid = self.invalid();
        format!(
            "<Advice of {limits} limits, retry_after={}, invalid={invalid}>",
            retry_after.as_deref().unwrap_or("None")
        )
    }
}
