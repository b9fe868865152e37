//! `Given`: an argument with a default that `None` does not stand for.

use core::convert::Infallible;

use pyo3::prelude::*;

/// An argument that may be left out. `None` is a value like any other, and mostly a wrong one: a
/// cost that came out as `None` must not count as 1.
pub(crate) struct Given<'py>(Option<Bound<'py, PyAny>>);

/// The default of such an argument.
pub(crate) const NOT: Given<'static> = Given(None);

impl<'py> Given<'py> {
    /// The value, if it is given.
    pub(crate) fn get(&self) -> Option<&Bound<'py, PyAny>> {
        self.0.as_ref()
    }

    /// What `convert` makes of it, or the default.
    pub(crate) fn or<T>(
        &self,
        default: T,
        convert: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<T>,
    ) -> PyResult<T> {
        self.get().map_or(Ok(default), convert)
    }
}

impl<'py> FromPyObject<'_, 'py> for Given<'py> {
    type Error = Infallible;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> Result<Given<'py>, Infallible> {
        Ok(Given(Some(value.to_owned())))
    }
}
