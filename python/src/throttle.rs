//! `RetryThrottle`: gRPC's budget of retries.

use pyo3::prelude::*;
use tidegate::{Error, retry};

use crate::{errors, number};

/// Tokens of a server, shared by all its callers: while more than half of them are there, a failed
/// request may be sent again.
///
/// Call failed for each attempt that failed in a way that would be tried again, and send again only
/// if it says so; call succeeded for each that did not fail. A failure takes a token, a success
/// brings `ratio` of one (int, float, Fraction; whole thousandths, the nearest). With a ratio of 0.1
/// retries stop when more than one request in eleven fails for long. `max_tokens` is from 1 to 1,000,
/// as gRPC demands.
///
/// Any number of threads may use it at once; it takes no lock.
///
/// TidegateError (a ValueError): a number out of its bounds.
///
/// >>> throttle = tidegate.RetryThrottle(4, 1.6)
/// >>> throttle.failed(), throttle.failed()  # 2 of 4 are left, which is not more than half
/// (True, False)
/// >>> throttle.succeeded()
/// >>> throttle.tokens
/// 3.6
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct RetryThrottle {
    inner: retry::RetryThrottle,
}

impl RetryThrottle {
    /// The core's.
    pub(crate) fn inner(&self) -> &retry::RetryThrottle {
        &self.inner
    }
}

#[pymethods]
impl RetryThrottle {
    #[new]
    fn new(max_tokens: &Bound<'_, PyAny>, ratio: &Bound<'_, PyAny>) -> PyResult<RetryThrottle> {
        let (max_tokens, ratio) = numbers(max_tokens, ratio)?;
        let inner = retry::RetryThrottle::new(max_tokens, ratio).map_err(errors::raise)?;
        Ok(RetryThrottle { inner })
    }

    /// One of other numbers that is as full as this one, rounded down. Do not use this one any more:
    /// what it counts from now on does not reach the other.
    ///
    /// >>> throttle = tidegate.RetryThrottle(4, 0.1)
    /// >>> throttle.failed()
    /// True
    /// >>> throttle.replaced(10, 0.5).tokens
    /// 7.5
    fn replaced(
        &self,
        max_tokens: &Bound<'_, PyAny>,
        ratio: &Bound<'_, PyAny>,
    ) -> PyResult<RetryThrottle> {
        let (max_tokens, ratio) = numbers(max_tokens, ratio)?;
        let inner = self.inner.replaced(max_tokens, ratio).map_err(errors::raise)?;
        Ok(RetryThrottle { inner })
    }

    /// Takes a token for a failure, and says whether the request may be sent again.
    fn failed(&self) -> bool {
        self.inner.failed()
    }

    /// Brings a part of a token for a success.
    fn succeeded(&self) {
        self.inner.succeeded();
    }

    /// Whether a retry, or a hedge, may be sent now. Takes nothing.
    fn allows(&self) -> bool {
        self.inner.allows()
    }

    /// Tokens that are left.
    #[getter]
    fn tokens(&self) -> f64 {
        tidegate_host::from_parts(self.thousandths(), number::THOUSAND.into())
    }

    /// As tokens, in thousandths of one, exact.
    #[getter]
    fn thousandths(&self) -> u64 {
        self.inner.thousandths()
    }

    fn __repr__(&self) -> String {
        format!("<RetryThrottle with {:?} tokens left>", self.tokens())
    }
}

fn numbers(max_tokens: &Bound<'_, PyAny>, ratio: &Bound<'_, PyAny>) -> PyResult<(u32, u32)> {
    let max_tokens = number::word32("max_tokens", max_tokens)?;
    Ok((max_tokens, number::parts("ratio", ratio, number::THOUSAND, Error::BudgetOutOfRange)?))
}
