//! `tg_carry`, `tg_snapshot`: a bucket's state, taken over by another bucket.

use tidegate::{Carry, Error, Instant, Snapshot, Span};

use crate::{
    caller::{Plain, answer},
    error::{DENIED, OK},
    limiter::tg_limiter,
    quota::tg_quota,
};

/// What becomes of the tokens that are in use when a quota changes.
#[repr(i32)]
pub enum tg_carry {
    /// Those that were used stay used: of 10, 4 used, a new burst of 20 leaves 16.
    TG_CARRY_KEEP = 1,
    /// The part that was used stays used: of 10, 4 used, a new burst of 20 leaves 12.
    TG_CARRY_PROPORTIONAL = 2,
    /// A full bucket.
    TG_CARRY_RESET = 3,
}

const KEEP: i32 = tg_carry::TG_CARRY_KEEP as i32;
const PROPORTIONAL: i32 = tg_carry::TG_CARRY_PROPORTIONAL as i32;
const RESET: i32 = tg_carry::TG_CARRY_RESET as i32;

/// A bucket's state, without its quota and without any time of a clock: it may be written to a file as
/// it lies in memory and read by another process, or after a restart. Its layout does not change; its
/// byte order is the machine's.
#[repr(C)]
pub struct tg_snapshot {
    /// Whole tokens that are there, rounded down: for people.
    pub remaining: u64,
    /// Nanoseconds until the bucket is full again, rounded up: what tg_limiter_restore reads.
    pub full_after_ns: u64,
    /// Always 0.
    pub reserved: u64,
}

// SAFETY: integers.
unsafe impl Plain for tg_snapshot {}

/// Makes `next` a bucket of another quota that takes over from `limiter` at once: what was used is
/// carried over as `carry` says (one of enum tg_carry), fractions of tokens too, rounded against the
/// caller. `limiter` is retired by that: from then on it denies everything with a wait of 1 ns, gives
/// nothing back and heeds no pause.
///
/// How threads switch: they find the limiter in use through an atomic pointer, in which `next` is stored
/// after TG_OK. A thread that is denied asks tg_limiter_is_retired about the limiter that denied it; if
/// it is retired, the thread loads the pointer anew and tries again. A thread that has called
/// tg_limiter_pause_until or tg_limiter_observe asks too and, if it is retired, calls it again on the
/// next one. What is given back to a retired limiter stays taken. The memory of a retired limiter may be
/// used again once no thread can still hold its address. With a single thread `next` may be `limiter`
/// itself.
///
/// Returns TG_OK, TG_DENIED (`limiter` was retired before: another thread was faster, and `next` was not
/// written), TG_ERR_UNKNOWN_CARRY, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Thread-safe for
/// `limiter`; not while other threads use `next`.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_reconfigure(
    limiter: *mut tg_limiter,
    next: *mut tg_limiter,
    quota: *const tg_quota,
    carry: i32,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(next)?;
            let carry = match carry {
                KEEP => Carry::Keep,
                PROPORTIONAL => Carry::Proportional,
                RESET => Carry::Reset,
                _ => return Err(Error::UnknownCarry),
            };
            let (limiter, quota) = (caller.shared(limiter)?, *caller.shared(quota)?);
            match limiter.reconfigure(quota, carry, Instant::from_nanos(now_ns)) {
                Some(made) => caller.init(next, made),
                None => Ok(DENIED),
            }
        })
    }
}

/// Whether another limiter has taken over from this one.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_is_retired(
    limiter: *const tg_limiter,
    is_retired: *mut bool,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place(is_retired)?);
            place.write(limiter.is_retired());
            Ok(OK)
        })
    }
}

/// The state at `now_ns`, to be carried into another process or over a restart. Changes nothing.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Thread-safe for `limiter`.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_snapshot(
    limiter: *const tg_limiter,
    now_ns: u64,
    snapshot: *mut tg_snapshot,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place(snapshot)?);
            let Snapshot { remaining, full_after } = limiter.snapshot(Instant::from_nanos(now_ns));
            place.write(tg_snapshot {
                remaining,
                full_after_ns: full_after.as_nanos(),
                reserved: 0,
            });
            Ok(OK)
        })
    }
}

/// Makes a bucket of this quota in the state of a snapshot that is `age_ns` nanoseconds old (by the wall
/// clock, say), on a clock that is now at `now_ns`. Rounded against the caller, by less than a
/// nanosecond; a snapshot that says more than fifty years says fifty years.
///
/// Returns TG_OK, TG_ERR_ABI_MISMATCH (`reserved` is not 0: a later version wrote it, or nobody),
/// TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED (the quota). Not while other threads use `limiter`.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_restore(
    limiter: *mut tg_limiter,
    quota: *const tg_quota,
    snapshot: *const tg_snapshot,
    age_ns: u64,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(limiter)?;
            let (quota, told) = (*caller.shared(quota)?, caller.plain(snapshot)?);
            if told.reserved != 0 {
                return Err(Error::AbiMismatch);
            }
            let full_after = Span::from_nanos(told.full_after_ns);
            let snapshot = Snapshot { remaining: told.remaining, full_after };
            let (age, now) = (Span::from_nanos(age_ns), Instant::from_nanos(now_ns));
            caller.init(limiter, tidegate::RateLimiter::restore(quota, snapshot, age, now))
        })
    }
}
