//! `Policy`: what an API document says, as data.

use super::{
    Batch, Breaker, Budget, Class, CodeRule, Envelope, Hedge, Limit, Method, Pages, Route,
    list::List,
};
use crate::{
    error::Error,
    retry::RetryPolicy,
    text::Text,
    time::Span,
    wire::{BodyPaths, Dialect, ErrorBody, JsonStr},
};

/// The description of one API. Both sides read the same one.
///
/// It is plain data of a fixed size: a preset, built by the functions below (also in a constant), or read
/// from a [policy file](Policy::from_json).
///
/// # Examples
///
/// ```
/// use tidegate::{Policy, Span};
///
/// let policy = Policy::named("stackflow")?.with_window(Span::from_secs(2))?;
/// assert_eq!(policy.name(), "stackflow");
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(super) name: Text<31>,
    pub(super) key: Text<31>,
    pub(super) categories: List<Category, { Policy::MAX_CATEGORIES }>,
    /// Those of all categories; categories may have one together.
    pub(super) limits: List<Limit, { Policy::MAX_LIMITS }>,
    pub(super) shared: List<Limit, { Policy::MAX_SHARED }>,
    pub(super) routes: List<Route, { Policy::MAX_ROUTES }>,
    pub(super) roles: List<Role, { Policy::MAX_ROLES }>,
    pub(super) codes: List<CodeRule, { Policy::MAX_CODES }>,
    pub(super) dialect: Option<Dialect>,
    pub(super) window_header: bool,
    pub(super) denied_code: Text<31>,
    pub(super) shared_code: Text<31>,
    pub(super) envelope: Envelope,
    pub(super) retry: RetryPolicy,
    pub(super) budget: Budget,
    pub(super) breaker: Option<Breaker>,
    pub(super) hedge: Option<Hedge>,
    pub(super) pages: Option<Pages>,
    pub(super) batches: List<Batch, { Policy::MAX_BATCHES }>,
    pub(super) body: BodyPaths,
    pub(super) window: Option<Span>,
}

/// What requests are counted in, for every key by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    pub(super) name: Text<31>,
    /// Which of the policy's limits it has.
    pub(super) limits: List<u8, { Policy::MAX_CATEGORY_LIMITS }>,
    /// How long an answer to a GET is good for.
    pub(super) cache: Option<Span>,
}

/// Keys whose limits are a multiple of the documented ones; what all share is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: Text<31>,
    /// How many times the limit.
    pub multiplier: u64,
}

impl Policy {
    /// How many categories a policy may have.
    pub const MAX_CATEGORIES: usize = 8;
    /// How many limits all its categories may have together.
    pub const MAX_LIMITS: usize = 12;
    /// How many limits one category may have.
    pub const MAX_CATEGORY_LIMITS: usize = 3;
    /// How many limits all keys may share.
    pub const MAX_SHARED: usize = 2;
    /// How many routes it may have.
    pub const MAX_ROUTES: usize = 24;
    /// How many roles it may have.
    pub const MAX_ROLES: usize = 4;
    /// How many codes it may give a meaning.
    pub const MAX_CODES: usize = 40;
    /// How many batch routes it may have.
    pub const MAX_BATCHES: usize = 4;

    /// A policy without limits, under which nothing is tried again that the retry rules do not name.
    pub const fn new(name: &str, retry: RetryPolicy) -> Policy {
        Policy {
            name: Text::new(name),
            key: Text::EMPTY,
            categories: List::EMPTY,
            limits: List::EMPTY,
            shared: List::EMPTY,
            routes: List::EMPTY,
            roles: List::EMPTY,
            codes: List::EMPTY,
            dialect: None,
            window_header: false,
            denied_code: Text::new("TOO_MANY_REQUESTS"),
            shared_code: Text::new("TOO_MANY_REQUESTS"),
            envelope: Envelope::Problem,
            retry,
            budget: Budget::UNLIMITED,
            breaker: None,
            hedge: None,
            pages: None,
            batches: List::EMPTY,
            body: BodyPaths::ANY,
            window: None,
        }
    }

    /// The policy of this name: one of [`FILES`](super::FILES), which stand in `policies/` of this crate.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownApi`].
    pub fn named(name: &str) -> Result<Policy, Error> {
        match name {
            "stackflow" => Ok(Policy::stackflow()),
            "velaflows" => Ok(Policy::velaflows()),
            _ => {
                let found = super::FILES.iter().find(|(known, _)| *known == name);
                let (_, text) = found.ok_or(Error::UnknownApi)?;
                // OK: a test reads every file.
                Policy::from_json(text).map_err(|error| error.error())
            }
        }
    }
}

/// What it says.
impl Policy {
    /// Its name.
    pub const fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Whose limits the categories have, in a word; empty where nothing is said. It is what
    /// [`Request::key`](super::Request::key) tells apart.
    pub const fn key(&self) -> &str {
        self.key.as_str()
    }

    /// When to try again.
    pub const fn retry(&self) -> &RetryPolicy {
        &self.retry
    }

    /// The dialect of its headers, if it is not the plain one.
    pub const fn dialect(&self) -> Option<Dialect> {
        self.dialect
    }

    /// Where the parts of its error bodies stand.
    pub const fn body(&self) -> &BodyPaths {
        &self.body
    }

    /// What an error body of this API says: its parts are read where the policy names their places.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::Policy;
    ///
    /// let policy = Policy::named("stripe")?;
    /// let body = br#"{"error": {"code": "lock_timeout", "message": "Try again."}, "code": "other"}"#;
    /// assert_eq!(policy.error_body(body).code().and_then(|code| code.as_str()), Some("lock_timeout"));
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn error_body<'a>(&self, body: &'a [u8]) -> ErrorBody<'a> {
        ErrorBody::scan_with(body, &self.body)
    }

    /// In which form the server's side writes that a request is refused.
    pub const fn envelope(&self) -> Envelope {
        self.envelope
    }

    /// How lists are read page by page.
    pub const fn pages(&self) -> Option<&Pages> {
        self.pages.as_ref()
    }

    /// Its routes that do many things at once.
    pub fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batches.iter()
    }

    /// Its categories in order.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter()
    }

    /// The category of this name, or the one a request belongs to.
    pub fn category_of(&self, method: Method, path: &str) -> Option<&Category> {
        self.categories.get(self.categorize(method, path))
    }

    /// How long the answer to such a request is good for; `None` for every method but GET, and where the
    /// policy does not say.
    ///
    /// # Errors
    ///
    /// [`Error::PathInvalid`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Error, Method, Policy, Span};
    ///
    /// let policy = Policy::velaflows();
    /// assert_eq!(policy.cache_of(Method::Get, "/api/v1/tags"), Ok(Some(Span::from_secs(300))));
    /// assert_eq!(policy.cache_of(Method::Head, "/api/v1/tags"), Ok(None));
    /// assert_eq!(policy.cache_of(Method::Get, "tags"), Err(Error::PathInvalid));
    /// ```
    pub fn cache_of(&self, method: Method, path: &str) -> Result<Option<Span>, Error> {
        if !path.starts_with('/') {
            return Err(Error::PathInvalid);
        }
        let category = self.category_of(method, path).filter(|_| method == Method::Get);
        Ok(category.and_then(Category::cache))
    }

    /// The limits of a category.
    pub fn limits(&self, category: &Category) -> impl Iterator<Item = &Limit> {
        category.limits.iter().filter_map(|&index| self.limits.get(index.into()))
    }

    /// The limits over all keys.
    pub fn shared(&self) -> impl Iterator<Item = &Limit> {
        self.shared.iter()
    }

    /// The index of the category that a request belongs to: of the first route that fits, else the first.
    pub(super) fn categorize(&self, method: Method, path: &str) -> usize {
        let route = self.routes.iter().find(|route| route.fits(method, path));
        route.map_or(0, |route| route.category.into())
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
    pub(super) fn class(&self, status: u16, code: Option<JsonStr<'_>>) -> Option<Class> {
        let code = code?;
        let fits = |rule: &&CodeRule| {
            (rule.status == status || rule.status == 0)
                && code.chars().eq(rule.code.as_str().chars())
        };
        self.codes.iter().find(fits).map(|rule| rule.class)
    }
}

impl Category {
    /// Whether it has the policy's limit of this index.
    #[expect(clippy::indexing_slicing, reason = "the index is below the length")]
    pub(super) const fn has(&self, index: usize) -> bool {
        let mut own = 0;
        while own < self.limits.len() && own < Policy::MAX_CATEGORY_LIMITS {
            if let Some(known) = self.limits.as_array()[own]
                && known as usize == index
            {
                return true;
            }
            own += 1; // never over: it is below 3
        }
        false
    }

    /// Its name.
    pub const fn name(&self) -> &str {
        self.name.as_str()
    }

    /// How long an answer to a GET is good for.
    pub const fn cache(&self) -> Option<Span> {
        self.cache
    }
}
