//! `tg_call_hedge`: a second send while the first is out.

use tidegate::Instant;

use crate::{
    api::tg_api,
    call::tg_call,
    caller::answer,
    error::{DENIED, OK},
};

/// When a second send may go while this one is out: so long after the send as the policy says, and again
/// after each second send, on the clock of now_ns. One that is late puts off the next: two never go at once.
///
/// Returns TG_OK; TG_DENIED, which writes nothing: none may (no send is in flight, the policy has no
/// hedging or no more of it, doing it twice is not the same as once, or everybody waits for the server);
/// TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_call_hedge_at(
    call: *const tg_call,
    api: *const tg_api,
    at_ns: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (call, api) = (caller.shared(call)?, caller.shared(api)?);
            let place = caller.place(at_ns)?;
            let Some(at) = call.hedge_at(api) else { return Ok(DENIED) };
            place.write(at.as_nanos());
            Ok(OK)
        })
    }
}

/// Makes `twin` a twin of `call`, to be sent beside it, if it is time and the budget has a retry left.
///
/// The twin is a call of its own: ask tg_call_next, send, report. It is never tried again by itself, since
/// the first is still out. Whichever is done first is the result; report the other as TG_FAILURE_ABORTED.
///
/// Returns TG_OK; TG_DENIED, which changes nothing: not now; TG_ERR_NULL_POINTER or
/// TG_ERR_NOT_INITIALIZED.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_call_hedge(
    call: *mut tg_call,
    api: *mut tg_api,
    now_ns: u64,
    twin: *mut tg_call,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(twin)?;
            let (api, call) = (caller.shared(api)?, caller.exclusive(call)?);
            match call.hedge(api, Instant::from_nanos(now_ns)) {
                Some(made) => caller.init(twin, made),
                None => Ok(DENIED),
            }
        })
    }
}
