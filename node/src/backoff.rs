//! `Backoff`: the delay before each retry.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{Error, Jitter, Span};

use crate::{
    errors::{Answer, answer},
    jitter::jitter,
    values::{self, Length},
};

/// A backoff.
pub(crate) type Backoff = tidegate::Backoff;

/// What all kinds have.
#[napi(object, object_to_js = false)]
pub(crate) struct BackoffOptions {
    /// The longest delay.
    pub cap: Length,
    /// The name of the jitter.
    pub jitter: String,
    /// How much it spreads: a length, or a part of the delay.
    pub spread: Option<Length>,
    /// Whether the first retry does not wait.
    pub first_at_once: bool,
}

impl BackoffOptions {
    fn make(
        &self,
        new: impl FnOnce(Span, Jitter) -> Result<Backoff, Error>,
    ) -> Result<Backoff, Error> {
        let jitter = jitter(&self.jitter, self.spread.as_ref())?;
        let backoff = new(values::span(&self.cap)?, jitter)?;
        Ok(if self.first_at_once { backoff.first_at_once() } else { backoff })
    }
}

/// Delays from `initial`, each `numerator / denominator` times the one before.
#[napi]
pub(crate) fn create_backoff(
    initial: Length,
    numerator: BigInt,
    denominator: BigInt,
    options: BackoffOptions,
) -> Answer<External<Backoff>> {
    let term =
        |term: &BigInt| u32::try_from(values::count(term)).map_err(|_| Error::BackoffOutOfRange);
    made(options.make(|cap, jitter| {
        let (initial, factor) = (values::span(&initial)?, (term(&numerator)?, term(&denominator)?));
        Backoff::exponential(initial, factor.0, factor.1, cap, jitter)
    }))
}

/// The same delay each time.
#[napi]
pub(crate) fn create_constant_backoff(
    delay: Length,
    options: BackoffOptions,
) -> Answer<External<Backoff>> {
    made(options.make(|cap, jitter| Backoff::constant(values::span(&delay)?, cap, jitter)))
}

/// Delays from `initial`, each `step` longer than the one before.
#[napi]
pub(crate) fn create_linear_backoff(
    initial: Length,
    step: Length,
    options: BackoffOptions,
) -> Answer<External<Backoff>> {
    made(options.make(|cap, jitter| {
        Backoff::linear(values::span(&initial)?, values::span(&step)?, cap, jitter)
    }))
}

/// `initial` times 1, 2, 3, … to a power.
#[napi]
pub(crate) fn create_polynomial_backoff(
    initial: Length,
    power: u32,
    options: BackoffOptions,
) -> Answer<External<Backoff>> {
    made(
        options
            .make(|cap, jitter| Backoff::polynomial(values::span(&initial)?, power, cap, jitter)),
    )
}

/// `initial` times the numbers of Fibonacci.
#[napi]
pub(crate) fn create_fibonacci_backoff(
    initial: Length,
    options: BackoffOptions,
) -> Answer<External<Backoff>> {
    made(options.make(|cap, jitter| Backoff::fibonacci(values::span(&initial)?, cap, jitter)))
}

/// The listed delays in turn, then the last one for ever.
#[napi]
pub(crate) fn create_list_backoff(
    delays: Vec<Length>,
    options: BackoffOptions,
) -> Answer<External<Backoff>> {
    made(options.make(|cap, jitter| {
        let delays = delays.iter().map(values::span).collect::<Result<Vec<_>, _>>()?;
        Backoff::list(&delays, cap, jitter)
    }))
}

/// Numerator and denominator of a factor, read by its shortest decimal; nothing if 32 bits do not hold
/// them.
#[napi]
pub(crate) fn factor_ratio(factor: f64) -> Option<(BigInt, BigInt)> {
    let big = |term| BigInt::from(u64::from(term));
    tidegate_host::ratio(factor).map(|(numerator, denominator)| (big(numerator), big(denominator)))
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

fn made(backoff: Result<Backoff, Error>) -> Answer<External<Backoff>> {
    answer(backoff.map(External::new))
}
