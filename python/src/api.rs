//! `Api`: one API's limits, dialect and retry rules, for both sides.

use std::borrow::Cow;

use pyo3::prelude::*;
use tidegate::{Instant, LimitedBy, Method, Policy, Request, Span, UnixTime};

use crate::{
    call::Call,
    errors,
    given::{Given, NOT},
    number, text, time,
};

/// The core's `Api`, with as many keys as it has by itself.
pub(crate) type State = tidegate::Api;

/// One API, "stackflow" or "velaflows": its limits by category, its headers and its retry rules.
///
/// A client asks `call` before each request; a server asks `admit`. One Api serves one side, all
/// threads and tasks of a process and up to 63 keys (users or tokens); further keys share one
/// place and so limit each other (`overflowed` counts them).
///
/// `window` (whole seconds) replaces the documented length of every window, for trials that cannot
/// wait a quarter of an hour. `seed` spreads the retries; it is drawn from the system if it is not
/// given.
///
/// TidegateError (a ValueError): an unknown name, or a window out of its bounds.
///
/// >>> api = tidegate.Api.stackflow()
/// >>> call = api.call("GET", "/api/v1/incidents", key="alice")
/// >>> call.next().kind
/// 'send'
/// >>> call.answered(200, {"X-RateLimit-Remaining": "299"})
/// >>> call.next().kind
/// 'done'
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Api {
    inner: Box<State>,
}

impl Api {
    pub(crate) fn inner(&self) -> &State {
        &self.inner
    }

    fn build(
        policy: Policy,
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        let policy = match time::span_or_none("window", window)? {
            Some(window) => policy.with_window(window).map_err(errors::raise)?,
            None => policy,
        };
        let seed =
            seed.map_or_else(|| Ok(tidegate_host::seed()), |seed| number::word("seed", seed));
        Ok(Api { inner: Box::new(State::new(policy, seed?)) })
    }
}

#[pymethods]
impl Api {
    #[new]
    #[pyo3(signature = (name, *, window=None, seed=None))]
    fn new(
        name: &Bound<'_, PyAny>,
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        let name = text::string("name", name)?;
        let policy = Policy::named(&name).map_err(|error| errors::of(error, &name))?;
        Api::build(policy, window, seed)
    }

    /// The StackFlow API: per user and minute 300 read, 60 write, 60 AI, 10 bulk and 120 search
    /// requests, ten times as many for role="service_account", and 5,000 a second for the account.
    #[staticmethod]
    #[pyo3(signature = (*, window=None, seed=None))]
    fn stackflow(
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        Api::build(Policy::stackflow(), window, seed)
    }

    /// The VelaFlows API: per token and quarter of an hour 300 read, 100 write, 50 delete, 20
    /// authentication and 10 bulk requests.
    #[staticmethod]
    #[pyo3(signature = (*, window=None, seed=None))]
    fn velaflows(
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        Api::build(Policy::velaflows(), window, seed)
    }

    /// One logical request of a client, across its attempts.
    ///
    /// `key` (str or bytes) is whose limits they are: the user or token. `idempotency_key=True`
    /// says that the request carries one, so that a POST or PATCH may be repeated. It ends after
    /// `timeout` (seconds or a timedelta) or at `deadline_ns` (of `tidegate.monotonic_ns()`): no
    /// wait is begun that would end later.
    ///
    /// TidegateError (a ValueError): an unknown method or role, a path without its first slash, an
    /// empty key.
    #[pyo3(
        signature = (
            method, path, *, key, role=NOT, idempotency_key=false, timeout=None, deadline_ns=None,
            now_ns=None
        ),
        text_signature = "($self, method, path, *, key, role='', idempotency_key=False, \
            timeout=None, deadline_ns=None, now_ns=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn call(
        slf: &Bound<'_, Self>,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        role: Given<'_>,
        idempotency_key: bool,
        timeout: Option<&Bound<'_, PyAny>>,
        deadline_ns: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Call> {
        let asked = Asked::new(method, path, key, &role)?;
        let deadline = deadline(timeout, deadline_ns, now_ns)?;
        let request = Request { idempotency_key, deadline, ..asked.request() };
        let call = slf.get().inner.call(&request).map_err(errors::raise)?;
        Ok(Call::new(slf.clone().unbind(), call))
    }

    /// Whether a server lets a request in; counts it in its category and at the gateway, or in
    /// neither.
    ///
    /// >>> api = tidegate.Api.stackflow()
    /// >>> admission = api.admit("POST", "/api/v1/incidents/bulk", key="alice",
    /// ...                       now_ns=0, wall_ns=1_716_134_437_000_000_000)
    /// >>> admission.allowed, admission.category
    /// (True, 'bulk')
    /// >>> admission.headers[1:3]
    /// [('X-RateLimit-Remaining', '9'), ('X-RateLimit-Reset', '1716134460')]
    #[pyo3(
        signature = (method, path, *, key, role=NOT, now_ns=None, wall_ns=None),
        text_signature = "($self, method, path, *, key, role='', now_ns=None, wall_ns=None)"
    )]
    fn admit(
        &self,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        role: Given<'_>,
        now_ns: Option<&Bound<'_, PyAny>>,
        wall_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Admission> {
        let asked = Asked::new(method, path, key, &role)?;
        let admission =
            self.inner.admit(&asked.request(), time::now(now_ns)?, time::wall(wall_ns)?);
        admission.map(|inner| Admission { inner }).map_err(errors::raise)
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.policy().name()
    }

    /// How many requests came with a key that found all places taken.
    #[getter]
    fn overflowed(&self) -> u64 {
        self.inner.overflowed()
    }

    fn __repr__(&self) -> String {
        format!("Api('{}')", self.name())
    }
}

/// A request as Python gave it.
struct Asked<'a> {
    method: Method,
    path: Cow<'a, str>,
    key: Cow<'a, [u8]>,
    role: String,
}

impl<'a> Asked<'a> {
    fn new(
        method: &Bound<'_, PyAny>,
        path: &'a Bound<'_, PyAny>,
        key: &'a Bound<'_, PyAny>,
        role: &Given<'_>,
    ) -> PyResult<Asked<'a>> {
        let name = text::string("method", method)?;
        Ok(Asked {
            method: Method::parse(&name).map_err(|error| errors::of(error, &name))?,
            path: text::string("path", path)?,
            key: text::exact("key", key)?,
            role: role.or(String::new(), |role| text::string("role", role).map(Cow::into_owned))?,
        })
    }

    fn request(&self) -> Request<'_> {
        Request { role: &self.role, ..Request::new(self.method, &self.path, &self.key) }
    }
}

/// When the caller no longer wants the answer.
fn deadline(
    timeout: Option<&Bound<'_, PyAny>>,
    deadline_ns: Option<&Bound<'_, PyAny>>,
    now_ns: Option<&Bound<'_, PyAny>>,
) -> PyResult<Instant> {
    match (timeout, deadline_ns) {
        (None, None) => Ok(Instant::MAX),
        (None, Some(nanos)) => time::nanos("deadline_ns", nanos).map(Instant::from_nanos),
        (Some(timeout), None) => {
            Ok(time::now(now_ns)?.saturating_add(time::span("timeout", timeout)?))
        }
        (Some(_), Some(_)) => {
            let message = "timeout and deadline_ns exclude each other";
            Err(pyo3::exceptions::PyTypeError::new_err(message))
        }
    }
}

/// The decision of Api.admit on one request.
#[pyclass(frozen, eq, module = "tidegate")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Admission {
    inner: tidegate::Admission,
}

#[pymethods]
impl Admission {
    /// Whether the request may in.
    #[getter]
    fn allowed(&self) -> bool {
        self.inner.is_allowed()
    }

    /// The category it was counted in.
    #[getter]
    fn category(&self) -> &str {
        self.inner.category()
    }

    /// What denied it: "category" or "gateway"; None if it was allowed.
    #[getter]
    fn limited_by(&self) -> Option<&'static str> {
        self.inner.limited_by().map(|layer| match layer {
            LimitedBy::Category => "category",
            LimitedBy::Gateway => "gateway",
        })
    }

    /// The API's error code of the denial.
    #[getter]
    fn code(&self) -> Option<&str> {
        self.inner.code()
    }

    /// The key's limit in the category.
    #[getter]
    fn limit(&self) -> u64 {
        self.inner.limit()
    }

    /// What is left of it in this window.
    #[getter]
    fn remaining(&self) -> u64 {
        self.inner.remaining()
    }

    /// When the window ends, in seconds since 1970.
    #[getter]
    fn reset(&self) -> f64 {
        time::unix_secs(self.inner.reset())
    }

    /// As reset, in nanoseconds.
    #[getter]
    fn reset_ns(&self) -> u64 {
        UnixTime::as_nanos(self.inner.reset())
    }

    /// The length of the window in seconds.
    #[getter]
    fn window(&self) -> f64 {
        time::secs(self.inner.window())
    }

    /// As window, in nanoseconds.
    #[getter]
    fn window_ns(&self) -> u64 {
        Span::as_nanos(self.inner.window())
    }

    /// Seconds until it would be allowed, rounded up; 0.0 if it was.
    #[getter]
    fn retry_after(&self) -> f64 {
        self.inner.retry_after().map_or(0.0, time::secs)
    }

    /// As retry_after, in nanoseconds.
    #[getter]
    fn retry_after_ns(&self) -> u64 {
        self.inner.retry_after().map_or(0, Span::as_nanos)
    }

    /// The headers to send: limit, remaining, reset and, where the API has it, window; Retry-After
    /// with a denial only. Times are whole seconds, rounded up.
    #[getter]
    fn headers(&self) -> Vec<(&'static str, String)> {
        let headers = self.inner.headers();
        headers.iter().map(|(name, value)| (*name, value.as_str().to_owned())).collect()
    }

    fn __bool__(&self) -> bool {
        self.allowed()
    }

    fn __repr__(&self) -> String {
        format!(
            "Admission(allowed={}, category='{}', limited_by={}, limit={}, remaining={}, \
             retry_after={:?})",
            if self.allowed() { "True" } else { "False" },
            self.category(),
            self.limited_by().map_or_else(|| "None".to_owned(), |layer| format!("'{layer}'")),
            self.limit(),
            self.remaining(),
            self.retry_after(),
        )
    }
}
