//! What the retries of all callers of an API may spend.

use crate::reference::budget::Budget;
use crate::reference::policy::BudgetRule;
use crate::reference::retry_quota::RetryQuota;
use crate::reference::throttle::Throttle;

/// Why a retry is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An answer that is a failure.
    Failure,
    /// No answer.
    Transient,
    /// A denial.
    Throttled,
}

/// A budget and what is left of it.
#[derive(Clone, Debug)]
pub enum Purse {
    /// No bound.
    Unlimited,
    /// AWS' tokens.
    Quota(RetryQuota),
    /// A part of the calls.
    Ratio(Budget),
    /// gRPC's tokens.
    Throttle(Throttle),
}

impl Purse {
    /// Nothing spent.
    pub fn new(rule: &BudgetRule) -> Purse {
        const AGREES: &str = "it was tried when the policy was read";
        match *rule {
            BudgetRule::Unlimited => Purse::Unlimited,
            BudgetRule::Quota { capacity, costs, first_success } => {
                Purse::Quota(RetryQuota::with(capacity, costs, first_success))
            }
            BudgetRule::Ratio { window, millionths, reserve } => {
                Purse::Ratio(Budget::new(window, millionths, reserve).expect(AGREES))
            }
            BudgetRule::Throttle { tokens, ratio } => {
                Purse::Throttle(Throttle::new(tokens, ratio).expect(AGREES))
            }
        }
    }

    /// The first send of a call.
    pub fn started(&mut self, now: u128) {
        if let Purse::Ratio(budget) = self {
            budget.deposit(now as u64);
        }
    }

    /// A send that failed and might be repeated; a denial is no failure of the server.
    pub fn failed(&mut self, cause: Cause) {
        if let Purse::Throttle(throttle) = self
            && cause != Cause::Throttled
        {
            throttle.failed();
        }
    }

    /// What a retry costs, if it can be paid. After a denial, for which the server has set the time, only
    /// AWS' tokens cost something.
    pub fn spend(&mut self, cause: Cause, now: u128) -> Option<u128> {
        let paid = match self {
            Purse::Quota(quota) => return quota.spend(cause as usize),
            Purse::Unlimited => true,
            Purse::Ratio(_) | Purse::Throttle(_) if cause == Cause::Throttled => true,
            Purse::Ratio(budget) => budget.withdraw(now as u64),
            Purse::Throttle(throttle) => throttle.allows(),
        };
        paid.then_some(0)
    }

    /// A call went well whose last retry cost so much.
    pub fn succeeded(&mut self, cost: u128) {
        match self {
            Purse::Quota(quota) => quota.succeeded(cost as u32),
            Purse::Throttle(throttle) => throttle.succeeded(),
            Purse::Unlimited | Purse::Ratio(_) => {}
        }
    }

    /// A retry that was paid is not sent. What was taken from the part of the calls is not given back.
    pub fn cancelled(&mut self, cost: u128) {
        if let Purse::Quota(quota) = self {
            quota.cancelled(cost as u32);
        }
    }
}
