//! Limiters that the processes of a host share: where they lie, and `SharedView`, which only looks.

use std::path::PathBuf;

use pyo3::prelude::*;
use tidegate_host::{SharedError, SharedPlace};

use crate::{decision::Decision, errors, quota::Quota, text, time};

/// Where the limiter of a name, or of a path that stands for it, lies.
pub(crate) fn place(
    name: &Bound<'_, PyAny>,
    path: Option<&Bound<'_, PyAny>>,
) -> PyResult<SharedPlace> {
    let named = SharedPlace::named(&text::string("name", name)?).map_err(raise)?;
    let Some(path) = path else { return Ok(named) };
    let wrong = |_| errors::wrong_type("path", path, "a str or os.PathLike");
    Ok(SharedPlace::at(path.extract::<PathBuf>().map_err(wrong)?))
}

/// What the system refused is an `OSError` of its number, all else a row of the table with what was found.
pub(crate) fn raise(error: SharedError) -> PyErr {
    match error {
        SharedError::System { path, error, .. } if error.raw_os_error().is_some() => {
            Python::attach(|py| {
                let number = error.raw_os_error();
                let system = py.import("os").and_then(|os| os.call_method1("strerror", (number,)));
                let said = system.map_or_else(|_| error.to_string(), |said| said.to_string());
                pyo3::exceptions::PyOSError::new_err((number, said, path.into_os_string()))
            })
        }
        other => errors::with_message(other.row(), other.to_string()),
    }
}

/// Removes the shared limiter of a name, or of the path that stands for it; False if there is none.
///
/// Processes that have it open go on sharing it among themselves; who opens it anew makes another one.
/// Needed to change its limit: stop the processes that use it, or remove it and let them start again.
///
/// >>> tidegate.remove_shared("nobody-has-it")
/// False
#[pyfunction]
#[pyo3(signature = (name, *, path=None))]
pub(crate) fn remove_shared(
    name: &Bound<'_, PyAny>,
    path: Option<&Bound<'_, PyAny>>,
) -> PyResult<bool> {
    place(name, path)?.remove().map_err(raise)
}

/// A shared limiter as it is, for one who only looks: what `tidegate top` shows.
///
/// It takes nothing, and its memory is mapped to be read only. OSError: there is none of that name;
/// TidegateError: what is there cannot be one of this process.
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct SharedView {
    inner: tidegate_host::SharedView,
}

#[pymethods]
impl SharedView {
    #[new]
    #[pyo3(signature = (name, *, path=None))]
    fn new(name: &Bound<'_, PyAny>, path: Option<&Bound<'_, PyAny>>) -> PyResult<SharedView> {
        let inner = tidegate_host::SharedView::open(&place(name, path)?).map_err(raise)?;
        Ok(SharedView { inner })
    }

    /// Its limit; of a keyed limiter that of calls which bring no other.
    #[getter]
    fn quota(&self) -> Quota {
        (*self.inner.quota()).into()
    }

    /// Places for keys; None of a limiter of one bucket.
    #[getter]
    fn capacity(&self) -> Option<usize> {
        self.inner.capacity()
    }

    /// How many requests were denied, by all processes together; C programs count none.
    #[getter]
    fn denied(&self) -> u64 {
        self.inner.denied()
    }

    /// How many requests found all places taken that their key may have.
    #[getter]
    fn overflowed(&self) -> u64 {
        self.inner.overflowed()
    }

    /// What a peek at one bucket says; None of a keyed limiter.
    #[pyo3(signature = (*, now_ns=None))]
    fn peek(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Decision>> {
        let outcome = self.inner.bucket(time::now(now_ns)?);
        outcome.map(|outcome| Decision::new(outcome, 0, 0)).transpose()
    }

    /// (hash of the key, tokens left under the limiter's limit, seconds until full) of each live bucket,
    /// those with the least left first.
    #[pyo3(signature = (*, now_ns=None))]
    fn occupants(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<(u64, u64, f64)>> {
        let now = time::now(now_ns)?;
        let row = |(occupant, left): (tidegate::limit::Occupant, u64)| {
            (occupant.fingerprint, left, time::secs(occupant.full_at.saturating_since(now)))
        };
        Ok(self.inner.occupants(now).into_iter().map(row).collect())
    }

    fn __repr__(&self) -> String {
        let keys = self.capacity().map_or_else(String::new, |keys| format!(", capacity={keys}"));
        format!("<SharedView of {}{keys}>", self.quota().arguments())
    }
}
