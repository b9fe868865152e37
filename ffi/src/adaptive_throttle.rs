//! `tg_adaptive_throttle`: a client that rejects its own requests as a server accepts fewer of them.

use tidegate::{Instant, Span, retry::AdaptiveThrottle};

use crate::{
    caller::answer,
    error::{DENIED, OK},
    object::object,
};

/// Requests and accepts of a window, as in Google's client-side throttling: the more of the requests a
/// server refuses, the fewer are sent. Any number of threads may share it once it is initialized.
///
/// Before each send, the first and every retry, call tg_adaptive_throttle_try_send, and send only if it
/// says so; when the server has answered with anything but a refusal for its load, call
/// tg_adaptive_throttle_accepted. now_ns is of one monotonic clock, in nanoseconds.
#[repr(C)]
pub struct tg_adaptive_throttle {
    _s: [u64; 28],
}

object!(tg_adaptive_throttle, AdaptiveThrottle, b"tgathrot");

/// Makes a throttle that counts over `window_ns` nanoseconds, 1 s to 1 hour (the book's is two minutes).
/// `k` is in thousandths, 1,000 to 1,000,000 (the book's is 2,000): rejection goes on until the server
/// accepts 1/k of what is asked. Never more than `most` millionths of the requests are rejected, so that
/// some always find out whether the server is back.
///
/// Returns TG_OK, TG_ERR_BUDGET_OUT_OF_RANGE or TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_adaptive_throttle_init(
    throttle: *mut tg_adaptive_throttle,
    window_ns: u64,
    k: u32,
    most: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(throttle)?;
            let window = Span::from_nanos(window_ns);
            caller.init(throttle, AdaptiveThrottle::new(window, k, most)?)
        })
    }
}

/// Counts a request, and says whether to send it. It is drawn from `seed`, `call` and `attempt`, the same
/// in every language, and judged by what was counted before it.
///
/// Returns TG_OK, TG_DENIED (do not send it), TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_adaptive_throttle_try_send(
    throttle: *mut tg_adaptive_throttle,
    seed: u64,
    call: u64,
    attempt: u32,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (throttle, now) = (caller.shared(throttle)?, Instant::from_nanos(now_ns));
            Ok(if throttle.try_send(seed, call, attempt, now) { OK } else { DENIED })
        })
    }
}

/// Counts a request that the server has accepted.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_adaptive_throttle_accepted(
    throttle: *mut tg_adaptive_throttle,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.shared(throttle)?.accepted(Instant::from_nanos(now_ns));
            Ok(OK)
        })
    }
}

/// How many of a million requests would be rejected at `now_ns`, rounded down.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_adaptive_throttle_rejected(
    throttle: *const tg_adaptive_throttle,
    now_ns: u64,
    millionths: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (throttle, place) = (caller.shared(throttle)?, caller.place(millionths)?);
            place.write(throttle.rejected_millionths(Instant::from_nanos(now_ns)));
            Ok(OK)
        })
    }
}
