//! `Call`: one logical request across its attempts.

use std::sync::Arc;

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    Error, Failure, Hints, Instant,
    wire::{Advice, Reader},
};

use crate::{
    api::{Api, Request},
    errors::{Answer, answer, done},
    values,
    wire::read,
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

/// When the send in flight is to be cut off, on the monotonic clock: milliseconds rounded up, and
/// nanoseconds; nothing for never.
#[napi]
pub(crate) fn call_attempt_ends(call: &External<Call>) -> Option<(f64, BigInt)> {
    ends(call).map(shown)
}

/// How long the send in flight may still take; nothing for ever.
#[napi]
pub(crate) fn call_attempt_timeout(
    call: &External<Call>,
    now: Option<BigInt>,
) -> Answer<Option<(f64, BigInt)>> {
    answer(values::now(now).map(|now| ends(call).map(|at| left(at, now))))
}

/// When a second send may go, on the monotonic clock; nothing where none may.
#[napi]
pub(crate) fn call_hedge_at(call: &External<Call>) -> Option<(f64, BigInt)> {
    call.call.hedge_at(&call.api).map(shown)
}

/// How long until then.
#[napi]
pub(crate) fn call_hedge_delay(
    call: &External<Call>,
    now: Option<BigInt>,
) -> Answer<Option<(f64, BigInt)>> {
    let at = call.call.hedge_at(&call.api);
    answer(values::now(now).map(|now| at.map(|at| left(at, now))))
}

/// A second send, if it is time and the budget has one left.
#[napi]
pub(crate) fn call_hedge(
    call: &mut External<Call>,
    now: Option<BigInt>,
) -> Answer<Option<External<Call>>> {
    let Call { api, call } = &mut **call;
    let hedge = |now| {
        let call = call.hedge(api, now)?;
        Some(External::new(Call { api: Arc::clone(api), call }))
    };
    answer(values::now(now).map(hedge))
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

/// What headers say in the API's dialect; names and values take turns.
#[napi]
pub(crate) fn call_hints(
    call: &External<Call>,
    lines: Vec<String>,
    wall: Option<BigInt>,
) -> Answer<External<Hints>> {
    let reader = read(call.api.reader(), &lines);
    answer(values::wall(wall).map(|wall| External::new(call.api.hints(&reader, wall))))
}

/// What was read in a dialect of the caller's choice, by the server's clock.
#[napi]
pub(crate) fn call_advised(
    call: &External<Call>,
    advice: &External<Advice>,
    wall: Option<BigInt>,
) -> Answer<External<Hints>> {
    let reader = Reader::Dialect(Advice::clone(advice));
    answer(values::wall(wall).map(|wall| External::new(call.api.hints(&reader, wall))))
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

/// The end of the send in flight, if there is one.
fn ends(call: &Call) -> Option<Instant> {
    let at = call.call.attempt_ends(&call.api);
    (at < Instant::MAX).then_some(at)
}

/// A point of the monotonic clock, in milliseconds rounded up and in nanoseconds.
fn shown(at: Instant) -> (f64, BigInt) {
    left(at, Instant::ZERO)
}

/// How long from now until then, in milliseconds rounded up and in nanoseconds.
fn left(at: Instant, now: Instant) -> (f64, BigInt) {
    let left = at.saturating_since(now);
    (values::millis(left), values::nanos(left))
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
