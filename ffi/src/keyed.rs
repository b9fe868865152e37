//! `tg_keyed`: a token bucket for each of many keys, in memory that the caller lends.

use core::ffi::c_void;

use tidegate::{
    Error, Instant, KeyedRateLimiter,
    limit::{Full, SlotSet},
};

use crate::{
    caller::{Lent, answer, decide},
    error::OK,
    object::object,
    outcome::tg_outcome,
    quota::tg_quota,
};

/// Room for the buckets of four keys: one cache line. Zeros are empty, so `static tg_slot_set sets[64];`
/// is a table for about 128 keys; TG_SLOT_SETS tells how many to lend. Memory that is asked for at run
/// time must be aligned: aligned_alloc(sizeof(tg_slot_set), ...), filled with zeros.
#[repr(C, align(64))]
pub struct tg_slot_set {
    _s: [u64; 8],
}

const _: () = {
    assert!(size_of::<tg_slot_set>() == size_of::<SlotSet>());
    assert!(align_of::<tg_slot_set>() == align_of::<SlotSet>());
};

// SAFETY: the same size and alignment, as just checked, and any bits are valid: a slot is a word of integers.
unsafe impl Lent for tg_slot_set {
    type Core = SlotSet;
}

/// A token bucket for each key, as many as the lent table has room for; each decides exactly as a
/// tg_limiter of its own. Any number of threads may share it once it is initialized. It never grows and
/// there is nothing to sweep: a bucket that has been full for a second is dropped when its slot is
/// wanted, and no other bucket ever is.
///
/// The quota comes with the call, so one table serves several plans. If a key comes with another quota
/// than before, the time at which its bucket is full again stays.
///
/// now_ns is as for tg_limiter. A thread that stops for ever at any point neither blocks another nor
/// lets anyone over.
#[repr(C, align(8))]
pub struct tg_keyed {
    _s: [u64; 12],
}

object!(tg_keyed, KeyedRateLimiter<'static>, b"tg_keyed");

/// What a request gets whose key has no slot and finds none free.
#[repr(i32)]
pub enum tg_full {
    /// It is denied until the first slot of its two sets is free.
    TG_FULL_DENY = 1,
    /// All such requests share one bucket, each under its own quota.
    TG_FULL_SHARE = 2,
    /// It is allowed, and counted by tg_keyed_overflowed only.
    TG_FULL_ALLOW = 3,
}

/// What a number of enum tg_full stands for.
pub(crate) fn full(full: i32) -> Result<Full, Error> {
    match full {
        DENY => Ok(Full::Deny),
        SHARE => Ok(Full::Share),
        ALLOW => Ok(Full::Allow),
        _ => Err(Error::UnknownFull),
    }
}

const DENY: i32 = tg_full::TG_FULL_DENY as i32;
const SHARE: i32 = tg_full::TG_FULL_SHARE as i32;
const ALLOW: i32 = tg_full::TG_FULL_ALLOW as i32;

/// A key's live bucket.
#[repr(C)]
pub struct tg_occupant {
    /// The keyed hash by which the table knows the key; 0 when there is none.
    pub fingerprint: u64,
    /// When its bucket is full again, on the clock of now_ns, in nanoseconds.
    pub full_at_ns: u64,
}

/// Makes a limiter over `count` slot sets, which serve it alone as long as it is used. They are zeros, or
/// hold what an earlier tg_keyed of the same seed and clock left there: its buckets then go on, each
/// under its quota of before. Draw the two words of the seed at random and keep them secret, so that
/// nobody can choose keys that meet. `full` is one of enum tg_full. Without sets (NULL and 0) there is no
/// room, and `full` decides always.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_FULL, TG_ERR_NULL_POINTER, TG_ERR_POINTER_MISALIGNED (a set must lie
/// at a multiple of 64) or TG_ERR_BUFFER_TOO_SHORT (an impossible count). Not while other threads use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_keyed_init(
    keyed: *mut tg_keyed,
    sets: *mut tg_slot_set,
    count: usize,
    seed_low: u64,
    seed_high: u64,
    full: i32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(keyed)?;
            let full = self::full(full)?;
            let seed = u128::from(seed_high) << u64::BITS | u128::from(seed_low);
            caller.init(keyed, KeyedRateLimiter::new(caller.lent(sets, count)?, seed, full))
        })
    }
}

/// Takes `n` tokens of the bucket of a key if they are there. The key is any `key_len` bytes, also
/// none; `n` = 0 takes nothing and is allowed.
///
/// Returns TG_OK, TG_DENIED (nothing was taken; `outcome` tells the exact wait), TG_NEVER (`n` is
/// above the burst), TG_ERR_NULL_POINTER, TG_ERR_NOT_INITIALIZED (`keyed` or `quota`) or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible length). `outcome` may be NULL.
///
/// Thread-safe, and without a lock. A key in the table costs one compare-and-swap when it takes tokens; a
/// denial writes nothing, except to note a clock step or to count that no slot was free.
///
/// Threads: shared. Interrupts: 64-bit. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_keyed_try_acquire(
    keyed: *mut tg_keyed,
    quota: *const tg_quota,
    key: *const c_void,
    key_len: usize,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (keyed, quota) = (caller.shared(keyed)?, caller.shared(quota)?);
            let (key, place) = (caller.bytes(key.cast(), key_len)?, caller.place_if_any(outcome)?);
            let now = Instant::from_nanos(now_ns);
            Ok((keyed.try_acquire(key, quota, n, now), place))
        })
    }
}

/// As tg_keyed_try_acquire with the eight bytes of `key`, lowest first: the same bucket.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_keyed_try_acquire_u64(
    keyed: *mut tg_keyed,
    quota: *const tg_quota,
    key: u64,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (keyed, quota) = (caller.shared(keyed)?, caller.shared(quota)?);
            let (place, now) = (caller.place_if_any(outcome)?, Instant::from_nanos(now_ns));
            Ok((keyed.try_acquire_u64(key, quota, n, now), place))
        })
    }
}

/// What tg_keyed_try_acquire would answer; takes nothing, changes nothing and counts nothing.
///
/// Threads: shared. Interrupts: 64-bit. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_keyed_peek(
    keyed: *const tg_keyed,
    quota: *const tg_quota,
    key: *const c_void,
    key_len: usize,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (keyed, quota) = (caller.shared(keyed)?, caller.shared(quota)?);
            let (key, place) = (caller.bytes(key.cast(), key_len)?, caller.place_if_any(outcome)?);
            Ok((keyed.peek(key, quota, n, Instant::from_nanos(now_ns)), place))
        })
    }
}

/// What tg_keyed_try_acquire_u64 would answer; takes nothing, changes nothing and counts nothing.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_keyed_peek_u64(
    keyed: *const tg_keyed,
    quota: *const tg_quota,
    key: u64,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (keyed, quota) = (caller.shared(keyed)?, caller.shared(quota)?);
            let (place, now) = (caller.place_if_any(outcome)?, Instant::from_nanos(now_ns));
            Ok((keyed.peek_u64(key, quota, n, now), place))
        })
    }
}

/// How many slots the table has.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_keyed_capacity(keyed: *const tg_keyed, slots: *mut usize) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (keyed, place) = (caller.shared(keyed)?, caller.place(slots)?);
            place.write(keyed.capacity());
            Ok(OK)
        })
    }
}

/// How many slots no new key could take at `now_ns`. Reads the whole table.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: by table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_keyed_occupied(
    keyed: *const tg_keyed,
    now_ns: u64,
    slots: *mut usize,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (keyed, place) = (caller.shared(keyed)?, caller.place(slots)?);
            place.write(keyed.occupied(Instant::from_nanos(now_ns)));
            Ok(OK)
        })
    }
}

/// How many requests found all slots that their key may use taken.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_keyed_overflowed(keyed: *const tg_keyed, count: *mut u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (keyed, place) = (caller.shared(keyed)?, caller.place(count)?);
            place.write(keyed.overflowed());
            Ok(OK)
        })
    }
}

/// The next live bucket, for metrics: the first in slot `slot` or behind it that no new key could take
/// at `now_ns`; then makes `slot` the one behind it. Begin with a `slot` of 0, and go on until `occupant`
/// has a fingerprint of 0: that was all. Each slot is read when it is come to.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: by table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_keyed_next(
    keyed: *const tg_keyed,
    now_ns: u64,
    slot: *mut usize,
    occupant: *mut tg_occupant,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (keyed, from) = (caller.shared(keyed)?, *caller.plain(slot)?);
            let (place, next) = (caller.place(occupant)?, caller.place(slot)?);
            let found = keyed.occupant_from(from, Instant::from_nanos(now_ns));
            let (behind, fingerprint, full_at_ns) = match found {
                Some((slot, occupant)) => {
                    (slot.saturating_add(1), occupant.fingerprint, occupant.full_at.as_nanos())
                }
                None => (keyed.capacity(), 0, 0),
            };
            next.write(behind);
            place.write(tg_occupant { fingerprint, full_at_ns });
            Ok(OK)
        })
    }
}
