//! `Line`: who waits for a limit that cannot be reserved; made when somebody does.

use core::fmt;

use pyo3::{prelude::*, sync::PyOnceLock};

/// An object of `tidegate._line` that belongs to one limit.
pub(crate) struct Line(PyOnceLock<Py<PyAny>>);

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl Line {
    /// None yet.
    pub(crate) const fn new() -> Line {
        Line(PyOnceLock::new())
    }

    /// The one of this limit, of the class that is named.
    pub(crate) fn get(&self, py: Python<'_>, class: &str) -> PyResult<Py<PyAny>> {
        let make = || py.import("tidegate._line")?.getattr(class)?.call0().map(Bound::unbind);
        self.0.get_or_try_init(py, make).map(|line| line.clone_ref(py))
    }
}
