//! How many: limiters that decide on one word of state.
//!
//! | kind | what it can let through at most |
//! | --- | --- |
//! | [`RateLimiter`] | in any window of length `w`: burst + limit · (w + 1 ns) / period |
//! | [`KeyedRateLimiter`] | for each key that has a slot, the same |
//! | [`FixedWindow`] | `limit` in each clock-aligned window, so 2 · `limit` around an edge |
//! | [`FirstUseWindow`] | `limit` in each window, so 2 · `limit` − 1 around the end of one |
//! | [`StrictWindow`] | `limit` in any window of the period, both ends included |
//! | [`SlidingLog`] | `limit` in any window of the period, without one of its ends |
//! | a sliding counter | 2 · `limit` − 1 around an edge |
//!
//! There is no sliding counter for that last row's sake. It estimates what the last period let in from
//! two counts: of a limit of 100, a hundred come in the last nanosecond of a window, and 99 % of the way
//! through the next one the estimate is (1 − 0.99) · 100 = 1, so 99 more are let in: 199 in 99 % of a
//! period. `conformance/traces/window_adversary_by_hand.trace` plays the worst case of every other row.

mod bucket;
mod first_use;
mod keyed;
mod layers;
mod sliding_log;
mod slot;
mod strict;
mod window;

pub use bucket::RateLimiter;
pub use first_use::FirstUseWindow;
pub use keyed::{Full, KeyedRateLimiter, Occupant};
pub use layers::{Layer, Layered, MAX_LAYERS, peek_all, try_acquire_all};
pub use sliding_log::SlidingLog;
pub use slot::{Slot, SlotSet};
pub use strict::StrictWindow;
pub use window::FixedWindow;

pub(crate) use layers::{Kind, acquire_all};
pub(crate) use window::{MAX_LIMIT as MAX_WINDOW_LIMIT, State as WindowState};
