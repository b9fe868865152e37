//! `Pages` and `Batch`: how an API lets many things be read or done with few requests.

use crate::text::Text;

/// How a list is read page by page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    /// How the next page is asked for.
    pub style: PageStyle,
    /// The query parameter of the page, offset or cursor.
    pub parameter: Text<31>,
    /// The query parameter of how many a page has; empty if there is none.
    pub size: Text<31>,
    /// What is asked for where nothing else is said.
    pub default_size: u32,
    /// The most that may be asked for.
    pub max_size: u32,
    /// The number of the first page.
    pub first: u32,
}

/// How the next page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageStyle {
    /// By its number.
    Number,
    /// By how many to leave out.
    Offset,
    /// By a mark that the page before gave.
    Cursor,
    /// By the `next` of the `Link` header (RFC 8288).
    Link,
}

/// A route that does many things at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The path, as of a [`Route`](super::Route).
    pub path: Text<63>,
    /// The member of the body that lists them.
    pub items: Text<31>,
    /// How many at once.
    pub max_items: u32,
}
