//! The clocks of the host, or what a test has put in their place.
//!
//! The place is that of one thread, so that tests which run beside each other in the threads of one process
//! do not turn each other's clocks. While nobody has replaced any, reading costs one load more.

use core::{
    cell::Cell,
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use napi::{Env, JsValue, Unknown, bindgen_prelude::BigInt, check_status, sys};
use napi_derive::napi;
use tidegate::{Instant, UnixTime};

use crate::{
    errors::{Answer, answer},
    values::{self, Length},
};

/// How many threads have clocks of their own. It is only ever compared with 0, by threads that have changed
/// it themselves if it concerns them: no ordering is needed.
static REPLACED: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static PLACE: Place = const { Place(Cell::new(None)) };
}

/// Where a thread keeps its clock.
struct Place(Cell<Option<Reading>>);

/// A JavaScript function `(wall) => nanoseconds`.
#[derive(Clone, Copy)]
struct Reading {
    env: sys::napi_env,
    function: sys::napi_ref,
}

/// The monotonic clock.
#[inline]
pub(crate) fn monotonic() -> Instant {
    match replaced(false) {
        None => tidegate_host::monotonic(),
        Some(nanos) => Instant::from_nanos(nanos),
    }
}

/// The wall clock.
#[inline]
pub(crate) fn wall() -> UnixTime {
    match replaced(true) {
        None => tidegate_host::wall(),
        Some(nanos) => UnixTime::from_nanos(nanos),
    }
}

/// Puts a function in the place of this thread's clocks, or with nothing takes it away.
#[napi]
pub(crate) fn replace_clock(env: &Env, reading: Option<Unknown<'_>>) -> napi::Result<()> {
    let next = match reading {
        None => None,
        Some(function) => {
            let mut reference = ptr::null_mut();
            // SAFETY: `env` is that of this call and `function` an argument of it.
            check_status!(unsafe {
                sys::napi_create_reference(env.raw(), function.raw(), 1, &mut reference)
            })?;
            Some(Reading { env: env.raw(), function: reference })
        }
    };
    PLACE.with(|place| place.replace(next));
    Ok(())
}

/// When so long from now is: in exact nanoseconds of the monotonic clock.
#[napi]
pub(crate) fn due_after(length: Length) -> Answer<BigInt> {
    answer(values::span(&length).map(|length| monotonic().saturating_add(length).as_nanos().into()))
}

/// Milliseconds until then, rounded up; 0 when it has come.
#[napi]
pub(crate) fn millis_until(due: BigInt) -> f64 {
    let due = values::instant(&due).unwrap_or(Instant::MAX);
    values::millis(due.saturating_since(monotonic()))
}

/// Milliseconds since then, rounded up.
#[napi]
pub(crate) fn millis_since(then: BigInt) -> f64 {
    let then = values::instant(&then).unwrap_or(Instant::MAX);
    values::millis(monotonic().saturating_since(then))
}

#[inline]
fn replaced(wall: bool) -> Option<u64> {
    if REPLACED.load(Ordering::Relaxed) == 0 { None } else { read(wall) }
}

#[cold]
fn read(wall: bool) -> Option<u64> {
    let Reading { env, function } = PLACE.with(|place| place.0.get())?;
    let (mut callee, mut receiver, mut answer) =
        (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let mut argument = ptr::null_mut();
    let (mut nanos, mut lossless) = (0, false);
    // SAFETY: this thread runs a call of an environment of this addon, or nobody could ask; the one of the
    // reference is of the same thread and lives as long as the thread does. Each value is live, because
    // nothing below is reached after a failure. What the function throws is left pending for the caller.
    let status = unsafe {
        let steps = [
            sys::napi_get_reference_value(env, function, &mut callee),
            sys::napi_get_undefined(env, &mut receiver),
            sys::napi_get_boolean(env, wall, &mut argument),
        ];
        if steps.iter().any(|status| *status != sys::Status::napi_ok) {
            return None;
        }
        match sys::napi_call_function(env, receiver, callee, 1, &argument, &mut answer) {
            sys::Status::napi_ok => {
                sys::napi_get_value_bigint_uint64(env, answer, &mut nanos, &mut lossless)
            }
            failed => failed,
        }
    };
    (status == sys::Status::napi_ok).then_some(nanos)
}

impl Place {
    fn replace(&self, next: Option<Reading>) {
        let last = self.0.replace(next);
        match (last.is_some(), next.is_some()) {
            (false, true) => _ = REPLACED.fetch_add(1, Ordering::Relaxed),
            (true, false) => _ = REPLACED.fetch_sub(1, Ordering::Relaxed),
            _ => {}
        }
        if let Some(Reading { env, function }) = last {
            // SAFETY: made by `replace_clock` in this thread, and given back once. If it fails it is freed
            // with its environment.
            unsafe { sys::napi_delete_reference(env, function) };
        }
    }
}

impl Drop for Place {
    /// The thread is over, and its environments are gone already, with their references.
    fn drop(&mut self) {
        if self.0.take().is_some() {
            REPLACED.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
