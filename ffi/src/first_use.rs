//! `tg_first_use_window`: so many in each window, which the first request starts.

use tidegate::{FirstUseWindow, Span, UnixTime};

use crate::{
    caller::{answer, decide},
    object::object,
    outcome::tg_outcome,
};

/// `limit` requests in each window of `period_ns`, where a window starts with the first request after
/// the last one has ended, to the nanosecond. So clients that wake up together do not start anew
/// together. Any number of threads may share it once it is initialized.
///
/// Around the end of a window it admits up to 2 * limit - 1; tg_strict_window does not.
///
/// wall_ns is as for tg_window: up to a second before the start of the window is a late thread; further
/// back the clock has stepped, and a window that starts there counts as used up.
#[repr(C, align(16))]
pub struct tg_first_use_window {
    _s: [u64; 8],
}

object!(tg_first_use_window, FirstUseWindow, b"tg1stuse");

/// Makes a fresh window of `limit` requests each `period_ns` nanoseconds. A limit of 0 denies
/// everything.
///
/// Returns TG_OK, TG_ERR_PERIOD_OUT_OF_RANGE (1 ms to 366 days), TG_ERR_LIMIT_TOO_HIGH (10^9) or
/// TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_first_use_window_init(
    window: *mut tg_first_use_window,
    limit: u64,
    period_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(window)?;
            caller.init(window, FirstUseWindow::new(limit, Span::from_nanos(period_ns))?)
        })
    }
}

/// Counts `n` requests if the window has room, and starts one if none is running. `n` = 0 counts
/// nothing and is allowed; the reset is then 0 while no window is running.
///
/// Returns TG_OK, TG_DENIED (nothing was counted; `outcome` tells the exact wait), TG_NEVER (`n` is
/// above the limit), TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. `outcome` may be NULL.
///
/// Thread-safe, as tg_limiter_try_acquire; lock-free where the processor has a compare-and-swap of 128
/// bits.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_first_use_window_try_acquire(
    window: *mut tg_first_use_window,
    n: u64,
    wall_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (window, place) = (caller.shared(window)?, caller.place_if_any(outcome)?);
            Ok((window.try_acquire(n, UnixTime::from_nanos(wall_ns)), place))
        })
    }
}

/// What tg_first_use_window_try_acquire would answer; counts nothing and changes nothing.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_first_use_window_peek(
    window: *const tg_first_use_window,
    n: u64,
    wall_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (window, place) = (caller.shared(window)?, caller.place_if_any(outcome)?);
            Ok((window.peek(n, UnixTime::from_nanos(wall_ns)), place))
        })
    }
}
