//! What a server says to a request that may not in, in the envelope of a policy.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use tidegate::{LimitedBy, Policy};

use crate::{
    errors::{Answer, answer},
    values::{self, Length},
};

/// Which limit denied, and how.
#[napi(object, object_to_js = false)]
pub(crate) struct Denial {
    /// Whether it is one over all keys.
    pub by_gateway: bool,
    /// The error code.
    pub code: String,
    /// The name of the limit; "" for none.
    pub limit: String,
    /// When to come again.
    pub retry_after: Length,
    /// The id of the request; "" for none.
    pub request_id: String,
}

/// A body, and what it is.
#[napi(object, object_from_js = false)]
pub(crate) struct Refusal {
    /// The JSON.
    pub body: String,
    /// Its media type.
    pub content_type: &'static str,
}

/// The body of a refusal.
#[napi]
pub(crate) fn policy_refusal(policy: &External<Policy>, denial: Denial) -> Answer<Refusal> {
    let Denial { code, limit, request_id, .. } = &denial;
    let by = if denial.by_gateway { LimitedBy::Gateway } else { LimitedBy::Category };
    answer(values::span(&denial.retry_after).map(|wait| {
        let refusal = policy.refusal(by, code, limit, wait, request_id);
        Refusal { body: refusal.to_string(), content_type: refusal.content_type() }
    }))
}
