//! `tryAcquire`: the one function that runs for every request, so it is a bare Node-API callback.
//!
//! Each limiter has a function of its own whose data pointer is the limiter. Node hands that pointer
//! over with the call, so nothing is unwrapped, locked, looked up or allocated: read the cost if one
//! was given, read the clock, decide, answer a boolean.
//!
//! The function holds one count of the `Arc`; its finalizer gives it back when the function is
//! collected or its environment ends, whichever comes first.

use core::{
    ffi::{CStr, c_void},
    ptr,
};
use std::sync::Arc;

use napi::{Env, Unknown, check_status, sys};
use tidegate::{FixedWindow, Outcome, RateLimiter};

/// What takes tokens at the host's time.
pub(crate) trait TryAcquire {
    /// Takes `n` tokens now, if they are there.
    fn try_acquire(&self, n: u64) -> Outcome;
}

impl TryAcquire for RateLimiter {
    #[inline]
    fn try_acquire(&self, n: u64) -> Outcome {
        RateLimiter::try_acquire(self, n, tidegate_host::monotonic())
    }
}

impl TryAcquire for FixedWindow {
    #[inline]
    fn try_acquire(&self, n: u64) -> Outcome {
        FixedWindow::try_acquire(self, n, tidegate_host::wall())
    }
}

/// A JavaScript function `tryAcquire(cost = 1)` of this limiter.
pub(crate) fn function<'env, T: TryAcquire + 'static>(
    env: &'env Env,
    limiter: &Arc<T>,
) -> napi::Result<Unknown<'env>> {
    let data = Arc::into_raw(Arc::clone(limiter)).cast_mut().cast::<c_void>();
    let (raw, length) = (env.raw(), NAME.count_bytes() as isize);
    let mut function = ptr::null_mut();
    // SAFETY: the environment is the one that called us, the name outlives the call, and the data
    // is what `callback::<T>` expects; the finalizer below keeps it alive as long as the function.
    check_status!(unsafe {
        sys::napi_create_function(
            raw,
            NAME.as_ptr(),
            length,
            Some(callback::<T>),
            data,
            &mut function,
        )
    })?;
    // SAFETY: `function` is the live value made above, and `release::<T>` frees what `data` is. If
    // this fails the limiter is never freed, which is safe.
    check_status!(unsafe {
        sys::napi_add_finalizer(
            raw,
            function,
            data,
            Some(release::<T>),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    })?;
    // SAFETY: `function` is a live value of this environment.
    Ok(unsafe { Unknown::from_raw_unchecked(raw, function) })
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
    let allowed = match limiter.try_acquire(n) {
        Outcome::Allowed { .. } => true,
        Outcome::Denied { .. } => false,
        Outcome::Never => return Wrong::NEVER.throw(env),
    };
    let mut answer = ptr::null_mut();
    // SAFETY: `env` is that of this call. Should it fail, the null pointer is `undefined`.
    unsafe { sys::napi_get_boolean(env, allowed, &mut answer) };
    answer
}

/// Gives back the count that a function held.
unsafe extern "C" fn release<T>(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: `function` made `data` with `Arc::into_raw` from an `Arc<T>`, and Node calls a
    // finalizer once, when the function can be called no more.
    drop(unsafe { Arc::from_raw(data.cast_const().cast::<T>()) });
}

/// The first argument as a count; `undefined` is 1.
///
/// # Safety
///
/// `env` and `info` are those of the running call.
unsafe fn cost(env: sys::napi_env, info: sys::napi_callback_info) -> Result<u64, Wrong> {
    let (mut count, mut value, mut number) = (1, ptr::null_mut(), 0.0);
    // SAFETY: as promised by the caller; there is room for the one argument that `count` announces.
    unsafe {
        let (this, data) = (ptr::null_mut(), ptr::null_mut());
        sys::napi_get_cb_info(env, info, &mut count, &mut value, this, data);
    }
    // SAFETY: as promised by the caller.
    if unsafe { sys::napi_get_value_double(env, value, &mut number) } != sys::Status::napi_ok {
        let mut kind = sys::ValueType::napi_null;
        // SAFETY: as promised by the caller.
        unsafe { sys::napi_typeof(env, value, &mut kind) };
        return if kind == sys::ValueType::napi_undefined { Ok(1) } else { Err(Wrong::NO_NUMBER) };
    }
    if number < 0.0 || number.trunc() != number || number.is_infinite() {
        return Err(Wrong::NOT_WHOLE);
    }
    // A float that is too large becomes the largest count, which no limiter can hold.
    Ok(number as u64)
}

/// What is wrong with a cost.
pub(crate) struct Wrong {
    is_type: bool,
    pub(crate) code: &'static CStr,
    pub(crate) message: &'static CStr,
}

impl Wrong {
    const NO_NUMBER: Wrong = Wrong {
        is_type: true,
        code: c"ERR_INVALID_ARG_TYPE",
        message: c"the cost must be a number",
    };
    const NOT_WHOLE: Wrong = Wrong {
        is_type: false,
        code: c"ERR_OUT_OF_RANGE",
        message: c"the cost must be a whole number from 0",
    };
    /// More than the limiter can ever hold.
    pub(crate) const NEVER: Wrong = Wrong {
        is_type: false,
        code: c"ERR_COST_TOO_HIGH",
        message: c"the cost is more than the limiter can ever hold: no wait would help",
    };

    /// Leaves the error pending in JavaScript.
    #[cold]
    fn throw(&self, env: sys::napi_env) -> sys::napi_value {
        let throw =
            if self.is_type { sys::napi_throw_type_error } else { sys::napi_throw_range_error };
        // SAFETY: `env` is that of the running call, both texts end with a zero byte.
        unsafe { throw(env, self.code.as_ptr(), self.message.as_ptr()) };
        ptr::null_mut()
    }
}

const NAME: &CStr = c"tryAcquire";
