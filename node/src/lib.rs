//! The native half of the npm module `tidegate`.
//!
//! It converts, calls the core and converts back; JavaScript in `lib/` checks the types in front of
//! it, names the errors, and sleeps. Functions here are flat and take plain values, so that another
//! build of the core can stand in for this one.
//!
//! * [`try_acquire`], [`try_acquire_key`]: the hot paths, a bare callback for each limiter; [`function`]
//!   is what they are made of, [`key`] what keys may be.
//! * [`limiter`], [`bucket`], [`reservation`], [`shared`], [`host`], [`window`], [`layers`], [`keyed`],
//!   [`backoff`], [`budget`], [`adaptive`], [`breaker`], [`attempts`], [`wire`], [`advice`], [`announce`],
//!   [`policy`], [`api`], [`call`], [`refusal`], [`client_address`], [`paging`], [`webhook`]: everything
//!   else, through `napi`.
//! * [`clock`], [`values`], [`jitter`], [`permission`], [`errors`]: what crosses the border, and what cannot.

// One source, two backends: in WebAssembly these stand in for Node-API.
#[cfg(target_family = "wasm")]
extern crate tidegate_wasm as napi;
#[cfg(target_family = "wasm")]
extern crate tidegate_wasm_derive as napi_derive;

mod adaptive;
mod advice;
mod announce;
mod api;
mod attempts;
mod backoff;
mod breaker;
mod bucket;
mod budget;
mod call;
mod client_address;
mod clock;
mod errors;
mod function;
mod host;
mod jitter;
mod key;
mod keyed;
mod layers;
mod limiter;
mod paging;
mod permission;
mod policy;
mod refusal;
mod reservation;
mod shared;
mod try_acquire;
mod try_acquire_key;
mod values;
mod webhook;
mod window;
mod wire;

/// The version of the addon; the JavaScript in front of it must have the same.
#[napi_derive::napi]
pub(crate) fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
