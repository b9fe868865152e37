//! `Backoff`: the delay before each retry.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{Error, Jitter, Span};

use crate::{
    errors::{Answer, answer},
    values::{self, Length},
};

/// A backoff.
pub(crate) type Backoff = tidegate::Backoff;

/// Delays from `initial`, each `factor` times the one before, up to `cap`.
#[napi]
pub(crate) fn create_backoff(
    initial: Length,
    factor: BigInt,
    cap: Length,
    jitter: String,
    spread: Option<Length>,
) -> Answer<External<Backoff>> {
    let create = || {
        let spread = spread.as_ref().map_or(Ok(Span::ZERO), values::span)?;
        let jitter = match jitter.as_str() {
            "none" => Jitter::None,
            "full" => Jitter::Full,
            "equal" => Jitter::Equal,
            "additive" => Jitter::Additive(spread),
            _ => return Err(Error::UnknownJitter),
        };
        let factor = u32::try_from(values::count(&factor)).map_err(|_| Error::BackoffOutOfRange)?;
        Backoff::new(values::span(&initial)?, factor, values::span(&cap)?, jitter)
    };
    answer(create().map(External::new))
}

/// The delay before retry number `attempt`, from 0: milliseconds rounded up, and nanoseconds.
#[napi]
pub(crate) fn backoff_delay(
    backoff: &External<Backoff>,
    seed: BigInt,
    call: BigInt,
    attempt: u32,
) -> (f64, BigInt) {
    let delay = backoff.delay(values::count(&seed), values::count(&call), attempt);
    (values::millis(delay), values::nanos(delay))
}

/// A random number from the system.
#[napi]
pub(crate) fn random_seed() -> BigInt {
    tidegate_host::seed().into()
}
