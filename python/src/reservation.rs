//! `Reservation`: tokens taken ahead of their time; and the one sleep that `acquire` is.

use std::sync::{Mutex, PoisonError};

use pyo3::{exceptions::PyRuntimeError, prelude::*, sync::PyOnceLock};
use tidegate::{Instant, Refused, Span};

use crate::{clock, errors, limiter::RateLimiter, number, time};

/// Tokens that are taken and may be used after a wait. `RateLimiter.reserve` makes it.
///
/// Sleep for `wait` and use them; nothing needs to be said then. Or give back what is not needed,
/// once: `cancel()` all of it, `settle(actual)` what was estimated too high.
///
/// Any thread may use it. It keeps its time when the limiter is paused or reconfigured later.
///
/// >>> limiter = tidegate.RateLimiter(1)
/// >>> [limiter.reserve(now_ns=0).wait for _ in range(3)]
/// [0.0, 1.0, 2.0]
/// >>> limiter.reserve(timeout=2, now_ns=0)
/// Traceback (most recent call last):
/// tidegate.AcquireTimeout: the wait of 3.0 s is longer than the timeout
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Reservation {
    limiter: Py<RateLimiter>,
    taken: Taken,
    /// Empty once it was given back.
    inner: Mutex<Option<tidegate::Reservation>>,
}

/// When something was reserved, and what.
#[derive(Clone, Copy, Debug)]
struct Taken {
    tokens: u64,
    wait: Span,
    at: Instant,
}

impl Taken {
    fn new(reservation: &tidegate::Reservation, at: Instant) -> Taken {
        Taken { tokens: reservation.tokens(), wait: reservation.wait(), at }
    }

    /// How long until the tokens may be used.
    fn rest(&self, now: Instant) -> Span {
        self.at.saturating_add(self.wait).saturating_since(now)
    }
}

impl Reservation {
    /// # Errors
    ///
    /// `AcquireTimeout`: the wait would be longer than `timeout`. `ValueError`: `n` is above the burst.
    pub(crate) fn new(
        limiter: &Bound<'_, RateLimiter>,
        n: u64,
        timeout: Span,
        now: Instant,
    ) -> PyResult<Reservation> {
        let inner = reserve(limiter.get(), n, timeout, now)?;
        let taken = Taken::new(&inner, now);
        Ok(Reservation { limiter: limiter.clone().unbind(), taken, inner: Mutex::new(Some(inner)) })
    }

    /// OK to ignore the poison: the core panics on no input.
    fn take(&self) -> PyResult<tidegate::Reservation> {
        let taken = self.inner.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.ok_or_else(|| {
            PyRuntimeError::new_err("the reservation was cancelled or settled before")
        })
    }
}

#[pymethods]
impl Reservation {
    /// How many tokens.
    #[getter]
    fn tokens(&self) -> u64 {
        self.taken.tokens
    }

    /// Seconds to wait before the tokens may be used, from when they were reserved; rounded up.
    #[getter]
    fn wait(&self) -> f64 {
        time::secs(self.taken.wait)
    }

    /// As wait, in nanoseconds, exact.
    #[getter]
    fn wait_ns(&self) -> u64 {
        self.taken.wait.as_nanos()
    }

    /// When its tokens may be used, of `tidegate.monotonic_ns()`.
    #[getter]
    fn until_ns(&self) -> u64 {
        self.taken.at.saturating_add(self.taken.wait).as_nanos()
    }

    /// Seconds that are left of the wait; 0.0 when the tokens may be used.
    ///
    /// >>> reservation = tidegate.RateLimiter("1/minute", start_empty=True, now_ns=0).reserve(now_ns=0)
    /// >>> reservation.wait, reservation.rest(now_ns=59_500_000_000)
    /// (60.0, 0.5)
    #[pyo3(signature = (*, now_ns=None))]
    fn rest(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
        Ok(time::secs(self.taken.rest(time::now(now_ns)?)))
    }

    /// Seconds since it was made.
    #[pyo3(signature = (*, now_ns=None))]
    fn age(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
        Ok(time::secs(time::now(now_ns)?.saturating_since(self.taken.at)))
    }

    /// Gives it back; returns how many of its tokens others can have now, rounded down: all, unless
    /// some have flowed back by themselves or others have reserved after it and wait.
    ///
    /// RuntimeError: it was cancelled or settled before.
    ///
    /// >>> limiter = tidegate.RateLimiter(1)
    /// >>> first, second, third = (limiter.reserve(now_ns=0) for _ in range(3))
    /// >>> second.cancel(now_ns=0)  # the third waits until 2 s, and so it stays
    /// 0
    /// >>> third.cancel(now_ns=0)
    /// 1
    #[pyo3(signature = (*, now_ns=None))]
    fn cancel(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<u64> {
        let now = time::now(now_ns)?;
        let reservation = self.take()?;
        Ok(self.limiter.get().inner().with(|limiter| limiter.cancel(reservation, now)))
    }

    /// Corrects an estimate: `actual` tokens were used. Returns how many are given back, as by
    /// cancel. What was used beyond the estimate is charged now, into debt if need be, and later
    /// callers wait for it.
    ///
    /// RuntimeError: it was cancelled or settled before.
    ///
    /// >>> limiter = tidegate.RateLimiter(100)
    /// >>> limiter.reserve(60, now_ns=0).settle(50, now_ns=0)
    /// 10
    /// >>> limiter.reserve(50, now_ns=0).settle(80, now_ns=0)
    /// 0
    /// >>> limiter.check(now_ns=0).retry_after  # 30 below nothing
    /// 0.31
    #[pyo3(signature = (actual, *, now_ns=None))]
    fn settle(
        &self,
        actual: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<u64> {
        let (actual, now) = (number::count("actual", actual)?, time::now(now_ns)?);
        let reservation = self.take()?;
        Ok(self.limiter.get().inner().with(|limiter| limiter.settle(reservation, actual, now)))
    }

    fn __repr__(&self) -> String {
        format!("Reservation(tokens={}, wait={:?})", self.tokens(), self.wait())
    }
}

/// Reserves, waits in this thread, and returns the seconds that it took. The sleep lets other threads
/// run and signals in; what a signal raises gives the tokens back.
pub(crate) fn acquire(
    py: Python<'_>,
    limiter: &RateLimiter,
    n: u64,
    timeout: Span,
) -> PyResult<f64> {
    static SLEEP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let start = clock::monotonic();
    let reservation = reserve(limiter, n, timeout, start)?;
    let taken = Taken::new(&reservation, start);
    if taken.wait == Span::ZERO {
        return Ok(0.0);
    }
    let sleep = SLEEP.import(py, "tidegate._wait", "sleep")?;
    let mut now = start;
    // Once, unless the system's timer fires early.
    while taken.rest(now) > Span::ZERO {
        if let Err(interrupted) = sleep.call1((time::secs(taken.rest(now)),)) {
            let now = clock::monotonic();
            limiter.inner().with(|limiter| limiter.cancel(reservation, now));
            return Err(interrupted);
        }
        now = clock::monotonic();
    }
    Ok(time::secs(now.saturating_since(start)))
}

fn reserve(
    limiter: &RateLimiter,
    n: u64,
    timeout: Span,
    now: Instant,
) -> PyResult<tidegate::Reservation> {
    limiter.inner().with(|limiter| limiter.reserve(n, timeout, now)).map_err(|refused| {
        let Refused::Denied { retry_after } = refused else {
            return errors::never(n, limiter.most());
        };
        errors::too_long(retry_after, timeout == Span::MAX)
    })
}
