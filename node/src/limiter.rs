//! What limiters of all kinds have in common: a handle, and a function that tells everything.

use std::sync::Arc;

use napi::{
    Env, Unknown,
    bindgen_prelude::{BigInt, Either, External},
};
use napi_derive::napi;
use tidegate::{Error, FirstUseWindow, FixedWindow, Outcome, StrictWindow};
use tidegate_host::{LiveLayer, LiveRateLimiter};

use crate::{
    errors::{Answer, answer},
    function::Wrong,
    try_acquire::{self, TryAcquire},
    values::{self, ToldQuota},
};

/// A limiter of any kind.
#[derive(Debug)]
pub(crate) enum Limiter {
    Bucket(Arc<LiveRateLimiter>),
    Fixed(Arc<FixedWindow>),
    FirstUse(Arc<FirstUseWindow>),
    Strict(Arc<StrictWindow>),
}

/// A limiter's `tryAcquire` and the handle for everything else.
pub(crate) type Parts<'env> = Answer<(Unknown<'env>, External<Limiter>)>;

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

impl Limiter {
    /// The bucket; a method of another kind of limiter is not called with it.
    pub(crate) fn bucket(&self) -> napi::Result<&LiveRateLimiter> {
        match self {
            Limiter::Bucket(bucket) => Ok(bucket),
            _ => Err(napi::Error::from_reason("not a bucket")),
        }
    }

    /// `n` of it, as one layer.
    pub(crate) fn layer(&self, n: u64) -> LiveLayer<'_> {
        match self {
            Limiter::Bucket(bucket) => LiveLayer::Live(bucket, n),
            Limiter::Fixed(window) => LiveLayer::Other(window.layer(n)),
            Limiter::FirstUse(window) => LiveLayer::Other(window.layer(n)),
            Limiter::Strict(window) => LiveLayer::Other(window.layer(n)),
        }
    }
}

/// Takes from a limiter, or only looks, at a time of its own clock.
#[napi]
pub(crate) fn limiter_decide(
    limiter: &External<Limiter>,
    cost: BigInt,
    clock: Option<BigInt>,
    take: bool,
) -> Answer<Decision> {
    let n = values::count(&cost);
    decision(match &**limiter {
        Limiter::Bucket(bucket) => values::now(clock).map(|now| match take {
            true => bucket.try_acquire(n, now),
            false => bucket.with(|bucket| bucket.peek(n, now)),
        }),
        Limiter::Fixed(window) => values::wall(clock).map(|wall| match take {
            true => window.try_acquire(n, wall),
            false => window.peek(n, wall),
        }),
        Limiter::FirstUse(window) => values::wall(clock).map(|wall| match take {
            true => window.try_acquire(n, wall),
            false => window.peek(n, wall),
        }),
        Limiter::Strict(window) => values::now(clock).map(|now| match take {
            true => window.try_acquire(n, now),
            false => window.peek(n, now),
        }),
    })
}

/// How many, how often, and of a bucket how many at once.
#[napi]
pub(crate) fn limiter_quota(limiter: &External<Limiter>) -> ToldQuota {
    match &**limiter {
        Limiter::Bucket(bucket) => bucket.quota().into(),
        Limiter::Fixed(window) => ToldQuota::of(window.limit(), window.period(), None),
        Limiter::FirstUse(window) => ToldQuota::of(window.limit(), window.period(), None),
        Limiter::Strict(window) => ToldQuota::of(window.limit(), window.period(), None),
    }
}

/// The code and the message of an error about a cost that can never be admitted.
#[napi]
pub(crate) fn cost_error() -> (String, String) {
    let text = |text: &core::ffi::CStr| text.to_string_lossy().into_owned();
    (text(Wrong::NEVER.code), text(Wrong::NEVER.message))
}

/// The two parts of a limiter.
pub(crate) fn parts<'env, T: TryAcquire>(
    env: &'env Env,
    limiter: Result<T, Error>,
    kind: impl FnOnce(Arc<T>) -> Limiter,
) -> napi::Result<Parts<'env>> {
    match answer(limiter) {
        Either::A(row) => Ok(Either::A(row)),
        Either::B(limiter) => parts_of(env, Arc::new(limiter), kind),
    }
}

/// The two parts of a limiter that may have others already.
pub(crate) fn parts_of<T: TryAcquire>(
    env: &Env,
    limiter: Arc<T>,
    kind: impl FnOnce(Arc<T>) -> Limiter,
) -> napi::Result<Parts<'_>> {
    Ok(Either::B((try_acquire::function(env, &limiter)?, External::new(kind(limiter)))))
}

/// A decision, the row that says why there is none, or 0 for a cost that can never be admitted.
pub(crate) fn decision(outcome: Result<Outcome, Error>) -> Answer<Decision> {
    match answer(outcome) {
        Either::A(row) => Either::A(row),
        Either::B(outcome) => Decision::of(outcome).map_or(Either::A(0), Either::B),
    }
}

impl Decision {
    /// What is told of an outcome; nothing of what can never be.
    pub(crate) fn of(outcome: Outcome) -> Option<Decision> {
        match outcome {
            Outcome::Allowed { remaining, reset_after } => Some(Decision {
                allowed: true,
                // Without any layer there is no limit.
                remaining: Some(if remaining == u64::MAX {
                    f64::INFINITY
                } else {
                    remaining as f64
                }),
                reset_after: Some(values::millis(reset_after)),
                reset_after_ns: Some(values::nanos(reset_after)),
                retry_after: 0.0,
                retry_after_ns: 0_u64.into(),
            }),
            Outcome::Denied { retry_after } => Some(Decision {
                allowed: false,
                remaining: None,
                reset_after: None,
                reset_after_ns: None,
                retry_after: values::millis(retry_after),
                retry_after_ns: values::nanos(retry_after),
            }),
            Outcome::Never => None,
        }
    }
}
