//! `AdaptiveThrottle`, `AdaptiveRate`: a client that rejects its own requests, or slows down.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    Error, Instant,
    retry::{AdaptiveThrottle, SharedAdaptiveRate},
};

use crate::{
    errors::{Answer, answer, done},
    permission::Permission,
    values::{self, Length},
};

/// A throttle that has counted nothing.
#[napi]
pub(crate) fn create_adaptive_throttle(
    window: Length,
    k: f64,
    most: f64,
) -> Answer<External<AdaptiveThrottle>> {
    let create = || {
        let k = tidegate_host::parts(k, 1_000).ok_or(Error::BudgetOutOfRange)?;
        let most = values::millionths(most, Error::BudgetOutOfRange)?;
        AdaptiveThrottle::new(values::span(&window)?, k, most)
    };
    answer(create().map(External::new))
}

/// Counts a request, and says whether to send it: drawn from a seed, or a random number.
#[napi]
pub(crate) fn adaptive_throttle_try_send(
    throttle: &External<AdaptiveThrottle>,
    seed: Option<BigInt>,
    call: BigInt,
    attempt: u32,
    now: Option<BigInt>,
) -> Answer<bool> {
    let seed = seed.as_ref().map_or_else(tidegate_host::seed, values::count);
    let call = values::count(&call);
    answer(values::now(now).map(|now| throttle.try_send(seed, call, attempt, now)))
}

/// Counts a request that the server has accepted.
#[napi]
pub(crate) fn adaptive_throttle_accepted(
    throttle: &External<AdaptiveThrottle>,
    now: Option<BigInt>,
) -> u32 {
    done(values::now(now).map(|now| throttle.accepted(now)))
}

/// How many of all requests would be rejected now: as a part, and in millionths.
#[napi]
pub(crate) fn adaptive_throttle_rejected(
    throttle: &External<AdaptiveThrottle>,
    now: Option<BigInt>,
) -> Answer<(f64, u32)> {
    let shown =
        |millionths: u32| (tidegate_host::from_parts(millionths.into(), 1_000_000), millionths);
    answer(values::now(now).map(|now| shown(throttle.rejected_millionths(now))))
}

/// A rate that begins now, and holds nothing back yet.
#[napi]
pub(crate) fn create_adaptive_rate(now: Option<BigInt>) -> Answer<External<SharedAdaptiveRate>> {
    let size = size_of::<SharedAdaptiveRate>();
    let rate = values::now(now).map(SharedAdaptiveRate::starting);
    answer(rate.map(|rate| External::new_with_size_hint(rate, size)))
}

/// Takes a token for one send, or says when there is one.
#[napi]
pub(crate) fn adaptive_rate_try_send(
    rate: &External<SharedAdaptiveRate>,
    now: Option<BigInt>,
) -> Answer<Permission> {
    answer(values::now(now).map(|now| match rate.try_send(now) {
        Ok(()) => Permission::given(None),
        Err(wait) => Permission::refused(wait),
    }))
}

/// Learns from an answer.
#[napi]
pub(crate) fn adaptive_rate_answered(
    rate: &External<SharedAdaptiveRate>,
    refused: bool,
    now: Option<BigInt>,
) -> u32 {
    done(values::now(now).map(|now| rate.answered(refused, now)))
}

/// The rate that is let through and the one that was really sent, a second; and both exactly, in 10⁻¹²
/// a second.
#[napi]
pub(crate) fn adaptive_rate_rates(
    rate: &External<SharedAdaptiveRate>,
) -> (f64, BigInt, f64, BigInt) {
    // It has begun, so both are those of the last answer at any time.
    let rate = rate.snapshot(Instant::ZERO);
    let each_second = |exact| tidegate_host::from_parts(exact, 1_000_000_000_000);
    let (rate, measured) = (rate.rate(), rate.measured());
    (each_second(rate), rate.into(), each_second(measured), measured.into())
}
