//! `Purse`: a budget of retries of any kind, as a loop of retries spends it.

use super::{RetryBudget, RetryCause, RetryQuota, RetryThrottle};
use crate::time::Instant;

/// What the retries of all callers may spend, lent to the one that retries.
///
/// One is paid for when it is decided. A refusal for the rate has set the time itself, so a retry after it
/// is free, but of a [`Quota`](Self::Quota), which has a cost of its own for it.
#[derive(Clone, Copy, Debug, Default)]
pub enum Purse<'a> {
    /// No bound but that of each operation.
    #[default]
    Unlimited,
    /// AWS' tokens: each retry takes some, a success gives those of the last one back.
    Quota(&'a RetryQuota),
    /// Finagle's part of the operations, and a reserve. What a retry has taken stays taken.
    Ratio(&'a RetryBudget),
    /// gRPC's tokens: failures take one, successes bring a part of one.
    Throttle(&'a RetryThrottle),
}

impl Purse<'_> {
    /// An operation is begun for the first time.
    pub(crate) fn started(&self, now: Instant) {
        if let Purse::Ratio(budget) = self {
            budget.deposit(now);
        }
    }

    /// An attempt has failed in a way that may be tried again.
    pub(crate) fn failed(&self, cause: RetryCause) {
        if let (Purse::Throttle(throttle), true) = (self, cause != RetryCause::Throttled) {
            throttle.failed();
        }
    }

    /// What a retry takes; `None` where there is not as much.
    pub(crate) fn spend(&self, cause: RetryCause, now: Instant) -> Option<u32> {
        match self {
            Purse::Quota(quota) => quota.try_spend(cause),
            // The server has set the time itself, and everybody waits for it.
            _ if cause == RetryCause::Throttled => Some(0),
            Purse::Unlimited => Some(0),
            Purse::Ratio(budget) => budget.try_withdraw(now).then_some(0),
            Purse::Throttle(throttle) => throttle.allows().then_some(0),
        }
    }

    /// An operation has succeeded; `cost` is what its last retry took.
    pub(crate) fn succeeded(&self, cost: u32) {
        match self {
            Purse::Quota(quota) => quota.succeeded(cost),
            Purse::Throttle(throttle) => throttle.succeeded(),
            Purse::Unlimited | Purse::Ratio(_) => {}
        }
    }

    /// A retry that was paid for is not sent.
    pub(crate) fn cancelled(&self, cost: u32) {
        if let Purse::Quota(quota) = self {
            quota.cancelled(cost);
        }
    }
}
