//! The server's side: may this request in, and what do its headers say?

use super::{
    Api, Envelope, Request,
    state::{AllApplied, MAX_APPLIED},
};
use crate::{
    error::Error,
    limit::{Layer, acquire_all},
    outcome::Outcome,
    text::Text,
    time::{Instant, Span, UnixTime},
    wire::Headers,
};

/// The decision on one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a denied request must not be served"]
pub struct Admission {
    category: Text<31>,
    limit: u64,
    remaining: u64,
    reset: UnixTime,
    window: Span,
    window_header: bool,
    pub(super) denial: Option<Denial>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Denial {
    pub(super) by: LimitedBy,
    pub(super) limit: Text<31>,
    pub(super) code: Text<31>,
    pub(super) retry_after: Span,
    pub(super) envelope: Envelope,
    /// Whose limits they are, in a word.
    pub(super) key: Text<31>,
}

/// Whose limit denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitedBy {
    /// The key's limit in its category.
    Category,
    /// One over all keys, as an API gateway has it.
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
        let mut applied = AllApplied::new();
        self.apply(place, &mut applied);
        let own = policy.categories.get(usize::from(place.category));
        let own_limits = own.map_or(0, |category| category.limits.len());
        let showable = if own_limits == 0 { applied.len() } else { own_limits };
        let mut layers = heapless::Vec::<Layer<'_>, MAX_APPLIED>::new();
        for one in &applied {
            // OK: there is room for every limit that applies.
            let _ = layers.push(one.rule.layer(one.state, one.weight(request.tokens)));
        }
        let mut counted = [None; MAX_APPLIED];
        let all = acquire_all(&layers, now, wall, &mut |index, outcome| {
            if let Some(place) = counted.get_mut(index) {
                *place = Some(outcome);
            }
        });
        let is_denied = !all.outcome.is_allowed();

        // The limit that is shown: of the category's own the one that denied, else the one with the
        // least left; of a category without limits the same of those that all share. Of a denial it is
        // shown as it stands.
        let mut shown: Option<Shown> = None;
        for (index, (one, counted)) in applied.iter().zip(counted).take(showable).enumerate() {
            let outcome = counted.unwrap_or_else(|| one.rule.layer(one.state, 0).look(now, wall));
            let here = Shown::new(one.rule.limit(), one.rule.period(), outcome);
            let is_tighter = match shown {
                Some(shown) => here.remaining < shown.remaining,
                None => true,
            };
            let denied = is_denied && all.layer == index;
            if is_tighter || denied {
                shown = Some(here);
            }
            if denied {
                break;
            }
        }
        let shown = shown.unwrap_or(Shown {
            limit: 0,
            window: Span::ZERO,
            remaining: 0,
            reset_after: Span::ZERO,
        });
        let retry_after = match all.outcome {
            Outcome::Allowed { .. } => None,
            Outcome::Denied { retry_after } => Some(retry_after),
            Outcome::Never => Some(Span::MAX),
        };
        let denied_by = applied.get(all.layer).map_or("", |one| one.limit.name());
        let denial = retry_after.map(|retry_after| {
            let (by, code) = if all.layer < own_limits {
                (LimitedBy::Category, policy.denied_code)
            } else {
                (LimitedBy::Gateway, policy.shared_code)
            };
            Denial {
                by,
                limit: Text::new(denied_by),
                code,
                retry_after,
                envelope: policy.envelope,
                key: policy.key,
            }
        });
        Ok(Admission {
            category: own.map_or(Text::EMPTY, |category| category.name),
            limit: shown.limit,
            remaining: shown.remaining,
            reset: wall.saturating_add(shown.reset_after),
            window: shown.window,
            window_header: policy.window_header,
            denial,
        })
    }
}

/// One limit as its headers show it.
#[derive(Clone, Copy)]
struct Shown {
    limit: u64,
    window: Span,
    remaining: u64,
    reset_after: Span,
}

impl Shown {
    fn new(limit: u64, window: Span, outcome: Outcome) -> Shown {
        let (remaining, reset_after) = match outcome {
            Outcome::Allowed { remaining, reset_after } => (remaining, reset_after),
            Outcome::Denied { retry_after } => (0, retry_after),
            Outcome::Never => (0, Span::ZERO),
        };
        Shown { limit, window, remaining, reset_after }
    }
}

impl Admission {
    /// Whether the request may in.
    pub const fn is_allowed(&self) -> bool {
        self.denial.is_none()
    }

    /// The category it was counted in.
    pub const fn category(&self) -> &str {
        self.category.as_str()
    }

    /// Which layer denied it.
    pub fn limited_by(&self) -> Option<LimitedBy> {
        self.denial.map(|denial| denial.by)
    }

    /// The name of the limit that denied it.
    pub fn denied_by(&self) -> Option<&str> {
        self.denial.as_ref().map(|denial| denial.limit.as_str())
    }

    /// The API's error code of the denial.
    pub fn code(&self) -> Option<&str> {
        self.denial.as_ref().map(|denial| denial.code.as_str())
    }

    /// The wait of a denial, exact; the header rounds it up to seconds. [`Span::MAX`] for a request that
    /// needs more than a limit can ever hold.
    pub fn retry_after(&self) -> Option<Span> {
        self.denial.map(|denial| denial.retry_after)
    }

    /// The key's limit in the category: of several the one that denied, else the one with the least left.
    /// Where the category has none it is of those that all share; 0 where there are none either.
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
    /// has that header, `Retry-After` with a denial only. Times round up to whole seconds. Where nothing
    /// limits there are none.
    pub fn headers(&self) -> Headers {
        let mut headers = Headers::new();
        if self.window == Span::ZERO {
            return headers; // every limit has a period
        }
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
