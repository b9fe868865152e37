//! `RetryPolicy` and `Attempts`: an operation of any kind, tried again.
//!
//! What all operations share (a budget, a breaker) is an object of its own in JavaScript and comes with
//! each call.

use core::sync::atomic::{AtomicU64, Ordering};

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    Error, RetryPolicy, RetryRules, Span,
    retry::{CircuitBreaker, Purse, RetryBudget, RetryCause, RetryQuota, RetryThrottle, Shared},
};

use crate::{
    backoff::Backoff,
    call::Step,
    errors::{Answer, answer, done},
    values::{self, Length},
};

/// The rules of a policy, and how many operations have begun under them.
#[derive(Debug)]
pub(crate) struct Rules {
    rules: RetryRules,
    seed: u64,
    calls: AtomicU64,
}

/// An operation.
type Attempts = tidegate::Attempts;

/// The rules as options. What is left out is as in the core's defaults.
#[napi(object, object_to_js = false)]
pub(crate) struct RuleOptions {
    /// How many attempts in all; 0 for any number.
    pub attempts: Option<u32>,
    /// For all of them.
    pub timeout: Option<Length>,
    /// For each of them.
    pub attempt_timeout: Option<Length>,
    /// What is added to waits that were told.
    pub server_jitter: Option<Length>,
    /// The longest of them that is obeyed.
    pub max_server_delay: Option<Length>,
}

/// What is reported of an attempt that has failed.
#[napi(object, object_to_js = false)]
pub(crate) struct FailedOptions {
    /// The name of the cause.
    pub cause: String,
    /// The wait that was told.
    pub told: Option<Length>,
    /// The monotonic clock, in place of the host's.
    pub now: Option<BigInt>,
}

/// The rules of a policy; its delays depend on the seed.
#[napi]
pub(crate) fn create_retry_rules(
    options: RuleOptions,
    backoff: Option<&External<Backoff>>,
    seed: BigInt,
) -> Answer<External<Rules>> {
    let defaults = RetryRules::DEFAULT;
    let span = |length: &Option<Length>, default| length.as_ref().map_or(Ok(default), values::span);
    let rules = || {
        Ok(RetryRules {
            max_attempts: options.attempts.unwrap_or(defaults.max_attempts),
            timeout: span(&options.timeout, defaults.timeout)?,
            attempt_timeout: span(&options.attempt_timeout, defaults.attempt_timeout)?,
            backoff: backoff.map_or(defaults.backoff, |backoff| **backoff),
            server_jitter: span(&options.server_jitter, defaults.server_jitter)?,
            max_server_delay: span(&options.max_server_delay, defaults.max_server_delay)?,
        })
    };
    let calls = AtomicU64::new(0);
    answer(rules().map(|rules| External::new(Rules { rules, seed: values::count(&seed), calls })))
}

/// An operation that begins now: the next one of its policy, or the one of these numbers.
#[napi]
pub(crate) fn create_attempts(
    rules: &External<Rules>,
    seed: Option<BigInt>,
    call: Option<BigInt>,
    now: Option<BigInt>,
) -> Answer<External<Attempts>> {
    let seed = seed.as_ref().map_or(rules.seed, values::count);
    // It only has to differ from those of others.
    let next = || rules.calls.fetch_add(1, Ordering::Relaxed);
    let call = call.as_ref().map_or_else(next, values::count);
    answer(values::now(now).map(|now| External::new(Attempts::new(&rules.rules, seed, call, now))))
}

/// What to do now.
#[napi]
pub(crate) fn attempts_next(
    attempts: &mut External<Attempts>,
    quota: Option<&External<RetryQuota>>,
    throttle: Option<&External<RetryThrottle>>,
    budget: Option<&External<RetryBudget>>,
    breaker: Option<&External<CircuitBreaker>>,
    now: Option<BigInt>,
) -> Answer<Step> {
    let shared = shared(quota, throttle, budget, breaker);
    answer(values::now(now).map(|now| attempts.next(&shared, now).into()))
}

/// Reports that the attempt has succeeded.
#[napi]
pub(crate) fn attempts_succeeded(
    attempts: &mut External<Attempts>,
    quota: Option<&External<RetryQuota>>,
    throttle: Option<&External<RetryThrottle>>,
    budget: Option<&External<RetryBudget>>,
    breaker: Option<&External<CircuitBreaker>>,
    now: Option<BigInt>,
) -> u32 {
    let shared = shared(quota, throttle, budget, breaker);
    done(values::now(now).and_then(|now| attempts.succeeded(&shared, now)))
}

/// Reports that it has failed for this cause, with the wait that was told.
#[napi]
pub(crate) fn attempts_failed(
    attempts: &mut External<Attempts>,
    rules: &External<Rules>,
    quota: Option<&External<RetryQuota>>,
    throttle: Option<&External<RetryThrottle>>,
    budget: Option<&External<RetryBudget>>,
    breaker: Option<&External<CircuitBreaker>>,
    failed: FailedOptions,
) -> u32 {
    let shared = shared(quota, throttle, budget, breaker);
    let report = || {
        let cause = RetryCause::named(&failed.cause).ok_or(Error::UnknownCause)?;
        let told = failed.told.as_ref().map(values::span).transpose()?;
        attempts.failed(&rules.rules, &shared, cause, told, values::now(failed.now)?)
    };
    done(report())
}

/// Reports that it is not tried again.
#[napi]
pub(crate) fn attempts_aborted(
    attempts: &mut External<Attempts>,
    quota: Option<&External<RetryQuota>>,
    throttle: Option<&External<RetryThrottle>>,
    budget: Option<&External<RetryBudget>>,
    breaker: Option<&External<CircuitBreaker>>,
) {
    attempts.aborted(&shared(quota, throttle, budget, breaker));
}

/// How often it was tried.
#[napi]
pub(crate) fn attempts_count(attempts: &External<Attempts>) -> u32 {
    attempts.attempts()
}

/// How long the attempt that runs may go on: milliseconds rounded up, and nanoseconds; nothing for ever.
#[napi]
pub(crate) fn attempts_left(
    attempts: &External<Attempts>,
    rules: &External<Rules>,
    now: Option<BigInt>,
) -> Answer<Option<(f64, BigInt)>> {
    answer(values::now(now).map(|now| bounded(attempts.left(&rules.rules, now))))
}

/// How long all attempts may go on, and how long one may that begins now.
#[napi]
pub(crate) fn attempts_ahead(
    attempts: &External<Attempts>,
    rules: &External<Rules>,
) -> (Option<f64>, Option<f64>) {
    let all = RetryRules { attempt_timeout: Span::MAX, ..rules.rules };
    let all = attempts.left(&all, crate::clock::monotonic());
    let millis = |span| bounded(span).map(|(millis, _)| millis);
    (millis(all), millis(all.min(rules.rules.attempt_timeout)))
}

/// Why an answer of this status would be tried again by the core's defaults; nothing if it would not.
#[napi]
pub(crate) fn status_cause(status: u32) -> Option<&'static str> {
    let status = u16::try_from(status).ok()?;
    let cause = if status == 429 { "throttled" } else { "failure" };
    RetryPolicy::DEFAULT.statuses.contains(status).then_some(cause)
}

/// A span, if there is a bound.
fn bounded(span: Span) -> Option<(f64, BigInt)> {
    (span < Span::MAX).then(|| (values::millis(span), values::nanos(span)))
}

/// What all operations of a policy share. It has one budget, of one kind.
fn shared<'a>(
    quota: Option<&'a External<RetryQuota>>,
    throttle: Option<&'a External<RetryThrottle>>,
    budget: Option<&'a External<RetryBudget>>,
    breaker: Option<&'a External<CircuitBreaker>>,
) -> Shared<'a> {
    let purse = match (quota, throttle, budget) {
        (Some(quota), ..) => Purse::Quota(quota),
        (_, Some(throttle), _) => Purse::Throttle(throttle),
        (.., Some(budget)) => Purse::Ratio(budget),
        _ => Purse::Unlimited,
    };
    Shared { purse, breaker: breaker.map(|breaker| &**breaker) }
}
