//! `FixedWindow`, `FirstUseWindow`, `StrictWindow`.

use napi::{
    Env,
    bindgen_prelude::{BigInt, External},
};
use napi_derive::napi;
use tidegate::{Error, FirstUseWindow, FixedWindow, Span, StrictWindow};

use crate::{
    limiter::{Limiter, Parts, parts},
    values::{self, Length},
};

/// A fresh window between edges of the wall clock, `skew` from the multiples of its length.
#[napi]
pub(crate) fn create_fixed_window(
    env: &Env,
    limit: BigInt,
    interval: Length,
    skew: Option<Length>,
) -> napi::Result<Parts<'_>> {
    let window = create(&limit, &interval, |limit, period| {
        let skew = skew.as_ref().map_or(Ok(0), values::signed)?;
        FixedWindow::with_skew(limit, period, skew)
    });
    parts(env, window, Limiter::Fixed)
}

/// A fresh window that starts with the first request.
#[napi]
pub(crate) fn create_first_use_window(
    env: &Env,
    limit: BigInt,
    interval: Length,
) -> napi::Result<Parts<'_>> {
    parts(env, create(&limit, &interval, FirstUseWindow::new), Limiter::FirstUse)
}

/// A window that holds wherever it is put.
#[napi]
pub(crate) fn create_strict_window(
    env: &Env,
    limit: BigInt,
    interval: Length,
) -> napi::Result<Parts<'_>> {
    parts(env, create(&limit, &interval, StrictWindow::new), Limiter::Strict)
}

/// Into how many segments a strict window is cut.
#[napi]
pub(crate) fn strict_window_segments(window: &External<Limiter>) -> napi::Result<u32> {
    match &**window {
        Limiter::Strict(window) => Ok(window.segments()),
        _ => Err(napi::Error::from_reason("not a strict window")), // checked before
    }
}

fn create<T>(
    limit: &BigInt,
    interval: &Length,
    new: impl FnOnce(u64, Span) -> Result<T, Error>,
) -> Result<T, Error> {
    new(values::count(limit), values::span(interval)?)
}
