//! What protects an API from its clients, as data and as shared state: `Budget`, `Breaker`, `Hedge`.

use crate::{
    error::Error,
    retry::{self, CircuitBreaker, RetryBudget, RetryCosts, RetryQuota, RetryThrottle},
    time::Span,
};

/// The retries that all callers of an API share.
///
/// One is paid for when it is decided. A denial has set the time itself, so a retry after it is free, but of
/// a [`quota`](Self::quota), which has a cost of its own for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(pub(super) BudgetRule);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BudgetRule {
    Unlimited,
    Quota { capacity: u32, costs: RetryCosts },
    Ratio { window: Span, millionths: u32, reserve: u32 },
    Throttle { max_tokens: u32, ratio: u32 },
}

impl Budget {
    /// No bound but that of each call.
    pub const UNLIMITED: Budget = Budget(BudgetRule::Unlimited);

    /// [`RetryQuota`]: AWS' tokens.
    pub const fn quota(capacity: u32, costs: RetryCosts) -> Budget {
        Budget(BudgetRule::Quota { capacity, costs })
    }

    /// [`RetryBudget`]: Finagle's part of the requests, and a reserve. What a retry has taken stays taken,
    /// also if it is not sent.
    ///
    /// # Errors
    ///
    /// [`Error::BudgetOutOfRange`], as [`RetryBudget::new`].
    pub const fn ratio(window: Span, millionths: u32, reserve: u32) -> Result<Budget, Error> {
        match RetryBudget::new(window, millionths, reserve) {
            Ok(_) => Ok(Budget(BudgetRule::Ratio { window, millionths, reserve })),
            Err(error) => Err(error),
        }
    }

    /// [`RetryThrottle`]: gRPC's tokens.
    ///
    /// # Errors
    ///
    /// [`Error::BudgetOutOfRange`], as [`RetryThrottle::new`].
    pub const fn throttle(max_tokens: u32, ratio: u32) -> Result<Budget, Error> {
        match RetryThrottle::new(max_tokens, ratio) {
            Ok(_) => Ok(Budget(BudgetRule::Throttle { max_tokens, ratio })),
            Err(error) => Err(error),
        }
    }
}

/// A budget that is being spent.
#[derive(Debug)]
pub(super) enum Purse {
    Unlimited,
    Quota(RetryQuota),
    Ratio(RetryBudget),
    Throttle(RetryThrottle),
}

impl Purse {
    pub(super) const fn new(budget: Budget) -> Purse {
        match budget.0 {
            BudgetRule::Unlimited => Purse::Unlimited,
            BudgetRule::Quota { capacity, costs } => Purse::Quota(RetryQuota::new(capacity, costs)),
            BudgetRule::Ratio { window, millionths, reserve } => {
                match RetryBudget::new(window, millionths, reserve) {
                    Ok(budget) => Purse::Ratio(budget),
                    Err(_) => Purse::Unlimited, // never: it was tried when the budget was made
                }
            }
            BudgetRule::Throttle { max_tokens, ratio } => {
                match RetryThrottle::new(max_tokens, ratio) {
                    Ok(throttle) => Purse::Throttle(throttle),
                    Err(_) => Purse::Unlimited, // never: as above
                }
            }
        }
    }

    /// As calls spend it.
    pub(super) const fn lent(&self) -> retry::Purse<'_> {
        match self {
            Purse::Unlimited => retry::Purse::Unlimited,
            Purse::Quota(quota) => retry::Purse::Quota(quota),
            Purse::Ratio(budget) => retry::Purse::Ratio(budget),
            Purse::Throttle(throttle) => retry::Purse::Throttle(throttle),
        }
    }
}

/// When an API that fails is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker(pub(super) BreakerRule);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakerRule {
    Consecutive { failures: u32, open_for: Span, probes: u32 },
    Ratio { window: Span, millionths: u32, least: u32, open_for: Span, probes: u32 },
}

impl Breaker {
    /// As [`CircuitBreaker::consecutive`].
    ///
    /// # Errors
    ///
    /// [`Error::BreakerOutOfRange`].
    pub const fn consecutive(failures: u32, open_for: Span, probes: u32) -> Result<Breaker, Error> {
        Breaker::checked(BreakerRule::Consecutive { failures, open_for, probes })
    }

    /// As [`CircuitBreaker::ratio`].
    ///
    /// # Errors
    ///
    /// [`Error::BreakerOutOfRange`].
    pub const fn ratio(
        window: Span,
        millionths: u32,
        least: u32,
        open_for: Span,
        probes: u32,
    ) -> Result<Breaker, Error> {
        Breaker::checked(BreakerRule::Ratio { window, millionths, least, open_for, probes })
    }

    const fn checked(rule: BreakerRule) -> Result<Breaker, Error> {
        match Breaker(rule).breaker() {
            Ok(_) => Ok(Breaker(rule)),
            Err(error) => Err(error),
        }
    }

    /// A closed breaker of this kind.
    pub(super) const fn breaker(self) -> Result<CircuitBreaker, Error> {
        match self.0 {
            BreakerRule::Consecutive { failures, open_for, probes } => {
                CircuitBreaker::consecutive(failures, open_for, probes)
            }
            BreakerRule::Ratio { window, millionths, least, open_for, probes } => {
                CircuitBreaker::ratio(window, millionths, least, open_for, probes)
            }
        }
    }
}

/// A second send while the first is still out, for requests that may be done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hedge {
    /// How long after a send the next one goes.
    pub after: Span,
    /// How many besides the first.
    pub most: u32,
}
