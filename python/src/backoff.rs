//! `Backoff`: the delay before each retry.

use pyo3::prelude::*;
use tidegate::{Error, Span};

use crate::{
    errors,
    given::{Given, NOT},
    jitter::jitter,
    number, seed, time,
};

/// Delays that grow by `factor` from `initial` up to `cap`, spread by a jitter.
///
/// `initial` and `cap` are seconds (float, Fraction) or timedeltas. `factor` is 1 or at least 1.01:
/// an int, a Fraction, or a float, which is taken by its shortest decimal: 1.1 is 11/10. Other growth
/// is made by `constant`, `linear`, `polynomial`, `fibonacci` and `list`. With `first_at_once=True`
/// the first retry does not wait, and the delays come after it.
///
/// `jitter` is one of
///
/// * "none";
/// * "full": anything up to the delay;
/// * "equal": half of it and anything up to the other half;
/// * "additive": the delay and up to `spread` seconds more;
/// * "around": the delay and up to a part `spread` of it (0 to 1) more or less;
/// * "above": the delay and up to a part `spread` of it more;
/// * "decorrelated": from `initial` to three times the delay before (AWS);
/// * "decorrelated_v2": near `initial` times 2 to the power of the attempt, and smooth (Polly).
///
/// The last two take nothing of the growth but its first delay. Each stays within the cap and still
/// spreads clients at the cap.
///
/// A delay is a pure function of (seed, call, attempt), the same in every language. The seed is
/// drawn from the system once for each Backoff, and again in a process that is forked; give your own to repeat a run.
///
/// TidegateError (a ValueError): a value out of its bounds, or an unknown jitter.
///
/// >>> backoff = tidegate.Backoff(1, cap=60, jitter="none")
/// >>> [backoff.delay(attempt) for attempt in (0, 1, 2, 10)]
/// [1.0, 2.0, 4.0, 60.0]
/// >>> tidegate.Backoff(1, factor=1.5, cap=60, jitter="none").delay(2)
/// 2.25
/// >>> tidegate.Backoff(0.1, cap=5, jitter="full").delay(3, seed=7)
/// 0.483387845
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Backoff {
    inner: tidegate::Backoff,
    /// Drawn from the system.
    seed: u64,
}

#[pymethods]
impl Backoff {
    #[new]
    #[pyo3(
        signature = (initial, *, factor=NOT, cap, jitter=NOT, spread=None, first_at_once=false),
        text_signature = "(initial, *, factor=2, cap, jitter='full', spread=None, \
            first_at_once=False)"
    )]
    fn new(
        initial: &Bound<'_, PyAny>,
        factor: Given<'_>,
        cap: &Bound<'_, PyAny>,
        jitter: Given<'_>,
        spread: Option<&Bound<'_, PyAny>>,
        first_at_once: bool,
    ) -> PyResult<Backoff> {
        let (initial, cap) = (time::span("initial", initial)?, time::span("cap", cap)?);
        let (numerator, denominator) =
            factor.or((2, 1), |factor| number::ratio("factor", factor))?;
        let jitter = self::jitter(&jitter, spread)?;
        let inner = tidegate::Backoff::exponential(initial, numerator, denominator, cap, jitter);
        Backoff::made(inner, first_at_once)
    }

    /// The same delay each time. A `cap` above it gives a jitter room to add; it is the delay itself
    /// if it is not given.
    ///
    /// >>> backoff = tidegate.Backoff.constant(1, cap=2, jitter="above", spread=0.5)
    /// >>> backoff.delay(0, seed=1), backoff.delay(1, seed=1)
    /// (1.184094758, 1.471782116)
    #[staticmethod]
    #[pyo3(
        signature = (delay, *, cap=None, jitter=NOT, spread=None, first_at_once=false),
        text_signature = "(delay, *, cap=None, jitter='full', spread=None, first_at_once=False)"
    )]
    fn constant(
        delay: &Bound<'_, PyAny>,
        cap: Option<&Bound<'_, PyAny>>,
        jitter: Given<'_>,
        spread: Option<&Bound<'_, PyAny>>,
        first_at_once: bool,
    ) -> PyResult<Backoff> {
        let delay = time::span("delay", delay)?;
        let cap = time::span_or_none("cap", cap)?.unwrap_or(delay);
        let jitter = self::jitter(&jitter, spread)?;
        Backoff::made(tidegate::Backoff::constant(delay, cap, jitter), first_at_once)
    }

    /// Delays from `initial`, each `step` longer than the one before.
    ///
    /// >>> backoff = tidegate.Backoff.linear(1, step=0.5, cap=60, jitter="none")
    /// >>> [backoff.delay(attempt) for attempt in (0, 1, 2)]
    /// [1.0, 1.5, 2.0]
    #[staticmethod]
    #[pyo3(
        signature = (initial, *, step, cap, jitter=NOT, spread=None, first_at_once=false),
        text_signature = "(initial, *, step, cap, jitter='full', spread=None, \
            first_at_once=False)"
    )]
    fn linear(
        initial: &Bound<'_, PyAny>,
        step: &Bound<'_, PyAny>,
        cap: &Bound<'_, PyAny>,
        jitter: Given<'_>,
        spread: Option<&Bound<'_, PyAny>>,
        first_at_once: bool,
    ) -> PyResult<Backoff> {
        let (initial, cap) = (time::span("initial", initial)?, time::span("cap", cap)?);
        let (step, jitter) = (time::span("step", step)?, self::jitter(&jitter, spread)?);
        Backoff::made(tidegate::Backoff::linear(initial, step, cap, jitter), first_at_once)
    }

    /// `initial` times 1, 2, 3 and so on to the given power.
    ///
    /// >>> backoff = tidegate.Backoff.polynomial(1, power=3, cap=60, jitter="none")
    /// >>> [backoff.delay(attempt) for attempt in (0, 1, 2)]
    /// [1.0, 8.0, 27.0]
    #[staticmethod]
    #[pyo3(
        signature = (initial, *, power, cap, jitter=NOT, spread=None, first_at_once=false),
        text_signature = "(initial, *, power, cap, jitter='full', spread=None, \
            first_at_once=False)"
    )]
    fn polynomial(
        initial: &Bound<'_, PyAny>,
        power: &Bound<'_, PyAny>,
        cap: &Bound<'_, PyAny>,
        jitter: Given<'_>,
        spread: Option<&Bound<'_, PyAny>>,
        first_at_once: bool,
    ) -> PyResult<Backoff> {
        let (initial, cap) = (time::span("initial", initial)?, time::span("cap", cap)?);
        let (power, jitter) = (number::word32("power", power)?, self::jitter(&jitter, spread)?);
        Backoff::made(tidegate::Backoff::polynomial(initial, power, cap, jitter), first_at_once)
    }

    /// `initial` times the numbers of Fibonacci: 1, 1, 2, 3, 5, 8 and so on.
    ///
    /// >>> backoff = tidegate.Backoff.fibonacci(1, cap=60, jitter="none", first_at_once=True)
    /// >>> [backoff.delay(attempt) for attempt in range(6)]
    /// [0.0, 1.0, 1.0, 2.0, 3.0, 5.0]
    #[staticmethod]
    #[pyo3(
        signature = (initial, *, cap, jitter=NOT, spread=None, first_at_once=false),
        text_signature = "(initial, *, cap, jitter='full', spread=None, first_at_once=False)"
    )]
    fn fibonacci(
        initial: &Bound<'_, PyAny>,
        cap: &Bound<'_, PyAny>,
        jitter: Given<'_>,
        spread: Option<&Bound<'_, PyAny>>,
        first_at_once: bool,
    ) -> PyResult<Backoff> {
        let (initial, cap) = (time::span("initial", initial)?, time::span("cap", cap)?);
        let jitter = self::jitter(&jitter, spread)?;
        Backoff::made(tidegate::Backoff::fibonacci(initial, cap, jitter), first_at_once)
    }

    /// The listed delays in turn, then the last one for ever; one to eight of them.
    ///
    /// >>> backoff = tidegate.Backoff.list([0.05, 1, 5], cap=5, jitter="none")
    /// >>> [backoff.delay(attempt) for attempt in range(4)]
    /// [0.05, 1.0, 5.0, 5.0]
    #[staticmethod]
    #[pyo3(
        signature = (delays, *, cap, jitter=NOT, spread=None, first_at_once=false),
        text_signature = "(delays, *, cap, jitter='full', spread=None, first_at_once=False)"
    )]
    fn list(
        delays: &Bound<'_, PyAny>,
        cap: &Bound<'_, PyAny>,
        jitter: Given<'_>,
        spread: Option<&Bound<'_, PyAny>>,
        first_at_once: bool,
    ) -> PyResult<Backoff> {
        let items = delays
            .try_iter()
            .map_err(|_| errors::wrong_type("delays", delays, "an iterable of seconds"))?;
        let delays =
            items.enumerate().map(|(at, delay)| time::span(&format!("delays[{at}]"), &delay?));
        let delays = delays.collect::<PyResult<Vec<Span>>>()?;
        let (cap, jitter) = (time::span("cap", cap)?, self::jitter(&jitter, spread)?);
        Backoff::made(tidegate::Backoff::list(&delays, cap, jitter), first_at_once)
    }

    /// Seconds to wait before retry number `attempt`, counted from 0; rounded up.
    ///
    /// `call` tells the calls of one process apart: number them to spread their retries.
    #[pyo3(
        signature = (attempt, *, seed=None, call=NOT),
        text_signature = "($self, attempt, *, seed=None, call=0)"
    )]
    fn delay(
        &self,
        attempt: &Bound<'_, PyAny>,
        seed: Option<&Bound<'_, PyAny>>,
        call: Given<'_>,
    ) -> PyResult<f64> {
        self.span(attempt, seed, &call).map(time::secs)
    }

    /// As delay, in nanoseconds, exact.
    ///
    /// >>> tidegate.Backoff(1, cap=60, jitter="full").delay_ns(0, seed=1, call=2)
    /// 651475463
    #[pyo3(
        signature = (attempt, *, seed=None, call=NOT),
        text_signature = "($self, attempt, *, seed=None, call=0)"
    )]
    fn delay_ns(
        &self,
        attempt: &Bound<'_, PyAny>,
        seed: Option<&Bound<'_, PyAny>>,
        call: Given<'_>,
    ) -> PyResult<u64> {
        self.span(attempt, seed, &call).map(Span::as_nanos)
    }
}

impl Backoff {
    /// The core's.
    pub(crate) fn inner(&self) -> &tidegate::Backoff {
        &self.inner
    }

    fn made(inner: Result<tidegate::Backoff, Error>, first_at_once: bool) -> PyResult<Backoff> {
        let inner = inner.map_err(errors::raise)?;
        let inner = if first_at_once { inner.first_at_once() } else { inner };
        Ok(Backoff { inner, seed: tidegate_host::seed() })
    }

    fn span(
        &self,
        attempt: &Bound<'_, PyAny>,
        seed: Option<&Bound<'_, PyAny>>,
        call: &Given<'_>,
    ) -> PyResult<Span> {
        let attempt = number::word32("attempt", attempt)?;
        let seed =
            seed.map_or(Ok(seed::of_this_process(self.seed)), |seed| number::word("seed", seed))?;
        let call = call.or(0, |call| number::word("call", call))?;
        Ok(self.inner.delay(seed, call, attempt))
    }
}
