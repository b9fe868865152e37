//! `Paging`: a list that is read page by page.

use super::{PageStyle, Pages};
use crate::error::Error;

/// Where the reading of one list stands. Plain data.
///
/// Set the query parameters [`size`](Self::size) and [`position`](Self::position) where there are such, send,
/// and report with [`answered`](Self::answered) what the page had, which says whether there is another. In the
/// style of cursors the next one is then sent under [`cursor`](Self::cursor), in that of links its URL is
/// asked for as it is.
///
/// # Examples
///
/// ```
/// use tidegate::{Policy, api::Page};
///
/// let mut paging = Policy::velaflows().pages().expect("it has pages").start(None)?;
/// assert_eq!((paging.size(), paging.position()), (Some(("limit", 20)), Some(("page", 1))));
/// assert!(paging.answered(&Page { items: 20, ..Page::default() }));
/// assert_eq!(paging.position(), Some(("page", 2)));
/// assert!(!paging.answered(&Page { items: 7, ..Page::default() })); // not full: it was the last
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    pages: Pages,
    size: u32,
    /// The number of the page, or how many are left out.
    at: u64,
    /// What stands for the last cursor or link; 0 before the first.
    seen: u64,
    is_over: bool,
}

/// What one page had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// How many items.
    pub items: u64,
    /// Whether the answer says that there are more ([`Pages::more`]).
    pub more: Option<bool>,
    /// The cursor of the next page ([`Pages::next`], or [`Pages::last`] of the last item), or the URL of
    /// [`link_next`](crate::wire::link_next).
    pub next: Option<&'a [u8]>,
}

impl Pages {
    /// A list at its first page, by so many items a page, or by the default.
    ///
    /// # Errors
    ///
    /// [`Error::PageSizeOutOfRange`]: 0, above [`max_size`](Self::max_size), or there is no parameter for it.
    pub fn start(&self, size: Option<u32>) -> Result<Paging, Error> {
        let most = if self.max_size == 0 { u32::MAX } else { self.max_size };
        let is_allowed = |&size: &u32| (1..=most).contains(&size) && !self.size.is_empty();
        let size = match size {
            None => self.default_size,
            Some(_) => size.filter(is_allowed).ok_or(Error::PageSizeOutOfRange)?,
        };
        let at = if self.style == PageStyle::Number { self.first.into() } else { 0 };
        Ok(Paging { pages: *self, size, at, seen: 0, is_over: false })
    }
}

impl Paging {
    /// The query parameter of how many items a page has, and its value.
    pub fn size(&self) -> Option<(&str, u32)> {
        let name = self.pages.size.as_str();
        (!name.is_empty() && self.size > 0).then_some((name, self.size))
    }

    /// The query parameter of the page's number or of the items to leave out, and its value.
    pub fn position(&self) -> Option<(&str, u64)> {
        let counts = matches!(self.pages.style, PageStyle::Number | PageStyle::Offset);
        counts.then_some((self.pages.parameter.as_str(), self.at))
    }

    /// The query parameter of the cursor.
    pub fn cursor(&self) -> Option<&str> {
        (self.pages.style == PageStyle::Cursor).then_some(self.pages.parameter.as_str())
    }

    /// Reports what a page had, and says whether there is another one. Never again after the last.
    ///
    /// By number and by offset the last page is the one whose answer says that there are no more; without a
    /// word about it one that is not full, or an empty one where its size is not known. By cursor and by link
    /// it is the one that names no next page, or the same again, which would go on for ever.
    pub fn answered(&mut self, page: &Page<'_>) -> bool {
        let goes_on = match self.pages.style {
            _ if self.is_over || page.more == Some(false) => false,
            PageStyle::Number | PageStyle::Offset => {
                let is_full = page.items >= u64::from(self.size.max(1));
                page.items > 0 && (page.more == Some(true) || is_full)
            }
            PageStyle::Cursor | PageStyle::Link => match page.next {
                None | Some([]) => false,
                Some(next) => {
                    let before = self.seen;
                    self.seen = fingerprint(next);
                    self.seen != before
                }
            },
        };
        self.at = self.at.saturating_add(match self.pages.style {
            PageStyle::Number => 1,
            _ => page.items,
        });
        self.is_over = !goes_on;
        goes_on
    }
}

/// FNV-1a with 64 bits. Of two texts in turn to be the same by it, one in 2⁶⁴ is not.
fn fingerprint(text: &[u8]) -> u64 {
    let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.iter().fold(0xcbf2_9ce4_8422_2325, step)
}
