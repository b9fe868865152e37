//! How many: limiters that decide on one word of state.
//!
//! | kind | what it can let through at most |
//! | --- | --- |
//! | [`RateLimiter`] | in any window of length `w`: burst + limit · (w + 1 ns) / period |
//! | [`KeyedRateLimiter`], [`LocalKeyedRateLimiter`] | for each key that has a slot, the same |
//! | [`FixedWindow`] | `limit` in each clock-aligned window, so 2 · `limit` around an edge |

mod ask;
mod bucket;
mod home;
mod keyed;
mod keyed_local;
mod layers;
mod slot;
mod window;

pub use ask::{Full, Occupant};
pub use bucket::RateLimiter;
pub use keyed::KeyedRateLimiter;
pub use keyed_local::LocalKeyedRateLimiter;
pub use layers::{Layer, Layered, try_acquire_all};
pub use slot::SlotSet;
pub use window::FixedWindow;

pub(crate) use layers::{Kind, acquire_all};
pub(crate) use window::{MAX_LIMIT as MAX_WINDOW_LIMIT, State as WindowState};
