//! What an API's documents say about limits and retries, as data.

use core::ops::RangeInclusive;

use crate::reference::backoff::{Backoff, Jitter, Spread};
use crate::reference::breaker::Trip;
use crate::reference::dialect::Dialect;
use crate::reference::error::Error;
use crate::reference::growth::Growth;
use crate::reference::policy_file;
use crate::reference::presets::{stackflow, velaflows};
use crate::reference::quota::Quota;
use crate::reference::route::covers;
use crate::reference::{MAX, SECOND, window};

/// The rules of one API.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What requests are counted in; the first is for those without a route.
    pub categories: Vec<Category>,
    /// Over all keys and categories.
    pub shared: Vec<Limit>,
    /// The first that covers a request counts.
    pub routes: Vec<Route>,
    /// What a role multiplies the categories' limits by.
    pub roles: Vec<(String, u64)>,
    /// The first that fits an error counts.
    pub codes: Vec<Code>,
    /// Of its headers, if they are not the plain ones.
    pub dialect: Option<Dialect>,
    /// When to try again.
    pub retry: RetryRules,
    /// What retries may spend.
    pub budget: BudgetRule,
    /// What opens a breaker, for how long, and the probes that close it.
    pub breaker: Option<(Trip, u64, u32)>,
    /// A second send beside the first.
    pub hedge: Option<Hedge>,
}

/// A category and its limits.
#[derive(Clone, Debug)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// All of them hold.
    pub limits: Vec<Limit>,
}

/// How a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// In windows aligned to the clock.
    Fixed,
    /// In windows that begin with a request.
    FirstUse,
    /// In every window.
    Strict,
    /// In a bucket.
    Bucket,
}

/// So many in so much time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Categories that have limits of one name have that limit together; "" is none.
    pub name: String,
    /// How it counts.
    pub kind: LimitKind,
    /// How many.
    pub limit: u64,
    /// In how many nanoseconds.
    pub per: u64,
    /// The depth of a bucket.
    pub burst: u64,
    /// What it counts.
    pub unit: String,
}

/// Which requests are of a category.
#[derive(Clone, Debug)]
pub struct Route {
    /// All methods, or these.
    pub methods: Option<Vec<String>>,
    /// Of the path.
    pub pattern: String,
    /// Its name.
    pub category: String,
}

/// What an error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It would fail again.
    Permanent,
    /// It may go well.
    Transient,
    /// Other credentials are needed.
    RefreshCredentials,
    /// A limit of the key.
    Throttled,
    /// A limit of all.
    ThrottledAll,
}

/// The meaning of a code.
#[derive(Clone, Debug)]
pub struct Code {
    /// With this status, or with any.
    pub status: Option<u16>,
    /// The code.
    pub code: String,
    /// The meaning.
    pub class: Class,
}

/// When to try again.
#[derive(Clone, Debug)]
pub struct RetryRules {
    /// Sends in all.
    pub max_attempts: u32,
    /// Statuses that are tried again.
    pub statuses: Vec<RangeInclusive<u16>>,
    /// Statuses that are a denial if the headers say so.
    pub denied_if_told: Vec<RangeInclusive<u16>>,
    /// The wait after a denial that names none.
    pub default_429: Option<u128>,
    /// The waits when the server names none.
    pub backoff: Backoff,
    /// The most that is added to a wait that the server named.
    pub server_jitter: u128,
    /// The longest wait that a server may ask for.
    pub max_server_delay: u128,
    /// For one send.
    pub attempt_timeout: Option<u128>,
    /// For all waits between the sends of a call.
    pub max_wait: u128,
}

/// What retries may spend.
#[derive(Clone, Debug)]
pub enum BudgetRule {
    /// Everything.
    Unlimited,
    /// AWS' tokens.
    Quota {
        /// Tokens.
        capacity: u32,
        /// Of a failure, of what was lost on the way, of a denial.
        costs: [u128; 3],
        /// What a success brings that had no retry.
        first_success: u128,
    },
    /// A part of the calls.
    Ratio {
        /// Of these nanoseconds.
        window: u64,
        /// Retries a million calls.
        millionths: u32,
        /// Retries besides.
        reserve: u32,
    },
    /// gRPC's tokens.
    Throttle {
        /// Tokens.
        tokens: u32,
        /// Thousandths that a success brings.
        ratio: u32,
    },
}

/// A second send beside the first.
#[derive(Clone, Copy, Debug)]
pub struct Hedge {
    /// So long after the last.
    pub after: u128,
    /// So many.
    pub most: u128,
}

/// Whether a status is among these.
pub fn is_among(statuses: &[RangeInclusive<u16>], status: u16) -> bool {
    statuses.iter().any(|statuses| statuses.contains(&status))
}

impl Policy {
    /// The preset or the file of this name, with every fixed window replaced if a span is given.
    ///
    /// # Errors
    /// [`Error::UnknownApi`]; [`Error::WindowOutOfRange`].
    pub fn named(name: &str, window: Option<u64>) -> Result<Policy, Error> {
        let policy = match name {
            "stackflow" => stackflow(),
            "velaflows" => velaflows(),
            _ => {
                let file = FILES.iter().find(|(known, _)| *known == name);
                let (_, text) = file.ok_or(Error::UnknownApi)?;
                policy_file::read(text).expect("the files are right")
            }
        };
        policy.with_window(window)
    }

    /// With every fixed window replaced if a span is given.
    ///
    /// # Errors
    /// [`Error::WindowOutOfRange`].
    pub fn with_window(mut self, window: Option<u64>) -> Result<Policy, Error> {
        let Some(window) = window else { return Ok(self) };
        if !is_whole_window(window) {
            return Err(Error::WindowOutOfRange);
        }
        let own = self.categories.iter_mut().flat_map(|category| &mut category.limits);
        for limit in own.chain(&mut self.shared).filter(|limit| limit.kind == LimitKind::Fixed) {
            limit.per = window;
        }
        Ok(self)
    }

    /// The category of a request: its first route's, else the first.
    ///
    /// # Errors
    /// [`Error::UnknownMethod`]
    pub fn category(&self, method: &str, path: &str) -> Result<usize, Error> {
        if !["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"].contains(&method) {
            return Err(Error::UnknownMethod);
        }
        let has = |route: &&Route| {
            let methods = route.methods.as_ref();
            methods.is_none_or(|methods| methods.iter().any(|known| known == method))
                && covers(&route.pattern, path)
        };
        let Some(route) = self.routes.iter().find(has) else { return Ok(0) };
        let category = self.categories.iter().position(|known| known.name == route.category);
        Ok(category.expect("it was checked"))
    }

    /// What a role multiplies limits by.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]
    pub fn factor(&self, role: &str) -> Result<u64, Error> {
        match role {
            "" => Ok(1),
            _ => Ok(self.roles.iter().find(|(name, _)| name == role).ok_or(Error::UnknownRole)?.1),
        }
    }

    /// The meaning of an error.
    pub fn class(&self, status: u16, code: Option<&str>) -> Option<Class> {
        let fits = |it: &&Code| {
            it.status.is_none_or(|known| known == status) && Some(it.code.as_str()) == code
        };
        self.codes.iter().find(fits).map(|code| code.class)
    }
}

impl Limit {
    /// So many times as many.
    pub fn times(&self, factor: u64) -> Limit {
        let times = |number: u64| number.saturating_mul(factor);
        Limit { limit: times(self.limit), burst: times(self.burst), ..self.clone() }
    }

    /// Whether so many times as many are within the bounds.
    pub fn fits(&self, factor: u64) -> bool {
        let Limit { kind, limit, per, burst, .. } = self.times(factor);
        match kind {
            LimitKind::Fixed => is_whole_window(per) && window::check(limit, per).is_ok(),
            LimitKind::FirstUse | LimitKind::Strict => window::check(limit, per).is_ok(),
            LimitKind::Bucket => Quota::new(limit, per, burst).is_ok(),
        }
    }
}

impl RetryRules {
    /// Where nothing else is said.
    pub fn usual() -> RetryRules {
        RetryRules {
            max_attempts: 4,
            statuses: vec![408..=408, 425..=425, 429..=429, 500..=500, 502..=504],
            denied_if_told: vec![],
            default_429: None,
            backoff: doubling(SECOND / 2, 20 * SECOND, Jitter::Equal),
            server_jitter: SECOND,
            max_server_delay: 3_600 * SECOND,
            attempt_timeout: None,
            max_wait: MAX,
        }
    }
}

/// Whole seconds from 1 s to 366 days.
fn is_whole_window(window: u64) -> bool {
    let window = u128::from(window);
    (SECOND..=366 * 86_400 * SECOND).contains(&window) && window.is_multiple_of(SECOND)
}

/// The policies that come with the library, as data.
const FILES: [(&str, &str); 6] = [
    ("github", include_str!("../../../core/policies/github.json")),
    ("gitlab", include_str!("../../../core/policies/gitlab.json")),
    ("stripe", include_str!("../../../core/policies/stripe.json")),
    ("shopify", include_str!("../../../core/policies/shopify.json")),
    ("openai", include_str!("../../../core/policies/openai.json")),
    ("discord", include_str!("../../../core/policies/discord.json")),
];

/// 2ⁿ times the first within a cap.
pub(super) fn doubling(first: u128, cap: u128, jitter: Jitter) -> Backoff {
    let growth = Growth::Ratio(first, 2, 1);
    Backoff::new(growth, cap as u64, Spread::Plain(jitter)).expect("the parts agree")
}
