//! `RetryRules` and `Attempts`: one operation of any kind across its attempts.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

use pyo3::prelude::*;
use tidegate::{
    Error, Instant, Span,
    retry::{self, Purse, RetryCause, Shared},
};

use crate::{
    backoff::Backoff,
    breaker::CircuitBreaker,
    budget::RetryBudget,
    call::Step,
    errors,
    given::{Given, NOT},
    number,
    retry_quota::RetryQuota,
    seed, text,
    throttle::RetryThrottle,
    time,
};

/// By which rules an operation of any kind is tried again, and what it shares with others.
///
/// `attempts` is how often it is tried in all, `timeout` the time of all attempts and waits together (no
/// wait begins that would end at its end or later), `attempt_timeout` that of one, which Attempts.left
/// heeds; None is no bound. The waits are `backoff`'s; a wait that the other side has told is obeyed if
/// it is not longer than `max_server_delay`, and up to `server_jitter` is added to it.
///
/// `budget` (RetryBudget, RetryQuota or RetryThrottle) and `breaker` (CircuitBreaker) are shared with all
/// who are given them. The seed of the delays is drawn from the system; give your own to repeat a run.
///
/// RetryPolicy has a loop around it; this is for a loop of your own.
///
/// TidegateError (a ValueError): a value out of its bounds.
///
/// >>> rules = tidegate.RetryRules(attempts=2, backoff=tidegate.Backoff(1, cap=60, jitter="none"))
/// >>> attempts = rules.begin(now_ns=0)
/// >>> attempts.next(now_ns=0)
/// Step(kind='send')
/// >>> attempts.failed(now_ns=0)
/// >>> attempts.next(now_ns=0)
/// Step(kind='wait', delay=1.0)
/// >>> attempts.next(now_ns=10**9)
/// Step(kind='send')
/// >>> attempts.failed(now_ns=10**9)
/// >>> attempts.next(now_ns=10**9)
/// Step(kind='give_up', reason='attempts_exhausted', server_delay=None)
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct RetryRules {
    inner: tidegate::RetryRules,
    budget: Budget,
    breaker: Option<Py<CircuitBreaker>>,
    seed: u64,
    is_seed_drawn: bool,
    /// Numbers the operations, to spread their delays. Relaxed: nothing else hangs on it.
    begun: AtomicU64,
}

/// A purse that Python owns.
#[derive(Debug)]
enum Budget {
    Unlimited,
    Ratio(Py<RetryBudget>),
    Quota(Py<RetryQuota>),
    Throttle(Py<RetryThrottle>),
}

impl Budget {
    fn new(budget: Option<&Bound<'_, PyAny>>) -> PyResult<Budget> {
        let Some(budget) = budget else { return Ok(Budget::Unlimited) };
        if let Ok(budget) = budget.cast::<RetryBudget>() {
            Ok(Budget::Ratio(budget.clone().unbind()))
        } else if let Ok(quota) = budget.cast::<RetryQuota>() {
            Ok(Budget::Quota(quota.clone().unbind()))
        } else if let Ok(throttle) = budget.cast::<RetryThrottle>() {
            Ok(Budget::Throttle(throttle.clone().unbind()))
        } else {
            let allowed = "a RetryBudget, a RetryQuota or a RetryThrottle";
            Err(errors::wrong_type("budget", budget, allowed))
        }
    }

    fn purse(&self) -> Purse<'_> {
        match self {
            Budget::Unlimited => Purse::Unlimited,
            Budget::Ratio(budget) => Purse::Ratio(budget.get().inner()),
            Budget::Quota(quota) => Purse::Quota(quota.get().inner()),
            Budget::Throttle(throttle) => Purse::Throttle(throttle.get().inner()),
        }
    }
}

impl RetryRules {
    fn shared(&self) -> Shared<'_> {
        let breaker = self.breaker.as_ref().map(|breaker| breaker.get().inner());
        Shared { purse: self.budget.purse(), breaker }
    }

    /// The rules of an operation that begins now: with fewer attempts, if a test wants that.
    fn of_now(&self) -> tidegate::RetryRules {
        let mut rules = self.inner;
        match MOST.load(Ordering::Relaxed) {
            0 => {}
            most if rules.max_attempts == 0 => rules.max_attempts = most,
            most => rules.max_attempts = rules.max_attempts.min(most),
        }
        rules
    }
}

/// How often anything is tried at most; 0 where no test says so. Relaxed: it stands alone.
static MOST: AtomicU32 = AtomicU32::new(0);

/// Sets how often anything is tried at most; 0 is no bound. Returns what it was.
#[pyfunction]
#[pyo3(name = "_cap_attempts")]
pub(crate) fn cap(most: &Bound<'_, PyAny>) -> PyResult<u32> {
    Ok(MOST.swap(number::word32("attempts", most)?, Ordering::Relaxed))
}

#[pymethods]
impl RetryRules {
    #[new]
    #[pyo3(
        signature = (
            *, attempts=NOT, timeout=None, attempt_timeout=None, backoff=None, server_jitter=NOT,
            max_server_delay=NOT, budget=None, breaker=None, seed=None
        ),
        text_signature = "(*, attempts=4, timeout=None, attempt_timeout=None, backoff=None, \
            server_jitter=1.0, max_server_delay=3600.0, budget=None, breaker=None, seed=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are named, and each may be left out")]
    fn new(
        attempts: Given<'_>,
        timeout: Option<&Bound<'_, PyAny>>,
        attempt_timeout: Option<&Bound<'_, PyAny>>,
        backoff: Option<&Bound<'_, PyAny>>,
        server_jitter: Given<'_>,
        max_server_delay: Given<'_>,
        budget: Option<&Bound<'_, PyAny>>,
        breaker: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<RetryRules> {
        let default = tidegate::RetryRules::DEFAULT;
        let unbounded = |name, it| PyResult::Ok(time::span_or_none(name, it)?.unwrap_or(Span::MAX));
        let backoff = match backoff {
            None => default.backoff,
            Some(backoff) => match backoff.cast::<Backoff>() {
                Ok(backoff) => *backoff.get().inner(),
                Err(_) => return Err(errors::wrong_type("backoff", backoff, "a Backoff")),
            },
        };
        let breaker = match breaker.map(|it| (it, it.cast::<CircuitBreaker>())) {
            None => None,
            Some((_, Ok(breaker))) => Some(breaker.clone().unbind()),
            Some((it, Err(_))) => {
                return Err(errors::wrong_type("breaker", it, "a CircuitBreaker"));
            }
        };
        Ok(RetryRules {
            inner: tidegate::RetryRules {
                max_attempts: attempts.or(default.max_attempts, attempts_of)?,
                timeout: unbounded("timeout", timeout)?,
                attempt_timeout: unbounded("attempt_timeout", attempt_timeout)?,
                backoff,
                server_jitter: server_jitter
                    .or(default.server_jitter, |it| time::span("server_jitter", it))?,
                max_server_delay: max_server_delay
                    .or(default.max_server_delay, |it| time::span("max_server_delay", it))?,
            },
            budget: Budget::new(budget)?,
            breaker,
            seed: seed.map_or_else(|| Ok(tidegate_host::seed()), |it| number::word("seed", it))?,
            is_seed_drawn: seed.is_none(),
            begun: AtomicU64::new(0),
        })
    }

    /// An operation that was not tried yet; its timeout begins now. `call` is its number, by which its
    /// delays differ from those of others; if it is not given they are numbered as they are begun.
    #[pyo3(signature = (*, call=None, now_ns=None))]
    fn begin(
        slf: &Bound<'_, Self>,
        call: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Attempts> {
        let rules = slf.get();
        let call = match call {
            Some(call) => number::word("call", call)?,
            None => rules.begun.fetch_add(1, Ordering::Relaxed),
        };
        let seed = if rules.is_seed_drawn { seed::of_this_process(rules.seed) } else { rules.seed };
        let (now, of_now) = (time::now(now_ns)?, rules.of_now());
        Ok(Attempts {
            shared: slf.clone().unbind(),
            rules: of_now,
            began: now,
            inner: Mutex::new(retry::Attempts::new(&of_now, seed, call, now)),
        })
    }

    /// Attempts in all; None for no bound.
    #[getter]
    fn attempts(&self) -> Option<u32> {
        (self.inner.max_attempts > 0).then_some(self.inner.max_attempts)
    }

    /// The time of all attempts and waits in seconds; None for no bound.
    #[getter]
    fn timeout(&self) -> Option<f64> {
        bound(self.inner.timeout)
    }

    /// Whether an operation that succeeds at once has anything to report.
    #[getter]
    fn _is_shared(&self) -> bool {
        self.breaker.is_some() || !matches!(self.budget, Budget::Unlimited)
    }

    fn __repr__(&self) -> String {
        let shown = |it: Option<f64>| it.map_or_else(|| "None".to_owned(), |it| format!("{it:?}"));
        let attempts = self.attempts().map_or_else(|| "None".to_owned(), |it| it.to_string());
        format!("RetryRules(attempts={attempts}, timeout={})", shown(self.timeout()))
    }
}

/// One operation across its attempts. RetryRules.begin makes it.
///
/// Ask next what to do, do it, report what came of it; the same loop as of a Call:
///
///     while (step := attempts.next()).kind != "done":
///         if step.kind == "send": ...    # try once, then attempts.succeeded() or .failed(...)
///         elif step.kind == "wait": time.sleep(step.delay)
///         else: break                    # step.kind == "give_up": step.reason says why
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Attempts {
    shared: Py<RetryRules>,
    rules: tidegate::RetryRules,
    began: Instant,
    /// Locked for the arithmetic of one operation only; no Python runs meanwhile.
    inner: Mutex<retry::Attempts>,
}

impl Attempts {
    /// OK to ignore the poison: the core panics on no input.
    fn lock(&self) -> MutexGuard<'_, retry::Attempts> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Attempts {
    /// What to do now: "send" is to try once. It passes the breaker, and only then anything is counted.
    #[pyo3(signature = (*, now_ns=None))]
    fn next(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Step> {
        let now = time::now(now_ns)?;
        Ok(Step::new(self.lock().next(&self.shared.get().shared(), now)))
    }

    /// Reports that the attempt has succeeded.
    ///
    /// TidegateError (a ValueError): none runs.
    #[pyo3(signature = (*, now_ns=None))]
    fn succeeded(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let now = time::now(now_ns)?;
        self.lock().succeeded(&self.shared.get().shared(), now).map_err(errors::raise)
    }

    /// Reports that the attempt has failed in a way that may be tried again: for which cause, "failure"
    /// (the other side failed), "transient" (it was lost, or not in time) or "throttled" (refused for its
    /// rate, which is no failure of the other side), and the seconds of a wait that the other side told.
    ///
    /// TidegateError (a ValueError): none runs, or another cause.
    #[pyo3(
        signature = (cause=NOT, told=None, *, now_ns=None),
        text_signature = "($self, cause='failure', told=None, *, now_ns=None)"
    )]
    fn failed(
        &self,
        cause: Given<'_>,
        told: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let cause = cause.or(RetryCause::Failure, |cause| {
            let name = text::string("cause", cause)?;
            RetryCause::named(&name).ok_or_else(|| errors::of(Error::UnknownCause, &name))
        })?;
        let told = time::span_or_none("told", told)?;
        let now = time::now(now_ns)?;
        let failed = self.lock().failed(&self.rules, &self.shared.get().shared(), cause, told, now);
        failed.map_err(errors::raise)
    }

    /// Reports that it is not tried again: it was given up, or failed in a way that is not to be tried
    /// again. What a retry has paid that waits is given back.
    fn aborted(&self) {
        self.lock().aborted(&self.shared.get().shared());
    }

    /// How often it was tried, the attempt that runs included.
    #[getter]
    fn attempts(&self) -> u32 {
        self.lock().attempts()
    }

    /// How many seconds the attempt that runs may go on: to the end of its own timeout or of that of
    /// all; None where there is neither.
    #[pyo3(signature = (*, now_ns=None))]
    fn left(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<f64>> {
        let now = time::now(now_ns)?;
        Ok(bound(self.lock().left(&self.rules, now)))
    }

    /// As left, in nanoseconds.
    #[pyo3(signature = (*, now_ns=None))]
    fn left_ns(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<u64>> {
        let left = self.lock().left(&self.rules, time::now(now_ns)?);
        Ok((left < Span::MAX).then_some(left.as_nanos()))
    }

    /// The seconds since it began.
    #[pyo3(signature = (*, now_ns=None))]
    fn elapsed(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
        Ok(time::secs(time::now(now_ns)?.saturating_since(self.began)))
    }

    fn __repr__(&self) -> String {
        format!("<Attempts, {} so far>", self.attempts())
    }
}

/// Attempts in all, of which there is at least the first.
fn attempts_of(value: &Bound<'_, PyAny>) -> PyResult<u32> {
    if value.is_none() {
        return Ok(0);
    }
    match number::word32("attempts", value) {
        Ok(0) => Err(errors::value("attempts", value, "from 1 to 4294967295, or None")),
        attempts => attempts,
    }
}

/// Seconds, or none where there is no bound.
fn bound(span: Span) -> Option<f64> {
    (span < Span::MAX).then(|| time::secs(span))
}
