//! `AdaptiveRate`: a client that finds out at what rate a server lets it send.

use pyo3::prelude::*;
use tidegate::{Instant, retry};

use crate::time;

/// A sending rate that a refusal cuts to 70 %, and that then climbs back along a cubic curve, as the
/// adaptive mode of the AWS SDKs; shared by all callers of a server.
///
/// Before each send ask try_send; after each answer call answered. Until the first refusal nothing
/// is held back. The rate never exceeds twice what is really sent.
///
/// Any number of threads may use it at once; it takes no lock.
///
/// >>> rate = tidegate.AdaptiveRate(now_ns=0)
/// >>> rate.try_send(now_ns=0) is None
/// True
/// >>> rate.answered(refused=True, now_ns=0)
/// >>> rate.rate, rate.try_send(now_ns=10**8)
/// (0.5, 1.9)
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct AdaptiveRate {
    inner: retry::SharedAdaptiveRate,
}

#[pymethods]
impl AdaptiveRate {
    #[new]
    #[pyo3(signature = (*, now_ns=None))]
    fn new(now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<AdaptiveRate> {
        Ok(AdaptiveRate { inner: retry::SharedAdaptiveRate::starting(time::now(now_ns)?) })
    }

    /// Takes a token for one send: None, or the seconds until there is one, rounded up and never 0;
    /// then nothing was taken.
    #[pyo3(signature = (*, now_ns=None))]
    fn try_send(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<f64>> {
        Ok(self.inner.try_send(time::now(now_ns)?).err().map(time::secs))
    }

    /// As try_send, in nanoseconds, exact.
    #[pyo3(signature = (*, now_ns=None))]
    fn try_send_ns(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<u64>> {
        Ok(self.inner.try_send(time::now(now_ns)?).err().map(tidegate::Span::as_nanos))
    }

    /// Learns from an answer, or from a failure that was none: whether the server has refused it for
    /// the rate.
    #[pyo3(signature = (refused, *, now_ns=None))]
    fn answered(&self, refused: bool, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        self.inner.answered(refused, time::now(now_ns)?);
        Ok(())
    }

    /// The rate that is let through, a second; 0.0 before the first answer.
    #[getter]
    fn rate(&self) -> f64 {
        tidegate_host::from_parts(self.rate_pico(), PICO)
    }

    /// As rate, in 10**-12 a second, exact and the same in every language.
    #[getter]
    fn rate_pico(&self) -> u64 {
        self.now().rate()
    }

    /// The rate that was really sent, smoothed, a second.
    #[getter]
    fn measured(&self) -> f64 {
        tidegate_host::from_parts(self.measured_pico(), PICO)
    }

    /// As measured, in 10**-12 a second, exact and the same in every language.
    #[getter]
    fn measured_pico(&self) -> u64 {
        self.now().measured()
    }

    fn __repr__(&self) -> String {
        format!("<AdaptiveRate of {:?} a second>", self.rate())
    }
}

impl AdaptiveRate {
    /// OK at any instant: it has begun, so its rates are those of the last answer.
    fn now(&self) -> retry::AdaptiveRate {
        self.inner.snapshot(Instant::ZERO)
    }
}

/// Rates are counted in 10⁻¹² a second.
const PICO: u64 = 1_000_000_000_000;
