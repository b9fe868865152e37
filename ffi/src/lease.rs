//! `tg_lease`: tokens taken from a `tg_limiter` in one step and handed out without touching it.

use tidegate::{Instant, Lease, Span};

use crate::{
    caller::{answer, decide},
    error::OK,
    limiter::tg_limiter,
    object::object,
    outcome::tg_outcome,
    quota::tg_quota,
};

/// Tokens held by one owner, such as a thread: it takes as many as its size at once and spends them
/// alone, so that threads do not pass the limiter's cache line around. Plain data of one thread at a
/// time; the parent is shared.
///
/// Give the parent the quota that tg_lease_parent_quota makes: then any number of leases of that life
/// admit together, in every window, at most what one bucket of the whole quota would.
#[repr(C)]
pub struct tg_lease {
    _s: [u64; 6],
}

object!(tg_lease, Lease, b"tg_lease");

/// Makes in `parent` the quota of the limiter that leases of `life_ns` nanoseconds take from: that of
/// `whole`, with a burst that is lower by the tokens that come during a life, rounded up.
///
/// Returns TG_OK, TG_ERR_LEASE_OUT_OF_RANGE (no burst would be left: shorten the life),
/// TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_lease_parent_quota(
    whole: *const tg_quota,
    life_ns: u64,
    parent: *mut tg_quota,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(parent)?;
            let quota = Lease::parent_quota(caller.shared(whole)?, Span::from_nanos(life_ns))?;
            caller.init(parent, quota)
        })
    }
}

/// Makes an empty lease that takes `size` tokens at a time and keeps them for `life_ns` nanoseconds.
///
/// Returns TG_OK, TG_ERR_LEASE_OUT_OF_RANGE (a size of 0) or TG_ERR_NULL_POINTER.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_lease_init(lease: *mut tg_lease, size: u64, life_ns: u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(lease)?;
            caller.init(lease, Lease::new(size, Span::from_nanos(life_ns))?)
        })
    }
}

/// Takes `n` tokens of those that the lease holds. When they do not suffice, takes from `parent`, once, as
/// many as make the lease full, or as many as are there.
///
/// Returns TG_OK (`outcome` tells how many the lease has left, and the rest of its life in nanoseconds),
/// TG_DENIED (what the parent gave is kept; the wait is the parent's for one token, or 1 ns when it gave
/// some: ask again then), TG_NEVER (`n` is above the size, or the parent's limit is 0),
/// TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. `outcome` may be NULL. Thread-safe for `parent`, not
/// for `lease`.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_lease_try_acquire(
    lease: *mut tg_lease,
    parent: *mut tg_limiter,
    n: u64,
    now_ns: u64,
    outcome: *mut tg_outcome,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        decide(|caller| {
            let (parent, place) = (caller.shared(parent)?, caller.place_if_any(outcome)?);
            let (lease, now) = (caller.exclusive(lease)?, Instant::from_nanos(now_ns));
            let taken = lease.try_acquire(n, now, |wanted| parent.acquire_up_to(wanted, now));
            Ok((taken, place))
        })
    }
}

/// How many tokens the lease holds that may be spent at `now_ns`, without asking the parent.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_lease_held(lease: *const tg_lease, now_ns: u64, held: *mut u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (lease, place) = (caller.shared(lease)?, caller.place(held)?);
            place.write(lease.held(Instant::from_nanos(now_ns)));
            Ok(OK)
        })
    }
}

/// Empties the lease and refunds what was not used to `parent`, as tg_limiter_refund does: `returned`
/// tells how many tokens another caller can have now, rounded down, and may be NULL. Do it when the
/// owner ends or will be idle.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Thread-safe for `parent`, not for
/// `lease`.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_lease_give_back(
    lease: *mut tg_lease,
    parent: *mut tg_limiter,
    now_ns: u64,
    returned: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (parent, place) = (caller.shared(parent)?, caller.place_if_any(returned)?);
            let now = Instant::from_nanos(now_ns);
            let (unused, taken_at) = caller.exclusive(lease)?.give_back(now);
            let returned = parent.refund(unused, taken_at, now);
            if let Some(place) = place {
                place.write(returned);
            }
            Ok(OK)
        })
    }
}
