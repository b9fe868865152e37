//! `RateLimiter` and `FixedWindow`: one hot function each, and one that tells everything.

use std::sync::Arc;

use napi::{
    Env, Unknown,
    bindgen_prelude::{BigInt, Either, External},
};
use napi_derive::napi;
use tidegate::{FixedWindow, Outcome, Quota, RateLimiter};

use crate::{
    errors::{Answer, answer},
    try_acquire::{self, TryAcquire, Wrong},
    values::{self, Length},
};

/// A limiter's `tryAcquire` and the handle for everything else.
type Limiter<'env, T> = Answer<(Unknown<'env>, External<Arc<T>>)>;

/// What a limiter decided. In the place of a decision, 0 is a cost that it can never hold.
#[napi(object, object_from_js = false)]
pub(crate) struct Decision {
    /// Whether the tokens are there.
    pub allowed: bool,
    /// Whole tokens left; told with an admission only.
    pub remaining: Option<f64>,
    /// Milliseconds until the limiter is full again, or its window over; with an admission only.
    pub reset_after: Option<f64>,
    /// The same in nanoseconds.
    pub reset_after_ns: Option<BigInt>,
    /// Milliseconds until the same request succeeds.
    pub retry_after: f64,
    /// The same in nanoseconds.
    pub retry_after_ns: BigInt,
}

/// A full bucket.
#[napi]
pub(crate) fn create_limiter(
    env: &Env,
    limit: BigInt,
    interval: Length,
    burst: BigInt,
) -> napi::Result<Limiter<'_, RateLimiter>> {
    let quota = values::span(&interval)
        .and_then(|period| Quota::new(values::count(&limit), period, values::count(&burst)));
    parts(env, quota.map(RateLimiter::new))
}

/// Takes from a bucket, or only looks.
#[napi]
pub(crate) fn limiter_decide(
    limiter: &External<Arc<RateLimiter>>,
    cost: BigInt,
    now: Option<BigInt>,
    take: bool,
) -> Answer<Decision> {
    let cost = values::count(&cost);
    let decide = if take { RateLimiter::try_acquire } else { RateLimiter::peek };
    decision(values::now(now).map(|now| decide(limiter, cost, now)))
}

/// A fresh window.
#[napi]
pub(crate) fn create_window(
    env: &Env,
    limit: BigInt,
    interval: Length,
) -> napi::Result<Limiter<'_, FixedWindow>> {
    let window =
        values::span(&interval).and_then(|period| FixedWindow::new(values::count(&limit), period));
    parts(env, window)
}

/// Takes from a window, or only looks.
#[napi]
pub(crate) fn window_decide(
    window: &External<Arc<FixedWindow>>,
    cost: BigInt,
    wall: Option<BigInt>,
    take: bool,
) -> Answer<Decision> {
    let cost = values::count(&cost);
    let decide = if take { FixedWindow::try_acquire } else { FixedWindow::peek };
    decision(values::wall(wall).map(|wall| decide(window, cost, wall)))
}

/// The code and the message of an error about a cost that can never be admitted.
#[napi]
pub(crate) fn cost_error() -> (String, String) {
    let text = |text: &core::ffi::CStr| text.to_string_lossy().into_owned();
    (text(Wrong::NEVER.code), text(Wrong::NEVER.message))
}

fn parts<T: TryAcquire + 'static>(
    env: &Env,
    limiter: Result<T, tidegate::Error>,
) -> napi::Result<Limiter<'_, T>> {
    let limiter = match answer(limiter) {
        Either::A(row) => return Ok(Either::A(row)),
        Either::B(limiter) => Arc::new(limiter),
    };
    Ok(Either::B((try_acquire::function(env, &limiter)?, External::new(limiter))))
}

fn decision(outcome: Result<Outcome, tidegate::Error>) -> Answer<Decision> {
    let outcome = match answer(outcome) {
        Either::A(row) => return Either::A(row),
        Either::B(outcome) => outcome,
    };
    Either::B(match outcome {
        Outcome::Allowed { remaining, reset_after } => Decision {
            allowed: true,
            remaining: Some(remaining as f64),
            reset_after: Some(values::millis(reset_after)),
            reset_after_ns: Some(values::nanos(reset_after)),
            retry_after: 0.0,
            retry_after_ns: 0_u64.into(),
        },
        Outcome::Denied { retry_after } => Decision {
            allowed: false,
            remaining: None,
            reset_after: None,
            reset_after_ns: None,
            retry_after: values::millis(retry_after),
            retry_after_ns: values::nanos(retry_after),
        },
        Outcome::Never => return Either::A(0),
    })
}
