//! `Policy`: what an API document says, as data.

use super::{Breaker, Budget, Hedge, Limit, Method, Route, limit::whole_window, list::List};
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
/// from a [policy file](super).
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

/// What a status together with a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRule {
    /// The status, 0 for any; the two built-in APIs use the same codes with different ones.
    pub status: u16,
    /// The code.
    pub code: Text<47>,
    /// The meaning.
    pub class: Class,
}

/// The meaning of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The same request would fail again.
    Permanent,
    /// It may go well the next time.
    Transient,
    /// New credentials are needed; trying again with these is useless.
    RefreshCredentials,
    /// A limit of the key denied it: nothing was done.
    Throttled,
    /// A limit that all keys share denied it: nothing was done.
    ThrottledAll,
}

impl Class {
    /// Every class.
    pub const ALL: &'static [Class] = &[
        Class::Permanent,
        Class::Transient,
        Class::RefreshCredentials,
        Class::Throttled,
        Class::ThrottledAll,
    ];

    /// Its name in policy files.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Permanent => "permanent",
            Class::Transient => "transient",
            Class::RefreshCredentials => "refresh_credentials",
            Class::Throttled => "throttled",
            Class::ThrottledAll => "throttled_all",
        }
    }

    /// Whether a limit denied the request.
    pub const fn is_throttled(self) -> bool {
        matches!(self, Class::Throttled | Class::ThrottledAll)
    }
}

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
    /// The path, as of a [`Route`].
    pub path: Text<63>,
    /// The member of the body that lists them.
    pub items: Text<31>,
    /// How many at once.
    pub max_items: u32,
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

    /// With one category more, and its limits. A request that no route names belongs to the first.
    ///
    /// A limit with the name of one that an earlier category has is that one: both categories count in
    /// it.
    ///
    /// # Errors
    ///
    /// [`Error::PolicyInvalid`]: more than [`MAX_CATEGORIES`](Self::MAX_CATEGORIES),
    /// [`MAX_CATEGORY_LIMITS`](Self::MAX_CATEGORY_LIMITS) or [`MAX_LIMITS`](Self::MAX_LIMITS); two of its
    /// limits have one name; or a role has a multiple that a limit cannot have.
    pub const fn with_category(
        mut self,
        name: &str,
        limits: &[Limit],
        cache: Option<Span>,
    ) -> Result<Policy, Error> {
        let mut category = Category { name: Text::new(name), limits: List::EMPTY, cache };
        let mut rest = limits;
        while let [limit, others @ ..] = rest {
            let index = self.index_of(limit);
            if index == self.limits.len() {
                self.limits = match self.limits.with(*limit) {
                    Some(limits) => limits,
                    None => return Err(Error::PolicyInvalid),
                };
            }
            if category.has(index) {
                return Err(Error::PolicyInvalid);
            }
            // OK because there are at most 12.
            category.limits = match category.limits.with(index as u8) {
                Some(limits) => limits,
                None => return Err(Error::PolicyInvalid),
            };
            rest = others;
        }
        match self.categories.with(category) {
            Some(categories) => Policy { categories, ..self }.checked(),
            None => Err(Error::PolicyInvalid),
        }
    }

    /// Where a limit of the same name stands, or where a new one would.
    #[expect(clippy::indexing_slicing, reason = "the index is below the length")]
    pub(super) const fn index_of(&self, limit: &Limit) -> usize {
        let mut index = 0;
        while index < self.limits.len() && index < Policy::MAX_LIMITS {
            if let Some(known) = &self.limits.as_array()[index]
                && known.is_named_as(limit)
            {
                return index;
            }
            index += 1; // never over: it is below 12
        }
        index
    }

    /// With a limit over all keys and categories together.
    ///
    /// # Errors
    ///
    /// [`Error::PolicyInvalid`]: more than [`MAX_SHARED`](Self::MAX_SHARED).
    pub const fn with_shared(self, limit: Limit) -> Result<Policy, Error> {
        match self.shared.with(limit) {
            Some(shared) => Ok(Policy { shared, ..self }),
            None => Err(Error::PolicyInvalid),
        }
    }

    /// With one route more; the first that fits a request counts.
    ///
    /// # Errors
    ///
    /// [`Error::PolicyInvalid`]: more than [`MAX_ROUTES`](Self::MAX_ROUTES), or there is no such category.
    pub const fn with_route(self, route: Route) -> Result<Policy, Error> {
        match self.routes.with(route) {
            Some(routes) if (route.category as usize) < self.categories.len() => {
                Ok(Policy { routes, ..self })
            }
            _ => Err(Error::PolicyInvalid),
        }
    }

    /// With a role, whose keys have so many times each limit and burst.
    ///
    /// # Errors
    ///
    /// [`Error::PolicyInvalid`]: more than [`MAX_ROLES`](Self::MAX_ROLES), or a limit cannot have that
    /// multiple.
    pub const fn with_role(self, name: &str, multiplier: u64) -> Result<Policy, Error> {
        match self.roles.with(Role { name: Text::new(name), multiplier }) {
            Some(roles) => Policy { roles, ..self }.checked(),
            None => Err(Error::PolicyInvalid),
        }
    }

    /// With the meaning of a code that comes with a status; with any status where that is 0.
    ///
    /// # Errors
    ///
    /// [`Error::PolicyInvalid`]: more than [`MAX_CODES`](Self::MAX_CODES), or a code of more than 47 bytes.
    pub const fn with_code(self, status: u16, code: &str, class: Class) -> Result<Policy, Error> {
        let Some(code) = Text::checked(code) else { return Err(Error::PolicyInvalid) };
        match self.codes.with(CodeRule { status, code, class }) {
            Some(codes) => Ok(Policy { codes, ..self }),
            None => Err(Error::PolicyInvalid),
        }
    }

    /// With a word for whose limits the categories have: `user`, `token`, `shop`.
    #[must_use]
    pub const fn with_key(self, key: &str) -> Policy {
        Policy { key: Text::new(key), ..self }
    }

    /// With the headers of this dialect. Without one they are `Retry-After`, `Date` and
    /// `X-RateLimit-Limit`, `-Remaining`, `-Reset` in seconds since 1970, and `-Window`.
    #[must_use]
    pub const fn with_dialect(self, dialect: Dialect) -> Policy {
        Policy { dialect: Some(dialect), ..self }
    }

    /// What the server's side answers a denied request with: the codes of a key's limit and of one that
    /// all share; and whether its answers carry `X-RateLimit-Window`.
    #[must_use]
    pub const fn with_answers(self, denied: &str, shared: &str, window_header: bool) -> Policy {
        Policy {
            denied_code: Text::new(denied),
            shared_code: Text::new(shared),
            window_header,
            ..self
        }
    }

    /// With what the retries of all callers together may spend.
    #[must_use]
    pub const fn with_budget(self, budget: Budget) -> Policy {
        Policy { budget, ..self }
    }

    /// With a breaker, or without.
    #[must_use]
    pub const fn with_breaker(self, breaker: Option<Breaker>) -> Policy {
        Policy { breaker, ..self }
    }

    /// With hedging, or without.
    #[must_use]
    pub const fn with_hedge(self, hedge: Option<Hedge>) -> Policy {
        Policy { hedge, ..self }
    }

    /// With other retry rules.
    #[must_use]
    pub const fn with_retry(self, retry: RetryPolicy) -> Policy {
        Policy { retry, ..self }
    }

    /// With the places in its error bodies where code, message, request id and fields stand.
    #[must_use]
    pub const fn with_body(self, body: BodyPaths) -> Policy {
        Policy { body, ..self }
    }

    /// With pages.
    #[must_use]
    pub const fn with_pages(self, pages: Pages) -> Policy {
        Policy { pages: Some(pages), ..self }
    }

    /// With a batch route.
    ///
    /// # Errors
    ///
    /// [`Error::PolicyInvalid`]: more than [`MAX_BATCHES`](Self::MAX_BATCHES).
    pub const fn with_batch(self, batch: Batch) -> Result<Policy, Error> {
        match self.batches.with(batch) {
            Some(batches) => Ok(Policy { batches, ..self }),
            None => Err(Error::PolicyInvalid),
        }
    }

    /// This policy with fixed windows of another length, for trials that cannot wait a quarter of an
    /// hour.
    ///
    /// # Errors
    ///
    /// [`Error::WindowOutOfRange`]: not whole seconds from 1 s to 366 days (headers count seconds).
    pub const fn with_window(self, window: Span) -> Result<Policy, Error> {
        match whole_window(window) {
            Ok(()) => Ok(Policy { window: Some(window), ..self }),
            Err(error) => Err(error),
        }
    }

    /// Itself, if every role can have its multiple of every limit.
    #[expect(clippy::indexing_slicing, reason = "the indices are below the lengths")]
    const fn checked(self) -> Result<Policy, Error> {
        let (mut role, mut limit) = (0, 0);
        while role < self.roles.len() && role < Policy::MAX_ROLES {
            while limit < self.limits.len() && limit < Policy::MAX_LIMITS {
                if let (Some(role), Some(limit)) =
                    (self.roles.as_array()[role], self.limits.as_array()[limit])
                    && limit.scaled(role.multiplier).is_err()
                {
                    return Err(Error::PolicyInvalid);
                }
                limit += 1; // never over: both are at most 12
            }
            (role, limit) = (role + 1, 0);
        }
        Ok(self)
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
