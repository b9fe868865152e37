//! `tryAcquire` of a keyed limiter: as that of a limiter, with a key in front.

use core::{ffi::CStr, mem::MaybeUninit, ptr};
use std::sync::Arc;

use napi::{Env, Unknown, sys};
use tidegate::Outcome;

use crate::{
    clock,
    function::{self, Wrong},
    key::{Key, Room},
    keyed::Keyed,
};

/// A JavaScript function `tryAcquire(key, cost = 1)` of this limiter.
pub(crate) fn function<'env>(env: &'env Env, keyed: &Arc<Keyed>) -> napi::Result<Unknown<'env>> {
    // SAFETY: `callback` reads a `&Keyed`.
    unsafe { function::create(env, NAME, callback, keyed) }
}

/// The call itself.
unsafe extern "C" fn callback(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    let (mut count, mut values, mut data) = (2, [ptr::null_mut(); 2], ptr::null_mut());
    // SAFETY: Node gave `env` and `info` for this call, and there is room for two arguments: those
    // that were not given become `undefined`. It cannot fail with these, and leaves `data` as
    // `function` set it.
    unsafe {
        let this = ptr::null_mut();
        sys::napi_get_cb_info(env, info, &mut count, values.as_mut_ptr(), this, &mut data);
    }
    let [key, cost] = values;
    let n = if count < 2 {
        1
    } else {
        // SAFETY: `env` is that of this call, `cost` its second argument.
        match unsafe { function::cost(env, cost) } {
            Ok(n) => n,
            Err(wrong) => return wrong.throw(env),
        }
    };
    // Before the key is read: a clock of a test is JavaScript.
    let now = clock::monotonic();
    let mut room: Room = [const { MaybeUninit::uninit() }; size_of::<Room>()];
    // SAFETY: `env` is that of this call, `key` its first argument; no JavaScript runs below.
    let key = match unsafe { Key::read(env, key, &mut room) } {
        Ok(key) => key,
        Err(wrong) => return wrong.throw(env),
    };
    // SAFETY: `function` made `data` from an `Arc<Keyed>`, which lives as long as the function that is
    // being called. Only `&Keyed` is ever made of it.
    let keyed = unsafe { &*data.cast_const().cast::<Keyed>() };
    match keyed.try_acquire(&key, n, now) {
        Outcome::Never => Wrong::NEVER.throw(env),
        // SAFETY: `env` is that of this call.
        outcome => unsafe { function::boolean(env, outcome.is_allowed()) },
    }
}

const NAME: &CStr = c"tryAcquire";
