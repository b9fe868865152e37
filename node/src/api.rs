//! `Api`: one description for the client's side and the server's, and what its requests share.

use std::sync::Arc;

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{Error, Instant, LimitedBy, Method, Policy, UnixTime};

use crate::{
    errors::{Answer, answer},
    policy,
    values::{self, Length},
};

/// What all calls of one API share, for as many keys as core's `Api` has by itself.
pub(crate) type Api = Arc<tidegate::Api>;

/// A request, as far as limits and retries are concerned.
#[napi(object, object_to_js = false)]
pub(crate) struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path, from its first slash.
    pub path: String,
    /// Whose limits.
    pub key: String,
    /// The role of that key, or "".
    pub role: String,
    /// Whether repeating it does it once.
    pub idempotent: bool,
    /// How many tokens it will use, where a limit counts those.
    pub tokens: BigInt,
    /// How long from now the answer is wanted.
    pub timeout: Option<Length>,
    /// Until when it is; the earlier of both counts.
    pub deadline: Option<BigInt>,
}

/// The decision on one request, for a server.
#[napi(object, object_from_js = false)]
pub(crate) struct Admission {
    /// Whether the request may in.
    pub allowed: bool,
    /// The category it was counted in.
    pub category: String,
    /// Which layer denied it: `category` or `gateway`.
    pub limited_by: Option<&'static str>,
    /// The name of the limit that denied it, if it has one.
    pub denied_by: Option<String>,
    /// The API's error code of the denial.
    pub code: Option<String>,
    /// The key's limit in the category.
    pub limit: f64,
    /// What is left of it in this window.
    pub remaining: f64,
    /// When the window ends, in milliseconds since 1970.
    pub reset: f64,
    /// The same in nanoseconds.
    pub reset_ns: BigInt,
    /// How long that is from the admission, in milliseconds.
    pub reset_after: f64,
    /// The same in nanoseconds.
    pub reset_after_ns: BigInt,
    /// The length of the window in milliseconds.
    pub window: f64,
    /// The same in nanoseconds.
    pub window_ns: BigInt,
    /// Milliseconds until the same request is admitted; 0 when it was.
    pub retry_after: f64,
    /// The same in nanoseconds.
    pub retry_after_ns: BigInt,
    /// Names and values of the headers to send.
    pub headers: Vec<(&'static str, String)>,
}

/// An API of which nothing has been used.
#[napi]
pub(crate) fn create_api(
    policy: &External<Policy>,
    window: Option<Length>,
    seed: Option<BigInt>,
) -> Answer<External<Api>> {
    let create = || {
        let policy = match window {
            None => **policy,
            Some(window) => policy.with_window(values::span(&window)?)?,
        };
        let seed = seed.as_ref().map_or_else(tidegate_host::seed, values::count);
        Ok(Arc::new(tidegate::Api::new(policy, seed)))
    };
    answer(create().map(|api| External::new_with_size_hint(api, size_of::<tidegate::Api>())))
}

/// The description, with another window if it has one.
#[napi]
pub(crate) fn api_policy(api: &External<Api>) -> External<Policy> {
    policy::boxed(*api.policy())
}

/// How many requests came with a key that found all places taken.
#[napi]
pub(crate) fn api_overflowed(api: &External<Api>) -> f64 {
    api.overflowed() as f64
}

/// The decision on one request, for a server.
#[napi]
pub(crate) fn api_admit(
    api: &External<Api>,
    request: Request,
    now: Option<BigInt>,
    wall: Option<BigInt>,
) -> Answer<Admission> {
    let admit = || {
        let wall = values::wall(wall)?;
        Ok(Admission::new(&api.admit(&request.borrow()?, values::now(now)?, wall)?, wall))
    };
    answer(admit())
}

impl Request {
    /// The same request in the core's terms.
    pub(crate) fn borrow(&self) -> Result<tidegate::Request<'_>, Error> {
        let deadline = self.deadline.as_ref().map_or(Ok(Instant::MAX), values::instant)?;
        let timeout = match &self.timeout {
            None => Instant::MAX,
            Some(timeout) => crate::clock::monotonic().saturating_add(values::span(timeout)?),
        };
        Ok(tidegate::Request {
            role: &self.role,
            idempotency_key: self.idempotent,
            tokens: values::count(&self.tokens),
            deadline: deadline.min(timeout),
            ..tidegate::Request::new(Method::parse(&self.method)?, &self.path, self.key.as_bytes())
        })
    }
}

impl Admission {
    fn new(admission: &tidegate::Admission, wall: UnixTime) -> Admission {
        let retry_after = admission.retry_after().unwrap_or_default();
        let reset_after = admission.reset().saturating_since(wall);
        let header = |(name, value): &(&'static str, tidegate::wire::HeaderValue)| {
            (*name, value.as_str().to_owned())
        };
        Admission {
            allowed: admission.is_allowed(),
            category: admission.category().to_owned(),
            limited_by: admission.limited_by().map(|layer| match layer {
                LimitedBy::Category => "category",
                LimitedBy::Gateway => "gateway",
            }),
            denied_by: admission.denied_by().filter(|name| !name.is_empty()).map(str::to_owned),
            code: admission.code().map(str::to_owned),
            limit: admission.limit() as f64,
            remaining: admission.remaining() as f64,
            reset: values::epoch(admission.reset()),
            reset_ns: values::epoch_nanos(admission.reset()),
            reset_after: values::millis(reset_after),
            reset_after_ns: values::nanos(reset_after),
            window: values::millis(admission.window()),
            window_ns: values::nanos(admission.window()),
            retry_after: values::millis(retry_after),
            retry_after_ns: values::nanos(retry_after),
            headers: admission.headers().iter().map(header).collect(),
        }
    }
}
