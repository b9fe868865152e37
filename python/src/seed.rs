//! Seeds that differ between processes, also between those that `fork` makes out of one.

use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::prelude::*;

/// Drawn anew in the child of a fork; 0 in a process that is none. Relaxed: a child begins with one
/// thread.
static FORKED: AtomicU64 = AtomicU64::new(0);

/// A seed that was drawn from the system, as this process is to use it: a child of the process that drew
/// it has another one.
pub(crate) fn of_this_process(drawn: u64) -> u64 {
    drawn ^ generation()
}

/// Which process of those that `fork` has made out of one this is; a random number.
pub(crate) fn generation() -> u64 {
    FORKED.load(Ordering::Relaxed)
}

/// Called by Python in the child of a fork.
#[pyfunction]
#[pyo3(name = "_forked")]
fn forked() {
    FORKED.store(tidegate_host::seed(), Ordering::Relaxed);
}

/// Has Python call that.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let os = py.import("os")?;
    if os.hasattr("register_at_fork")? {
        let named = pyo3::types::PyDict::new(py);
        named.set_item("after_in_child", wrap_pyfunction!(forked, py)?)?;
        os.call_method("register_at_fork", (), Some(&named))?;
    }
    Ok(())
}
