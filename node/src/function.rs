//! Bare Node-API functions: one for each limiter, with the limiter as its data.
//!
//! Node hands the data pointer over with each call, so nothing is unwrapped, locked, looked up or
//! allocated. The function holds one count of the `Arc`; its finalizer gives it back when the function
//! is collected or its environment ends, whichever comes first.

use core::{
    ffi::{CStr, c_void},
    ptr,
};
use std::sync::Arc;

use napi::{Env, Unknown, check_status, sys};

/// A JavaScript function whose data is `limiter`.
///
/// # Safety
///
/// `callback` takes its data for a `T` that lives as long as the function, and only makes `&T` of it.
pub(crate) unsafe fn create<'env, T: Send + Sync + 'static>(
    env: &'env Env,
    name: &'static CStr,
    callback: unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value,
    limiter: &Arc<T>,
) -> napi::Result<Unknown<'env>> {
    let data = Arc::into_raw(Arc::clone(limiter)).cast_mut().cast::<c_void>();
    let (raw, length) = (env.raw(), name.count_bytes() as isize);
    let mut function = ptr::null_mut();
    // SAFETY: the environment is the one that called us, the name outlives the call, and the data
    // is what `callback` expects; the finalizer below keeps it alive as long as the function.
    check_status!(unsafe {
        sys::napi_create_function(raw, name.as_ptr(), length, Some(callback), data, &mut function)
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

/// Gives back the count that a function held.
unsafe extern "C" fn release<T>(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: `create` made `data` with `Arc::into_raw` from an `Arc<T>`, and Node calls a finalizer
    // once, when the function can be called no more.
    drop(unsafe { Arc::from_raw(data.cast_const().cast::<T>()) });
}

/// `true` or `false`.
///
/// # Safety
///
/// `env` is that of the running call.
pub(crate) unsafe fn boolean(env: sys::napi_env, value: bool) -> sys::napi_value {
    let mut answer = ptr::null_mut();
    // SAFETY: as promised by the caller. Should it fail, the null pointer is `undefined`.
    unsafe { sys::napi_get_boolean(env, value, &mut answer) };
    answer
}

/// A cost; `undefined` is 1.
///
/// # Safety
///
/// `env` is that of the running call and `value` an argument of it.
pub(crate) unsafe fn cost(env: sys::napi_env, value: sys::napi_value) -> Result<u64, Wrong> {
    let mut number = 0.0;
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

/// What is wrong with an argument.
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
    /// A key of another type.
    pub(crate) const NO_KEY: Wrong = Wrong {
        is_type: true,
        code: c"ERR_INVALID_ARG_TYPE",
        message: c"the key must be a string, a Uint8Array, a bigint, or a whole number",
    };
    /// A number that is no key.
    pub(crate) const KEY_RANGE: Wrong = Wrong {
        is_type: false,
        code: c"ERR_OUT_OF_RANGE",
        message: c"a key that is a number must be whole and from 0 to 2**53 - 1, one that is a bigint from 0 to 2**64 - 1",
    };

    /// Leaves the error pending in JavaScript.
    #[cold]
    pub(crate) fn throw(&self, env: sys::napi_env) -> sys::napi_value {
        let throw =
            if self.is_type { sys::napi_throw_type_error } else { sys::napi_throw_range_error };
        // SAFETY: `env` is that of the running call, both texts end with a zero byte.
        unsafe { throw(env, self.code.as_ptr(), self.message.as_ptr()) };
        ptr::null_mut()
    }
}
