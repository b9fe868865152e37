//! `tg_limiter`: one token bucket.

use tidegate::{Instant, Quota, RateLimiter, Span};

use crate::{
    caller::{answer, decide},
    object::object,
    outcome::tg_outcome,
    quota::tg_quota,
};

/// One token bucket, exact at any rate. Any number of threads may share it once it is initialized.
///
/// In every window of length w it admits at most burst + limit * (w + 1 ns) / period tokens; where
/// the interval between tokens is a whole number of nanoseconds the 1 ns does not appear.
///
/// now_ns is of one monotonic clock, in nanoseconds. One up to a second older than another thread's
/// is taken for a late thread; one further back is a clock that stepped: the bucket is then empty at
/// that time, so that nobody waits for the old time to come again. After a hundred years of uptime
/// time stands still. A bucket that owes more than a burst (after tg_limiter_reserve,
/// tg_limiter_settle or tg_limiter_pause_until) takes only what is more than it ever owed for a step.
#[repr(C, align(8))]
pub struct tg_limiter {
    _s: [u64; 18],
}

object!(tg_limiter, RateLimiter, b"tglimitr");

/// Makes a full bucket: `limit` tokens each `period_ns` nanoseconds, of which up to `burst` may be
/// taken at one instant. A limit of 0 denies everything; the burst is then ignored.
///
/// Returns TG_OK, TG_ERR_PERIOD_OUT_OF_RANGE (1 ms to 366 days), TG_ERR_LIMIT_TOO_HIGH (10^9 a
/// period, one a nanosecond), TG_ERR_BURST_ZERO, TG_ERR_BURST_TOO_LARGE or TG_ERR_NULL_POINTER. Not
/// while other threads use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_init(
    limiter: *mut tg_limiter,
    limit: u64,
    period_ns: u64,
    burst: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(limiter)?;
            let quota = Quota::new(limit, Span::from_nanos(period_ns), burst)?;
            caller.init(limiter, RateLimiter::new(quota))
        })
    }
}

/// As tg_limiter_init, of a quota that was made before.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED (the quota). Not while other threads
/// use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_init_with_quota(
    limiter: *mut tg_limiter,
    quota: *const tg_quota,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(limiter)?;
            caller.init(limiter, RateLimiter::new(*caller.shared(quota)?))
        })
    }
}

/// As tg_limiter_init, but the bucket is empty at `now_ns`: the first token comes one interval later,
/// a full bucket after as many intervals as the burst has tokens.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_init_empty(
    limiter: *mut tg_limiter,
    limit: u64,
    period_ns: u64,
    burst: u64,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(limiter)?;
            let quota = Quota::new(limit, Span::from_nanos(period_ns), burst)?;
            caller.init(limiter, RateLimiter::empty(quota, Instant::from_nanos(now_ns)))
        })
    }
}

/// Takes `n` tokens if they are there. `n` = 0 takes nothing and is allowed.
///
/// Returns TG_OK, TG_DENIED (nothing was taken; `outcome` tells the exact wait), TG_NEVER (`n` is
/// above the burst), TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. `outcome` may be NULL.
///
/// Thread-safe and lock-free: one load and, when it takes tokens, one compare-and-swap, repeated only
/// when another thread won. A denial writes nothing to the limiter, except to note a clock step.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_try_acquire(
    limiter: *mut tg_limiter,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place_if_any(outcome)?);
            Ok((limiter.try_acquire(n, Instant::from_nanos(now_ns)), place))
        })
    }
}

/// What tg_limiter_try_acquire would answer; takes nothing and changes nothing.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_peek(
    limiter: *const tg_limiter,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place_if_any(outcome)?);
            Ok((limiter.peek(n, Instant::from_nanos(now_ns)), place))
        })
    }
}

/// Takes as many of `n` tokens as are there, for a batch that may be cut, and tells in `taken` how many:
/// 0 to `n`. `outcome` tells what is left after them or, when there were none, how long until there is
/// one; it may be NULL. `n` = 0 takes nothing and is allowed.
///
/// Returns TG_OK (at least one was taken, or none was asked for), TG_DENIED (there is none now),
/// TG_NEVER (a limit of 0), TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Thread-safe and lock-free,
/// as tg_limiter_try_acquire.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_acquire_up_to(
    limiter: *mut tg_limiter,
    n: u64,
    now_ns: u64,
    taken: *mut u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place_if_any(outcome)?);
            let taken = caller.place(taken)?;
            let partial = limiter.acquire_up_to(n, Instant::from_nanos(now_ns));
            taken.write(partial.taken);
            Ok((partial.outcome, place))
        })
    }
}
