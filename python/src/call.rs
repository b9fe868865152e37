//! `Call`: one logical request across its attempts.

use std::{
    borrow::Cow,
    sync::{Mutex, MutexGuard, PoisonError},
};

use pyo3::{
    prelude::*,
    types::{PyString, PyTuple},
};
use tidegate::{Error, Failure, Instant, Reason, Span, wire::Reader};

use crate::{
    advice::Advice,
    api::{Api, State},
    decision::shown,
    errors,
    given::{Given, NOT},
    number, text, time,
    wire::Hints,
};

/// One logical request across its attempts. `Api.call` makes it.
///
/// Ask `next` what to do, do it, report what came of it:
///
///     while (step := call.next()).kind != "done":
///         if step.kind == "send": ...    # send once, then call.answered(...) or call.failed(...)
///         elif step.kind == "wait": time.sleep(step.delay)
///         else: break                    # step.kind == "give_up": step.reason says why
///
/// >>> call = tidegate.Api.stackflow().call("GET", "/api/v1/incidents", key="alice")
/// >>> call.next(now_ns=0).kind
/// 'send'
/// >>> call.answered(429, {"Retry-After": "23"}, now_ns=0)
/// >>> call.next(now_ns=0)
/// Step(kind='wait', delay=23.0)
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Call {
    api: Py<Api>,
    /// Locked for the arithmetic of one call only; no Python runs meanwhile.
    inner: Mutex<tidegate::Call>,
}

impl Call {
    pub(crate) fn new(api: Py<Api>, call: tidegate::Call) -> Call {
        Call { api, inner: Mutex::new(call) }
    }

    /// OK to ignore the poison: the core panics on no input.
    fn lock(&self) -> MutexGuard<'_, tidegate::Call> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Call {
    /// What to do now. Only a "send" changes anything: it counts the request in every layer.
    #[pyo3(signature = (*, now_ns=None, wall_ns=None))]
    fn next(
        &self,
        now_ns: Option<&Bound<'_, PyAny>>,
        wall_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Step> {
        let (now, wall) = (time::now(now_ns)?, time::wall(wall_ns)?);
        Ok(Step { inner: self.lock().next(self.api.get().inner(), now, wall) })
    }

    /// Reports an answer: its status, its headers and as much of its body as there is.
    ///
    /// `headers` is a mapping (dict, httpx.Headers, requests' headers) or an iterable of pairs of str
    /// or bytes, read in the dialect of the API's policy; or what was read of them already, as Advice
    /// or Hints. `body` is bytes or str.
    ///
    /// TidegateError (a ValueError): no send is in flight, or the status is not 100 to 599.
    #[pyo3(
        signature = (status, headers=NOT, body=NOT, *, now_ns=None, wall_ns=None),
        text_signature = "($self, status, headers=(), body=b'', *, now_ns=None, wall_ns=None)"
    )]
    fn answered(
        &self,
        status: &Bound<'_, PyAny>,
        headers: Given<'_>,
        body: Given<'_>,
        now_ns: Option<&Bound<'_, PyAny>>,
        wall_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        // What does not fit is out of range like 0, and the core says so.
        let number = number::unsigned("status", status)?;
        let status = number.and_then(|number| u16::try_from(number).ok()).unwrap_or(0);
        let api = self.api.get().inner();
        let told = headers.or(Told::Hints(tidegate::Hints::new()), |it| told(it, api))?;
        let body = body.get().map_or(Ok(Cow::default()), |body| text::received("body", body))?;
        let (now, wall) = (time::now(now_ns)?, time::wall(wall_ns)?);
        let hints = match told {
            Told::Hints(hints) => hints,
            Told::Read(reader) => api.hints(&reader, wall),
        };
        self.lock().answered(api, status, &hints, &body, now, wall).map_err(errors::raise)
    }

    /// Reports that no answer came. `kind` is one of tidegate.FAILURES: "connect_refused" (or
    /// unreachable, or no such name), "connect_timeout", "read_timeout", "reset", "aborted" (by the
    /// caller), "tls". A call that waits may be reported as "aborted" too, so that what its next send
    /// has paid is given back.
    ///
    /// TidegateError (a ValueError): an unknown kind, or no send is in flight.
    #[pyo3(signature = (kind, *, now_ns=None, wall_ns=None))]
    fn failed(
        &self,
        kind: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
        wall_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let kind = text::string("kind", kind)?;
        let failure = Failure::parse(&kind);
        let failure = failure.ok_or_else(|| errors::of(Error::UnknownFailure, &kind))?;
        let (now, wall) = (time::now(now_ns)?, time::wall(wall_ns)?);
        self.lock().failed(self.api.get().inner(), failure, now, wall).map_err(errors::raise)
    }

    /// The category that it is counted in.
    #[getter]
    fn category(&self) -> &str {
        let call = self.lock();
        call.category(self.api.get().inner())
    }

    /// How often it was sent.
    #[getter]
    fn attempts(&self) -> u32 {
        self.lock().attempts()
    }

    /// When the send in flight is to be cut off and reported as "read_timeout": at the policy's
    /// timeout of an attempt or at the deadline, whichever is first. In seconds of
    /// `tidegate.monotonic_ns()`; None if it may last for ever.
    #[getter]
    fn attempt_ends(&self) -> Option<f64> {
        self.attempt_ends_ns().map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    /// As attempt_ends, in nanoseconds.
    #[getter]
    fn attempt_ends_ns(&self) -> Option<u64> {
        let ends = self.lock().attempt_ends(self.api.get().inner());
        (ends < Instant::MAX).then_some(ends.as_nanos())
    }

    /// How many seconds are left until attempt_ends, for the timeout of an HTTP library; None if the
    /// send may last for ever.
    ///
    /// >>> call = tidegate.Api.stackflow().call("GET", "/", key="alice", timeout=60, now_ns=0)
    /// >>> call.attempt_timeout(now_ns=59_000_000_000)
    /// 1.0
    #[pyo3(signature = (*, now_ns=None))]
    fn attempt_timeout(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<f64>> {
        let now = time::now(now_ns)?;
        let ends = self.attempt_ends_ns().map(Instant::from_nanos);
        Ok(ends.map(|ends| time::secs(ends.saturating_since(now))))
    }

    /// When a second send may go while this one is out, in seconds of `tidegate.monotonic_ns()`. One
    /// that is late puts off the next: two never go at once.
    ///
    /// None: none may. No send is in flight, the policy has no hedging or no more of it, doing it
    /// twice is not the same as once, or the server has just ordered everybody to wait.
    #[getter]
    fn hedge_at(&self) -> Option<f64> {
        self.hedge_at_ns().map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    /// As hedge_at, in nanoseconds.
    #[getter]
    fn hedge_at_ns(&self) -> Option<u64> {
        self.lock().hedge_at(self.api.get().inner()).map(Instant::as_nanos)
    }

    /// A twin of this call, to be sent beside it; None if it is not yet time, or if the budget has no
    /// retry left.
    ///
    /// Ask it as any call. It is never tried again by itself, since the first is still out. Whichever
    /// is done first is the result; report the other as failed("aborted").
    ///
    /// >>> api = tidegate.Api.from_json('''{"name": "mine", "hedge": {"after": "200ms"},
    /// ...     "categories": [{"name": "all", "limits": []}]}''')
    /// >>> call = api.call("GET", "/", key="alice")
    /// >>> call.next(now_ns=0).kind, call.hedge_at
    /// ('send', 0.2)
    /// >>> twin = call.hedge(now_ns=200_000_000)
    /// >>> twin.next(now_ns=200_000_000).kind
    /// 'send'
    #[pyo3(signature = (*, now_ns=None))]
    fn hedge(&self, py: Python<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Call>> {
        let now = time::now(now_ns)?;
        let twin = self.lock().hedge(self.api.get().inner(), now);
        Ok(twin.map(|twin| Call::new(self.api.clone_ref(py), twin)))
    }

    fn __repr__(&self) -> String {
        format!("Call(category='{}', attempts={})", self.category(), self.attempts())
    }
}

/// What a response's headers say.
#[expect(clippy::large_enum_variant, reason = "it lives for one report, on the stack")]
enum Told {
    Hints(tidegate::Hints),
    Read(Reader),
}

/// Headers in the dialect of the API, or what was read of them already.
fn told(headers: &Bound<'_, PyAny>, api: &State) -> PyResult<Told> {
    if let Ok(hints) = headers.cast::<Hints>() {
        return Ok(Told::Hints(hints.get().read()));
    }
    if let Ok(advice) = headers.cast::<Advice>() {
        return Ok(Told::Read(Reader::Dialect(advice.get().read())));
    }
    let mut reader = api.reader();
    text::each_header(headers, |name, value| {
        reader.header(name, value);
    })?;
    Ok(Told::Read(reader))
}

/// What to do now.
///
/// `kind` is "send": send the request once, then report `answered` or `failed`. "wait": sleep
/// `delay`, then ask again. "done": the last answer is the result. "give_up": it is the result, and
/// `reason` says why it is not tried again. "pending": a send is in flight, nothing was reported.
#[pyclass(frozen, eq, module = "tidegate")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    inner: tidegate::Step,
}

impl Step {
    pub(crate) fn new(inner: tidegate::Step) -> Step {
        Step { inner }
    }
}

#[pymethods]
impl Step {
    /// "send", "wait", "done", "give_up" or "pending".
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        match self.inner {
            tidegate::Step::Send => pyo3::intern!(py, "send"),
            tidegate::Step::Wait { .. } => pyo3::intern!(py, "wait"),
            tidegate::Step::Done => pyo3::intern!(py, "done"),
            tidegate::Step::GiveUp(_) => pyo3::intern!(py, "give_up"),
            tidegate::Step::Pending => pyo3::intern!(py, "pending"),
        }
    }

    /// Seconds to sleep, rounded up; 0.0 unless the kind is "wait".
    #[getter]
    fn delay(&self) -> f64 {
        time::secs(Span::from_nanos(self.delay_ns()))
    }

    /// As delay, in nanoseconds.
    #[getter]
    fn delay_ns(&self) -> u64 {
        match self.inner {
            tidegate::Step::Wait { delay, .. } => delay.as_nanos(),
            _ => 0,
        }
    }

    /// When to ask again, by `tidegate.monotonic_ns()`; None unless the kind is "wait".
    #[getter]
    fn until_ns(&self) -> Option<u64> {
        match self.inner {
            tidegate::Step::Wait { until, .. } => Some(until.as_nanos()),
            _ => None,
        }
    }

    /// One of tidegate.REASONS; None unless the kind is "give_up".
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        match self.inner {
            tidegate::Step::GiveUp(why) => Some(why.reason.name()),
            _ => None,
        }
    }

    /// The wait in seconds that the server ordered with the last answer, uncut; None if it ordered
    /// none, or unless the kind is "give_up".
    #[getter]
    fn server_delay(&self) -> Option<f64> {
        self.server_delay_ns().map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    /// As server_delay, in nanoseconds.
    #[getter]
    fn server_delay_ns(&self) -> Option<u64> {
        match self.inner {
            tidegate::Step::GiveUp(why) => why.server_delay.map(Span::as_nanos),
            _ => None,
        }
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let kind = self.kind(py);
        match self.inner {
            tidegate::Step::Wait { .. } => format!("Step(kind='{kind}', delay={:?})", self.delay()),
            tidegate::Step::GiveUp(why) => format!(
                "Step(kind='{kind}', reason='{}', server_delay={})",
                why.reason.name(),
                shown(self.server_delay()),
            ),
            _ => format!("Step(kind='{kind}')"),
        }
    }
}

/// The names of all failures.
pub(crate) fn failures(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, Failure::ALL.iter().map(|failure| failure.name()))
}

/// The names of all reasons.
pub(crate) fn reasons(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, Reason::ALL.iter().map(|reason| reason.name()))
}
