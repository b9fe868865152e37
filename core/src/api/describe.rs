//! `Policy`: what an API document says, as data.

use core::str::Split;

use crate::{
    error::Error,
    quota::Quota,
    retry::RetryPolicy,
    time::{NANOS_PER_SEC, Span},
};

/// The description of one API. Both sides read the same one.
///
/// # Examples
///
/// ```
/// use tidegate::{Policy, Span};
///
/// let policy = Policy::named("stackflow")?.with_window(Span::from_secs(2))?;
/// assert_eq!(policy.name, "stackflow");
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Its name.
    pub name: &'static str,
    /// What requests are counted in; at most [`MAX_CATEGORIES`](Self::MAX_CATEGORIES).
    pub categories: &'static [Category],
    /// Which requests belong to which category; the first that fits counts.
    pub routes: &'static [Route],
    /// A limit over all keys and categories together.
    pub gateway: Option<Quota>,
    /// Keys with higher limits.
    pub roles: &'static [Role],
    /// What error codes mean beyond their status.
    pub codes: &'static [CodeRule],
    /// Whether answers carry `X-RateLimit-Window`.
    pub window_header: bool,
    /// The error code of a request that its category denied.
    pub category_code: &'static str,
    /// The error code of a request that the gateway denied.
    pub gateway_code: &'static str,
    /// When to try again.
    pub retry: RetryPolicy,
    pub(super) window: Option<Span>,
}

/// A limit in each clock-aligned window, for every key by itself.
#[derive(Clone, Copy, Debug)]
pub struct Category {
    /// Its name.
    pub name: &'static str,
    /// Requests a window.
    pub limit: u64,
    /// The length of a window, in whole seconds.
    pub window: Span,
}

/// Which requests belong to a category.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The methods; none means all.
    pub methods: &'static [Method],
    /// Segments between slashes; `*` is any one, `**` any number, none included.
    pub path: &'static str,
    /// The index of the category.
    pub category: usize,
}

/// Keys whose limits are a multiple of the documented ones; the gateway's is not.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// Its name.
    pub name: &'static str,
    /// How many times the limit.
    pub multiplier: u64,
}

/// What a status together with a code means.
#[derive(Clone, Copy, Debug)]
pub struct CodeRule {
    /// The status; a code alone says nothing, the two APIs use the same ones differently.
    pub status: u16,
    /// The code.
    pub code: &'static str,
    /// The meaning.
    pub class: Class,
}

/// The meaning of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// New credentials are needed; trying again with these is useless.
    RefreshCredentials,
    /// The gateway denied, not the category.
    Gateway,
}

impl Policy {
    /// How many categories a policy may have.
    pub const MAX_CATEGORIES: usize = 8;

    /// The preset with this name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownApi`].
    pub fn named(name: &str) -> Result<Policy, Error> {
        match name {
            "stackflow" => Ok(Policy::stackflow()),
            "velaflows" => Ok(Policy::velaflows()),
            _ => Err(Error::UnknownApi),
        }
    }

    /// This policy with the same limits in windows of another length, for trials that cannot wait a
    /// quarter of an hour.
    ///
    /// # Errors
    ///
    /// [`Error::WindowOutOfRange`]: not whole seconds from 1 s to 366 days (headers count seconds).
    pub const fn with_window(self, window: Span) -> Result<Policy, Error> {
        let nanos = window.as_nanos();
        if nanos == 0
            || !nanos.is_multiple_of(NANOS_PER_SEC)
            || nanos > crate::quota::MAX_PERIOD.as_nanos()
        {
            return Err(Error::WindowOutOfRange);
        }
        Ok(Policy { window: Some(window), ..self })
    }

    /// The index of the category that a request belongs to, if any route fits.
    pub(super) fn categorize(&self, method: Method, path: &str) -> Option<usize> {
        let end = path.find(['?', '#']).unwrap_or(path.len());
        let path = path.get(..end).unwrap_or(path);
        let route = self.routes.iter().find(|route| {
            (route.methods.is_empty() || route.methods.contains(&method))
                && fits(segments(route.path), segments(path))
        })?;
        Some(route.category)
    }

    /// A category with the window that is in force.
    pub(super) fn category(&self, index: usize) -> Option<Category> {
        let category = *self.categories.get(index)?;
        Some(Category { window: self.window.unwrap_or(category.window), ..category })
    }

    /// The multiplier of a role; "" is no role.
    pub(super) fn multiplier(&self, role: &str) -> Result<u64, Error> {
        if role.is_empty() {
            return Ok(1);
        }
        let known = self.roles.iter().find(|known| known.name == role);
        known.map(|role| role.multiplier).ok_or(Error::UnknownRole)
    }

    /// The meaning of an error, by status and code.
    pub(super) fn class(
        &self,
        status: u16,
        code: Option<crate::wire::JsonStr<'_>>,
    ) -> Option<Class> {
        let code = code?;
        let fits = |rule: &&CodeRule| rule.status == status && code.chars().eq(rule.code.chars());
        self.codes.iter().find(fits).map(|rule| rule.class)
    }
}

/// What stands between the slashes.
type Segments<'a> = Split<'a, fn(char) -> bool>;

/// Splits by a function: the search for a single character has a panic that the compiler cannot
/// rule out.
#[expect(clippy::manual_pattern_char_comparison, reason = "see above")]
fn segments(path: &str) -> Segments<'_> {
    path.split(|character| character == '/')
}

/// Whether the segments of a path fit those of a pattern.
fn fits(mut pattern: Segments<'_>, mut path: Segments<'_>) -> bool {
    loop {
        match pattern.next() {
            None => return path.next().is_none(),
            Some("**") => loop {
                if fits(pattern.clone(), path.clone()) {
                    return true;
                }
                if path.next().is_none() {
                    return false;
                }
            },
            Some(segment) => match path.next() {
                Some(here) if segment == "*" || segment == here => {}
                _ => return false,
            },
        }
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
    /// Whether doing it twice is the same as doing it once (RFC 9110 section 9.2.2).
    pub const fn is_idempotent(self) -> bool {
        !matches!(self, Method::Post | Method::Patch)
    }
}
