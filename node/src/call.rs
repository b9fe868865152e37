//! `Call`: one logical request across its attempts.

use std::sync::Arc;

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{Error, Failure, Hints};

use crate::{
    api::{Api, Request},
    errors::{Answer, answer, done},
    values,
};

/// One logical request and the API it belongs to.
#[derive(Debug)]
pub(crate) struct Call {
    api: Api,
    call: tidegate::Call,
}

/// What to do now.
#[napi(object, object_from_js = false)]
pub(crate) struct Step {
    /// `send`, `wait`, `done`, `giveUp` or `pending`.
    pub kind: &'static str,
    /// How long to wait, in milliseconds.
    pub delay: Option<f64>,
    /// The same in nanoseconds.
    pub delay_ns: Option<BigInt>,
    /// Until when to wait, on the monotonic clock.
    pub until_ns: Option<BigInt>,
    /// Why it was given up.
    pub reason: Option<&'static str>,
    /// The wait that the server ordered, in milliseconds.
    pub server_delay: Option<f64>,
    /// The same in nanoseconds.
    pub server_delay_ns: Option<BigInt>,
}

/// A call of this request, for a client.
#[napi]
pub(crate) fn api_call(api: &External<Api>, request: Request) -> Answer<External<Call>> {
    let call = || {
        let call = api.call(&request.borrow()?)?;
        Ok(Call { api: Arc::clone(api), call })
    };
    answer(call().map(External::new))
}

/// The name of the category that a call is counted in.
#[napi]
pub(crate) fn call_category(call: &External<Call>) -> String {
    call.call.category(&call.api).to_owned()
}

/// How often it was sent.
#[napi]
pub(crate) fn call_attempts(call: &External<Call>) -> u32 {
    call.call.attempts()
}

/// What to do now.
#[napi]
pub(crate) fn call_next(
    call: &mut External<Call>,
    now: Option<BigInt>,
    wall: Option<BigInt>,
) -> Answer<Step> {
    let Call { api, call } = &mut **call;
    let next = || Ok(call.next(api, values::now(now)?, values::wall(wall)?));
    answer(next().map(Step::from))
}

/// Reports an answer.
#[napi]
pub(crate) fn call_answered(
    call: &mut External<Call>,
    status: u32,
    hints: &External<Hints>,
    body: &[u8],
    now: Option<BigInt>,
    wall: Option<BigInt>,
) -> u32 {
    let Call { api, call } = &mut **call;
    // What 16 bits cannot hold is no status, like 0.
    let status = u16::try_from(status).unwrap_or(0);
    let answered =
        || call.answered(api, status, hints, body, values::now(now)?, values::wall(wall)?);
    done(answered())
}

/// Reports that no answer came.
#[napi]
pub(crate) fn call_failed(
    call: &mut External<Call>,
    failure: String,
    now: Option<BigInt>,
    wall: Option<BigInt>,
) -> u32 {
    let Call { api, call } = &mut **call;
    let failed = || {
        let failure = Failure::parse(&failure).ok_or(Error::UnknownFailure)?;
        call.failed(api, failure, values::now(now)?, values::wall(wall)?)
    };
    done(failed())
}

impl From<tidegate::Step> for Step {
    fn from(step: tidegate::Step) -> Step {
        let kind = |kind| Step {
            kind,
            delay: None,
            delay_ns: None,
            until_ns: None,
            reason: None,
            server_delay: None,
            server_delay_ns: None,
        };
        match step {
            tidegate::Step::Send => kind("send"),
            tidegate::Step::Done => kind("done"),
            tidegate::Step::Pending => kind("pending"),
            tidegate::Step::Wait { until, delay } => Step {
                delay: Some(values::millis(delay)),
                delay_ns: Some(values::nanos(delay)),
                until_ns: Some(until.as_nanos().into()),
                ..kind("wait")
            },
            tidegate::Step::GiveUp(why) => Step {
                reason: Some(why.reason.name()),
                server_delay: why.server_delay.map(values::millis),
                server_delay_ns: why.server_delay.map(values::nanos),
                ..kind("giveUp")
            },
        }
    }
}
