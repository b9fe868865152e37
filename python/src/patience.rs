//! `Patience`: how long somebody waits for a limit that cannot be reserved.

use pyo3::prelude::*;
use tidegate::{Instant, Span};

use crate::{clock, errors::too_long, time};

/// From when on somebody waits, and until when at most.
#[pyclass(frozen, name = "_Patience", module = "tidegate._core")]
#[derive(Debug)]
pub(crate) struct Patience {
    since: Instant,
    deadline: Instant,
}

#[pymethods]
impl Patience {
    #[new]
    fn new(timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Patience> {
        let timeout = time::span_or_none("timeout", timeout)?.unwrap_or(Span::MAX);
        let since = clock::monotonic();
        Ok(Patience { since, deadline: since.saturating_add(timeout) })
    }

    /// When a wait that begins now is over. AcquireTimeout: it would be longer than the timeout.
    fn until_ns(&self, wait_ns: u64) -> PyResult<u64> {
        let wait = Span::from_nanos(wait_ns);
        let until = clock::monotonic().saturating_add(wait);
        if until > self.deadline { Err(too_long(wait, false)) } else { Ok(until.as_nanos()) }
    }

    /// Raises AcquireTimeout if a wait until then would be longer than the timeout.
    fn allow(&self, until_ns: u64) -> PyResult<()> {
        let until = Instant::from_nanos(until_ns);
        if until > self.deadline {
            return Err(too_long(until.saturating_since(clock::monotonic()), false));
        }
        Ok(())
    }

    /// When the timeout is over.
    #[getter]
    fn deadline_ns(&self) -> u64 {
        self.deadline.as_nanos()
    }

    /// Seconds since it was made.
    fn waited(&self) -> f64 {
        time::secs(clock::monotonic().saturating_since(self.since))
    }
}
