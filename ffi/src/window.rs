//! `tg_window`: so many in each window of the wall clock.

use tidegate::{FixedWindow, Span, UnixTime};

use crate::{
    caller::{answer, decide},
    object::object,
    outcome::tg_outcome,
};

/// `limit` requests in each window of `period_ns`, windows aligned to multiples of the period since
/// 1970, or to those plus a skew, as documented API limits count. Any number of threads may share it
/// once it is initialized.
///
/// It admits up to 2 * limit around an edge: that is what such a limit means. To protect something
/// use a tg_limiter or a tg_strict_window.
///
/// wall_ns is the wall clock, in nanoseconds since 1970-01-01T00:00:00Z. One up to a second before
/// the window that is being counted is a late thread and counted there; further back the clock has
/// stepped, and the window at wall_ns counts as used up.
#[repr(C, align(8))]
pub struct tg_window {
    _s: [u64; 6],
}

object!(tg_window, FixedWindow, b"tgwindow");

/// Makes a fresh window of `limit` requests each `period_ns` nanoseconds. A limit of 0 denies
/// everything.
///
/// Returns TG_OK, TG_ERR_PERIOD_OUT_OF_RANGE (1 ms to 366 days), TG_ERR_LIMIT_TOO_HIGH (10^9) or
/// TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_window_init(window: *mut tg_window, limit: u64, period_ns: u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(window)?;
            caller.init(window, FixedWindow::new(limit, Span::from_nanos(period_ns))?)
        })
    }
}

/// As tg_window_init, but windows start at multiples of the period plus `skew_ns` nanoseconds, which may
/// be negative and longer than the period: days of a zone two hours ahead of UTC start with a skew of
/// minus two hours. Any skew is allowed.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_window_init_skewed(
    window: *mut tg_window,
    limit: u64,
    period_ns: u64,
    skew_ns: i64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(window)?;
            let period = Span::from_nanos(period_ns);
            caller.init(window, FixedWindow::with_skew(limit, period, skew_ns)?)
        })
    }
}

/// Counts `n` requests if the window has room. `n` = 0 counts nothing and is allowed.
///
/// Returns TG_OK, TG_DENIED (nothing was counted; `outcome` tells the exact wait), TG_NEVER (`n` is
/// above the limit), TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. `outcome` may be NULL.
///
/// Thread-safe and lock-free, as tg_limiter_try_acquire.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_window_try_acquire(
    window: *mut tg_window,
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

/// What tg_window_try_acquire would answer; counts nothing and changes nothing.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_window_peek(
    window: *const tg_window,
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
