//! `RetryQuota`: AWS' budget of retries.

use pyo3::{prelude::*, types::PyString};
use tidegate::{Error, retry};

use crate::{
    errors,
    given::{Given, NOT},
    number, text,
};

/// What each retry costs a RetryQuota, by its cause, in tokens; and what a success at the first try
/// gives back. It is frozen and compares by value.
///
/// AWS' own tables are known by name: "aws_2_0" and "aws_2_1".
///
/// >>> tidegate.RetryCosts(failure=5, transient=10, throttled=5)
/// RetryCosts(failure=5, transient=10, throttled=5, first_success=1)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct RetryCosts {
    /// Of a "failure": the server failed.
    #[pyo3(get)]
    failure: u32,
    /// Of a "transient" one: the connection or the answer did not come in time, or was lost.
    #[pyo3(get)]
    transient: u32,
    /// Of a "throttled" one: the server refused, too many requests.
    #[pyo3(get)]
    throttled: u32,
    /// What a success at the first try gives back.
    #[pyo3(get)]
    first_success: u32,
}

#[pymethods]
impl RetryCosts {
    #[new]
    #[pyo3(
        signature = (*, failure, transient, throttled, first_success=NOT),
        text_signature = "(*, failure, transient, throttled, first_success=1)"
    )]
    fn new(
        failure: &Bound<'_, PyAny>,
        transient: &Bound<'_, PyAny>,
        throttled: &Bound<'_, PyAny>,
        first_success: Given<'_>,
    ) -> PyResult<RetryCosts> {
        Ok(RetryCosts {
            failure: number::word32("failure", failure)?,
            transient: number::word32("transient", transient)?,
            throttled: number::word32("throttled", throttled)?,
            first_success: first_success.or(1, |tokens| number::word32("first_success", tokens))?,
        })
    }

    fn __repr__(&self) -> String {
        let RetryCosts { failure, transient, throttled, first_success } = self;
        format!(
            "RetryCosts(failure={failure}, transient={transient}, throttled={throttled}, \
             first_success={first_success})"
        )
    }
}

/// Tokens that retries take and successes give back, shared by all callers of a server.
///
/// Before a retry call try_spend, and send only if it gives a cost. When the request has succeeded,
/// call succeeded with the last cost it was given, or without one if it was never sent again. What a
/// failed retry took is lost: a server that is down gets at most capacity / cost retries from all
/// callers together. AWS' capacity is 500.
///
/// `costs` is "aws_2_0" (5 tokens, 10 for what was lost on the way), "aws_2_1" (14, and 5 for a
/// refusal), or RetryCosts. Any number of threads may use it at once; it takes no lock.
///
/// >>> quota = tidegate.RetryQuota()
/// >>> quota.try_spend("transient"), quota.tokens
/// (10, 490)
/// >>> quota.succeeded(10)
/// >>> quota.tokens
/// 500
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct RetryQuota {
    inner: retry::RetryQuota,
}

impl RetryQuota {
    /// The core's.
    pub(crate) fn inner(&self) -> &retry::RetryQuota {
        &self.inner
    }
}

#[pymethods]
impl RetryQuota {
    #[new]
    #[pyo3(
        signature = (capacity=NOT, *, costs=NOT),
        text_signature = "(capacity=500, *, costs='aws_2_0')"
    )]
    fn new(capacity: Given<'_>, costs: Given<'_>) -> PyResult<RetryQuota> {
        let capacity = capacity.or(500, |capacity| number::word32("capacity", capacity))?;
        let costs = costs.or(retry::RetryCosts::AWS_2_0, costs_of)?;
        Ok(RetryQuota { inner: retry::RetryQuota::new(capacity, costs) })
    }

    /// Takes the cost of a retry and returns it; None, and nothing is taken, if fewer are left.
    ///
    /// `cause` is why it is sent again: "failure" (the server failed), "transient" (the connection or
    /// the answer did not come in time, or was lost) or "throttled" (too many requests).
    ///
    /// TidegateError (a ValueError): another cause.
    fn try_spend(&self, cause: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
        let name = text::string("cause", cause)?;
        let cause = retry::RetryCause::named(&name)
            .ok_or_else(|| errors::of(Error::UnknownCause, &name))?;
        Ok(self.inner.try_spend(cause))
    }

    /// Gives back what the last retry of a request that has succeeded cost; None or 0 if it was never
    /// sent again, which gives back what a success at the first try does.
    #[pyo3(signature = (last_cost=None))]
    fn succeeded(&self, last_cost: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        self.inner.succeeded(last_cost.map_or(Ok(0), |cost| number::word32("last_cost", cost))?);
        Ok(())
    }

    /// Gives back the cost of a retry that was not sent.
    fn cancelled(&self, cost: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.cancelled(number::word32("cost", cost)?);
        Ok(())
    }

    /// Tokens that are left.
    #[getter]
    fn tokens(&self) -> u32 {
        self.inner.tokens()
    }

    fn __repr__(&self) -> String {
        format!("<RetryQuota with {} tokens left>", self.tokens())
    }
}

fn costs_of(costs: &Bound<'_, PyAny>) -> PyResult<retry::RetryCosts> {
    if let Ok(costs) = costs.cast::<RetryCosts>() {
        let &RetryCosts { failure, transient, throttled, first_success } = costs.get();
        return Ok(retry::RetryCosts { failure, transient, throttled, first_success });
    }
    if !costs.is_instance_of::<PyString>() {
        return Err(errors::wrong_type("costs", costs, "a str or RetryCosts"));
    }
    retry::RetryCosts::named(&text::string("costs", costs)?)
        .ok_or_else(|| errors::value("costs", costs, "'aws_2_0', 'aws_2_1' or RetryCosts"))
}
