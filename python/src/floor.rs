//! `_Floor`: what a call costs that decides nothing, for the benches to compare with.

use core::hint::black_box;

use pyo3::prelude::*;

/// An object with methods that do as good as nothing.
#[pyclass(frozen, name = "_Floor", module = "tidegate._core")]
#[derive(Debug)]
pub(crate) struct Floor;

#[pymethods]
impl Floor {
    #[new]
    fn new() -> Floor {
        Floor
    }

    /// Nothing.
    fn nothing(&self) -> bool {
        true
    }

    /// Reads the clock.
    fn clock(&self) -> bool {
        black_box(tidegate_host::monotonic());
        true
    }
}
