//! Limiters that all threads of this process share by name, and that stay when a thread ends.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use napi::{Env, bindgen_prelude::Either};
use napi_derive::napi;
use tidegate::{Quota, RateLimiter};
use tidegate_host::LiveRateLimiter;

use crate::{
    errors::answer,
    limiter::{Limiter, Parts, parts_of},
    values::QuotaOptions,
};

/// A limiter, and the quota of whoever asked first: it may have been changed since.
struct Shared {
    asked: Quota,
    limiter: Arc<LiveRateLimiter>,
}

/// They live as long as the process: nobody can know who will ask for one next.
static SHARED: LazyLock<Mutex<HashMap<String, Shared>>> = LazyLock::new(Mutex::default);

/// The limiter of this name, made by whoever asks first. 0 if it was made for another quota.
#[napi]
pub(crate) fn shared_limiter(
    env: &Env,
    name: String,
    quota: QuotaOptions,
) -> napi::Result<Parts<'_>> {
    let asked = match answer(quota.quota()) {
        Either::A(row) => return Ok(Either::A(row)),
        Either::B(quota) => quota,
    };
    let limiter = {
        let mut all = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let new =
            || Shared { asked, limiter: Arc::new(LiveRateLimiter::new(RateLimiter::new(asked))) };
        let shared = all.entry(name).or_insert_with(new);
        if shared.asked != asked {
            return Ok(Either::A(0));
        }
        Arc::clone(&shared.limiter)
    };
    parts_of(env, limiter, Limiter::Bucket)
}
