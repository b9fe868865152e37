//! `tg_reservation`: tokens taken ahead of their time, and what is given back.

use tidegate::{Instant, Refused, Reservation, Span};

use crate::{
    caller::{Place, answer},
    error::{DENIED, NEVER, OK},
    limiter::tg_limiter,
    object::object,
};

/// Tokens that tg_limiter_reserve took. Plain data of one owner: pass it to tg_limiter_cancel or
/// tg_limiter_settle once, or use the tokens and forget it. Read it; do not change it or use a copy
/// of it.
#[repr(C)]
pub struct tg_reservation {
    _t: u64,
    /// How long to wait from the now_ns of the reservation before the tokens may be used, in
    /// nanoseconds, rounded up. TG_DENIED: the wait that was too long. TG_NEVER: UINT64_MAX.
    pub wait_ns: u64,
    /// How many tokens it holds; 0 when nothing was reserved.
    pub tokens: u64,
    _s: [u64; 4],
}

object!(tg_reservation, Kept, b"tgreserv");

/// What the words behind the tag are.
#[repr(C)]
pub(crate) struct Kept {
    wait_ns: u64,
    tokens: u64,
    after: u64,
    cost: u64,
    returned: u64,
}

/// Takes `n` tokens that may be used `reservation`->wait_ns from now, if that is not longer than
/// `max_wait_ns`; otherwise takes nothing, at once. So a caller sleeps once, and who reserves first
/// waits least. With a `max_wait_ns` of 0 it takes what tg_limiter_try_acquire would.
///
/// Returns TG_OK, TG_DENIED (the wait, which stands in `reservation`, is longer than `max_wait_ns` or
/// than about fifty years), TG_NEVER (`n` is above the burst), TG_ERR_NULL_POINTER or
/// TG_ERR_NOT_INITIALIZED. After TG_DENIED and TG_NEVER `reservation` holds nothing that could be given
/// back. What it held before is forgotten, and those tokens stay taken. Thread-safe for `limiter`.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_limiter_reserve(
    limiter: *mut tg_limiter,
    n: u64,
    max_wait_ns: u64,
    now_ns: u64,
    reservation: *mut tg_reservation,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(reservation)?;
            let (max_wait, now) = (Span::from_nanos(max_wait_ns), Instant::from_nanos(now_ns));
            let (code, wait_ns) = match caller.shared(limiter)?.reserve(n, max_wait, now) {
                Ok(reserved) => return caller.init(reservation, reserved.into()),
                Err(Refused::Denied { retry_after }) => (DENIED, retry_after.as_nanos()),
                Err(Refused::Never) => (NEVER, u64::MAX),
            };
            caller.place(reservation)?.write(tg_reservation {
                _t: 0,
                wait_ns,
                tokens: 0,
                _s: [0; 4],
            });
            Ok(code)
        })
    }
}

/// Gives a reservation back, and uses it up. `returned` tells how many of its tokens another caller can
/// have now, rounded down: all of them, but not what has flowed back by itself since, and, while
/// somebody waits for a later reservation, not what those who came after it have built upon: they were
/// told their times. `returned` may be NULL.
///
/// `limiter` is the one that it was reserved from, or one that has taken over from it (then nothing is
/// returned).
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED (also for a reservation that was used
/// up or refused). Thread-safe for `limiter`. Read the clock for `now_ns` just before.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_cancel(
    limiter: *mut tg_limiter,
    reservation: *mut tg_reservation,
    now_ns: u64,
    returned: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place_if_any(returned)?);
            let reservation = caller.take(reservation)?.into();
            told(limiter.cancel(reservation, Instant::from_nanos(now_ns)), place)
        })
    }
}

/// Corrects an estimate: the reservation was for so many tokens, `actual` were used. Uses it up. What
/// was not used is given back as by tg_limiter_cancel; what was used beyond the estimate is charged
/// now, into debt if need be, and later callers wait for it; then 0 is returned.
///
/// Returns as tg_limiter_cancel does.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_settle(
    limiter: *mut tg_limiter,
    reservation: *mut tg_reservation,
    actual: u64,
    now_ns: u64,
    returned: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place_if_any(returned)?);
            let reservation = caller.take(reservation)?.into();
            told(limiter.settle(reservation, actual, Instant::from_nanos(now_ns)), place)
        })
    }
}

/// Gives back `n` tokens that were taken at `taken_at_ns` (the now_ns of that call) and not used.
/// `returned` tells how many another caller can have now, rounded down: all but as many as have flowed
/// back since, and none while somebody waits for a reservation or a pause lasts. Never more than the
/// burst is there. `returned` may be NULL.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Thread-safe. Read the clock for
/// `now_ns` just before.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_limiter_refund(
    limiter: *mut tg_limiter,
    n: u64,
    taken_at_ns: u64,
    now_ns: u64,
    returned: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (limiter, place) = (caller.shared(limiter)?, caller.place_if_any(returned)?);
            let (taken_at, now) = (Instant::from_nanos(taken_at_ns), Instant::from_nanos(now_ns));
            told(limiter.refund(n, taken_at, now), place)
        })
    }
}

/// Writes a number, if it is wanted.
fn told(number: u64, place: Option<Place<'_, u64>>) -> Result<i32, tidegate::Error> {
    if let Some(place) = place {
        place.write(number);
    }
    Ok(OK)
}

impl From<Reservation> for Kept {
    fn from(reservation: Reservation) -> Kept {
        let [tokens, wait_ns, after, cost, returned] = reservation.into_parts();
        Kept { wait_ns, tokens, after, cost, returned }
    }
}

impl From<Kept> for Reservation {
    fn from(kept: Kept) -> Reservation {
        let Kept { wait_ns, tokens, after, cost, returned } = kept;
        Reservation::from_parts([tokens, wait_ns, after, cost, returned])
    }
}

/// The two numbers that C reads lie where the object's value has them.
const _: () = {
    use core::mem::offset_of;

    type Here = crate::object::Object<Kept>;
    assert!(offset_of!(tg_reservation, _t) == offset_of!(Here, tag));
    assert!(
        offset_of!(tg_reservation, wait_ns) == offset_of!(Here, value) + offset_of!(Kept, wait_ns)
    );
    assert!(
        offset_of!(tg_reservation, tokens) == offset_of!(Here, value) + offset_of!(Kept, tokens)
    );
};
