//! When again, and whether.
//!
//! [`Backoff`] says when. Whether is for what protects a server, which callers share: a budget of
//! retries ([`RetryQuota`], [`RetryThrottle`], [`RetryBudget`]), a client that rejects its own requests
//! ([`AdaptiveThrottle`]) or slows down ([`SharedAdaptiveRate`]), a [`CircuitBreaker`]. [`Attempts`] asks
//! them in the order in which nothing is spent on what is not done, for an operation of any kind:
//!
//! ```
//! use tidegate::{Attempts, Instant, RetryRules, Span, Step};
//! use tidegate::retry::{CircuitBreaker, Purse, RetryBudget, RetryCause, Shared};
//!
//! let budget = RetryBudget::new(Span::from_secs(10), 200_000, 10)?;
//! let breaker = CircuitBreaker::consecutive(5, Span::from_secs(30), 1)?;
//! let shared = Shared { purse: Purse::Ratio(&budget), breaker: Some(&breaker) };
//! let (rules, seed, call) = (RetryRules::DEFAULT, 7, 0); // one seed a process, one number a call
//! let mut now = Instant::from_nanos(0);
//! let mut done = |attempt| attempt == 3; // in a program: whether the operation succeeded
//!
//! let mut attempts = Attempts::new(&rules, seed, call, now);
//! loop {
//!     match attempts.next(&shared, now) {
//!         Step::Send if done(attempts.attempts()) => attempts.succeeded(&shared, now)?,
//!         Step::Send => attempts.failed(&rules, &shared, RetryCause::Failure, None, now)?,
//!         Step::Wait { until, .. } => now = until, // in a program: sleep
//!         _ => break,
//!     }
//! }
//! assert_eq!((attempts.attempts(), budget.available(now)), (3, 8));
//! # Ok::<(), tidegate::Error>(())
//! ```

mod adaptive_rate;
mod adaptive_throttle;
mod attempts;
mod aws_code;
mod backoff;
mod backoff32;
mod breaker;
mod budget;
mod decorrelated;
mod growth;
mod jitter;
mod policy;
mod purse;
mod retry_quota;
mod rules;
mod shared_rate;
mod step;
mod tally;
mod throttle;
mod whole;

pub use adaptive_rate::AdaptiveRate;
pub use adaptive_throttle::AdaptiveThrottle;
pub use attempts::{Attempts, Shared};
pub use backoff::Backoff;
pub use backoff32::{Backoff32, Jitter32, mix32};
pub use breaker::{BreakerState, CircuitBreaker, Passage};
pub use budget::RetryBudget;
pub use jitter::{Jitter, mix};
pub use policy::{RetryPolicy, StatusSet};
pub use purse::Purse;
pub use retry_quota::{RetryCause, RetryCosts, RetryQuota};
pub use rules::RetryRules;
pub use shared_rate::SharedAdaptiveRate;
pub use step::{GiveUp, Reason, Step};
pub use throttle::RetryThrottle;
