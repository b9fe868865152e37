//! `Api`: one API's limits, dialect and retry rules, for both sides.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicU64, Ordering},
};

use pyo3::{
    prelude::*,
    types::{PyString, PyTuple},
};
use tidegate::{Instant, Method, Request, api::FILES};

use crate::{
    admission::Admission,
    call::Call,
    errors,
    given::{Given, NOT},
    number,
    policy::{self, Policy},
    seed, text, time,
};

/// The core's `Api`, with as many keys as it has by itself.
pub(crate) type State = tidegate::Api;

/// One API: its limits by category, its headers and its retry rules.
///
/// `name` is one of tidegate.APIS, or a Policy; `Api.from_file` and `Api.from_json` read a policy
/// that is written as JSON.
///
/// A client asks `call` before each request; a server asks `admit`. One Api serves one side, all
/// threads and tasks of a process and up to 63 keys (users or tokens); further keys share one
/// place and so limit each other (`overflowed` counts them).
///
/// `window` (whole seconds) replaces the documented length of every window that is aligned to the
/// clock, for trials that cannot wait a quarter of an hour. `seed` spreads the retries; it is drawn
/// from the system if it is not given.
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
    /// Of which process its calls are numbered; `None` if its seed was given, to repeat a run.
    process: Option<AtomicU64>,
}

impl Api {
    pub(crate) fn inner(&self) -> &State {
        &self.inner
    }

    /// A process that was forked off goes on with numbers of its own, or its calls would retry when those
    /// of its parent do. Relaxed: it begins with one thread, and later ones find the same number.
    pub(crate) fn number_calls(&self) {
        let now = seed::generation();
        if let Some(process) = &self.process
            && process.load(Ordering::Relaxed) != now
            && process.swap(now, Ordering::Relaxed) != now
        {
            self.inner.number_calls_from(now);
        }
    }

    fn build(
        policy: tidegate::Policy,
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        let policy = match time::span_or_none("window", window)? {
            Some(window) => policy.with_window(window).map_err(errors::raise)?,
            None => policy,
        };
        let process = seed.is_none().then(|| AtomicU64::new(seed::generation()));
        let seed =
            seed.map_or_else(|| Ok(tidegate_host::seed()), |seed| number::word("seed", seed));
        Ok(Api { inner: Box::new(State::new(policy, seed?)), process })
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
        if let Ok(policy) = name.cast::<Policy>() {
            return Api::build(*policy.get().inner(), window, seed);
        }
        if !name.is_instance_of::<PyString>() {
            return Err(errors::wrong_type("name", name, "a str or a Policy"));
        }
        Api::build(policy::named(name)?, window, seed)
    }

    /// The API of this name, one of tidegate.APIS.
    ///
    /// >>> tidegate.Api.named("github")
    /// Api('github')
    #[staticmethod]
    #[pyo3(signature = (name, *, window=None, seed=None))]
    fn named(
        name: &Bound<'_, PyAny>,
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        Api::build(policy::named(name)?, window, seed)
    }

    /// The API that a policy describes, as JSON: `text` is str, or bytes of UTF-8.
    ///
    /// PolicyError (a TidegateError): the first thing that is wrong, its place and what is allowed.
    ///
    /// >>> api = tidegate.Api.from_json('''{"name": "mine", "categories": [{"name": "all", "limits":
    /// ...     [{"kind": "token_bucket", "limit": 10, "per": "1s", "burst": 1}]}]}''')
    /// >>> [api.call("GET", "/", key="alice").next(now_ns=0).delay for _ in range(2)]
    /// [0.0, 0.1]
    #[staticmethod]
    #[pyo3(signature = (text, *, window=None, seed=None))]
    fn from_json(
        text: &Bound<'_, PyAny>,
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        Api::build(policy::from_json(text)?, window, seed)
    }

    /// The API that a policy file describes.
    ///
    /// OSError: the file cannot be read. PolicyError (a TidegateError): the first thing that is wrong
    /// with it, behind the path.
    #[staticmethod]
    #[pyo3(signature = (path, *, window=None, seed=None))]
    fn from_file(
        path: &Bound<'_, PyAny>,
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        Api::build(policy::from_file(path)?, window, seed)
    }

    /// The StackFlow API: per user and minute 300 read, 60 write, 60 AI, 10 bulk and 120 search
    /// requests, ten times as many for role="service_account", and 5,000 a second for the account.
    #[staticmethod]
    #[pyo3(signature = (*, window=None, seed=None))]
    fn stackflow(
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        Api::build(tidegate::Policy::stackflow(), window, seed)
    }

    /// The VelaFlows API: per token and quarter of an hour 300 read, 100 write, 50 delete, 20
    /// authentication and 10 bulk requests.
    #[staticmethod]
    #[pyo3(signature = (*, window=None, seed=None))]
    fn velaflows(
        window: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Api> {
        Api::build(tidegate::Policy::velaflows(), window, seed)
    }

    /// One logical request of a client, across its attempts.
    ///
    /// `key` (str or bytes) is whose limits they are: the user or token. `idempotency_key=True`
    /// says that the request carries one, so that a POST or PATCH may be repeated. It ends after
    /// `timeout` (seconds or a timedelta) or at `deadline_ns` (of `tidegate.monotonic_ns()`): no
    /// wait is begun that would end later. `tokens` is how many it will use, an estimate, where a
    /// limit counts tokens.
    ///
    /// TidegateError (a ValueError): an unknown method or role, a path without its first slash, an
    /// empty key.
    #[pyo3(
        signature = (
            method, path, *, key, role=NOT, idempotency_key=false, tokens=NOT, timeout=None,
            deadline_ns=None, now_ns=None
        ),
        text_signature = "($self, method, path, *, key, role='', idempotency_key=False, tokens=0, \
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
        tokens: Given<'_>,
        timeout: Option<&Bound<'_, PyAny>>,
        deadline_ns: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Call> {
        let asked = Asked::new(method, path, key, &role, &tokens)?;
        let deadline = deadline(timeout, deadline_ns, now_ns)?;
        let request = Request { idempotency_key, deadline, ..asked.request() };
        slf.get().number_calls();
        let call = slf.get().inner.call(&request).map_err(errors::raise)?;
        Ok(Call::new(slf.clone().unbind(), call))
    }

    /// Whether a server lets a request in; counts it in every limit that applies, or in none.
    /// `tokens` is how many it will use, where a limit counts tokens.
    ///
    /// >>> api = tidegate.Api.stackflow()
    /// >>> admission = api.admit("POST", "/api/v1/incidents/bulk", key="alice",
    /// ...                       now_ns=0, wall_ns=1_716_134_437_000_000_000)
    /// >>> admission.allowed, admission.category
    /// (True, 'bulk')
    /// >>> admission.headers[1:3]
    /// [('X-RateLimit-Remaining', '9'), ('X-RateLimit-Reset', '1716134460')]
    #[pyo3(
        signature = (method, path, *, key, role=NOT, tokens=NOT, now_ns=None, wall_ns=None),
        text_signature = "($self, method, path, *, key, role='', tokens=0, now_ns=None, \
            wall_ns=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn admit(
        &self,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        role: Given<'_>,
        tokens: Given<'_>,
        now_ns: Option<&Bound<'_, PyAny>>,
        wall_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Admission> {
        let asked = Asked::new(method, path, key, &role, &tokens)?;
        let admission =
            self.inner.admit(&asked.request(), time::now(now_ns)?, time::wall(wall_ns)?);
        admission.map(Admission::from).map_err(errors::raise)
    }

    /// What it keeps to.
    #[getter]
    fn policy(&self) -> Policy {
        Policy::from(*self.inner.policy())
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
    tokens: u64,
}

impl<'a> Asked<'a> {
    fn new(
        method: &Bound<'_, PyAny>,
        path: &'a Bound<'_, PyAny>,
        key: &'a Bound<'_, PyAny>,
        role: &Given<'_>,
        tokens: &Given<'_>,
    ) -> PyResult<Asked<'a>> {
        let name = text::string("method", method)?;
        Ok(Asked {
            method: Method::parse(&name).map_err(|error| errors::of(error, &name))?,
            path: text::string("path", path)?,
            key: text::exact("key", key)?,
            role: role.or(String::new(), |role| text::string("role", role).map(Cow::into_owned))?,
            tokens: tokens.or(0, |tokens| number::count("tokens", tokens))?,
        })
    }

    fn request(&self) -> Request<'_> {
        let Asked { method, path, key, role, tokens } = self;
        Request { role, tokens: *tokens, ..Request::new(*method, path, key) }
    }
}

/// The names of the APIs that are built in.
pub(crate) fn names(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, FILES.iter().map(|(name, _)| *name))
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
