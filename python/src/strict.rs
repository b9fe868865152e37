//! `StrictWindow`: never more than so many in any window, wherever it begins.

use pyo3::prelude::*;
use tidegate::Outcome;

use crate::{
    decision::Decision,
    errors,
    given::{Given, NOT},
    limiter::amount,
    line::Line,
    rate, time,
};

/// Never more than `limit` requests in any window of `per` seconds, wherever it begins, both ends
/// included.
///
/// A burst within the limit goes at once. A period is cut into `segments`, and a request counts for
/// up to one of them longer than a period; so a caller that always asks gets k / (k + 1) of the limit
/// at the worst, with k segments: 92 % of 100 a minute, 66 % of a thousand million. A `reset_after`
/// is the time until nothing counts any more.
///
/// `limit` and `per` are those of RateLimiter. Any number of threads may use it at once.
///
/// >>> window = tidegate.StrictWindow(100, per=60)
/// >>> window.try_acquire(100, now_ns=59 * 10**9), window.segments
/// (True, 12)
/// >>> window.check(now_ns=60 * 10**9).retry_after  # a window of the clock would begin here
/// 60.0
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct StrictWindow {
    inner: tidegate::StrictWindow,
    line: Line,
}

impl StrictWindow {
    /// The window of the core.
    pub(crate) fn inner(&self) -> &tidegate::StrictWindow {
        &self.inner
    }
}

#[pymethods]
impl StrictWindow {
    #[new]
    #[pyo3(signature = (limit, *, per=NOT), text_signature = "(limit, *, per=1.0)")]
    fn new(limit: &Bound<'_, PyAny>, per: Given<'_>) -> PyResult<StrictWindow> {
        let (limit, period) = rate::limit_and_period(limit, &per)?;
        let inner = tidegate::StrictWindow::new(limit, period).map_err(errors::raise)?;
        Ok(StrictWindow { line: Line::new(), inner })
    }

    /// Counts n requests if every window has room: True, or False and nothing is counted.
    ///
    /// n=0 is always True. ValueError: n is more than the limit. `now_ns` stands in for the clock
    /// (`tidegate.monotonic_ns()`).
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn try_acquire(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
        let n = amount(&n)?;
        match self.inner.try_acquire(n, time::now(now_ns)?) {
            Outcome::Allowed { .. } => Ok(true),
            Outcome::Denied { .. } => Ok(false),
            Outcome::Never => Err(errors::never(n, self.limit())),
        }
    }

    /// As try_acquire, with its numbers.
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn check(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        Decision::new(self.inner.try_acquire(n, time::now(now_ns)?), n, self.limit())
    }

    /// What check would answer; counts nothing. n=0 shows what is there.
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn peek(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        Decision::new(self.inner.peek(n, time::now(now_ns)?), n, self.limit())
    }

    /// Who waits for it.
    #[getter]
    fn _line(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.line.get(py, "Line")
    }

    /// Requests a window.
    #[getter]
    fn limit(&self) -> u64 {
        self.inner.limit()
    }

    /// The length of a window in seconds.
    #[getter]
    fn per(&self) -> f64 {
        time::secs(self.inner.period())
    }

    /// Into how many segments a period is cut: from 1 to 32, as many as fit.
    #[getter]
    fn segments(&self) -> u32 {
        self.inner.segments()
    }

    fn __repr__(&self) -> String {
        format!("StrictWindow({}, per={:?})", self.limit(), self.per())
    }
}
