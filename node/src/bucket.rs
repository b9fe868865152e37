//! `RateLimiter`: what a bucket can do beyond deciding.

use napi::{
    Env,
    bindgen_prelude::{BigInt, Either, External},
};
use napi_derive::napi;
use tidegate::{Carry, Error, Partial, Quota, RateLimiter, Snapshot, Span};
use tidegate_host::LiveRateLimiter;

use crate::{
    errors::{Answer, answer, done},
    limiter::{Decision, Limiter, Parts, parts},
    values::{self, Length, QuotaOptions},
};

/// A bucket, full or empty.
#[napi]
pub(crate) fn create_limiter(
    env: &Env,
    quota: QuotaOptions,
    empty: bool,
    now: Option<BigInt>,
) -> napi::Result<Parts<'_>> {
    let create = || {
        let (quota, now) = (quota.quota()?, values::now(now)?);
        Ok(if empty { RateLimiter::empty(quota, now) } else { RateLimiter::new(quota) })
    };
    bucket(env, create())
}

/// A bucket that is full after a time, which was told so long ago.
#[napi]
pub(crate) fn restore_limiter(
    env: &Env,
    quota: QuotaOptions,
    full_after: BigInt,
    age: Option<Length>,
    now: Option<BigInt>,
) -> napi::Result<Parts<'_>> {
    let restore = || {
        let (snapshot, age) = kept(full_after, age)?;
        Ok(RateLimiter::restore(quota.quota()?, snapshot, age, values::now(now)?))
    };
    bucket(env, restore())
}

/// A snapshot and its age. Only how far it is from full is read of it.
fn kept(full_after: BigInt, age: Option<Length>) -> Result<(Snapshot, Span), Error> {
    let full_after = values::span(&Either::B(full_after))?;
    let age = age.as_ref().map_or(Ok(Span::ZERO), values::span)?;
    Ok((Snapshot { remaining: 0, full_after }, age))
}

fn bucket(env: &Env, limiter: Result<RateLimiter, Error>) -> napi::Result<Parts<'_>> {
    parts(env, limiter.map(LiveRateLimiter::new), Limiter::Bucket)
}

/// Takes as many as are there: how many, and what is left; of what can never be, nothing.
#[napi]
pub(crate) fn limiter_up_to(
    limiter: &External<Limiter>,
    cost: BigInt,
    now: Option<BigInt>,
) -> napi::Result<Answer<(f64, Option<Decision>)>> {
    let (bucket, n) = (limiter.bucket()?, values::count(&cost));
    Ok(answer(values::now(now).map(|now| {
        let Partial { taken, outcome } = bucket.with(|bucket| bucket.acquire_up_to(n, now));
        (taken as f64, Decision::of(outcome))
    })))
}

/// Gives back tokens that were taken at a time, or so long ago: how many others can have.
#[napi]
pub(crate) fn limiter_refund(
    limiter: &External<Limiter>,
    cost: BigInt,
    taken_at: Option<BigInt>,
    age: Option<Length>,
    now: Option<BigInt>,
) -> napi::Result<Answer<BigInt>> {
    let bucket = limiter.bucket()?;
    let refund = || {
        let now = values::now(now)?;
        let age = age.as_ref().map_or(Ok(Span::ZERO), values::span)?;
        let taken_at = taken_at.as_ref().map_or(Ok(now.saturating_sub(age)), values::instant)?;
        Ok(bucket.with(|bucket| bucket.refund(values::count(&cost), taken_at, now)).into())
    };
    Ok(answer(refund()))
}

/// Takes everything: how many tokens it was.
#[napi]
pub(crate) fn limiter_drain(
    limiter: &External<Limiter>,
    now: Option<BigInt>,
) -> napi::Result<Answer<BigInt>> {
    let bucket = limiter.bucket()?;
    Ok(answer(values::now(now).map(|now| bucket.with(|bucket| bucket.drain(now)).into())))
}

/// Lets nothing through until a time, or for so long.
#[napi]
pub(crate) fn limiter_pause(
    limiter: &External<Limiter>,
    until: Either<BigInt, f64>,
    now: Option<BigInt>,
) -> napi::Result<u32> {
    let bucket = limiter.bucket()?;
    let pause = || {
        let now = values::now(now)?;
        let until = match until {
            Either::A(nanos) => values::instant(&nanos)?,
            Either::B(millis) => now.saturating_add(values::span(&Either::A(millis))?),
        };
        bucket.with(|bucket| bucket.pause_until(until, now));
        Ok(())
    };
    Ok(done(pause()))
}

/// Heeds what a server said.
#[napi]
pub(crate) fn limiter_observe(
    limiter: &External<Limiter>,
    limit: BigInt,
    remaining: BigInt,
    reset_after: Length,
    now: Option<BigInt>,
) -> napi::Result<u32> {
    let bucket = limiter.bucket()?;
    let (limit, remaining) = (values::count(&limit), values::count(&remaining));
    let observe = || {
        let (reset_after, now) = (values::span(&reset_after)?, values::now(now)?);
        bucket.with(|bucket| bucket.observe(limit, remaining, reset_after, now));
        Ok(())
    };
    Ok(done(observe()))
}

/// Another quota from now on.
#[napi]
pub(crate) fn limiter_reconfigure(
    limiter: &External<Limiter>,
    quota: QuotaOptions,
    carry: String,
    now: Option<BigInt>,
) -> napi::Result<u32> {
    let bucket = limiter.bucket()?;
    let carry = match carry.as_str() {
        "proportional" => Carry::Proportional,
        "reset" => Carry::Reset,
        _ => Carry::Keep, // checked before
    };
    let reconfigure = || {
        let (quota, now): (Quota, _) = (quota.quota()?, values::now(now)?);
        bucket.reconfigure(quota, carry, now)
    };
    Ok(done(reconfigure()))
}

/// Puts a state in the place of what was used: full after a time, which was told so long ago.
#[napi]
pub(crate) fn limiter_restore(
    limiter: &External<Limiter>,
    full_after: BigInt,
    age: Option<Length>,
    now: Option<BigInt>,
) -> napi::Result<u32> {
    let bucket = limiter.bucket()?;
    let restore = || {
        let (snapshot, age) = kept(full_after, age)?;
        bucket.restore(snapshot, age, values::now(now)?)
    };
    Ok(done(restore()))
}

/// The state: whole tokens that are there, and nanoseconds until it is full.
#[napi]
pub(crate) fn limiter_snapshot(
    limiter: &External<Limiter>,
    now: Option<BigInt>,
) -> napi::Result<Answer<(f64, BigInt)>> {
    let bucket = limiter.bucket()?;
    Ok(answer(values::now(now).map(|now| {
        let Snapshot { remaining, full_after } = bucket.with(|bucket| bucket.snapshot(now));
        (remaining as f64, values::nanos(full_after))
    })))
}
