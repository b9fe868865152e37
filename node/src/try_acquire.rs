//! `tryAcquire` of a limiter: the one function that runs for every request.
//!
//! Read the cost if one was given, read the clock, decide, answer a boolean.

use core::{ffi::CStr, ptr};
use std::sync::Arc;

use napi::{Env, Unknown, sys};
use tidegate::{FirstUseWindow, FixedWindow, Outcome, StrictWindow};
use tidegate_host::LiveRateLimiter;

use crate::{
    clock,
    function::{self, Wrong},
};

/// What takes tokens at the host's time.
pub(crate) trait TryAcquire: Send + Sync + 'static {
    /// Takes `n` tokens now, if they are there: whether it did; nothing of more than there can ever be.
    fn admits(&self, n: u64) -> Option<bool>;
}

impl TryAcquire for LiveRateLimiter {
    #[inline(always)]
    fn admits(&self, n: u64) -> Option<bool> {
        LiveRateLimiter::admits(self, n, clock::monotonic())
    }
}

impl TryAcquire for FixedWindow {
    #[inline]
    fn admits(&self, n: u64) -> Option<bool> {
        admitted(self.try_acquire(n, clock::wall()))
    }
}

impl TryAcquire for FirstUseWindow {
    #[inline]
    fn admits(&self, n: u64) -> Option<bool> {
        admitted(self.try_acquire(n, clock::wall()))
    }
}

impl TryAcquire for StrictWindow {
    #[inline]
    fn admits(&self, n: u64) -> Option<bool> {
        admitted(self.try_acquire(n, clock::monotonic()))
    }
}

#[inline(always)]
fn admitted(outcome: Outcome) -> Option<bool> {
    match outcome {
        Outcome::Never => None,
        outcome => Some(outcome.is_allowed()),
    }
}

/// A JavaScript function `tryAcquire(cost = 1)` of this limiter.
pub(crate) fn function<'env, T: TryAcquire>(
    env: &'env Env,
    limiter: &Arc<T>,
) -> napi::Result<Unknown<'env>> {
    // SAFETY: `callback::<T>` reads a `&T`.
    unsafe { function::create(env, NAME, callback::<T>, limiter) }
}

/// The call itself.
unsafe extern "C" fn callback<T: TryAcquire>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    let (mut count, mut data) = (0, ptr::null_mut());
    // SAFETY: Node gave `env` and `info` for this call; no arguments are asked for, only their
    // number. It cannot fail with these, and leaves `data` as `function` set it.
    unsafe {
        sys::napi_get_cb_info(env, info, &mut count, ptr::null_mut(), ptr::null_mut(), &mut data);
    }
    let n = if count == 0 {
        1
    } else {
        // SAFETY: `env` and `info` are those of this call.
        match unsafe { cost(env, info) } {
            Ok(n) => n,
            Err(wrong) => return wrong.throw(env),
        }
    };
    // SAFETY: `function` made `data` from an `Arc<T>` of the same `T`, which lives as long as the
    // function that is being called. Only `&T` is ever made of it.
    let limiter = unsafe { &*data.cast_const().cast::<T>() };
    match limiter.admits(n) {
        None => Wrong::NEVER.throw(env),
        // SAFETY: `env` is that of this call.
        Some(admitted) => unsafe { function::boolean(env, admitted) },
    }
}

/// The first argument as a cost.
///
/// # Safety
///
/// `env` and `info` are those of the running call.
unsafe fn cost(env: sys::napi_env, info: sys::napi_callback_info) -> Result<u64, Wrong> {
    let (mut count, mut value) = (1, ptr::null_mut());
    // SAFETY: as promised by the caller; there is room for the one argument that `count` announces.
    unsafe {
        let (this, data) = (ptr::null_mut(), ptr::null_mut());
        sys::napi_get_cb_info(env, info, &mut count, &mut value, this, data);
        function::cost(env, value)
    }
}

const NAME: &CStr = c"tryAcquire";
