//! `Decision`: what a limiter answered, with its numbers.

use pyo3::prelude::*;
use tidegate::{Outcome, Span};

use crate::{errors, time};

/// What a limiter answered. All its numbers are of one state, the one that was decided on.
///
/// >>> limiter = tidegate.RateLimiter(5, per=1, burst=2)
/// >>> limiter.check(2, now_ns=0)
/// Decision(allowed=True, remaining=0, reset_after=0.4, retry_after=0.0)
/// >>> limiter.check(1, now_ns=0)
/// Decision(allowed=False, remaining=None, reset_after=None, retry_after=0.2)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Decision {
    /// Whether the tokens were taken (of `peek`: would be).
    #[pyo3(get)]
    allowed: bool,
    /// Whole tokens left, rounded down; None for a denial.
    #[pyo3(get)]
    remaining: Option<u64>,
    /// As reset_after, in nanoseconds.
    #[pyo3(get)]
    reset_after_ns: Option<u64>,
    /// As retry_after, in nanoseconds, exact: one earlier is denied.
    #[pyo3(get)]
    retry_after_ns: u64,
}

impl Decision {
    /// Its fields, for [`LayeredDecision`](crate::layers::LayeredDecision).
    pub(crate) fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    pub(crate) fn reset_after_ns(&self) -> Option<u64> {
        self.reset_after_ns
    }

    pub(crate) fn retry_after_ns(&self) -> u64 {
        self.retry_after_ns
    }

    /// # Errors
    ///
    /// `ValueError`: more than the limiter can ever hold.
    pub(crate) fn new(outcome: Outcome, n: u64, most: u64) -> PyResult<Decision> {
        match outcome {
            Outcome::Allowed { remaining, reset_after } => Ok(Decision {
                allowed: true,
                remaining: Some(remaining),
                reset_after_ns: Some(reset_after.as_nanos()),
                retry_after_ns: 0,
            }),
            Outcome::Denied { retry_after } => Ok(Decision {
                allowed: false,
                remaining: None,
                reset_after_ns: None,
                retry_after_ns: retry_after.as_nanos(),
            }),
            Outcome::Never => Err(errors::never(n, most)),
        }
    }
}

#[pymethods]
impl Decision {
    /// Seconds until the limiter is full again, of a window until it ends; None for a denial.
    #[getter]
    pub(crate) fn reset_after(&self) -> Option<f64> {
        self.reset_after_ns.map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    /// Seconds to wait before the same request succeeds, rounded up; 0.0 where it was allowed.
    #[getter]
    pub(crate) fn retry_after(&self) -> f64 {
        time::secs(Span::from_nanos(self.retry_after_ns))
    }

    pub(crate) fn __bool__(&self) -> bool {
        self.allowed
    }

    fn __repr__(&self) -> String {
        format!(
            "Decision(allowed={}, remaining={}, reset_after={}, retry_after={:?})",
            if self.allowed { "True" } else { "False" },
            shown(self.remaining),
            shown(self.reset_after()),
            self.retry_after(),
        )
    }
}

/// As Python writes it.
pub(crate) fn shown(value: Option<impl core::fmt::Debug>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("{value:?}"))
}
