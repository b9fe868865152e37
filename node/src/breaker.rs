//! `CircuitBreaker`: no request to what has just failed again and again, then one at a time.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    Error,
    retry::{CircuitBreaker, Passage},
};

use crate::{
    errors::{Answer, answer, done},
    permission::Permission,
    values::{self, Length},
};

/// A breaker that opens after so many failures in turn.
#[napi]
pub(crate) fn create_consecutive_breaker(
    failures: u32,
    open_for: Length,
    probes: u32,
) -> Answer<External<CircuitBreaker>> {
    let breaker = values::span(&open_for)
        .and_then(|open_for| CircuitBreaker::consecutive(failures, open_for, probes));
    answer(breaker.map(External::new))
}

/// A breaker that opens when such a part of the calls of a window has failed.
#[napi]
pub(crate) fn create_ratio_breaker(
    window: Length,
    part: f64,
    least: u32,
    open_for: Length,
    probes: u32,
) -> Answer<External<CircuitBreaker>> {
    let create = || {
        let (window, open_for) = (values::span(&window)?, values::span(&open_for)?);
        let millionths = values::millionths(part, Error::BreakerOutOfRange)?;
        CircuitBreaker::ratio(window, millionths, least, open_for, probes)
    };
    answer(create().map(External::new))
}

/// Lets a request pass, or says how long none will.
#[napi]
pub(crate) fn breaker_try_call(
    breaker: &External<CircuitBreaker>,
    now: Option<BigInt>,
) -> Answer<Permission> {
    answer(values::now(now).map(|now| match breaker.try_call(now) {
        Ok(passage) => Permission::given(Some(passage.number())),
        Err(wait) => Permission::refused(wait),
    }))
}

/// Reports that a request has succeeded.
#[napi]
pub(crate) fn breaker_succeeded(
    breaker: &External<CircuitBreaker>,
    passage: u32,
    now: Option<BigInt>,
) -> u32 {
    let passage = Passage::from_number(passage);
    done(values::now(now).map(|now| breaker.succeeded(passage, now)))
}

/// Reports that a request has failed.
#[napi]
pub(crate) fn breaker_failed(
    breaker: &External<CircuitBreaker>,
    passage: u32,
    now: Option<BigInt>,
) -> u32 {
    let passage = Passage::from_number(passage);
    done(values::now(now).map(|now| breaker.failed(passage, now)))
}

/// Reports that a request was not sent, or tells nothing.
#[napi]
pub(crate) fn breaker_cancelled(breaker: &External<CircuitBreaker>, passage: u32) {
    breaker.cancelled(Passage::from_number(passage));
}

/// What it does now: `closed`, `open` or `half_open`.
#[napi]
pub(crate) fn breaker_state(
    breaker: &External<CircuitBreaker>,
    now: Option<BigInt>,
) -> Answer<&'static str> {
    answer(values::now(now).map(|now| breaker.state(now).name()))
}
