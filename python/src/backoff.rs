//! `Backoff`: the delay before each retry.

use pyo3::{exceptions::PyTypeError, prelude::*};
use tidegate::{Error, Jitter, Span};

use crate::{
    errors,
    given::{Given, NOT},
    number, text, time,
};

/// Delays that grow by `factor` from `initial` up to `cap`, spread by a jitter.
///
/// `initial`, `cap` and `spread` are seconds (float, Fraction) or timedeltas; `factor` is a whole
/// number, 1 for a constant delay. `jitter` is "none"; "full": anything up to the delay; "equal":
/// half of it and anything up to the other half; "additive": the delay and up to `spread` more.
/// Each stays within the cap and still spreads clients at the cap.
///
/// A delay is a pure function of (seed, call, attempt), the same in every language. The seed is
/// drawn from the system once for each Backoff; give your own to repeat a run.
///
/// TidegateError (a ValueError): a value out of its bounds, or an unknown jitter.
///
/// >>> backoff = tidegate.Backoff(1, cap=60, jitter="none")
/// >>> [backoff.delay(attempt) for attempt in (0, 1, 2, 10)]
/// [1.0, 2.0, 4.0, 60.0]
/// >>> tidegate.Backoff(0.1, cap=5, jitter="full").delay(3, seed=7)
/// 0.483387845
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Backoff {
    inner: tidegate::Backoff,
    seed: u64,
}

#[pymethods]
impl Backoff {
    #[new]
    #[pyo3(
        signature = (initial, *, factor=NOT, cap, jitter=NOT, spread=None),
        text_signature = "(initial, *, factor=2, cap, jitter='full', spread=None)"
    )]
    fn new(
        initial: &Bound<'_, PyAny>,
        factor: Given<'_>,
        cap: &Bound<'_, PyAny>,
        jitter: Given<'_>,
        spread: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Backoff> {
        let (initial, cap) = (time::span("initial", initial)?, time::span("cap", cap)?);
        let factor = factor.or(2, |factor| number::word32("factor", factor))?;
        let spread = time::span_or_none("spread", spread)?;
        let name = jitter.get().map_or(Ok("full".into()), |name| text::string("jitter", name))?;
        let jitter = kind(&name, spread)?;
        let inner = tidegate::Backoff::new(initial, factor, cap, jitter).map_err(errors::raise)?;
        Ok(Backoff { inner, seed: tidegate_host::seed() })
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
    fn span(
        &self,
        attempt: &Bound<'_, PyAny>,
        seed: Option<&Bound<'_, PyAny>>,
        call: &Given<'_>,
    ) -> PyResult<Span> {
        let attempt = number::word32("attempt", attempt)?;
        let seed = seed.map_or(Ok(self.seed), |seed| number::word("seed", seed))?;
        let call = call.or(0, |call| number::word("call", call))?;
        Ok(self.inner.delay(seed, call, attempt))
    }
}

/// The jitter with this name; only the additive one takes a spread, and it needs one.
fn kind(name: &str, spread: Option<Span>) -> PyResult<Jitter> {
    match (name, spread) {
        ("additive", Some(spread)) => Ok(Jitter::Additive(spread)),
        ("additive", None) => Err(PyTypeError::new_err("jitter='additive' needs spread")),
        ("none" | "full" | "equal", Some(_)) => {
            Err(PyTypeError::new_err("spread goes with jitter='additive' only"))
        }
        ("none", None) => Ok(Jitter::None),
        ("full", None) => Ok(Jitter::Full),
        ("equal", None) => Ok(Jitter::Equal),
        _ => Err(errors::of(Error::UnknownJitter, name)),
    }
}
