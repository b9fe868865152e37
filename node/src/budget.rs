//! `RetryQuota`, `RetryThrottle`, `RetryBudget`: how many retries all callers together may send.

use napi::bindgen_prelude::{BigInt, Either, External};
use napi_derive::napi;
use tidegate::{
    Error,
    retry::{RetryBudget, RetryCause, RetryCosts, RetryQuota, RetryThrottle},
};

use crate::{
    errors::{Answer, answer, done},
    values::{self, Length},
};

/// What each cause costs, in tokens.
#[napi(object, object_to_js = false)]
pub(crate) struct RetryCostOptions {
    /// The server failed.
    pub failure: u32,
    /// Something was lost on the way.
    pub transient: u32,
    /// The server refused.
    pub throttled: u32,
    /// What a success at the first try gives back.
    pub first_success: u32,
}

/// A full quota; nothing if there is no table of that name.
#[napi]
pub(crate) fn create_retry_quota(
    capacity: u32,
    costs: Either<String, RetryCostOptions>,
) -> Option<External<RetryQuota>> {
    let costs = match costs {
        Either::A(name) => RetryCosts::named(&name)?,
        Either::B(costs) => RetryCosts {
            failure: costs.failure,
            transient: costs.transient,
            throttled: costs.throttled,
            first_success: costs.first_success,
        },
    };
    Some(External::new(RetryQuota::new(capacity, costs)))
}

/// Takes the cost of a retry and tells it; nothing if fewer are left.
#[napi]
pub(crate) fn retry_quota_try_spend(
    quota: &External<RetryQuota>,
    cause: String,
) -> Answer<Option<BigInt>> {
    let cause = RetryCause::named(&cause).ok_or(Error::UnknownCause);
    answer(cause.map(|cause| quota.try_spend(cause).map(|cost| u64::from(cost).into())))
}

/// Gives back what the last retry of a successful request cost.
#[napi]
pub(crate) fn retry_quota_succeeded(quota: &External<RetryQuota>, last_cost: u32) {
    quota.succeeded(last_cost);
}

/// Gives back the cost of a retry that was not sent.
#[napi]
pub(crate) fn retry_quota_cancelled(quota: &External<RetryQuota>, cost: u32) {
    quota.cancelled(cost);
}

/// Tokens that are left.
#[napi]
pub(crate) fn retry_quota_tokens(quota: &External<RetryQuota>) -> u32 {
    quota.tokens()
}

/// All tokens, or of another one's the part that is left there.
#[napi]
pub(crate) fn create_retry_throttle(
    max_tokens: u32,
    ratio: f64,
    like: Option<&External<RetryThrottle>>,
) -> Answer<External<RetryThrottle>> {
    let ratio = tidegate_host::parts(ratio, 1_000).ok_or(Error::BudgetOutOfRange);
    let made = ratio.and_then(|ratio| match like {
        None => RetryThrottle::new(max_tokens, ratio),
        Some(like) => like.replaced(max_tokens, ratio),
    });
    answer(made.map(External::new))
}

/// Takes a token for a failure, and says whether it may be sent again.
#[napi]
pub(crate) fn retry_throttle_failed(throttle: &External<RetryThrottle>) -> bool {
    throttle.failed()
}

/// Brings a part of a token for a success.
#[napi]
pub(crate) fn retry_throttle_succeeded(throttle: &External<RetryThrottle>) {
    throttle.succeeded();
}

/// Whether a retry may be sent now.
#[napi]
pub(crate) fn retry_throttle_allows(throttle: &External<RetryThrottle>) -> bool {
    throttle.allows()
}

/// What is left: tokens, and exactly in thousandths.
#[napi]
pub(crate) fn retry_throttle_tokens(throttle: &External<RetryThrottle>) -> (f64, f64) {
    let thousandths = throttle.thousandths();
    (tidegate_host::from_parts(thousandths, 1_000), thousandths as f64)
}

/// A budget of which nothing has been used.
#[napi]
pub(crate) fn create_retry_budget(
    window: Length,
    ratio: f64,
    reserve: u32,
) -> Answer<External<RetryBudget>> {
    let create = || {
        let millionths = values::millionths(ratio, Error::BudgetOutOfRange)?;
        RetryBudget::new(values::span(&window)?, millionths, reserve)
    };
    answer(create().map(External::new))
}

/// Counts a new request.
#[napi]
pub(crate) fn retry_budget_deposit(budget: &External<RetryBudget>, now: Option<BigInt>) -> u32 {
    done(values::now(now).map(|now| budget.deposit(now)))
}

/// Takes one retry out of the budget, and says whether there was one.
#[napi]
pub(crate) fn retry_budget_try_withdraw(
    budget: &External<RetryBudget>,
    now: Option<BigInt>,
) -> Answer<bool> {
    answer(values::now(now).map(|now| budget.try_withdraw(now)))
}

/// Retries that are left.
#[napi]
pub(crate) fn retry_budget_available(
    budget: &External<RetryBudget>,
    now: Option<BigInt>,
) -> Answer<BigInt> {
    answer(values::now(now).map(|now| budget.available(now).into()))
}
