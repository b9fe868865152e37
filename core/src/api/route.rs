//! `Route`: which requests belong to a category. `Method`: the methods of HTTP.

use crate::{error::Error, text::Text};

/// Which requests belong to a category.
///
/// # Examples
///
/// ```
/// use tidegate::{Method, api::{Methods, Route}};
///
/// let route = Route::new(Methods::of(&[Method::Post]), "/**/bulk", 3);
/// assert!(route.fits(Method::Post, "/api/v1/tags/bulk?dry=1"));
/// assert!(!route.fits(Method::Get, "/api/v1/tags/bulk"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The methods.
    pub methods: Methods,
    /// Segments between slashes; `*` is any one, `**` any number, none included.
    pub path: Text<63>,
    /// The index of the category.
    pub category: u8,
}

impl Route {
    /// Requests with one of these methods and a path that fits. A pattern is cut at 63 bytes.
    pub const fn new(methods: Methods, path: &str, category: u8) -> Route {
        Route { methods, path: Text::new(path), category }
    }

    /// Whether a request belongs to it; a query or fragment of the path says nothing.
    pub fn fits(&self, method: Method, path: &str) -> bool {
        if !self.methods.contains(method) {
            return false;
        }
        let path = path.as_bytes();
        let end = path.iter().position(|byte| matches!(byte, b'?' | b'#'));
        let path = end.and_then(|end| path.get(..end)).unwrap_or(path);
        fits(Segments(Some(self.path.as_str().as_bytes())), Segments(Some(path)))
    }
}

/// What stands between the slashes, in bytes: a path need not be decoded to be compared.
#[derive(Clone, Copy)]
struct Segments<'a>(Option<&'a [u8]>);

impl<'a> Segments<'a> {
    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0?;
        let slash = rest.iter().position(|&byte| byte == b'/');
        let (segment, after) = match slash {
            Some(slash) => (rest.get(..slash)?, rest.get(slash.checked_add(1)?..)),
            None => (rest, None),
        };
        self.0 = after;
        Some(segment)
    }
}

/// Whether the segments of a path fit those of a pattern.
fn fits(mut pattern: Segments<'_>, mut path: Segments<'_>) -> bool {
    loop {
        match pattern.next() {
            None => return path.0.is_none(),
            Some(b"**") if pattern.0.is_none() => return true,
            Some(b"**") => loop {
                if fits(pattern, path) {
                    return true;
                }
                if path.next().is_none() {
                    return false;
                }
            },
            Some(segment) => match path.next() {
                Some(here) if segment == b"*" || segment == here => {}
                _ => return false,
            },
        }
    }
}

/// A set of methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(u8);

impl Methods {
    /// Every method.
    pub const ALL: Methods = Methods::of(Method::ALL);

    /// These methods.
    pub const fn of(methods: &[Method]) -> Methods {
        let (mut set, mut rest) = (0, methods);
        while let [first, others @ ..] = rest {
            set |= first.bit();
            rest = others;
        }
        Methods(set)
    }

    /// This set and one method more.
    #[must_use]
    pub const fn with(self, method: Method) -> Methods {
        Methods(self.0 | method.bit())
    }

    /// Whether a method is in it.
    #[inline]
    pub const fn contains(self, method: Method) -> bool {
        self.0 & method.bit() != 0
    }
}

macro_rules! methods {
    ($($name:ident $text:literal $number:literal)*) => {
        /// An HTTP method.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Method {
            $(#[doc = $text] $name = $number,)*
        }

        impl Method {
            /// Every method.
            pub const ALL: &'static [Method] = &[$(Method::$name),*];

            /// The method with this name, in capitals as HTTP has it.
            ///
            /// # Errors
            ///
            /// [`Error::UnknownMethod`].
            pub fn parse(name: &str) -> Result<Method, Error> {
                match name { $($text => Ok(Method::$name),)* _ => Err(Error::UnknownMethod) }
            }

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Method::$name => $text,)* }
            }
        }
    };
}

/// Its name.
impl core::fmt::Display for Method {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

methods! {
    Get "GET" 1
    Head "HEAD" 2
    Options "OPTIONS" 3
    Post "POST" 4
    Put "PUT" 5
    Patch "PATCH" 6
    Delete "DELETE" 7
}

impl Method {
    const fn bit(self) -> u8 {
        1 << (self as u8 - 1) // never over: the numbers are 1 to 7
    }

    /// Whether doing it twice is the same as doing it once (RFC 9110 section 9.2.2).
    pub const fn is_idempotent(self) -> bool {
        !matches!(self, Method::Post | Method::Patch)
    }
}
