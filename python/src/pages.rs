//! `Pages` and `Batch`: what a policy says about asking for less.

use pyo3::prelude::*;
use tidegate::{
    Error,
    api::{self, PageStyle},
};

use crate::{errors, number, paging::Paging};

/// How lists are read page by page; Policy.pages has it.
///
/// >>> tidegate.Policy.named("github").pages
/// Pages(style='link', parameter='page', size='per_page', default_size=30, max_size=100, first=1)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pages {
    /// How the next page is asked for: "number", "offset" (how many to leave out), "cursor" (a mark that
    /// the page before gave) or "link" (the next of the Link header).
    #[pyo3(get)]
    style: &'static str,
    /// The query parameter of the page, offset or cursor; "" if there is none.
    #[pyo3(get)]
    parameter: String,
    /// The query parameter of how many a page has; "" if there is none.
    #[pyo3(get)]
    size: String,
    /// What is asked for where nothing else is said; 0 if that is not known.
    #[pyo3(get)]
    default_size: u32,
    /// The most that may be asked for; 0 if that is not known.
    #[pyo3(get)]
    max_size: u32,
    /// The number of the first page.
    #[pyo3(get)]
    first: u32,
    /// Where in a body the list of items stands, as names with dots between them; "" where the body is
    /// the list, or the policy does not say.
    #[pyo3(get)]
    items: String,
    /// Where in a body stands whether there are more pages.
    #[pyo3(get)]
    more: String,
    /// Where in a body the cursor of the next page stands.
    #[pyo3(get)]
    next: String,
    /// Where in the last item of a page the cursor of the next one stands.
    #[pyo3(get)]
    last: String,
    inner: Inner,
}

/// The core's own; two are equal if all that they show is.
#[derive(Debug)]
struct Inner(api::Pages);

impl PartialEq for Inner {
    fn eq(&self, other: &Inner) -> bool {
        self.0 == other.0
    }
}

impl Eq for Inner {}

impl core::hash::Hash for Inner {
    fn hash<H: core::hash::Hasher>(&self, _: &mut H) {}
}

#[pymethods]
impl Pages {
    /// A list at its first page, by `size` items a page, or by the default.
    ///
    /// TidegateError (a ValueError): a size of 0 or above max_size, or where it cannot be chosen.
    #[pyo3(signature = (size=None))]
    fn start(&self, size: Option<&Bound<'_, PyAny>>) -> PyResult<Paging> {
        let wrong = |size| errors::argument(Error::PageSizeOutOfRange, "size", size);
        let items = match size {
            None => None,
            Some(size) => {
                let items = number::unsigned("size", size)?;
                Some(items.and_then(|items| u32::try_from(items).ok()).ok_or_else(|| wrong(size))?)
            }
        };
        match (self.inner.0.start(items), size) {
            (Ok(paging), _) => Ok(paging.into()),
            (Err(_), Some(size)) => Err(wrong(size)),
            (Err(error), None) => Err(errors::raise(error)),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "Pages(style='{}', parameter={}, size={}, default_size={}, max_size={}, first={})",
            self.style,
            self.parameter.as_str().into_pyobject(py)?.repr()?,
            self.size.as_str().into_pyobject(py)?.repr()?,
            self.default_size,
            self.max_size,
            self.first,
        ))
    }
}

impl From<&api::Pages> for Pages {
    fn from(pages: &api::Pages) -> Pages {
        Pages {
            style: match pages.style {
                PageStyle::Number => "number",
                PageStyle::Offset => "offset",
                PageStyle::Cursor => "cursor",
                PageStyle::Link => "link",
            },
            parameter: pages.parameter.as_str().to_owned(),
            size: pages.size.as_str().to_owned(),
            default_size: pages.default_size,
            max_size: pages.max_size,
            first: pages.first,
            items: pages.items.as_str().to_owned(),
            more: pages.more.as_str().to_owned(),
            next: pages.next.as_str().to_owned(),
            last: pages.last.as_str().to_owned(),
            inner: Inner(*pages),
        }
    }
}

/// A route that does many things at once; Policy.batches has them.
///
/// >>> tidegate.Policy.named("openai").batches
/// (Batch(path='/v1/embeddings', items='input', max_items=2048),)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Batch {
    /// Its path; "*" stands for one segment, "**" for any number of them.
    #[pyo3(get)]
    path: String,
    /// The member of the body that lists them.
    #[pyo3(get)]
    items: String,
    /// How many at once.
    #[pyo3(get)]
    max_items: u32,
}

#[pymethods]
impl Batch {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let path = self.path.as_str().into_pyobject(py)?.repr()?;
        let items = self.items.as_str().into_pyobject(py)?.repr()?;
        Ok(format!("Batch(path={path}, items={items}, max_items={})", self.max_items))
    }
}

impl From<&api::Batch> for Batch {
    fn from(batch: &api::Batch) -> Batch {
        Batch {
            path: batch.path.as_str().to_owned(),
            items: batch.items.as_str().to_owned(),
            max_items: batch.max_items,
        }
    }
}
