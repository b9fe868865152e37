//! `Waiter`: one `acquire`, without its sleep.

use pyo3::{prelude::*, sync::PyOnceLock};
use tidegate::{Instant, Outcome, Span};

use crate::{errors, errors::AcquireTimeout, limiter::RateLimiter, time};

/// One acquire: tells how long to sleep before it asks again. Only the sleep differs between
/// threads and asyncio.
#[pyclass(frozen, module = "tidegate._core")]
pub(crate) struct Waiter {
    limiter: Py<RateLimiter>,
    n: u64,
    start: Instant,
    deadline: Instant,
}

impl Waiter {
    /// Starts the clock of the timeout.
    pub(crate) fn new(
        limiter: Py<RateLimiter>,
        n: u64,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Waiter> {
        let start = tidegate_host::monotonic();
        let timeout = time::span_or_none("timeout", timeout)?.unwrap_or(Span::MAX);
        Ok(Waiter { limiter, n, start, deadline: start.saturating_add(timeout) })
    }

    /// Waits in this thread. `time.sleep` lets other threads run and signals in.
    pub(crate) fn wait(&self, py: Python<'_>) -> PyResult<f64> {
        let mut waited = 0.0;
        while let Some(delay) = self.next()? {
            static SLEEP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            SLEEP.import(py, "time", "sleep")?.call1((delay,))?;
            waited = self.waited();
        }
        Ok(waited)
    }

    /// The coroutine that waits in an event loop.
    pub(crate) fn coroutine(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        static WAIT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        WAIT.import(py, "tidegate._wait", "wait")?.call1((self,))
    }
}

#[pymethods]
impl Waiter {
    /// None when the tokens were taken, otherwise the seconds to sleep before asking again.
    fn next(&self) -> PyResult<Option<f64>> {
        let (limiter, now) = (self.limiter.get(), tidegate_host::monotonic());
        match limiter.inner().try_acquire(self.n, now) {
            Outcome::Allowed { .. } => Ok(None),
            Outcome::Never => Err(errors::never(self.n, limiter.most())),
            Outcome::Denied { retry_after } => {
                let delay = time::secs(retry_after);
                if now.saturating_add(retry_after) > self.deadline {
                    let message = format!("the wait of {delay} s is longer than the timeout");
                    return Err(AcquireTimeout::new_err((message, delay, retry_after.as_nanos())));
                }
                Ok(Some(delay))
            }
        }
    }

    /// Seconds since the start.
    fn waited(&self) -> f64 {
        time::secs(tidegate_host::monotonic().saturating_since(self.start))
    }
}
