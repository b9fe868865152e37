//! What an operating system adds to [`tidegate`]: clocks, entropy, memory that processes share, and the units
//! of other languages.
//!
//! ```
//! use tidegate::{Quota, RateLimiter, Span};
//!
//! let limiter = RateLimiter::new(Quota::new(5, Span::from_secs(1), 5)?);
//! assert!(limiter.try_acquire(5, tidegate_host::monotonic()).is_allowed());
//! # Ok::<(), tidegate::Error>(())
//! ```

#[cfg(not(target_family = "wasm"))]
mod clock;
#[cfg(not(target_family = "wasm"))]
mod entropy;
#[cfg(target_family = "wasm")]
mod javascript;
mod keyed;
mod layers;
mod live;
#[cfg(not(target_family = "wasm"))]
mod shared;
mod units;
#[cfg(target_family = "wasm")]
mod unshared;

#[cfg(not(target_family = "wasm"))]
pub use clock::{monotonic, wall};
#[cfg(not(target_family = "wasm"))]
pub use entropy::seed;
#[cfg(target_family = "wasm")]
pub use javascript::{monotonic, seed, wall};
pub use keyed::OwnedKeyedRateLimiter;
pub use layers::{LiveLayer, with_layers};
pub use live::LiveRateLimiter;
#[cfg(not(target_family = "wasm"))]
pub use shared::{SharedError, SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter, SharedView};
pub use units::{
    from_parts, instant_from_nanos, millis_up, parts, ratio, secs_up, span_from_millis,
    span_from_secs, unix_from_nanos,
};
#[cfg(target_family = "wasm")]
pub use unshared::{SharedError, SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter};
