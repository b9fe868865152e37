//! `tg_paging`, `tg_link_next`: what to ask for next of a list that is read page by page.

use core::{ffi::c_char, ptr::null};

use tidegate::{
    api::{Page, Paging},
    wire::link_next,
};

use crate::{
    api::{TG_NAME_SIZE, tg_api},
    body::tg_text,
    caller::{Plain, answer},
    error::{DENIED, OK},
    object::object,
    text::array,
};

/// Where the reading of one list stands. Plain data; one thread at a time.
///
/// Ask tg_paging_query what to send, send it, and report with tg_paging_answered what the page had, which
/// says whether there is another.
#[repr(C)]
pub struct tg_paging {
    _s: [u64; 34],
}

object!(tg_paging, Paging, b"tgpaging");

/// What a page is asked for with: query parameters, their names ended by NUL; "" is none.
#[repr(C)]
pub struct tg_page_query {
    /// The parameter of how many items a page has.
    pub size_name: [c_char; TG_NAME_SIZE],
    /// The parameter of the page's number or of the items to leave out.
    pub position_name: [c_char; TG_NAME_SIZE],
    /// The parameter of the cursor, from the second page on.
    pub cursor_name: [c_char; TG_NAME_SIZE],
    /// With size_name: its value. Otherwise 0.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// With position_name: its value. Otherwise 0.
    pub position: u64,
}

/// What one page had.
#[repr(C)]
pub struct tg_page {
    /// How many items.
    pub items: u64,
    /// Whether the answer says that there are more: 1 if so, -1 if not, 0 if it says nothing.
    pub more: i32,
    /// 0.
    pub reserved: i32,
    /// The cursor of the next page, or its URL by tg_link_next; NULL if there is none.
    pub next: tg_text,
}

// SAFETY: integers and a pointer.
unsafe impl Plain for tg_page {}

/// Where the parts of a page stand, as names with dots between them, ended by NUL; "" where the policy says
/// nothing.
#[repr(C)]
pub struct tg_page_paths {
    /// The list of items.
    pub items: [c_char; TG_NAME_SIZE],
    /// Whether there are more pages: true or false.
    pub more: [c_char; TG_NAME_SIZE],
    /// The cursor of the next page.
    pub next: [c_char; TG_NAME_SIZE],
    /// In the last item of the page, the cursor of the next one.
    pub last: [c_char; TG_NAME_SIZE],
}

/// Begins to read a list of this API, by `size` items a page, or by the policy's default where it is NULL.
///
/// Returns TG_OK, TG_DENIED (the policy says nothing of pages), TG_ERR_PAGE_SIZE_OUT_OF_RANGE (0, more than
/// the policy allows, or there is no parameter for it), TG_ERR_NULL_POINTER, TG_ERR_POINTER_MISALIGNED or
/// TG_ERR_NOT_INITIALIZED (the api).
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_paging_init(
    paging: *mut tg_paging,
    api: *const tg_api,
    size: *const u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(paging)?;
            let size = match size.is_null() {
                true => None,
                false => Some(*caller.plain(size)?),
            };
            match caller.shared(api)?.policy().pages() {
                Some(pages) => caller.init(paging, pages.start(size)?),
                None => Ok(DENIED),
            }
        })
    }
}

/// What the next page is asked for with. Where it has neither position nor cursor, the URL of tg_link_next is
/// asked for as it is, from the second page on.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_paging_query(
    paging: *const tg_paging,
    query: *mut tg_page_query,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (paging, place) = (caller.shared(paging)?, caller.place(query)?);
            let (size_name, size) = paging.size().unwrap_or(("", 0));
            let (position_name, position) = paging.position().unwrap_or(("", 0));
            place.write(tg_page_query {
                size_name: array(size_name)?,
                position_name: array(position_name)?,
                cursor_name: array(paging.cursor().unwrap_or(""))?,
                size,
                reserved: 0,
                position,
            });
            Ok(OK)
        })
    }
}

/// Reports what a page had. By number and by offset the last page is the one whose answer says so; without a
/// word about it one that is not full, or an empty one where its size is not known. By cursor and by link it
/// is the one that names no next page, or the same again, which would go on for ever.
///
/// Returns TG_OK (there is another one), TG_DENIED (it was the last), TG_ERR_NULL_POINTER,
/// TG_ERR_POINTER_MISALIGNED, TG_ERR_NOT_INITIALIZED or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: one. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_paging_answered(paging: *mut tg_paging, page: *const tg_page) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let page = caller.plain(page)?;
            let next = caller.bytes(page.next.data, page.next.len)?;
            let next = Some(next).filter(|_| !page.next.data.is_null());
            let more = if page.more == 0 { None } else { Some(page.more > 0) };
            let goes_on =
                caller.exclusive(paging)?.answered(&Page { items: page.items, more, next });
            Ok(if goes_on { OK } else { DENIED })
        })
    }
}

/// Where the parts of a page of this API stand; all "" if the policy says nothing of pages.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_page_paths(api: *const tg_api, paths: *mut tg_page_paths) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (pages, place) = (caller.shared(api)?.policy().pages(), caller.place(paths)?);
            let mut paths = [[0; TG_NAME_SIZE]; 4];
            if let Some(pages) = pages {
                let said = [&pages.items, &pages.more, &pages.next, &pages.last];
                for (path, said) in paths.iter_mut().zip(said) {
                    *path = array(said.as_str())?;
                }
            }
            let [items, more, next, last] = paths;
            place.write(tg_page_paths { items, more, next, last });
            Ok(OK)
        })
    }
}

/// The reference of the next page in the values of Link headers (RFC 8288), in the order in which they came: a
/// URL, perhaps relative to that of the response. It points into `lines`, and is NULL if there is none. Do not
/// send credentials to another host because a header names it.
///
/// Returns TG_OK, TG_DENIED (there is none), TG_ERR_NULL_POINTER, TG_ERR_POINTER_MISALIGNED or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_link_next(
    lines: *const tg_text,
    line_count: usize,
    url: *mut tg_text,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (lines, place) = (caller.texts(lines, line_count)?, caller.place(url)?);
            let found = link_next(lines);
            place.write(found.map_or(tg_text { data: null(), len: 0 }, |url| tg_text {
                data: url.as_ptr().cast(),
                len: url.len(),
            }));
            Ok(if found.is_some() { OK } else { DENIED })
        })
    }
}
