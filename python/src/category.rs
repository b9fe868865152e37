//! `Category` and `Limit`: what a policy counts requests in.

use pyo3::{prelude::*, types::PyTuple};
use tidegate::{Span, api};

use crate::{decision::shown, time};

/// What requests are counted in, for every key by itself; Policy.categories has them.
///
/// >>> tidegate.Policy.named("openai").categories[0].limits[1]
/// Limit(kind='token_bucket', name='tokens', limit=30000, unit='tokens', per=60.0, burst=30000)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Category {
    /// Its name.
    #[pyo3(get)]
    name: String,
    limits: Vec<Limit>,
    /// As cache, in nanoseconds.
    #[pyo3(get)]
    cache_ns: Option<u64>,
}

impl Category {
    pub(crate) fn new(policy: &tidegate::Policy, category: &api::Category) -> Category {
        Category {
            name: category.name().to_owned(),
            limits: policy.limits(category).map(Limit::from).collect(),
            cache_ns: category.cache().map(Span::as_nanos),
        }
    }
}

#[pymethods]
impl Category {
    /// Its limits, all of which apply.
    #[getter]
    fn limits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.limits.clone())
    }

    /// How many seconds an answer to a GET is good for; None if the policy does not say.
    #[getter]
    fn cache(&self) -> Option<f64> {
        self.cache_ns.map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let limits = self.limits(py)?.repr()?;
        let name = self.name.as_str().into_pyobject(py)?.repr()?;
        Ok(format!("Category(name={name}, limits={limits}, cache={})", shown(self.cache())))
    }
}

/// One limit of a policy, as its document says it; an Api's window does not show here.
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Limit {
    /// "fixed_window" (aligned to the clock), "first_use_window", "strict_window" or "token_bucket".
    #[pyo3(get)]
    kind: &'static str,
    /// Its name, "" if it has none.
    #[pyo3(get)]
    name: String,
    /// How many a period.
    #[pyo3(get)]
    limit: u64,
    /// What is counted: "requests", or "tokens" and others of which Api.call is told how many.
    #[pyo3(get)]
    unit: &'static str,
    /// As per, in nanoseconds.
    #[pyo3(get)]
    per_ns: u64,
    /// How many at once, of a token bucket; else None.
    #[pyo3(get)]
    burst: Option<u64>,
}

#[pymethods]
impl Limit {
    /// The length of the window, or of a bucket's period, in seconds.
    #[getter]
    fn per(&self) -> f64 {
        time::secs(Span::from_nanos(self.per_ns))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "Limit(kind='{}', name={}, limit={}, unit='{}', per={:?}, burst={})",
            self.kind,
            self.name.as_str().into_pyobject(py)?.repr()?,
            self.limit,
            self.unit,
            self.per(),
            shown(self.burst),
        ))
    }
}

impl From<&api::Limit> for Limit {
    fn from(limit: &api::Limit) -> Limit {
        Limit {
            kind: limit.kind(),
            name: limit.name().to_owned(),
            limit: limit.limit(),
            unit: limit.unit().name(),
            per_ns: limit.period().as_nanos(),
            burst: limit.burst(),
        }
    }
}
