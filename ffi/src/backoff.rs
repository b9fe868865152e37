//! `tg_backoff`: the delay before each retry.

use tidegate::{Backoff, Error, Jitter, Span};

use crate::{caller::answer, error::OK, object::object};

/// Delays that grow by a factor up to a cap, spread by a jitter. Plain data: it may be copied, and
/// threads may share it once it is initialized.
#[repr(C)]
pub struct tg_backoff {
    _s: [u64; 16],
}

object!(tg_backoff, Backoff, b"tgbackof");

/// How a delay is spread. Every kind stays within the cap and is still spread at the cap.
#[repr(i32)]
pub enum tg_jitter {
    /// Not at all.
    TG_JITTER_NONE = 0,
    /// Anything from 1 ns to the delay.
    TG_JITTER_FULL = 1,
    /// Half of the delay, rounded up, and anything up to the other half.
    TG_JITTER_EQUAL = 2,
    /// The delay and anything from 0 to jitter_ns. Near the cap the delay gives way, so that the sum
    /// keeps its spread.
    TG_JITTER_ADDITIVE = 3,
}

const NONE: i32 = tg_jitter::TG_JITTER_NONE as i32;
const FULL: i32 = tg_jitter::TG_JITTER_FULL as i32;
const EQUAL: i32 = tg_jitter::TG_JITTER_EQUAL as i32;
const ADDITIVE: i32 = tg_jitter::TG_JITTER_ADDITIVE as i32;

/// Makes delays from `initial_ns`, each `factor` times the one before, up to `cap_ns` nanoseconds. A
/// factor of 1 is a constant delay. `jitter` is one of enum tg_jitter; `jitter_ns` is used by
/// TG_JITTER_ADDITIVE alone.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_JITTER, TG_ERR_BACKOFF_OUT_OF_RANGE (an initial delay of 0, a cap
/// below it, a factor of 0, an additive jitter longer than the cap) or TG_ERR_NULL_POINTER.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init(
    backoff: *mut tg_backoff,
    initial_ns: u64,
    factor: u32,
    cap_ns: u64,
    jitter: i32,
    jitter_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(backoff)?;
            let jitter = match jitter {
                NONE => Jitter::None,
                FULL => Jitter::Full,
                EQUAL => Jitter::Equal,
                ADDITIVE => Jitter::Additive(Span::from_nanos(jitter_ns)),
                _ => return Err(Error::UnknownJitter),
            };
            let (initial, cap) = (Span::from_nanos(initial_ns), Span::from_nanos(cap_ns));
            caller.init(backoff, Backoff::new(initial, factor, cap, jitter)?)
        })
    }
}

/// The delay before retry number `attempt`, counted from 0, of a call, in nanoseconds: never 0 and
/// never above the cap. The same numbers give the same delay in every language; `seed` should differ
/// between processes or devices, `call` between the requests of one.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
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
