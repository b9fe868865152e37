//! `Snapshot`: a bucket's state for a file, a message or another process.

use pyo3::{prelude::*, types::PyDict};
use tidegate::Span;

use crate::{number, time};

/// What is left in a limiter, without its quota and without any time. `RateLimiter.snapshot` makes
/// it and `RateLimiter.restore` reads it.
///
/// It is frozen, compares by value and survives pickle; for JSON write `to_dict()` and read
/// `Snapshot(**json.loads(text))`. Keep the time with it: restore asks for its age.
///
/// >>> import json
/// >>> limiter = tidegate.RateLimiter(10, per=1)
/// >>> limiter.try_acquire(7, now_ns=0)
/// True
/// >>> text = json.dumps(limiter.snapshot(now_ns=0).to_dict())
/// >>> text
/// '{"remaining": 3, "full_after_ns": 700000000}'
/// >>> tidegate.Snapshot(**json.loads(text)) == limiter.snapshot(now_ns=0)
/// True
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Snapshot {
    /// Whole tokens that are there, rounded down: for people; restore reads full_after_ns.
    #[pyo3(get)]
    remaining: u64,
    /// Nanoseconds until the limiter is full again, rounded up.
    #[pyo3(get)]
    full_after_ns: u64,
}

impl Snapshot {
    pub(crate) fn core(&self) -> tidegate::Snapshot {
        let full_after = Span::from_nanos(self.full_after_ns);
        tidegate::Snapshot { remaining: self.remaining, full_after }
    }
}

impl From<tidegate::Snapshot> for Snapshot {
    fn from(snapshot: tidegate::Snapshot) -> Snapshot {
        let full_after_ns = snapshot.full_after.as_nanos();
        Snapshot { remaining: snapshot.remaining, full_after_ns }
    }
}

#[pymethods]
impl Snapshot {
    #[new]
    #[pyo3(signature = (*, remaining, full_after_ns))]
    fn new(remaining: &Bound<'_, PyAny>, full_after_ns: &Bound<'_, PyAny>) -> PyResult<Snapshot> {
        Ok(Snapshot {
            remaining: number::word("remaining", remaining)?,
            full_after_ns: time::nanos("full_after_ns", full_after_ns)?,
        })
    }

    /// As full_after_ns, in seconds.
    #[getter]
    fn full_after(&self) -> f64 {
        time::secs(Span::from_nanos(self.full_after_ns))
    }

    /// Its two numbers by name, for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let named = PyDict::new(py);
        named.set_item("remaining", self.remaining)?;
        named.set_item("full_after_ns", self.full_after_ns)?;
        Ok(named)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<((), Bound<'py, PyDict>)> {
        Ok(((), self.to_dict(py)?))
    }

    fn __repr__(&self) -> String {
        let Snapshot { remaining, full_after_ns } = self;
        format!("Snapshot(remaining={remaining}, full_after_ns={full_after_ns})")
    }
}
