//! How a policy is made in a program, also in a constant: one member after the other.

use super::{
    Batch, Breaker, Budget, Class, CodeRule, Envelope, Hedge, Limit, Pages, Policy, Route,
    describe::{Category, Role},
    limit::whole_window,
    list::List,
};
use crate::{
    error::Error,
    retry::RetryPolicy,
    text::Text,
    time::Span,
    wire::{BodyPaths, Dialect},
};

impl Policy {
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

    /// With the form in which the server's side writes that a request is refused.
    #[must_use]
    pub const fn with_envelope(self, envelope: Envelope) -> Policy {
        Policy { envelope, ..self }
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
