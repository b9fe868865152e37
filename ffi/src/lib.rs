//! The C surface of tidegate, as `include/tidegate.h` shows it: one file per C noun.
//!
//! The comments on the items are those of the header, so they speak to a C programmer. What a Rust
//! programmer must know besides:
//!
//! * Every object lives in the caller's memory as integers (`object.rs`). It holds the core value
//!   behind a tag, which is checked before the memory is taken for that value. A `tg_limiter32` is
//!   the core's word itself, for which all bits are valid.
//! * Every pointer is checked in one place (`caller.rs`): null, alignment, length, UTF-8. Results are
//!   written only on success, after the last reference to an input is gone; how much room a text needs and
//!   what is wrong with a policy are also told with the error that says so.
//! * Numbers that stand for one of several things come in as `i32` and are looked up; no enum of
//!   Rust is ever made from C's memory.
//! * Nothing here decides: no arithmetic on times or counts, no clock, no allocation, no `std`, and no panic
//!   that can be reached (`panic.rs`).
//!
//! # Safety
//!
//! One contract holds for all functions: each pointer is null or points to memory that the caller may
//! use as the parameter's type says for the length of the call (`const`: read; with a length: that
//! many bytes); memory that is written is not used by anybody else meanwhile, except a `tg_limiter`,
//! a `tg_limiter32`, a window of any kind, a `tg_keyed`, a `tg_api`, a budget, throttle or rate of retries
//! and a `tg_circuit_breaker`, which threads may share once initialized; an object is initialized and used by the same library and changed by it alone; what is
//! lent to a `tg_keyed` stays as long as that is used, and is changed through it alone.
#![cfg_attr(not(test), no_std)]
#![allow(non_camel_case_types, reason = "the names are those of the header")]
#![allow(missing_debug_implementations, reason = "no user of Rust holds these types")]
#![allow(clippy::missing_safety_doc, reason = "all functions have one contract, above")]
#![warn(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::float_arithmetic,
    clippy::integer_division_remainder_used
)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod abi;
pub mod adaptive_rate;
pub mod adaptive_throttle;
pub mod advice;
pub mod allowance;
pub mod announce;
pub mod api;
pub mod attempts;
pub mod backoff;
pub mod backoff32;
pub mod body;
pub mod breaker;
pub mod call;
mod caller;
pub mod carry;
pub mod client_address;
#[cfg(feature = "critical-section")]
mod critical;
pub mod dialect;
pub mod error;
pub mod explain;
pub mod first_use;
pub mod growth;
pub mod hedge;
pub mod hints;
pub mod jitter;
pub mod keyed;
pub mod layers;
pub mod lease;
pub mod limiter;
pub mod limiter32;
mod object;
pub mod outcome;
pub mod pages;
pub mod paging;
#[cfg(feature = "capi")]
mod panic;
pub mod pause;
pub mod policy;
pub mod quota;
pub mod reader;
pub mod refusal;
pub mod request;
pub mod reservation;
pub mod retry_after;
pub mod retry_budget;
pub mod retry_quota;
pub mod retry_throttle;
pub mod shared;
pub mod strict;
mod text;
pub mod webhook;
pub mod window;
