//! How many: limiters that decide on one word of state.
//!
//! | kind | what it can let through at most |
//! | --- | --- |
//! | [`RateLimiter`] | in any window of length `w`: burst + limit · (w + 1 ns) / period |
//! | [`KeyedRateLimiter`], [`LocalKeyedRateLimiter`] | for each key that has a slot, the same |
//! | [`RateLimiter32`] | in any window of `w` of the caller's ticks: burst + count · w / period |
//! | [`FixedWindow`] | `limit` in each clock-aligned window, so 2 · `limit` around an edge |
//! | [`FirstUseWindow`] | `limit` in each window, so 2 · `limit` − 1 around the end of one |
//! | [`StrictWindow`] | `limit` in any window of the period, both ends included |
//! | [`SlidingLog`] | `limit` in any window of the period, without one of its ends |
//! | a sliding counter | 2 · `limit` − 1 around an edge |
//!
//! `conformance/traces/window_adversary_by_hand.trace` plays the worst case of the bucket and of each
//! window. There is no sliding counter, for its row's sake: it estimates what the last period let in
//! from the counts of two windows. Of a limit of 100:
//!
//! ```
//! let (limit, before) = (100, 100); // all in the last nanosecond of the window before
//! let passed = 99; // per cent of the next window
//! let estimate = before * (100 - passed) / 100;
//! assert_eq!(estimate, 1);
//! assert_eq!(before + (limit - estimate), 199); // let in within less than a period
//! ```

mod ask;
mod bucket;
mod bucket32;
mod carry;
mod first_use;
mod home;
mod keyed;
mod keyed_local;
mod layers;
mod lease;
mod pause;
mod reservation;
mod shared;
mod sliding_log;
mod slot;
mod strict;
mod window;

pub use ask::{Full, Occupant};
pub use bucket::{Partial, RateLimiter};
pub use bucket32::{Outcome32, Quota32, RateLimiter32};
pub use carry::{Carry, Snapshot};
pub use first_use::FirstUseWindow;
pub use keyed::KeyedRateLimiter;
pub use keyed_local::LocalKeyedRateLimiter;
pub use layers::{Layer, Layered, MAX_LAYERS, peek_all, try_acquire_all};
pub use lease::Lease;
pub use reservation::{Refused, Reservation};
pub use shared::{SharedClock, SharedFault, SharedHeader, SharedKind, SharedLayout};
pub use sliding_log::SlidingLog;
pub use slot::SlotSet;
pub use strict::StrictWindow;
pub use window::FixedWindow;

pub(crate) use bucket::State as BucketState;
pub(crate) use layers::{Kind, acquire_all};
pub(crate) use strict::Shape as StrictShape;
pub(crate) use window::{MAX_LIMIT as MAX_WINDOW_LIMIT, State as WindowState};
