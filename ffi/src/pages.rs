//! `tg_pages`, `tg_batch`, `tg_api_cache_ns`: what a policy says about asking for less.

use core::ffi::c_char;

use tidegate::{
    Error,
    api::{Batch, PageStyle, Pages},
};

use crate::{
    api::{TG_NAME_SIZE, tg_api},
    caller::answer,
    error::OK,
    request,
    text::array,
};

/// A buffer of this size holds the path of a batch route, its NUL included.
pub const TG_PATH_SIZE: usize = 64;

/// How a list is read page by page.
#[repr(C)]
pub struct tg_pages {
    /// One of enum tg_page_style; TG_PAGE_STYLE_NONE if the policy does not say.
    pub style: i32,
    /// What is asked for where nothing else is said.
    pub default_size: u32,
    /// The most that may be asked for.
    pub max_size: u32,
    /// The number of the first page.
    pub first: u32,
    /// The query parameter of the page, offset or cursor, ended by NUL.
    pub parameter: [c_char; TG_NAME_SIZE],
    /// The query parameter of how many a page has, ended by NUL; "" if there is none.
    pub size: [c_char; TG_NAME_SIZE],
}

/// How the next page is asked for.
#[repr(i32)]
pub enum tg_page_style {
    /// The policy does not say.
    TG_PAGE_STYLE_NONE = 0,
    /// By its number.
    TG_PAGE_STYLE_NUMBER = 1,
    /// By how many to leave out.
    TG_PAGE_STYLE_OFFSET = 2,
    /// By a mark that the page before gave.
    TG_PAGE_STYLE_CURSOR = 3,
    /// By the "next" of the Link header (RFC 8288).
    TG_PAGE_STYLE_LINK = 4,
}

/// A route that does many things at once.
#[repr(C)]
pub struct tg_batch {
    /// How many at once; 0 if there is no such route.
    pub max_items: u32,
    /// The path, in which * is one part and ** are any, ended by NUL.
    pub path: [c_char; TG_PATH_SIZE],
    /// The member of the body that lists them, ended by NUL.
    pub items: [c_char; TG_NAME_SIZE],
}

/// How lists of this API are read page by page.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_pages(api: *const tg_api, pages: *mut tg_pages) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (api, place) = (caller.shared(api)?, caller.place(pages)?);
            place.write(api.policy().pages().map_or(Ok(tg_pages::NONE), tg_pages::new)?);
            Ok(OK)
        })
    }
}

/// The batch route with this number, counted from 0; one of 0 items if there are not so many.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_batch(
    api: *const tg_api,
    index: usize,
    batch: *mut tg_batch,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (api, place) = (caller.shared(api)?, caller.place(batch)?);
            let found = api.policy().batches().nth(index);
            place.write(found.map_or(Ok(tg_batch::NONE), tg_batch::new)?);
            Ok(OK)
        })
    }
}

/// How long the answer to such a request is good for, in nanoseconds: 0, not at all, for every method but
/// GET and where the policy does not say. `method` is one of enum tg_method.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_METHOD, TG_ERR_PATH_INVALID, TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER,
/// TG_ERR_NOT_INITIALIZED or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: shared. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_cache_ns(
    api: *const tg_api,
    method: i32,
    path: *const c_char,
    path_len: usize,
    ttl_ns: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (api, place) = (caller.shared(api)?, caller.place(ttl_ns)?);
            let (method, path) = (request::method(method)?, caller.text(path, path_len)?);
            let good_for = api.policy().cache_of(method, path)?;
            place.write(good_for.map_or(0, |good_for| good_for.as_nanos()));
            Ok(OK)
        })
    }
}

impl tg_pages {
    fn new(pages: &Pages) -> Result<tg_pages, Error> {
        let style = match pages.style {
            PageStyle::Number => tg_page_style::TG_PAGE_STYLE_NUMBER,
            PageStyle::Offset => tg_page_style::TG_PAGE_STYLE_OFFSET,
            PageStyle::Cursor => tg_page_style::TG_PAGE_STYLE_CURSOR,
            PageStyle::Link => tg_page_style::TG_PAGE_STYLE_LINK,
        };
        Ok(tg_pages {
            style: style as i32,
            default_size: pages.default_size,
            max_size: pages.max_size,
            first: pages.first,
            parameter: array(pages.parameter.as_str())?,
            size: array(pages.size.as_str())?,
        })
    }

    const NONE: tg_pages = tg_pages {
        style: tg_page_style::TG_PAGE_STYLE_NONE as i32,
        default_size: 0,
        max_size: 0,
        first: 0,
        parameter: [0; TG_NAME_SIZE],
        size: [0; TG_NAME_SIZE],
    };
}

impl tg_batch {
    fn new(batch: &Batch) -> Result<tg_batch, Error> {
        Ok(tg_batch {
            max_items: batch.max_items,
            path: array(batch.path.as_str())?,
            items: array(batch.items.as_str())?,
        })
    }

    const NONE: tg_batch =
        tg_batch { max_items: 0, path: [0; TG_PATH_SIZE], items: [0; TG_NAME_SIZE] };
}
