//! `tg_retry_throttle`: a budget of retries. Failures take tokens, successes bring a part of one.

use tidegate::retry::RetryThrottle;

use crate::{
    caller::answer,
    error::{DENIED, OK},
    object::object,
};

/// Tokens of a server: while more than half of them are there, a failed request may be sent again, as in
/// gRPC. Any number of threads may share it once it is initialized.
///
/// Call tg_retry_throttle_failed for each attempt that failed in a way that would be tried again, and send
/// again only if it says so; call tg_retry_throttle_succeeded for each that did not fail.
#[repr(C)]
pub struct tg_retry_throttle {
    _s: [u64; 5],
}

object!(tg_retry_throttle, RetryThrottle, b"tgrthrot");

/// Makes a throttle with all of its `max_tokens`, 1 to 1,000; a success brings `ratio` thousandths of one,
/// 1 to 1,000,000.
///
/// Returns TG_OK, TG_ERR_BUDGET_OUT_OF_RANGE or TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_retry_throttle_init(
    throttle: *mut tg_retry_throttle,
    max_tokens: u32,
    ratio: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(throttle)?;
            caller.init(throttle, RetryThrottle::new(max_tokens, ratio)?)
        })
    }
}

/// Makes in `next` a throttle of other numbers that is as full as this one, rounded down; both may be the
/// same object if no other thread uses it. What the old one counts afterwards does not reach the new one.
///
/// Returns TG_OK, TG_ERR_BUDGET_OUT_OF_RANGE, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Thread-safe
/// for `throttle`, not for `next`.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_retry_throttle_replace(
    throttle: *const tg_retry_throttle,
    next: *mut tg_retry_throttle,
    max_tokens: u32,
    ratio: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(next)?;
            let replaced = caller.shared(throttle)?.replaced(max_tokens, ratio)?;
            caller.init(next, replaced)
        })
    }
}

/// Takes a token for a failure, and says whether it may be sent again.
///
/// Returns TG_OK, TG_DENIED (do not send it again), TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_retry_throttle_failed(throttle: *mut tg_retry_throttle) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { answer(|caller| Ok(if caller.shared(throttle)?.failed() { OK } else { DENIED })) }
}

/// Brings a part of a token for a success.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_throttle_succeeded(throttle: *mut tg_retry_throttle) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.shared(throttle)?.succeeded();
            Ok(OK)
        })
    }
}

/// Whether a retry, or a hedge, may be sent now; changes nothing.
///
/// Returns TG_OK, TG_DENIED, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_retry_throttle_allows(throttle: *const tg_retry_throttle) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { answer(|caller| Ok(if caller.shared(throttle)?.allows() { OK } else { DENIED })) }
}

/// How many thousandths of a token are left.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_throttle_thousandths(
    throttle: *const tg_retry_throttle,
    thousandths: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (throttle, place) = (caller.shared(throttle)?, caller.place(thousandths)?);
            place.write(throttle.thousandths());
            Ok(OK)
        })
    }
}
