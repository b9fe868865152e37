//! When again, and whether.

mod backoff;
mod jitter;
mod policy;

pub use backoff::Backoff;
pub use jitter::{Jitter, mix};
pub use policy::{RetryPolicy, StatusSet};
