//! When again, and whether.

mod adaptive_rate;
mod adaptive_throttle;
mod backoff;
mod backoff32;
mod breaker;
mod budget;
mod decorrelated;
mod growth;
mod jitter;
mod policy;
mod retry_quota;
mod tally;
mod throttle;

pub use adaptive_rate::AdaptiveRate;
pub use adaptive_throttle::AdaptiveThrottle;
pub use backoff::Backoff;
pub use backoff32::{Backoff32, Jitter32, mix32};
pub use breaker::{BreakerState, CircuitBreaker, Passage};
pub use budget::RetryBudget;
pub use jitter::{Jitter, mix};
pub use policy::{RetryPolicy, StatusSet};
pub use retry_quota::{RetryCause, RetryCosts, RetryQuota};
pub use throttle::RetryThrottle;
