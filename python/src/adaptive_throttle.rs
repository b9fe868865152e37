//! `AdaptiveThrottle`: a client that rejects its own requests as a server accepts fewer of them.

use pyo3::prelude::*;
use tidegate::{Error, Span, retry};

use crate::{
    errors,
    given::{Given, NOT},
    number, time,
};

/// Client-side throttling as in Google's book on site reliability, shared by all callers of a server.
///
/// Before each send, the first and every retry, call try_send, and send only if it says so; when the
/// server has accepted the request (answered it with anything but a refusal for its load), call
/// accepted. Of the requests of the last `window` seconds, a part
/// `(requests - k * accepts) / (requests + 1)` is rejected here, but never more than `most`.
/// Requests that were rejected here count as requests.
///
/// `window` is from a second to an hour, counted in twelve segments, the one that has begun included.
/// `k` is from 1 to 1,000, whole thousandths, `most` from 0 to 1, whole millionths (int, float,
/// Fraction; the nearest). Any number of threads may use it at once; it takes no lock.
///
/// TidegateError (a ValueError): a number out of its bounds.
///
/// >>> throttle = tidegate.AdaptiveThrottle()
/// >>> sent = [throttle.try_send(seed=7, call=call, now_ns=0) for call in range(99)]
/// >>> throttle.rejected(now_ns=0)  # none of 99 was accepted
/// 0.99
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct AdaptiveThrottle {
    inner: retry::AdaptiveThrottle,
}

#[pymethods]
impl AdaptiveThrottle {
    #[new]
    #[pyo3(
        signature = (*, window=NOT, k=NOT, most=NOT),
        text_signature = "(*, window=120.0, k=2.0, most=1.0)"
    )]
    fn new(window: Given<'_>, k: Given<'_>, most: Given<'_>) -> PyResult<AdaptiveThrottle> {
        let window = window.or(WINDOW, |window| time::span("window", window))?;
        let parts =
            |name, value: &_, of_one| number::parts(name, value, of_one, Error::BudgetOutOfRange);
        let k = k.or(K, |k| parts("k", k, number::THOUSAND))?;
        let most = most.or(number::MILLION, |most| parts("most", most, number::MILLION))?;
        let inner = retry::AdaptiveThrottle::new(window, k, most).map_err(errors::raise)?;
        Ok(AdaptiveThrottle { inner })
    }

    /// Counts a request, and says whether to send it.
    ///
    /// It is drawn from (seed, call, attempt), the same in every language; without a seed, from the
    /// random numbers of the system.
    #[pyo3(
        signature = (*, seed=None, call=NOT, attempt=NOT, now_ns=None),
        text_signature = "($self, *, seed=None, call=0, attempt=0, now_ns=None)"
    )]
    fn try_send(
        &self,
        seed: Option<&Bound<'_, PyAny>>,
        call: Given<'_>,
        attempt: Given<'_>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let seed = match seed {
            Some(seed) => number::word("seed", seed)?,
            None => tidegate_host::seed(),
        };
        let call = call.or(0, |call| number::word("call", call))?;
        let attempt = attempt.or(0, |attempt| number::word32("attempt", attempt))?;
        Ok(self.inner.try_send(seed, call, attempt, time::now(now_ns)?))
    }

    /// Counts a request that the server has accepted.
    #[pyo3(signature = (*, now_ns=None))]
    fn accepted(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        self.inner.accepted(time::now(now_ns)?);
        Ok(())
    }

    /// Which part of the requests would be rejected now, from 0 to 1.
    #[pyo3(signature = (*, now_ns=None))]
    fn rejected(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
        let millionths = self.rejected_millionths(now_ns)?;
        Ok(tidegate_host::from_parts(millionths.into(), number::MILLION.into()))
    }

    /// As rejected, in whole millionths, rounded down.
    #[pyo3(signature = (*, now_ns=None))]
    fn rejected_millionths(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<u32> {
        Ok(self.inner.rejected_millionths(time::now(now_ns)?))
    }
}

/// The book's window and factor.
const WINDOW: Span = Span::from_secs(120);
const K: u32 = 2 * number::THOUSAND;
