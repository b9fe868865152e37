//! The server's side: may this request in, and what do its headers say?

use super::{Api, Policy, Request, state::Place};
use crate::{
    error::Error,
    limit::{Kind, Layer, acquire_all},
    outcome::Outcome,
    time::{Instant, Span, UnixTime},
    wire::Headers,
};

/// The decision on one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a denied request must not be served"]
pub struct Admission {
    category: &'static str,
    limit: u64,
    remaining: u64,
    reset: UnixTime,
    window: Span,
    window_header: bool,
    denial: Option<Denial>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Denial {
    by: LimitedBy,
    code: &'static str,
    retry_after: Span,
}

/// Which layer denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitedBy {
    /// The key's limit in its category.
    Category,
    /// The gateway's, over all keys.
    Gateway,
}

impl<const KEYS: usize> Api<KEYS> {
    /// Counts a request in its category and at the gateway, or in neither.
    ///
    /// # Errors
    ///
    /// [`Error::PathInvalid`], [`Error::KeyEmpty`], [`Error::UnknownRole`]; nothing is counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Api, Instant, Method, Policy, Request, UnixTime};
    ///
    /// static API: Api = Api::new(Policy::stackflow(), 0);
    /// let (now, wall) = (Instant::from_nanos(0), UnixTime::from_secs(1_716_134_437));
    /// let request = Request::new(Method::Post, "/api/v1/incidents/bulk", b"alice");
    /// for left in (0..10).rev() {
    ///     assert_eq!(API.admit(&request, now, wall)?.remaining(), left);
    /// }
    /// let denied = API.admit(&request, now, wall)?;
    /// assert_eq!(denied.code(), Some("RATE_LIMIT_EXCEEDED"));
    /// let headers = denied.headers();
    /// assert_eq!(headers.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
    ///            ["10", "0", "1716134460", "60", "23"]);
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn admit(
        &self,
        request: &Request<'_>,
        now: Instant,
        wall: UnixTime,
    ) -> Result<Admission, Error> {
        let place = self.place(request)?;
        let policy = self.policy();
        // OK: a place of this Api always has both.
        let category = policy.category(usize::from(place.category)).ok_or(Error::UnknownApi)?;
        let state = self.state(place).ok_or(Error::UnknownApi)?;
        let window =
            |n| Layer { kind: Kind::Window(place.limit, category.window, 0, &state.window), n };
        let layers = [window(1), self.gateway.layer(1)];
        let layers = layers.get(..if policy.gateway.is_some() { 2 } else { 1 }).unwrap_or(&layers);

        let mut counted = None;
        let all = acquire_all(layers, now, wall, &mut |index, outcome| {
            if index == 0 {
                counted = Some(outcome);
            }
        });
        // Of a denial the window is shown as it stands.
        let shown = counted.unwrap_or_else(|| window(0).look(now, wall));
        let (remaining, reset_after) = match shown {
            Outcome::Allowed { remaining, reset_after } => (remaining, reset_after),
            Outcome::Denied { retry_after } => (0, retry_after),
            Outcome::Never => (0, Span::ZERO),
        };
        let denial = match all.outcome {
            Outcome::Allowed { .. } => None,
            Outcome::Denied { retry_after } => Some(Denial::new(policy, all.layer, retry_after)),
            Outcome::Never => Some(Denial::new(policy, all.layer, Span::MAX)),
        };
        Ok(Admission {
            category: category.name,
            limit: place.limit,
            remaining,
            reset: wall.saturating_add(reset_after),
            window: category.window,
            window_header: policy.window_header,
            denial,
        })
    }
}

impl Denial {
    fn new(policy: &Policy, layer: usize, retry_after: Span) -> Denial {
        if layer == 0 {
            Denial { by: LimitedBy::Category, code: policy.category_code, retry_after }
        } else {
            Denial { by: LimitedBy::Gateway, code: policy.gateway_code, retry_after }
        }
    }
}

impl Admission {
    /// Whether the request may in.
    pub const fn is_allowed(&self) -> bool {
        self.denial.is_none()
    }

    /// The category it was counted in.
    pub const fn category(&self) -> &'static str {
        self.category
    }

    /// Which layer denied it.
    pub fn limited_by(&self) -> Option<LimitedBy> {
        self.denial.map(|denial| denial.by)
    }

    /// The API's error code of the denial.
    pub fn code(&self) -> Option<&'static str> {
        self.denial.map(|denial| denial.code)
    }

    /// The wait of a denial, exact; the header rounds it up to seconds.
    pub fn retry_after(&self) -> Option<Span> {
        self.denial.map(|denial| denial.retry_after)
    }

    /// The key's limit in the category.
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// What is left of it in this window.
    pub const fn remaining(&self) -> u64 {
        self.remaining
    }

    /// When the window ends.
    pub const fn reset(&self) -> UnixTime {
        self.reset
    }

    /// The length of the window.
    pub const fn window(&self) -> Span {
        self.window
    }

    /// The headers to send: limit, remaining and reset with every answer, the window where the API
    /// has that header, `Retry-After` with a denial only. Times round up to whole seconds.
    pub fn headers(&self) -> Headers {
        let mut headers = Headers::new();
        crate::wire::push(&mut headers, "X-RateLimit-Limit", self.limit);
        crate::wire::push(&mut headers, "X-RateLimit-Remaining", self.remaining);
        crate::wire::push(&mut headers, "X-RateLimit-Reset", self.reset.as_secs_ceil());
        if self.window_header {
            crate::wire::push(&mut headers, "X-RateLimit-Window", self.window.as_secs_ceil());
        }
        if let Some(retry_after) = self.retry_after() {
            crate::wire::push(&mut headers, "Retry-After", retry_after.as_secs_ceil());
        }
        headers
    }
}

const _: () = assert!(size_of::<Place>() <= 16);
