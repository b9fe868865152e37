//! `RetryBudget`: Finagle's budget of retries.

use pyo3::prelude::*;
use tidegate::{Error, Span, retry};

use crate::{
    errors,
    given::{Given, NOT},
    number, time,
};

/// At most `ratio` retries for each request of the last `window` seconds, and `reserve` on top,
/// shared by all callers of a server.
///
/// Call deposit for each new request, and before each retry try_withdraw: send again only if it says
/// so. So retries never add more than the ratio to the load of a server, whatever happens to it.
///
/// `window` is from a second to an hour, counted in five segments, the one that has begun included.
/// `ratio` (int, float, Fraction) is from 0 to 1,000, whole millionths, the nearest. Any number of
/// threads may use it at once; it takes no lock.
///
/// TidegateError (a ValueError): a number out of its bounds.
///
/// >>> budget = tidegate.RetryBudget(window=10, ratio=0.2, reserve=0)
/// >>> for _ in range(10):
/// ...     budget.deposit(now_ns=0)
/// >>> [budget.try_withdraw(now_ns=0) for _ in range(3)]
/// [True, True, False]
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct RetryBudget {
    inner: retry::RetryBudget,
}

impl RetryBudget {
    /// The core's.
    pub(crate) fn inner(&self) -> &retry::RetryBudget {
        &self.inner
    }
}

#[pymethods]
impl RetryBudget {
    #[new]
    #[pyo3(
        signature = (*, window=NOT, ratio=NOT, reserve=NOT),
        text_signature = "(*, window=10.0, ratio=0.2, reserve=10)"
    )]
    fn new(window: Given<'_>, ratio: Given<'_>, reserve: Given<'_>) -> PyResult<RetryBudget> {
        let window = window.or(WINDOW, |window| time::span("window", window))?;
        let millionths = ratio.or(FIFTH, |ratio| {
            number::parts("ratio", ratio, number::MILLION, Error::BudgetOutOfRange)
        })?;
        let reserve = reserve.or(RESERVE, |reserve| number::word32("reserve", reserve))?;
        let inner = retry::RetryBudget::new(window, millionths, reserve).map_err(errors::raise)?;
        Ok(RetryBudget { inner })
    }

    /// Counts a new request.
    #[pyo3(signature = (*, now_ns=None))]
    fn deposit(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        self.inner.deposit(time::now(now_ns)?);
        Ok(())
    }

    /// Takes one retry out of the budget, and says whether there was one.
    #[pyo3(signature = (*, now_ns=None))]
    fn try_withdraw(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
        Ok(self.inner.try_withdraw(time::now(now_ns)?))
    }

    /// How many retries are left now.
    #[pyo3(signature = (*, now_ns=None))]
    fn available(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<u64> {
        Ok(self.inner.available(time::now(now_ns)?))
    }
}

/// Finagle's window and ratio.
const WINDOW: Span = Span::from_secs(10);
const FIFTH: u32 = number::MILLION / 5;
const RESERVE: u32 = 10;
