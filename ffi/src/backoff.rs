//! `tg_backoff`: the delay before each retry.

use tidegate::{Backoff, Error, Jitter, Span};

use crate::{
    caller::{Caller, answer},
    error::OK,
    jitter::jitter,
    object::object,
};

/// Delays that grow up to a cap, spread by a jitter. Plain data: it may be copied, and threads may
/// share it once it is initialized.
#[repr(C)]
pub struct tg_backoff {
    _s: [u64; 16],
}

object!(tg_backoff, Backoff, b"tgbackof");

/// Makes delays from `initial_ns`, each `factor` times the one before, up to `cap_ns` nanoseconds.
/// `jitter` is one of enum tg_jitter, and `spread` its nanoseconds or millionths: TG_JITTER_ADDITIVE,
/// TG_JITTER_AROUND and TG_JITTER_ABOVE use it.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_JITTER, TG_ERR_BACKOFF_OUT_OF_RANGE (an initial delay of 0, a cap
/// below it, a factor of 0, an additive jitter longer than the cap, one in proportion above 1,000,000)
/// or TG_ERR_NULL_POINTER.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init(
    backoff: *mut tg_backoff,
    initial_ns: u64,
    factor: u32,
    cap_ns: u64,
    jitter: i32,
    spread: u64,
) -> i32 {
    let (initial, cap) = (Span::from_nanos(initial_ns), Span::from_nanos(cap_ns));
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { make(backoff, jitter, spread, |_, jitter| Backoff::new(initial, factor, cap, jitter)) }
}

/// Puts a first retry without a wait before the delays: the delay before retry number n + 1 is then
/// what that before retry n was. Doing it twice is the same as once.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Not while other threads use it.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_backoff_first_at_once(backoff: *mut tg_backoff) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let backoff = caller.exclusive(backoff)?;
            *backoff = backoff.first_at_once();
            Ok(OK)
        })
    }
}

/// The delay before retry number `attempt`, counted from 0, of a call, in nanoseconds: never above the
/// cap, and never 0 but for the first of tg_backoff_first_at_once. The same numbers give the same delay
/// in every language; `seed` should differ between processes or devices, `call` between the requests of
/// one.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: by attempt, to a bound.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_backoff_delay(
    backoff: *const tg_backoff,
    seed: u64,
    call: u64,
    attempt: u32,
    delay_ns: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (backoff, place) = (caller.shared(backoff)?, caller.place(delay_ns)?);
            place.write(backoff.delay(seed, call, attempt).as_nanos());
            Ok(OK)
        })
    }
}

/// Initializes a backoff with what a constructor makes of the jitter.
pub(crate) unsafe fn make(
    backoff: *mut tg_backoff,
    kind: i32,
    spread: u64,
    made: impl FnOnce(&Caller, Jitter) -> Result<Backoff, Error>,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(backoff)?;
            caller.init(backoff, made(caller, jitter(kind, spread)?)?)
        })
    }
}
