//! `tg_strict_window`: never more than so many in any window of the period.

use tidegate::{Instant, Span, StrictWindow};

use crate::{
    caller::{answer, decide},
    error::OK,
    object::object,
    outcome::tg_outcome,
};

/// At most `limit` requests in any window of `period_ns`, wherever it starts, both its ends included.
/// Any number of threads may share it once it is initialized.
///
/// The period is cut into as many segments as fit (tg_strict_window_segments), and a request counts for
/// so many segments and at most one more: of k segments a caller that always asks gets k / (k + 1) of
/// the limit at the worst. A burst within the limit always goes at once.
///
/// now_ns is of one monotonic clock, in nanoseconds. One up to a second before the newest segment is a
/// late thread and counted there; further back the clock has stepped, and the segment at that time counts
/// as used up.
#[repr(C, align(16))]
pub struct tg_strict_window {
    _s: [u64; 10],
}

object!(tg_strict_window, StrictWindow, b"tgstrict");

/// Makes an empty window of `limit` requests each `period_ns` nanoseconds. A limit of 0 denies
/// everything.
///
/// Returns TG_OK, TG_ERR_PERIOD_OUT_OF_RANGE (1 ms to 366 days), TG_ERR_LIMIT_TOO_HIGH (10^9) or
/// TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_strict_window_init(
    window: *mut tg_strict_window,
    limit: u64,
    period_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(window)?;
            caller.init(window, StrictWindow::new(limit, Span::from_nanos(period_ns))?)
        })
    }
}

/// Counts `n` requests if every window that holds `now_ns` has room. `n` = 0 counts nothing and is
/// allowed. The reset is the time until nothing counts any more.
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
pub unsafe extern "C" fn tg_strict_window_try_acquire(
    window: *mut tg_strict_window,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (window, place) = (caller.shared(window)?, caller.place_if_any(outcome)?);
            Ok((window.try_acquire(n, Instant::from_nanos(now_ns)), place))
        })
    }
}

/// What tg_strict_window_try_acquire would answer; counts nothing and changes nothing.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_strict_window_peek(
    window: *const tg_strict_window,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (window, place) = (caller.shared(window)?, caller.place_if_any(outcome)?);
            Ok((window.peek(n, Instant::from_nanos(now_ns)), place))
        })
    }
}

/// Into how many segments the period is cut: from 1 to 32.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_strict_window_segments(
    window: *const tg_strict_window,
    segments: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (window, place) = (caller.shared(window)?, caller.place(segments)?);
            place.write(window.segments());
            Ok(OK)
        })
    }
}
