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
    /// Where in a body the list of items stands, as names with dots between them; empty where the body is
    /// the list, or nothing is said.
    pub items: Text<31>,
    /// Where in a body stands whether there are more pages: true or false.
    pub more: Text<31>,
    /// Where in a body the cursor of the next page stands.
    pub next: Text<31>,
    /// Where in the last item of a page the cursor of the next one stands.
    pub last: Text<31>,
}

impl Pages {
    /// Pages of a style of which nothing else is said, numbered from 1.
    pub const fn new(style: PageStyle) -> Pages {
        Pages {
            style,
            parameter: Text::EMPTY,
            size: Text::EMPTY,
            default_size: 0,
            max_size: 0,
            first: 1,
            items: Text::EMPTY,
            more: Text::EMPTY,
            next: Text::EMPTY,
            last: Text::EMPTY,
        }
    }
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
