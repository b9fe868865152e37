//! `FixedWindow`: so many in each window of the wall clock.

use pyo3::prelude::*;
use tidegate::{Outcome, Span};

use crate::{
    decision::Decision,
    errors,
    given::{Given, NOT},
    limiter::amount,
    line::Line,
    rate, time,
};

/// `limit` requests in each window of `per` seconds; windows are aligned to multiples of the period
/// since 1970, as most documented API limits are, or begin `skew` seconds (or a timedelta, also a
/// negative one) later: days of a zone two hours ahead of UTC have a skew of -7200.
///
/// Around an edge it lets up to 2 x limit through: that is what such a limit means. Use it to
/// mirror or to offer a documented window, and RateLimiter to protect something.
///
/// `limit` and `per` are those of RateLimiter. Any number of threads may use it at once.
///
/// >>> window = tidegate.FixedWindow(2, per=60)
/// >>> wall_ns = 1_716_134_437_000_000_000  # 23 s before the window ends
/// >>> window.try_acquire(2, wall_ns=wall_ns)
/// True
/// >>> window.check(1, wall_ns=wall_ns).retry_after
/// 23.0
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct FixedWindow {
    inner: tidegate::FixedWindow,
    line: Line,
    skew_ns: i64,
}

impl FixedWindow {
    /// The window of the core.
    pub(crate) fn inner(&self) -> &tidegate::FixedWindow {
        &self.inner
    }
}

#[pymethods]
impl FixedWindow {
    #[new]
    #[pyo3(
        signature = (limit, *, per=NOT, skew=NOT),
        text_signature = "(limit, *, per=1.0, skew=0.0)"
    )]
    fn new(limit: &Bound<'_, PyAny>, per: Given<'_>, skew: Given<'_>) -> PyResult<FixedWindow> {
        let (limit, period) = rate::limit_and_period(limit, &per)?;
        let skew_ns = skew.or(0, time::skew)?;
        let inner = tidegate::FixedWindow::with_skew(limit, period, skew_ns);
        Ok(FixedWindow { line: Line::new(), inner: inner.map_err(errors::raise)?, skew_ns })
    }

    /// Counts n requests if the window has room: True, or False and nothing is counted.
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

    /// How much later than at multiples of the period windows begin, in seconds.
    #[getter]
    fn skew(&self) -> f64 {
        time::secs(Span::from_nanos(self.skew_ns.unsigned_abs())).copysign(self.skew_ns as f64)
    }

    fn __repr__(&self) -> String {
        let skew =
            if self.skew_ns == 0 { String::new() } else { format!(", skew={:?}", self.skew()) };
        format!("FixedWindow({}, per={:?}{skew})", self.limit(), self.per())
    }
}
