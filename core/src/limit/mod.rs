//! How many: limiters that decide on one word of state.
//!
//! | kind | what it can let through at most |
//! | --- | --- |
//! | [`RateLimiter`] | in any window of length `w`: burst + limit · (w + 1 ns) / period |
//! | [`KeyedRateLimiter`] | for each key that has a slot, the same |
//! | [`RateLimiter32`] | in any window of `w` of the caller's ticks: burst + count · w / period |
//! | [`FixedWindow`] | `limit` in each clock-aligned window, so 2 · `limit` around an edge |

mod bucket;
mod bucket32;
mod keyed;
mod layers;
mod slot;
mod window;

pub use bucket::RateLimiter;
pub use bucket32::{Outcome32, Quota32, RateLimiter32};
pub use keyed::{Full, KeyedRateLimiter, Occupant};
pub use layers::{Layer, Layered, try_acquire_all};
pub use slot::{Slot, SlotSet};
pub use window::FixedWindow;

pub(crate) use layers::{Kind, acquire_all};
pub(crate) use window::{MAX_LIMIT as MAX_WINDOW_LIMIT, State as WindowState};
