//! What slows a `tg_limiter` down from outside. Nothing here grants anything.

use tidegate::{Instant, Span};

use crate::{caller::answer, error::OK, limiter::tg_limiter};

/// Takes everything that is there; `taken` tells how many whole tokens that was, and may be NULL. The
/// next token comes one interval later.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_drain(
    limiter: *mut tg_limiter,
    now_ns: u64,
    taken: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place_if_any(taken)?);
            let taken = limiter.drain(Instant::from_nanos(now_ns));
            if let Some(place) = place {
                place.write(taken);
            }
            Ok(OK)
        })
    }
}

/// Lets nothing through before `until_ns`, on the clock of now_ns: then one token is there, and the
/// others follow at the limit's pace. For what a 429 orders. It never shortens a wait, so of several
/// pauses the longest counts; it lasts at most fifty years.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_pause_until(
    limiter: *mut tg_limiter,
    until_ns: u64,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (until, now) = (Instant::from_nanos(until_ns), Instant::from_nanos(now_ns));
            caller.shared(limiter)?.pause_until(until, now);
            Ok(OK)
        })
    }
}

/// Heeds what a server said: of at most `limit` requests `remaining` are left until its window ends,
/// `reset_after_ns` nanoseconds from now. Leaves no more tokens than are left there; when none are, it
/// pauses until the window ends. Never grants anything.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_observe(
    limiter: *mut tg_limiter,
    limit: u64,
    remaining: u64,
    reset_after_ns: u64,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (reset_after, now) =
                (Span::from_nanos(reset_after_ns), Instant::from_nanos(now_ns));
            caller.shared(limiter)?.observe(limit, remaining, reset_after, now);
            Ok(OK)
        })
    }
}
