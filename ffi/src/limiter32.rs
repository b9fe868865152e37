//! `tg_limiter32`: one token bucket in four bytes, and its quota.

use tidegate::{Outcome32, Quota32, RateLimiter32};

use crate::{
    caller::{Caller, Place, Plain, answer},
    error::{DENIED, NEVER, OK},
};

/// One token bucket in four bytes, for microcontrollers. Zeros are a full bucket, so it needs no
/// initialization: `static tg_limiter32 limiter;`. Any number of threads and interrupts may share it;
/// they must give the same quota.
///
/// In every window of w ticks of the callers' now it admits at most burst + count * w / period
/// tokens, exactly.
///
/// now is any counter that wraps at 2^32 and counts up, always the same one. It may be older than
/// another caller's by less than the ticks of a full bucket, which an interrupt can cause; a clock
/// that steps further back is taken for one that has gone round, and the bucket is full. After idling
/// for longer than the counter takes to wrap, less two buckets' time, the bucket may look emptier
/// than it is, or be denied, until that turn of the counter is over.
#[repr(C)]
pub struct tg_limiter32 {
    _s: [u32; 1],
}

const _: () = assert!(size_of::<tg_limiter32>() == size_of::<RateLimiter32>());
const _: () = assert!(align_of::<tg_limiter32>() >= align_of::<RateLimiter32>());

/// The quota of a tg_limiter32, in ticks of the caller's clock. Make it with TG_QUOTA32, which the
/// compiler computes and checks, so that it stays in flash:
///
/// ```c
/// static const tg_quota32 radio = TG_QUOTA32(10, 32768, 3); // 10 a second at 32,768 Hz, 3 at once
/// static tg_limiter32 limiter;
/// if (tg_limiter32_try_acquire(&limiter, &radio, 1, ticks(), NULL) == TG_OK) send();
/// ```
///
/// or at run time with tg_quota32_init. Zeros deny everything.
#[repr(C)]
pub struct tg_quota32 {
    /// Ticks between two tokens, rounded up, so that the rate is never exceeded.
    pub interval_ticks: u32,
    /// Tokens that may be taken at one instant; their ticks are at most 2^30.
    pub burst: u32,
}

// SAFETY: integers.
unsafe impl Plain for tg_quota32 {}

/// What every call checks: a struct that the caller may have filled in by hand.
fn quota(caller: &Caller, quota: *const tg_quota32) -> Result<Quota32, tidegate::Error> {
    let quota = caller.plain(quota)?;
    Quota32::every(quota.interval_ticks, quota.burst)
}

/// Makes a quota: `count` tokens each `period_ticks`, of which up to `burst` may be taken at one
/// instant. A count of 0 denies everything; period and burst are then ignored.
///
/// Returns TG_OK, TG_ERR_TICKS_TOO_COARSE (fewer ticks than tokens), TG_ERR_BURST_ZERO,
/// TG_ERR_BURST32_TOO_LARGE (more than 2^30 ticks to refill: 12.4 days of 1 ms, 17.9 minutes of 1 us)
/// or TG_ERR_NULL_POINTER.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_quota32_init(
    quota: *mut tg_quota32,
    count: u32,
    period_ticks: u32,
    burst: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place(quota)?;
            let quota = Quota32::new(count, period_ticks, burst)?;
            place.write(tg_quota32 { interval_ticks: quota.interval(), burst: quota.burst() });
            Ok(OK)
        })
    }
}

/// Takes `n` tokens if they are there. `n` = 0 takes nothing and is allowed.
///
/// Returns TG_OK, TG_DENIED (nothing was taken), TG_NEVER (`n` is above the burst),
/// TG_ERR_NULL_POINTER, or what tg_quota32_init says of a quota that was filled in wrongly.
/// `wait_ticks` may be NULL; it is 0 for TG_OK, the exact wait for TG_DENIED, and UINT32_MAX for
/// TG_NEVER.
///
/// Safe in interrupts and threads: one load and, when it takes tokens, one compare-and-swap, repeated
/// only when another caller won. A denial writes nothing to the limiter.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter32_try_acquire(
    limiter: *mut tg_limiter32,
    quota: *const tg_quota32,
    n: u32,
    now_ticks: u32,
    wait_ticks: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.word(limiter)?, caller.place_if_any(wait_ticks)?);
            let quota = self::quota(caller, quota)?;
            Ok(told(limiter.try_acquire(&quota, n, now_ticks), place))
        })
    }
}

/// What tg_limiter32_try_acquire would answer; takes nothing and changes nothing.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter32_peek(
    limiter: *const tg_limiter32,
    quota: *const tg_quota32,
    n: u32,
    now_ticks: u32,
    wait_ticks: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.word(limiter)?, caller.place_if_any(wait_ticks)?);
            let quota = self::quota(caller, quota)?;
            Ok(told(limiter.peek(&quota, n, now_ticks), place))
        })
    }
}

/// How many whole tokens can be taken now, rounded down. It divides, which the others do not.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER, or what tg_quota32_init says of the quota.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter32_remaining(
    limiter: *const tg_limiter32,
    quota: *const tg_quota32,
    now_ticks: u32,
    remaining: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.word(limiter)?, caller.place(remaining)?);
            let quota = self::quota(caller, quota)?;
            place.write(limiter.remaining(&quota, now_ticks));
            Ok(OK)
        })
    }
}

/// The code of an outcome; its wait goes to the place.
fn told(outcome: Outcome32, wait: Option<Place<'_, u32>>) -> i32 {
    if let Some(wait) = wait {
        wait.write(outcome.ticks());
    }
    match outcome {
        Outcome32::ALLOWED => OK,
        Outcome32::NEVER => NEVER,
        _ => DENIED,
    }
}
