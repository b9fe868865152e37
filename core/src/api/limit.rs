//! `Limit`: one limit of an API, as data.

use crate::{
    cell::DoubleWord,
    error::Error,
    limit::{BucketState, Kind, Layer, MAX_WINDOW_LIMIT, StrictShape, WindowState},
    quota::{MAX_PERIOD, MIN_PERIOD, Quota},
    text::Text,
    time::{NANOS_PER_SEC, Span},
    wire::Unit,
};

/// So many requests or tokens in so much time, for every key or for all together.
///
/// # Examples
///
/// ```
/// use tidegate::{Span, api::Limit, wire::Unit};
///
/// let minute = Span::from_secs(60);
/// let requests = Limit::token_bucket("requests", 500, minute, 500)?;
/// let tokens = Limit::token_bucket("tokens", 30_000, minute, 30_000)?.of(Unit::Tokens)?;
/// assert_eq!((requests.limit(), tokens.unit()), (500, Unit::Tokens));
/// assert!(Limit::fixed_window("hour", 5_000, Span::from_millis(1_500)).is_err());
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    name: Text<31>,
    unit: Unit,
    pub(super) rule: Rule,
}

/// How it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Fixed(u64, Span),
    FirstUse(u64, Span),
    Strict(StrictShape),
    Bucket(Quota),
}

impl Limit {
    /// So many requests in each window that is aligned to the clock, in whole seconds.
    ///
    /// # Errors
    ///
    /// [`Error::WindowOutOfRange`]: not whole seconds from 1 s to 366 days. [`Error::LimitTooHigh`]:
    /// above 10⁹.
    pub const fn fixed_window(name: &str, limit: u64, window: Span) -> Result<Limit, Error> {
        if let Err(error) = whole_window(window) {
            return Err(error);
        }
        Limit::of_window(name, limit, window, Rule::Fixed(limit, window))
    }

    /// So many in a window that begins with its first use, see [`FirstUseWindow`](crate::FirstUseWindow).
    ///
    /// # Errors
    ///
    /// [`Error::PeriodOutOfRange`]: not from 1 ms to 366 days. [`Error::LimitTooHigh`]: above 10⁹.
    pub const fn first_use_window(name: &str, limit: u64, window: Span) -> Result<Limit, Error> {
        Limit::of_window(name, limit, window, Rule::FirstUse(limit, window))
    }

    /// Never more than so many in any window of that length, see [`StrictWindow`](crate::StrictWindow).
    ///
    /// # Errors
    ///
    /// As [`first_use_window`](Self::first_use_window).
    pub const fn strict_window(name: &str, limit: u64, window: Span) -> Result<Limit, Error> {
        match StrictShape::new(limit, window) {
            Ok(shape) => Limit::of_window(name, limit, window, Rule::Strict(shape)),
            Err(error) => Err(error),
        }
    }

    /// A bucket of `burst` that refills with so many a period, see [`RateLimiter`](crate::RateLimiter).
    ///
    /// # Errors
    ///
    /// As [`Quota::new`].
    pub const fn token_bucket(
        name: &str,
        limit: u64,
        period: Span,
        burst: u64,
    ) -> Result<Limit, Error> {
        match Quota::new(limit, period, burst) {
            Ok(quota) => Ok(Limit::named(name, Rule::Bucket(quota))),
            Err(error) => Err(error),
        }
    }

    const fn of_window(name: &str, limit: u64, window: Span, rule: Rule) -> Result<Limit, Error> {
        if window.as_nanos() < MIN_PERIOD.as_nanos() || window.as_nanos() > MAX_PERIOD.as_nanos() {
            return Err(Error::PeriodOutOfRange);
        }
        if limit > MAX_WINDOW_LIMIT {
            return Err(Error::LimitTooHigh);
        }
        Ok(Limit::named(name, rule))
    }

    const fn named(name: &str, rule: Rule) -> Limit {
        Limit { name: Text::new(name), unit: Unit::Requests, rule }
    }

    /// The same limit, counting something else: of every unit but [`Unit::Requests`] a request needs
    /// [`Request::tokens`](super::Request::tokens).
    ///
    /// # Errors
    ///
    /// [`Error::PolicyInvalid`]: a fixed window, which counts requests only, because a client follows it
    /// by its answers.
    pub const fn of(self, unit: Unit) -> Result<Limit, Error> {
        match (self.rule, unit) {
            (Rule::Fixed(..), Unit::Requests) => Ok(self),
            (Rule::Fixed(..), _) => Err(Error::PolicyInvalid),
            _ => Ok(Limit { unit, ..self }),
        }
    }

    /// Its name; cut at 31 bytes.
    pub const fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Whether it has this one's name, so that both are one limit.
    pub(super) const fn is_named_as(&self, other: &Limit) -> bool {
        !self.name.is_empty() && self.name.is(&other.name)
    }

    /// What is counted.
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// How many a period.
    pub const fn limit(&self) -> u64 {
        self.rule.limit()
    }

    /// The length of a window; of a bucket, the period.
    pub const fn period(&self) -> Span {
        self.rule.period()
    }

    /// The burst of a bucket.
    pub const fn burst(&self) -> Option<u64> {
        match self.rule {
            Rule::Bucket(quota) => Some(quota.burst()),
            _ => None,
        }
    }

    /// `fixed_window`, `first_use_window`, `strict_window` or `token_bucket`.
    pub const fn kind(&self) -> &'static str {
        match self.rule {
            Rule::Fixed(..) => "fixed_window",
            Rule::FirstUse(..) => "first_use_window",
            Rule::Strict(_) => "strict_window",
            Rule::Bucket(_) => "token_bucket",
        }
    }

    /// The limit of a role; an error where it would be out of bounds.
    pub(super) const fn scaled(self, multiplier: u64) -> Result<Limit, Error> {
        match self.rule.scaled(multiplier) {
            Ok(rule) => Ok(Limit { rule, ..self }),
            Err(error) => Err(error),
        }
    }
}

impl Rule {
    pub(super) const fn limit(&self) -> u64 {
        match self {
            Rule::Fixed(limit, _) | Rule::FirstUse(limit, _) => *limit,
            Rule::Strict(shape) => shape.limit(),
            Rule::Bucket(quota) => quota.limit(),
        }
    }

    pub(super) const fn period(&self) -> Span {
        match self {
            Rule::Fixed(_, period) | Rule::FirstUse(_, period) => *period,
            Rule::Strict(shape) => shape.period(),
            Rule::Bucket(quota) => quota.period(),
        }
    }

    /// Whether a server that tells this number as its limit may mean this one.
    pub(super) const fn is_told_as(&self, told: u64) -> bool {
        match self {
            Rule::Bucket(quota) => quota.limit() == told || quota.burst() == told,
            _ => self.limit() == told,
        }
    }

    /// The same with a multiple of the limit and of the burst.
    const fn scaled(self, multiplier: u64) -> Result<Rule, Error> {
        let limit = self.limit().saturating_mul(multiplier);
        if limit > MAX_WINDOW_LIMIT {
            return Err(Error::LimitTooHigh);
        }
        match self {
            Rule::Fixed(_, period) => Ok(Rule::Fixed(limit, period)),
            Rule::FirstUse(_, period) => Ok(Rule::FirstUse(limit, period)),
            Rule::Strict(shape) => match StrictShape::new(limit, shape.period()) {
                Ok(shape) => Ok(Rule::Strict(shape)),
                Err(error) => Err(error),
            },
            Rule::Bucket(quota) => {
                let burst = quota.burst().saturating_mul(multiplier);
                match Quota::new(limit, quota.period(), burst) {
                    Ok(quota) => Ok(Rule::Bucket(quota)),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// The rule for one request: a multiple of the limit, and another length of fixed windows.
    #[inline]
    pub(super) fn adapted(&self, multiplier: u64, window: Option<Span>) -> InForce<'_> {
        match (self, window) {
            (rule, _) if multiplier != 1 => {
                let scaled = rule.scaled(multiplier).unwrap_or(*rule);
                match scaled.adapted(1, window) {
                    InForce::AsWritten(rule) => InForce::Adapted(*rule),
                    InForce::Adapted(rule) => InForce::Adapted(rule),
                }
            }
            (Rule::Fixed(limit, _), Some(window)) => InForce::Adapted(Rule::Fixed(*limit, window)),
            (rule, _) => InForce::AsWritten(rule),
        }
    }

    /// As one of several layers, on its state.
    #[inline]
    pub(super) fn layer<'a>(&'a self, state: &'a LimitState, n: u64) -> Layer<'a> {
        let kind = match self {
            Rule::Fixed(limit, period) => Kind::Window(*limit, *period, 0, &state.window),
            Rule::FirstUse(limit, period) => Kind::FirstUse(*limit, *period, &state.word),
            Rule::Strict(shape) => Kind::Strict(shape, &state.word),
            Rule::Bucket(quota) => Kind::Bucket(quota, &state.bucket),
        };
        Layer { kind, n }
    }
}

/// A rule as it is for one request. Most are as the policy has them, and are not copied.
#[derive(Debug)]
pub(super) enum InForce<'a> {
    AsWritten(&'a Rule),
    Adapted(Rule),
}

impl core::ops::Deref for InForce<'_> {
    type Target = Rule;

    #[inline]
    fn deref(&self) -> &Rule {
        match self {
            InForce::AsWritten(rule) => rule,
            InForce::Adapted(rule) => rule,
        }
    }
}

/// The state of one limit for one key; all-zero is a limit of which nothing was used.
#[derive(Debug)]
pub(super) struct LimitState {
    /// Of a first-use or strict window. Of a fixed one, the client's picture of the server's.
    pub(super) word: DoubleWord,
    /// Of a fixed window, the server's own.
    window: WindowState,
    pub(super) bucket: BucketState,
}

impl LimitState {
    pub(super) const fn new() -> LimitState {
        LimitState {
            word: DoubleWord::new(0),
            window: WindowState::new(),
            bucket: BucketState::new(),
        }
    }
}

/// A window that headers can tell of, which count seconds.
pub(super) const fn whole_window(window: Span) -> Result<(), Error> {
    let nanos = window.as_nanos();
    if nanos == 0 || !nanos.is_multiple_of(NANOS_PER_SEC) || nanos > MAX_PERIOD.as_nanos() {
        return Err(Error::WindowOutOfRange);
    }
    Ok(())
}
