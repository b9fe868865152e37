//! `FirstUseWindow`: so many in each window, which begins with its first request.

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

/// `limit` requests in each window of `per` seconds, which begins with the first request that comes
/// after the window before.
///
/// Clients that wake up together so do not all start anew together. Around the end of a window it
/// lets up to 2 x limit - 1 through; StrictWindow and RateLimiter do not.
///
/// `limit` and `per` are those of RateLimiter. Any number of threads may use it at once.
///
/// >>> window = tidegate.FirstUseWindow(2, per=60)
/// >>> window.try_acquire(2, wall_ns=1_716_134_437_000_000_000)
/// True
/// >>> window.check(wall_ns=1_716_134_496_000_000_000).retry_after
/// 1.0
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct FirstUseWindow {
    inner: tidegate::FirstUseWindow,
    line: Line,
}

impl FirstUseWindow {
    /// The window of the core.
    pub(crate) fn inner(&self) -> &tidegate::FirstUseWindow {
        &self.inner
    }
}

#[pymethods]
impl FirstUseWindow {
    #[new]
    #[pyo3(signature = (limit, *, per=NOT), text_signature = "(limit, *, per=1.0)")]
    fn new(limit: &Bound<'_, PyAny>, per: Given<'_>) -> PyResult<FirstUseWindow> {
        let (limit, period) = rate::limit_and_period(limit, &per)?;
        let inner = tidegate::FirstUseWindow::new(limit, period).map_err(errors::raise)?;
        Ok(FirstUseWindow { line: Line::new(), inner })
    }

    /// Counts n requests if the window has room, and begins one if none is running: True, or False
    /// and nothing is counted.
    ///
    /// n=0 is always True. ValueError: n is more than the limit. `wall_ns` stands in for the clock
    /// (`time.time_ns()`).
    #[pyo3(signature = (n=NOT, *, wall_ns=None), text_signature = "($self, n=1, *, wall_ns=None)")]
    fn try_acquire(&self, n: Given<'_>, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
        let n = amount(&n)?;
        match self.inner.try_acquire(n, time::wall(wall_ns)?) {
            Outcome::Allowed { .. } => Ok(true),
            Outcome::Denied { .. } => Ok(false),
            Outcome::Never => Err(errors::never(n, self.limit())),
        }
    }

    /// As try_acquire, with its numbers.
    #[pyo3(signature = (n=NOT, *, wall_ns=None), text_signature = "($self, n=1, *, wall_ns=None)")]
    fn check(&self, n: Given<'_>, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        Decision::new(self.inner.try_acquire(n, time::wall(wall_ns)?), n, self.limit())
    }

    /// What check would answer; counts nothing. n=0 shows what is there.
    #[pyo3(signature = (n=NOT, *, wall_ns=None), text_signature = "($self, n=1, *, wall_ns=None)")]
    fn peek(&self, n: Given<'_>, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        Decision::new(self.inner.peek(n, time::wall(wall_ns)?), n, self.limit())
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

    fn __repr__(&self) -> String {
        format!("FirstUseWindow({}, per={:?})", self.limit(), self.per())
    }
}
