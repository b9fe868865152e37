//! `RateLimiter`: one token bucket.

use pyo3::prelude::*;
use tidegate::{Outcome, Quota};

use crate::{
    decision::Decision,
    errors,
    given::{Given, NOT},
    number, rate, time,
    waiter::Waiter,
};

/// A token bucket: `limit` tokens each `per` seconds, of which up to `burst` may be taken at once.
///
/// `limit` is a number, or text that holds the period too: "300/minute", "100 per hour",
/// "10/15 minutes". `per` is seconds (float, Fraction) or a timedelta, from 1 ms to 366 days.
/// `burst` is as much as the limit if it is not given: a fresh limiter lets that many through at
/// once, and in any period up to burst + limit. For the strictest spacing set burst=1.
///
/// One limiter may be used by any number of threads and tasks at once; it takes no lock.
///
/// TidegateError (a ValueError) says which bound a quota is out of.
///
/// >>> limiter = tidegate.RateLimiter(300, per=60, burst=50)
/// >>> limiter.try_acquire()
/// True
/// >>> tidegate.RateLimiter("10/15 minutes")
/// RateLimiter(10, per=900.0, burst=10)
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct RateLimiter {
    inner: tidegate::RateLimiter,
}

impl RateLimiter {
    /// The limiter of the core, for the hot path.
    #[inline]
    pub(crate) fn inner(&self) -> &tidegate::RateLimiter {
        &self.inner
    }

    /// The most that can ever be taken at once.
    pub(crate) fn most(&self) -> u64 {
        self.inner.quota().burst()
    }
}

#[pymethods]
impl RateLimiter {
    #[new]
    #[pyo3(
        signature = (limit, *, per=NOT, burst=None),
        text_signature = "(limit, *, per=1.0, burst=None)"
    )]
    fn new(
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<RateLimiter> {
        let (limit, period) = rate::limit_and_period(limit, &per)?;
        let burst = burst.map(|burst| number::count("burst", burst)).transpose()?.unwrap_or(limit);
        let quota = Quota::new(limit, period, burst).map_err(errors::raise)?;
        Ok(RateLimiter { inner: tidegate::RateLimiter::new(quota) })
    }

    /// Takes n tokens if they are there: True, or False and nothing is taken.
    ///
    /// Never waits. n=0 takes nothing and is always True. ValueError: n is more than the burst, so
    /// that no wait would help. `now_ns` stands in for the clock (`tidegate.monotonic_ns()`).
    ///
    /// >>> limiter = tidegate.RateLimiter(5, per=1, burst=2)
    /// >>> [limiter.try_acquire(now_ns=0) for _ in range(3)]
    /// [True, True, False]
    /// >>> limiter.try_acquire(now_ns=200_000_000)
    /// True
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn try_acquire(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
        let n = amount(&n)?;
        match self.inner.try_acquire(n, time::now(now_ns)?) {
            Outcome::Allowed { .. } => Ok(true),
            Outcome::Denied { .. } => Ok(false),
            Outcome::Never => Err(errors::never(n, self.most())),
        }
    }

    /// As try_acquire, with its numbers: takes n tokens if they are there and tells what is left,
    /// or takes nothing and tells the wait.
    ///
    /// >>> limiter = tidegate.RateLimiter(5, per=1, burst=2)
    /// >>> limiter.check(2, now_ns=0).remaining
    /// 0
    /// >>> limiter.check(1, now_ns=0).retry_after
    /// 0.2
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn check(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        Decision::new(self.inner.try_acquire(n, time::now(now_ns)?), n, self.most())
    }

    /// What check would answer; takes nothing. n=0 shows what is there.
    ///
    /// >>> tidegate.RateLimiter(5, per=1, burst=2).peek(0, now_ns=0).remaining
    /// 2
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn peek(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        Decision::new(self.inner.peek(n, time::now(now_ns)?), n, self.most())
    }

    /// Takes n tokens, sleeping until they are there. Returns the seconds that it took.
    ///
    /// `timeout` is seconds or a timedelta; None waits as long as it takes. AcquireTimeout (a
    /// TimeoutError) is raised at once, not after the timeout, when the wait would be longer.
    /// Other threads run while it sleeps, and Ctrl-C ends it.
    ///
    /// >>> limiter = tidegate.RateLimiter("1/hour")
    /// >>> limiter.acquire()
    /// 0.0
    /// >>> limiter.acquire(timeout=0.5)
    /// Traceback (most recent call last):
    /// tidegate.AcquireTimeout: the wait of 3599.9... s is longer than the timeout
    #[pyo3(signature = (n=NOT, timeout=None), text_signature = "($self, n=1, timeout=None)")]
    fn acquire(
        slf: &Bound<'_, Self>,
        n: Given<'_>,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<f64> {
        let waiter = Waiter::new(slf.clone().unbind(), amount(&n)?, timeout)?;
        waiter.wait(slf.py())
    }

    /// As acquire, for asyncio: other tasks run while it waits; cancelling takes nothing.
    ///
    /// >>> import asyncio
    /// >>> asyncio.run(tidegate.RateLimiter("5/second").acquire_async())
    /// 0.0
    #[pyo3(signature = (n=NOT, timeout=None), text_signature = "($self, n=1, timeout=None)")]
    fn acquire_async<'py>(
        slf: &Bound<'py, Self>,
        n: Given<'py>,
        timeout: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Waiter::new(slf.clone().unbind(), amount(&n)?, timeout)?.coroutine(slf.py())
    }

    /// Tokens a period.
    #[getter]
    fn limit(&self) -> u64 {
        self.inner.quota().limit()
    }

    /// The period in seconds.
    #[getter]
    fn per(&self) -> f64 {
        time::secs(self.inner.quota().period())
    }

    /// The most that can be taken at once; 0 when the limit is 0.
    #[getter]
    fn burst(&self) -> u64 {
        self.most()
    }

    fn __repr__(&self) -> String {
        format!("RateLimiter({}, per={:?}, burst={})", self.limit(), self.per(), self.burst())
    }
}

/// The argument `n`: 1 if it is not given.
pub(crate) fn amount(n: &Given<'_>) -> PyResult<u64> {
    n.or(1, |n| number::count("n", n))
}
