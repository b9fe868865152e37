//! Lists that are read page by page.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    Policy,
    api::{Page, Paging},
    wire::link_next,
};

use crate::{
    errors::{Answer, answer},
    values,
    wire::bytes,
};

/// How a page is asked for.
#[napi(object, object_from_js = false)]
pub(crate) struct PageQuery {
    /// The parameter of how many items a page has, and its value.
    pub size: Option<(String, String)>,
    /// The parameter of the page's number or of the items to leave out, and its value.
    pub position: Option<(String, String)>,
    /// The parameter of the cursor.
    pub cursor: Option<String>,
}

/// A list of this API at its first page; nothing where the policy says nothing of pages.
#[napi]
pub(crate) fn start_paging(
    policy: &External<Policy>,
    size: Option<u32>,
) -> Answer<Option<External<Paging>>> {
    let paging = policy.pages().map(|pages| pages.start(size)).transpose();
    answer(paging.map(|paging| paging.map(External::new)))
}

/// How its next page is asked for.
#[napi]
pub(crate) fn paging_query(paging: &External<Paging>) -> PageQuery {
    PageQuery {
        size: paging.size().map(|(name, value)| (name.to_owned(), value.to_string())),
        position: paging.position().map(|(name, value)| (name.to_owned(), value.to_string())),
        cursor: paging.cursor().map(str::to_owned),
    }
}

/// Reports what a page had, and says whether there is another one.
#[napi]
pub(crate) fn paging_answered(
    paging: &mut External<Paging>,
    items: BigInt,
    more: Option<bool>,
    next: Option<String>,
) -> bool {
    paging.answered(&Page {
        items: values::count(&items),
        more,
        next: next.as_deref().map(str::as_bytes),
    })
}

/// The reference of the next page in the lines of `Link`.
#[napi]
pub(crate) fn next_link(lines: Vec<String>) -> Option<String> {
    let lines: Vec<_> = lines.iter().map(|line| bytes(line)).collect();
    let next = link_next(lines.iter().map(|line| &**line))?;
    Some(String::from_utf8_lossy(next).into_owned())
}
