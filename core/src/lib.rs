//! Rate limits and retry decisions that are exact to the nanosecond: one core for both sides of an
//! HTTP API, the client that must stay under the limits of others and the server that announces its
//! own.
//!
//! ```
//! use tidegate::{Instant, Outcome, Quota, RateLimiter, Span};
//!
//! static LIMITER: RateLimiter = RateLimiter::new(match Quota::new(5, Span::from_secs(1), 2) {
//!     Ok(quota) => quota,
//!     Err(_) => panic!("checked by the compiler"),
//! });
//!
//! let start = Instant::from_nanos(0);
//! assert!(LIMITER.try_acquire(2, start).is_allowed());
//! assert_eq!(LIMITER.try_acquire(1, start), Outcome::Denied { retry_after: Span::from_millis(200) });
//! assert!(LIMITER.try_acquire(1, Instant::from_nanos(200_000_000)).is_allowed());
//! ```
//!
//! # The contract
//!
//! The core is *sans-IO*: every entry takes `now` and returns a decision. It never sleeps, reads a
//! clock, allocates, locks, draws randomness or calls back; it uses integers only and panics on no
//! input. Whoever drives it does four things: convert, call, convert, sleep.
//!
//! * [`limit`] decides *how many*: [`RateLimiter`], [`KeyedRateLimiter`], [`FixedWindow`],
//!   [`FirstUseWindow`], [`StrictWindow`], [`SlidingLog`], and [`Layer`]s that admit all or nothing.
//!   [`RateLimiter32`] is the bucket for microcontrollers, in one 32-bit word of the caller's ticks.
//! * [`retry`] decides *when again, and whether*: [`Backoff`], [`Jitter`], [`RetryPolicy`]; [`Attempts`] for
//!   an operation of any kind; budgets of retries, an adaptive rate and a circuit breaker that callers
//!   share.
//! * [`wire`] reads and writes what servers say: `Retry-After`, `X-RateLimit-*`, error bodies;
//!   [`wire::Advice`] reads every dialect, and [`wire::Form`] writes four.
//! * [`api`] composes the three: an [`Api`] is described by a [`Policy`], a preset or a
//!   [JSON file](Policy::from_json); a [`Call`] is one logical request across its attempts;
//!   [`Api::admit`] is the server's side of the same description.
//!
//! # Errors
//!
//! Errors are values of one table, [`Error`]: number, name, sentence. Bad input is an error; a panic
//! would be a bug.
#![no_std]
#![cfg_attr(loom, allow(dead_code, unused_imports))]
// Integers in atomic words need no unsafe code.
#![forbid(unsafe_code)]
// The core panics on no input: nothing in it may index, unwrap or divide by an unchecked number.
#![warn(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::float_arithmetic,
    clippy::integer_division_remainder_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::integer_division_remainder_used
    )
)]

#[cfg(not(loom))] // an Api is a constant, and the model checker's words are not
pub mod api;
mod cell;
mod error;
mod json;
pub mod limit;
mod named;
mod outcome;
mod quota;
pub mod retry;
mod text;
mod time;
pub mod wire;

#[cfg(not(loom))]
pub use crate::api::{Admission, Api, Call, Failure, LimitedBy, Method, Policy, Request};
pub use crate::{
    error::Error,
    limit::{
        Carry, FirstUseWindow, FixedWindow, KeyedRateLimiter, Layer, Layered, Lease,
        LocalKeyedRateLimiter, Outcome32, Partial, Quota32, RateLimiter, RateLimiter32, Refused,
        Reservation, SlidingLog, Snapshot, StrictWindow, peek_all, try_acquire_all,
    },
    outcome::Outcome,
    quota::Quota,
    retry::{Attempts, Backoff, GiveUp, Jitter, Reason, RetryPolicy, RetryRules, Step},
    retry::{Backoff32, Jitter32},
    text::Text,
    time::{Instant, Span, UnixTime},
    wire::{ErrorBody, Field, Hints, RetryAfter},
};
