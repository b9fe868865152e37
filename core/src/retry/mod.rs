//! When again, and whether.

mod backoff;
mod backoff32;
mod decorrelated;
mod growth;
mod jitter;
mod policy;

pub use backoff::Backoff;
pub use backoff32::{Backoff32, Jitter32, mix32};
pub use jitter::{Jitter, mix};
pub use policy::{RetryPolicy, StatusSet};
