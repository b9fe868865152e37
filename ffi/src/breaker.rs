//! `tg_circuit_breaker`: no request to what has just failed again and again, then one at a time.

use tidegate::{
    Instant, Span,
    retry::{BreakerState, CircuitBreaker, Passage},
};

use crate::{
    caller::answer,
    error::{DENIED, OK},
    object::object,
};

/// A circuit breaker. Closed, requests pass. Too many failures open it, and none pass for a while. Then it
/// is half open: one request, the probe, tries out whether the other side is back; so many probes in turn
/// that succeed close it, and one that fails opens it again. Any number of threads may share it once it is
/// initialized.
///
/// Before each send call tg_circuit_breaker_try_call, and send only if it lets the request pass; afterwards
/// report, with the passage that it gave. A passage is good for one report, and for none once the breaker
/// has changed its state. A refusal for its rate (429) is no failure of the server. A probe that is never
/// reported holds the others back for `open_for_ns`, then the next one goes. now_ns is of one monotonic
/// clock, in nanoseconds.
#[repr(C, align(16))]
pub struct tg_circuit_breaker {
    _s: [u64; 30],
}

object!(tg_circuit_breaker, CircuitBreaker, b"tgbreakr");

/// What a breaker does.
#[repr(i32)]
pub enum tg_breaker_state {
    /// Requests pass.
    TG_BREAKER_CLOSED = 1,
    /// None passes.
    TG_BREAKER_OPEN = 2,
    /// One passes at a time.
    TG_BREAKER_HALF_OPEN = 3,
}

/// Makes a closed breaker that opens after so many failures in turn, for `open_for_ns` nanoseconds;
/// `probes` successes in turn close it.
///
/// Returns TG_OK, TG_ERR_BREAKER_OUT_OF_RANGE (`failures` or `probes` not from 1 to 10^9, `open_for_ns` 0)
/// or TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_circuit_breaker_init_consecutive(
    breaker: *mut tg_circuit_breaker,
    failures: u32,
    open_for_ns: u64,
    probes: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(breaker)?;
            let open_for = Span::from_nanos(open_for_ns);
            caller.init(breaker, CircuitBreaker::consecutive(failures, open_for, probes)?)
        })
    }
}

/// Makes a closed breaker that opens on a failure when of at least `least` calls of the last `window_ns`
/// nanoseconds `part` millionths or more have failed. The window is counted in ten segments, the one that
/// has begun included. The rest is as in tg_circuit_breaker_init_consecutive.
///
/// Returns TG_OK, TG_ERR_BREAKER_OUT_OF_RANGE (a window not from 1 s to 1 hour, a part not from 1 to
/// 1,000,000, `least` or `probes` not from 1 to 10^9, `open_for_ns` 0) or TG_ERR_NULL_POINTER. Not while
/// other threads use it.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_circuit_breaker_init_ratio(
    breaker: *mut tg_circuit_breaker,
    window_ns: u64,
    part: u32,
    least: u32,
    open_for_ns: u64,
    probes: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(breaker)?;
            let (window, open_for) = (Span::from_nanos(window_ns), Span::from_nanos(open_for_ns));
            caller.init(breaker, CircuitBreaker::ratio(window, part, least, open_for, probes)?)
        })
    }
}

/// Lets a request pass, and makes `passage` the number to report it with; or makes `wait_ns` how long none
/// will pass, which is never 0. The other one of the two becomes 0. `wait_ns` may be NULL.
///
/// Returns TG_OK, TG_DENIED (do not send it; one may be sent after the wait, unless another probe is sent
/// first), TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_circuit_breaker_try_call(
    breaker: *mut tg_circuit_breaker,
    now_ns: u64,
    passage: *mut u32,
    wait_ns: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let breaker = caller.shared(breaker)?;
            let (place, wait) = (caller.place(passage)?, caller.place_if_any(wait_ns)?);
            let (code, number, nanos) = match breaker.try_call(Instant::from_nanos(now_ns)) {
                Ok(passage) => (OK, passage.number(), 0),
                Err(wait) => (DENIED, 0, wait.as_nanos()),
            };
            place.write(number);
            if let Some(wait) = wait {
                wait.write(nanos);
            }
            Ok(code)
        })
    }
}

/// Reports that the request with this passage has succeeded.
///
/// Returns TG_OK, also for a passage that counts no longer; TG_ERR_NULL_POINTER or
/// TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_circuit_breaker_succeeded(
    breaker: *mut tg_circuit_breaker,
    passage: u32,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (breaker, now) = (caller.shared(breaker)?, Instant::from_nanos(now_ns));
            breaker.succeeded(Passage::from_number(passage), now);
            Ok(OK)
        })
    }
}

/// Reports that it has failed; as tg_circuit_breaker_succeeded.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_circuit_breaker_failed(
    breaker: *mut tg_circuit_breaker,
    passage: u32,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (breaker, now) = (caller.shared(breaker)?, Instant::from_nanos(now_ns));
            breaker.failed(Passage::from_number(passage), now);
            Ok(OK)
        })
    }
}

/// Reports that it was not sent, or tells nothing; if it was the probe, another may go. Otherwise as
/// tg_circuit_breaker_succeeded.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_circuit_breaker_cancelled(
    breaker: *mut tg_circuit_breaker,
    passage: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.shared(breaker)?.cancelled(Passage::from_number(passage));
            Ok(OK)
        })
    }
}

/// What the breaker does at `now_ns`: `state` becomes one of enum tg_breaker_state. Changes nothing.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_circuit_breaker_state(
    breaker: *const tg_circuit_breaker,
    now_ns: u64,
    state: *mut i32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (breaker, place) = (caller.shared(breaker)?, caller.place(state)?);
            let state = match breaker.state(Instant::from_nanos(now_ns)) {
                BreakerState::Closed => tg_breaker_state::TG_BREAKER_CLOSED,
                BreakerState::Open => tg_breaker_state::TG_BREAKER_OPEN,
                BreakerState::HalfOpen => tg_breaker_state::TG_BREAKER_HALF_OPEN,
            };
            place.write(state as i32);
            Ok(OK)
        })
    }
}
