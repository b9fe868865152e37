//! `Reservation`: tokens taken ahead of their time.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{Instant, Refused, Reservation, Span};

use crate::{
    clock,
    errors::{Answer, answer},
    limiter::Limiter,
    values::{self, Length},
};

/// A reservation until it is used up.
#[derive(Debug)]
pub(crate) struct Held {
    reservation: Option<Reservation>,
    /// When its tokens may be used.
    due: Instant,
}

/// What was reserved, or why it was not.
#[napi(object, object_from_js = false)]
pub(crate) struct Reserved {
    /// The wait in milliseconds.
    pub wait: f64,
    /// The same in nanoseconds.
    pub wait_ns: BigInt,
    /// When it ends, on the monotonic clock.
    pub due_ns: BigInt,
    /// Whether it was reserved: the wait was not longer than was wanted.
    pub reserved: bool,
    /// The reservation, if it is to be kept.
    pub held: Option<External<Held>>,
}

/// A reservation, or the wait alone when that is longer than `longest`. Nothing for a cost that can
/// never be admitted. One that is never given back need not be kept.
#[napi]
pub(crate) fn limiter_reserve(
    limiter: &External<Limiter>,
    cost: BigInt,
    longest: Option<Length>,
    now: Option<BigInt>,
    keep: bool,
) -> napi::Result<Answer<Option<Reserved>>> {
    let (bucket, n) = (limiter.bucket()?, values::count(&cost));
    let reserve = || {
        let longest = longest.as_ref().map_or(Ok(Span::MAX), values::span)?;
        let now = values::now(now)?;
        let (wait, reservation) = match bucket.with(|bucket| bucket.reserve(n, longest, now)) {
            Err(Refused::Never) => return Ok(None),
            Err(Refused::Denied { retry_after }) => (retry_after, None),
            Ok(reservation) => (reservation.wait(), Some(reservation)),
        };
        let due = now.saturating_add(wait);
        let reserved = reservation.is_some();
        let held = |reservation| External::new(Held { reservation: Some(reservation), due });
        Ok(Some(Reserved {
            wait: values::millis(wait),
            wait_ns: values::nanos(wait),
            due_ns: due.as_nanos().into(),
            reserved,
            held: reservation.filter(|_| keep).map(held),
        }))
    };
    Ok(answer(reserve()))
}

/// Uses a reservation up: how many tokens were given back; nothing when it was used up before.
#[napi]
pub(crate) fn limiter_settle(
    limiter: &External<Limiter>,
    held: &mut External<Held>,
    actual: BigInt,
    now: Option<BigInt>,
) -> napi::Result<Answer<Option<BigInt>>> {
    let bucket = limiter.bucket()?;
    Ok(answer(values::now(now).map(|now| {
        let reservation = held.reservation.take()?;
        let actual = values::count(&actual);
        Some(bucket.with(|bucket| bucket.settle(reservation, actual, now)).into())
    })))
}

/// Cancels a reservation whose time has not come: its tokens cannot have been used.
#[napi]
pub(crate) fn limiter_dispose(
    limiter: &External<Limiter>,
    held: &mut External<Held>,
) -> napi::Result<()> {
    let (bucket, now) = (limiter.bucket()?, clock::monotonic());
    if now < held.due
        && let Some(reservation) = held.reservation.take()
    {
        bucket.with(|bucket| bucket.cancel(reservation, now));
    }
    Ok(())
}
