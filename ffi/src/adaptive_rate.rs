//! `tg_adaptive_rate`: a client that finds out at what rate a server lets it send.

use tidegate::{Instant, retry::SharedAdaptiveRate};

use crate::{
    caller::answer,
    error::{DENIED, OK},
    object::object,
};

/// A sending rate that a refusal cuts to 70 %, and that then climbs back along a cubic curve, as in the
/// adaptive retry mode of the AWS SDKs; never more than twice what is really sent. Any number of threads
/// may share it once it is initialized.
///
/// Before each send ask tg_adaptive_rate_try_send; after each answer call tg_adaptive_rate_answered. Until
/// the first refusal nothing is held back. Should more than 14 threads be inside at the same moment, a send
/// is told to ask again after a millisecond, and an answer is not counted. now_ns is of one monotonic
/// clock, in nanoseconds.
#[repr(C)]
pub struct tg_adaptive_rate {
    _s: [u64; 153],
}

object!(tg_adaptive_rate, SharedAdaptiveRate, b"tg_arate");

/// Makes a rate that begins at `now_ns` and holds nothing back yet.
///
/// Returns TG_OK or TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_adaptive_rate_init(rate: *mut tg_adaptive_rate, now_ns: u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(rate)?;
            caller.init(rate, SharedAdaptiveRate::starting(Instant::from_nanos(now_ns)))
        })
    }
}

/// Takes a token for one send. `wait_ns` becomes the time until there is one, rounded up and so never 0,
/// and 0 with TG_OK; it may be NULL.
///
/// Returns TG_OK, TG_DENIED (nothing was taken: wait, and ask again), TG_ERR_NULL_POINTER or
/// TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_adaptive_rate_try_send(
    rate: *mut tg_adaptive_rate,
    now_ns: u64,
    wait_ns: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (rate, place) = (caller.shared(rate)?, caller.place_if_any(wait_ns)?);
            let wait = rate.try_send(Instant::from_nanos(now_ns)).err();
            if let Some(place) = place {
                place.write(wait.map_or(0, |wait| wait.as_nanos()));
            }
            Ok(if wait.is_none() { OK } else { DENIED })
        })
    }
}

/// Learns from an answer, or from a failure that was none. `refused` is not 0 when the server has refused
/// it for the rate.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_adaptive_rate_answered(
    rate: *mut tg_adaptive_rate,
    refused: i32,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.shared(rate)?.answered(refused != 0, Instant::from_nanos(now_ns));
            Ok(OK)
        })
    }
}

/// The rate that is let through and the one that was really sent, smoothed, both in 10^-12 a second: 5 *
/// 10^12 is five a second. Either may be NULL.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_adaptive_rate_get(
    rate: *const tg_adaptive_rate,
    now_ns: u64,
    let_through: *mut u64,
    measured: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let rate = caller.shared(rate)?;
            let (through, sent) =
                (caller.place_if_any(let_through)?, caller.place_if_any(measured)?);
            let now = rate.snapshot(Instant::from_nanos(now_ns));
            if let Some(place) = through {
                place.write(now.rate());
            }
            if let Some(place) = sent {
                place.write(now.measured());
            }
            Ok(OK)
        })
    }
}
