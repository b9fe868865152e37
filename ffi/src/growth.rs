//! How the delays of a `tg_backoff` grow, other than by a whole factor: one constructor each.

use tidegate::{Backoff, Error, Span};

use crate::backoff::{make, tg_backoff};

/// The most delays that tg_backoff_init_list takes.
pub const TG_BACKOFF_DELAYS: usize = 8;

/// As tg_backoff_init, each delay `numerator` / `denominator` times the one before. Each is rounded up
/// to a nanosecond, and what was rounded does not add up.
///
/// Returns what tg_backoff_init does; TG_ERR_BACKOFF_OUT_OF_RANGE also for a factor below 1, and for one
/// above 1 and below 1.01.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init_ratio(
    backoff: *mut tg_backoff,
    initial_ns: u64,
    numerator: u32,
    denominator: u32,
    cap_ns: u64,
    jitter: i32,
    spread: u64,
) -> i32 {
    let (initial, cap) = (Span::from_nanos(initial_ns), Span::from_nanos(cap_ns));
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        make(backoff, jitter, spread, |_, jitter| {
            Backoff::exponential(initial, numerator, denominator, cap, jitter)
        })
    }
}

/// As tg_backoff_init, the same delay each time. A cap above it gives a jitter room to add.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init_constant(
    backoff: *mut tg_backoff,
    delay_ns: u64,
    cap_ns: u64,
    jitter: i32,
    spread: u64,
) -> i32 {
    let (delay, cap) = (Span::from_nanos(delay_ns), Span::from_nanos(cap_ns));
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { make(backoff, jitter, spread, |_, jitter| Backoff::constant(delay, cap, jitter)) }
}

/// As tg_backoff_init, each delay `step_ns` nanoseconds longer than the one before.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init_linear(
    backoff: *mut tg_backoff,
    initial_ns: u64,
    step_ns: u64,
    cap_ns: u64,
    jitter: i32,
    spread: u64,
) -> i32 {
    let (initial, step) = (Span::from_nanos(initial_ns), Span::from_nanos(step_ns));
    let cap = Span::from_nanos(cap_ns);
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        make(backoff, jitter, spread, |_, jitter| Backoff::linear(initial, step, cap, jitter))
    }
}

/// As tg_backoff_init, `initial_ns` times 1, 2, 3 and so on to the given power.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init_polynomial(
    backoff: *mut tg_backoff,
    initial_ns: u64,
    power: u32,
    cap_ns: u64,
    jitter: i32,
    spread: u64,
) -> i32 {
    let (initial, cap) = (Span::from_nanos(initial_ns), Span::from_nanos(cap_ns));
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        make(backoff, jitter, spread, |_, jitter| Backoff::polynomial(initial, power, cap, jitter))
    }
}

/// As tg_backoff_init, `initial_ns` times the numbers of Fibonacci: 1, 1, 2, 3, 5, 8 and so on.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init_fibonacci(
    backoff: *mut tg_backoff,
    initial_ns: u64,
    cap_ns: u64,
    jitter: i32,
    spread: u64,
) -> i32 {
    let (initial, cap) = (Span::from_nanos(initial_ns), Span::from_nanos(cap_ns));
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { make(backoff, jitter, spread, |_, jitter| Backoff::fibonacci(initial, cap, jitter)) }
}

/// The listed delays in turn, then the last one for ever. They are copied: 1 to TG_BACKOFF_DELAYS of
/// them, none of them 0 or above `cap_ns`. `jitter` and `spread` are as in tg_backoff_init.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_JITTER, TG_ERR_BACKOFF_OUT_OF_RANGE, TG_ERR_NULL_POINTER or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible count).
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_backoff_init_list(
    backoff: *mut tg_backoff,
    delays_ns: *const u64,
    count: usize,
    cap_ns: u64,
    jitter: i32,
    spread: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        make(backoff, jitter, spread, |caller, jitter| {
            let listed = caller.array(delays_ns, count)?;
            let mut delays = [Span::ZERO; TG_BACKOFF_DELAYS];
            for (delay, &nanos) in delays.iter_mut().zip(listed) {
                *delay = Span::from_nanos(nanos);
            }
            let delays = delays.get(..count).ok_or(Error::BackoffOutOfRange)?;
            Backoff::list(delays, Span::from_nanos(cap_ns), jitter)
        })
    }
}
