//! When again, and whether.
//!
//! [`Backoff`] says when. Whether is for what protects a server, which callers share: a budget of
//! retries ([`RetryQuota`], [`RetryThrottle`], [`RetryBudget`]), a client that rejects its own requests
//! ([`AdaptiveThrottle`]) or slows down ([`SharedAdaptiveRate`]), a [`CircuitBreaker`]. A loop of retries asks
//! them in this order, so that nothing is spent on what is not sent, and reports afterwards:
//!
//! ```
//! use tidegate::{Backoff, Instant, Jitter, Span};
//! use tidegate::retry::{CircuitBreaker, RetryBudget};
//!
//! let backoff = Backoff::new(Span::from_millis(100), 2, Span::from_secs(20), Jitter::Full)?;
//! let budget = RetryBudget::new(Span::from_secs(10), 200_000, 10)?;
//! let breaker = CircuitBreaker::consecutive(5, Span::from_secs(30), 1)?;
//! let (seed, call) = (7, 0); // one seed a process, one number a call
//! let mut now = Instant::from_nanos(0);
//! let mut send = |attempt| attempt == 2; // in a program: whether the server did it
//!
//! budget.deposit(now);
//! let mut attempt = 0;
//! let done = loop {
//!     let Ok(passage) = breaker.try_call(now) else { break false };
//!     if attempt > 0 && !budget.try_withdraw(now) {
//!         breaker.cancelled(passage);
//!         break false;
//!     }
//!     if send(attempt) {
//!         breaker.succeeded(passage, now);
//!         break true;
//!     }
//!     breaker.failed(passage, now);
//!     now = now.saturating_add(backoff.delay(seed, call, attempt)); // in a program: sleep
//!     attempt += 1;
//! };
//! assert!(done && attempt == 2 && budget.available(now) == 8);
//! # Ok::<(), tidegate::Error>(())
//! ```

mod adaptive_rate;
mod adaptive_throttle;
mod aws_code;
mod backoff;
mod backoff32;
mod breaker;
mod budget;
mod decorrelated;
mod growth;
mod jitter;
mod policy;
mod retry_quota;
mod shared_rate;
mod tally;
mod throttle;
mod whole;

pub use adaptive_rate::AdaptiveRate;
pub use adaptive_throttle::AdaptiveThrottle;
pub use backoff::Backoff;
pub use backoff32::{Backoff32, Jitter32, mix32};
pub use breaker::{BreakerState, CircuitBreaker, Passage};
pub use budget::RetryBudget;
pub use jitter::{Jitter, mix};
pub use policy::{RetryPolicy, StatusSet};
pub use retry_quota::{RetryCause, RetryCosts, RetryQuota};
pub use shared_rate::SharedAdaptiveRate;
pub use throttle::RetryThrottle;
