//! `Dialect`: which headers of a server are read, and what its numbers mean.

use std::hash::{DefaultHasher, Hash, Hasher};

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
/// by value.
///
/// TidegateError (a ValueError): an unknown name or reset.
///
/// >>> tidegate.Dialect("github", reset="s")
/// Dialect('github', reset='s', decimals=False)
/// >>> tidegate.Dialect("github") == tidegate.Dialect("github", reset="epoch_s")
/// True
#[pyclass(frozen, eq, module = "tidegate")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    inner: wire::Dialect,
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
        let mut inner =
            name.or(wire::Dialect::COMMON, |name| named(&text::string("name", name)?))?;
        if let Some(reset) = reset {
            let name = text::string("reset", reset)?;
            let reset = ResetForm::named(&name);
            inner = inner.with_reset(reset.ok_or_else(|| errors::of(Error::UnknownReset, &name))?);
        }
        if let Some(decimals) = decimals {
            inner = inner.with_decimals(decimals);
        }
        Ok(Dialect { inner })
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    /// What the value of a reset header is.
    #[getter]
    fn reset(&self) -> &'static str {
        self.inner.reset().name()
    }

    /// Whether numbers may have fractions.
    #[getter]
    fn decimals(&self) -> bool {
        self.inner.decimals()
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.name(), self.reset(), self.decimals()).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let decimals = if self.decimals() { "True" } else { "False" };
        format!("Dialect('{}', reset='{}', decimals={decimals})", self.name(), self.reset())
    }
}

impl From<wire::Dialect> for Dialect {
    fn from(inner: wire::Dialect) -> Dialect {
        Dialect { inner }
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
