//! `CircuitBreaker`: no request to what has just failed again and again, then one at a time.

use pyo3::{prelude::*, types::PyFloat};
use tidegate::{Error, retry};

use crate::{
    errors,
    given::{Given, NOT},
    number, time,
};

/// What a request that was let through is told by when it is reported; CircuitBreaker.try_call makes
/// it. It is good for one report, and for none once the breaker has changed its state.
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Passage {
    number: u32,
}

#[pymethods]
impl Passage {
    fn __repr__(&self) -> String {
        format!("Passage({})", self.number)
    }
}

/// A circuit breaker that all callers of a server share; `consecutive` and `ratio` make one.
///
/// Before each send call try_call; afterwards report with what it gave: succeeded, failed, or
/// cancelled when there is nothing to say. A refusal for its rate (429) is no failure of the server.
/// Closed, requests pass. Too many failures open it, and none pass for a while. Then it is half open:
/// one request at a time tries out whether the other side is back. A probe that is never reported
/// holds the others back for `open_for`.
///
/// Any number of threads may use it at once; it takes no lock.
///
/// >>> breaker = tidegate.CircuitBreaker.consecutive(2, open_for=5)
/// >>> for _ in range(2):
/// ...     breaker.failed(breaker.try_call(now_ns=0), now_ns=0)
/// >>> breaker.try_call(now_ns=10**9)  # seconds to wait
/// 4.0
/// >>> probe = breaker.try_call(now_ns=5 * 10**9)
/// >>> breaker.succeeded(probe, now_ns=6 * 10**9)
/// >>> breaker.state(now_ns=6 * 10**9)
/// 'closed'
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct CircuitBreaker {
    inner: retry::CircuitBreaker,
}

impl CircuitBreaker {
    /// The core's.
    pub(crate) fn inner(&self) -> &retry::CircuitBreaker {
        &self.inner
    }
}

#[pymethods]
impl CircuitBreaker {
    /// One that opens after so many failures in turn, for `open_for` seconds; `probes` successes in
    /// turn close it.
    ///
    /// TidegateError (a ValueError): `failures` or `probes` is not from 1 to 10**9, or `open_for` is
    /// 0.
    #[staticmethod]
    #[pyo3(
        signature = (failures, open_for, probes=NOT),
        text_signature = "(failures, open_for, probes=1)"
    )]
    fn consecutive(
        failures: &Bound<'_, PyAny>,
        open_for: &Bound<'_, PyAny>,
        probes: Given<'_>,
    ) -> PyResult<CircuitBreaker> {
        let failures = number::word32("failures", failures)?;
        let (open_for, probes) = (time::span("open_for", open_for)?, probes_of(&probes)?);
        CircuitBreaker::made(retry::CircuitBreaker::consecutive(failures, open_for, probes))
    }

    /// One that opens on a failure when of at least `least` calls of the last `window` seconds a part
    /// `part` or more have failed.
    ///
    /// The window is from a second to an hour, counted in ten segments, the one that has begun
    /// included. `part` (int, float, Fraction) is from 0.000001 to 1, whole millionths, the nearest.
    ///
    /// TidegateError (a ValueError): a number out of its bounds.
    ///
    /// >>> breaker = tidegate.CircuitBreaker.ratio(window=10, part=0.5, least=20, open_for=30)
    /// >>> breaker.state()
    /// 'closed'
    #[staticmethod]
    #[pyo3(
        signature = (window, part, least, open_for, probes=NOT),
        text_signature = "(window, part, least, open_for, probes=1)"
    )]
    fn ratio(
        window: &Bound<'_, PyAny>,
        part: &Bound<'_, PyAny>,
        least: &Bound<'_, PyAny>,
        open_for: &Bound<'_, PyAny>,
        probes: Given<'_>,
    ) -> PyResult<CircuitBreaker> {
        let (window, open_for) = (time::span("window", window)?, time::span("open_for", open_for)?);
        let part = number::parts("part", part, number::MILLION, Error::BreakerOutOfRange)?;
        let (least, probes) = (number::word32("least", least)?, probes_of(&probes)?);
        CircuitBreaker::made(retry::CircuitBreaker::ratio(window, part, least, open_for, probes))
    }

    /// Lets a request pass and returns its Passage; or returns the seconds for which none will,
    /// rounded up and never 0.0. It may be sent then, unless another probe is sent first.
    ///
    /// >>> breaker = tidegate.CircuitBreaker.consecutive(5, open_for=30)
    /// >>> isinstance(breaker.try_call(), tidegate.Passage)
    /// True
    #[pyo3(signature = (*, now_ns=None))]
    fn try_call<'py>(
        &self,
        py: Python<'py>,
        now_ns: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.inner.try_call(time::now(now_ns)?) {
            Ok(passage) => passed(py, passage),
            Err(wait) => Ok(PyFloat::new(py, time::secs(wait)).into_any()),
        }
    }

    /// As try_call, its wait in nanoseconds, exact.
    #[pyo3(signature = (*, now_ns=None))]
    fn try_call_ns<'py>(
        &self,
        py: Python<'py>,
        now_ns: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.inner.try_call(time::now(now_ns)?) {
            Ok(passage) => passed(py, passage),
            Err(wait) => Ok(wait.as_nanos().into_pyobject(py)?.into_any()),
        }
    }

    /// Reports that a request has succeeded.
    #[pyo3(signature = (passage, *, now_ns=None))]
    fn succeeded(
        &self,
        passage: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.inner.succeeded(passage_of(passage)?, time::now(now_ns)?);
        Ok(())
    }

    /// Reports that a request has failed.
    #[pyo3(signature = (passage, *, now_ns=None))]
    fn failed(
        &self,
        passage: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.inner.failed(passage_of(passage)?, time::now(now_ns)?);
        Ok(())
    }

    /// Reports that a request was not sent, or tells nothing; if it was the probe, another may go.
    fn cancelled(&self, passage: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.cancelled(passage_of(passage)?);
        Ok(())
    }

    /// What it does now: "closed" (requests pass), "open" (none passes) or "half_open" (one at a
    /// time).
    #[pyo3(signature = (*, now_ns=None))]
    fn state(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<&'static str> {
        Ok(self.inner.state(time::now(now_ns)?).name())
    }
}

impl CircuitBreaker {
    fn made(inner: Result<retry::CircuitBreaker, Error>) -> PyResult<CircuitBreaker> {
        Ok(CircuitBreaker { inner: inner.map_err(errors::raise)? })
    }
}

fn probes_of(probes: &Given<'_>) -> PyResult<u32> {
    probes.or(1, |probes| number::word32("probes", probes))
}

fn passed(py: Python<'_>, passage: retry::Passage) -> PyResult<Bound<'_, PyAny>> {
    Ok(Bound::new(py, Passage { number: passage.number() })?.into_any())
}

fn passage_of(passage: &Bound<'_, PyAny>) -> PyResult<retry::Passage> {
    match passage.cast::<Passage>() {
        Ok(passage) => Ok(retry::Passage::from_number(passage.get().number)),
        Err(_) => Err(errors::wrong_type("passage", passage, "the Passage that try_call gave")),
    }
}
