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

mod clock;
mod entropy;
mod keyed;
mod layers;
mod live;
mod shared;
mod units;

pub use clock::{monotonic, wall};
pub use entropy::seed;
pub use keyed::OwnedKeyedRateLimiter;
pub use layers::{LiveLayer, with_layers};
pub use live::LiveRateLimiter;
pub use shared::{SharedError, SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter, SharedView};
pub use units::{
    from_parts, instant_from_nanos, millis_up, parts, ratio, secs_up, span_from_millis,
    span_from_secs, unix_from_nanos,
};
