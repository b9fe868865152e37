//! `tg_backoff32`: the delay before each retry, in 32 bits.

use tidegate::{Backoff32, Error, Jitter32};

use crate::{
    caller::{Plain, answer},
    error::OK,
    jitter::tg_jitter,
};

/// Delays in ticks of the caller's clock that grow by a factor up to a cap, and how they are spread.
/// Fill it in: it can stay in flash, and every call checks it.
///
/// ```c
/// static const tg_backoff32 backoff = {1000, 2, 60000, TG_JITTER_FULL, 0};
/// ```
#[repr(C)]
pub struct tg_backoff32 {
    /// The first delay; not 0.
    pub initial_ticks: u32,
    /// What each delay is times the one before; not 0. 1 keeps it constant.
    pub factor: u32,
    /// The longest delay, jitter included; not below the first.
    pub cap_ticks: u32,
    /// One of enum tg_jitter, up to TG_JITTER_ADDITIVE.
    pub jitter: i32,
    /// For TG_JITTER_ADDITIVE the most that is added, at most the cap; otherwise ignored.
    pub jitter_ticks: u32,
}

// SAFETY: integers.
unsafe impl Plain for tg_backoff32 {}

/// The delay in ticks before retry number `attempt`, counted from 0, of a call: never 0 and never
/// above the cap. The same numbers give the same delay everywhere; give each device a seed of its own
/// so that they do not come back together.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_JITTER, TG_ERR_BACKOFF_OUT_OF_RANGE or TG_ERR_NULL_POINTER.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff32_delay(
    backoff: *const tg_backoff32,
    seed: u32,
    call: u32,
    attempt: u32,
    delay_ticks: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (given, place) = (caller.plain(backoff)?, caller.place(delay_ticks)?);
            let jitter = match given.jitter {
                NONE => Jitter32::None,
                FULL => Jitter32::Full,
                EQUAL => Jitter32::Equal,
                ADDITIVE => Jitter32::Additive(given.jitter_ticks),
                _ => return Err(Error::UnknownJitter),
            };
            let backoff =
                Backoff32::new(given.initial_ticks, given.factor, given.cap_ticks, jitter)?;
            place.write(backoff.delay(seed, call, attempt));
            Ok(OK)
        })
    }
}

const NONE: i32 = tg_jitter::TG_JITTER_NONE as i32;
const FULL: i32 = tg_jitter::TG_JITTER_FULL as i32;
const EQUAL: i32 = tg_jitter::TG_JITTER_EQUAL as i32;
const ADDITIVE: i32 = tg_jitter::TG_JITTER_ADDITIVE as i32;
