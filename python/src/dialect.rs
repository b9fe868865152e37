//! `Dialect`: which headers of a server are read, and what its numbers mean.

use std::borrow::Cow;

use pyo3::{prelude::*, types::PyString};
use tidegate::{
    Error,
    wire::{self, ResetForm},
};

use crate::{
    errors,
    given::{Given, NOT},
    text,
};

/// Which rate-limit headers are read, and how a reset and a fraction are.
///
/// `name` is "common" (every header that is known), "ietf" (drafts 3 to 10) or a vendor: "github",
/// "gitlab", "discord", "shopify", "stripe", "openai", "anthropic", "reddit", "twitter", "okta",
/// "slack", "atlassian", "azure", "aws". Retry-After, Date and Age are read in every dialect.
///
/// `reset` gives a reset another meaning than the dialect does: "auto" (by its shape, and a number by
/// its size), "epoch_s" or "epoch_ms" (since 1970), "s" or "ms" (from the answer), "duration"
/// ("1m30s"), "rfc3339". `decimals` says whether there may be fractions. It is frozen and compares
/// by what it reads.
///
/// TidegateError (a ValueError): an unknown name or reset.
///
/// >>> tidegate.Dialect("github", reset="s")
/// Dialect('github', reset='s', decimals=None)
/// >>> tidegate.Dialect("twitter") == tidegate.Dialect("okta")
/// True
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Dialect {
    inner: wire::Dialect,
    name: String,
    reset: Option<String>,
    decimals: Option<bool>,
}

#[pymethods]
impl Dialect {
    #[new]
    #[pyo3(
        signature = (name=NOT, *, reset=None, decimals=None),
        text_signature = "(name='common', *, reset=None, decimals=None)"
    )]
    fn new(
        name: Given<'_>,
        reset: Option<&Bound<'_, PyAny>>,
        decimals: Option<bool>,
    ) -> PyResult<Dialect> {
        let name =
            name.get().map_or(Ok(Cow::Borrowed("common")), |name| text::string("name", name))?;
        let reset = reset.map(|reset| text::string("reset", reset)).transpose()?;
        let mut inner = named(&name)?;
        if let Some(reset) = &reset {
            let unknown = || errors::of(Error::UnknownReset, reset);
            inner = inner.with_reset(ResetForm::named(reset).ok_or_else(unknown)?);
        }
        if let Some(decimals) = decimals {
            inner = inner.with_decimals(decimals);
        }
        Ok(Dialect { inner, name: name.into(), reset: reset.map(Cow::into_owned), decimals })
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    fn __eq__(&self, other: &Dialect) -> bool {
        self.inner == other.inner
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let reset = self.reset.as_deref().into_pyobject(py)?.repr()?;
        let decimals = self.decimals.into_pyobject(py)?.repr()?;
        Ok(format!("Dialect('{}', reset={reset}, decimals={decimals})", self.name))
    }
}

/// The argument `dialect`: a [`Dialect`], or the name of one.
pub(crate) fn dialect(value: &Bound<'_, PyAny>) -> PyResult<wire::Dialect> {
    if let Ok(dialect) = value.cast::<Dialect>() {
        return Ok(dialect.get().inner);
    }
    if !value.is_instance_of::<PyString>() {
        return Err(errors::wrong_type("dialect", value, "a Dialect or a str"));
    }
    named(&text::string("dialect", value)?)
}

fn named(name: &str) -> PyResult<wire::Dialect> {
    wire::Dialect::named(name).ok_or_else(|| errors::of(Error::UnknownDialect, name))
}
