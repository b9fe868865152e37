//! `Paging`: a list that is read page by page, and the next page of a `Link` header.

use pyo3::{prelude::*, types::PyString};
use std::sync::{Mutex, PoisonError};
use tidegate::{
    api::{self, Page},
    wire,
};

use crate::{
    client_key::values_of,
    given::{Given, NOT},
    number, text,
};

/// Where the reading of one list stands; Pages.start makes it.
///
/// Set the query parameters `size` and `position` where there are such, send, and report with
/// `answered` what the page had, which says whether there is another. In the style of cursors the
/// next one is then sent under `cursor`, in that of links its URL is asked for as it is.
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Paging {
    inner: Mutex<api::Paging>,
}

impl From<api::Paging> for Paging {
    fn from(paging: api::Paging) -> Paging {
        Paging { inner: Mutex::new(paging) }
    }
}

impl Paging {
    fn read(&self) -> api::Paging {
        *self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Paging {
    /// The query parameter of how many items a page has, and its value; None if there is none.
    #[getter]
    fn size(&self) -> Option<(String, u32)> {
        self.read().size().map(|(name, size)| (name.to_owned(), size))
    }

    /// The query parameter of the page's number, or of the items to leave out, and its value.
    #[getter]
    fn position(&self) -> Option<(String, u64)> {
        self.read().position().map(|(name, position)| (name.to_owned(), position))
    }

    /// The query parameter of the cursor; None in other styles.
    #[getter]
    fn cursor(&self) -> Option<String> {
        self.read().cursor().map(str::to_owned)
    }

    /// Reports that a page had so many items, and says whether there is another page. `more` is
    /// whether its answer says that there are more; `next_page` is the cursor or the URL that it names.
    ///
    /// By number and by offset the last page is the one whose answer says so, or that is not full. By
    /// cursor and by link it is the one that names no next page, or the same again.
    ///
    /// >>> paging = tidegate.Policy.named("velaflows").pages.start()
    /// >>> paging.size, paging.position
    /// (('limit', 20), ('page', 1))
    /// >>> paging.answered(20), paging.position, paging.answered(7)
    /// (True, ('page', 2), False)
    #[pyo3(
        signature = (items, *, more=None, next_page=NOT),
        text_signature = "($self, items, *, more=None, next_page='')"
    )]
    fn answered(
        &self,
        items: &Bound<'_, PyAny>,
        more: Option<bool>,
        next_page: Given<'_>,
    ) -> PyResult<bool> {
        let items = number::count("items", items)?;
        let next = match next_page.get() {
            None => None,
            Some(next) => Some(text::exact("next_page", next)?),
        };
        let page = Page { items, more, next: next.as_deref() };
        Ok(self.inner.lock().unwrap_or_else(PoisonError::into_inner).answered(&page))
    }

    fn __repr__(&self) -> String {
        let shown = |pair: Option<(String, String)>| {
            pair.map_or_else(|| "None".to_owned(), |(name, value)| format!("('{name}', {value})"))
        };
        let size = self.size().map(|(name, size)| (name, size.to_string()));
        let position = self.position().map(|(name, position)| (name, position.to_string()));
        format!("Paging(size={}, position={})", shown(size), shown(position))
    }
}

/// The URL of the next page that a `Link` header names (RFC 8288), perhaps relative to that of the
/// response; None if it names none. `link` is its value, or a list of them if it came more than once.
///
/// Do not send credentials to another host because a header names it.
///
/// >>> tidegate.link_next('</items?page=1>; rel="prev", </items?page=3>; rel="next"')
/// '/items?page=3'
#[pyfunction]
pub(crate) fn link_next<'py>(link: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyString>>> {
    let values = values_of("link", link)?;
    let mut lines = Vec::new();
    for value in &values {
        lines.push(text::header("link", value)?);
    }
    let next = wire::link_next(lines.iter().map(AsRef::as_ref));
    Ok(next.map(|next| PyString::new(link.py(), &String::from_utf8_lossy(next))))
}
