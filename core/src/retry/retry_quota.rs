//! `RetryQuota`: AWS' budget of retries. Each takes tokens, and a success gives them back.
//!
//! Source: the standard retry mode of the AWS SDKs (smithy-rs, `retries/strategy/standard.rs`), in both
//! of its tables.

use crate::cell::Word;

/// Why a request is to be sent again, for what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryCause {
    /// The server failed.
    Failure,
    /// The connection or the answer did not come in time, or was lost.
    Transient,
    /// The server refused: too many requests.
    Throttled,
}

impl RetryCause {
    /// The cause of this name: `failure`, `transient`, `throttled`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::retry::RetryCause;
    ///
    /// assert_eq!(RetryCause::named("throttled"), Some(RetryCause::Throttled));
    /// assert_eq!(RetryCause::named("Throttled"), None);
    /// ```
    pub fn named(name: &str) -> Option<RetryCause> {
        Some(match name {
            "failure" => RetryCause::Failure,
            "transient" => RetryCause::Transient,
            "throttled" => RetryCause::Throttled,
            _ => return None,
        })
    }
}

/// What each cause costs, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryCosts {
    /// Of [`RetryCause::Failure`].
    pub failure: u32,
    /// Of [`RetryCause::Transient`].
    pub transient: u32,
    /// Of [`RetryCause::Throttled`].
    pub throttled: u32,
    /// What a success at the first try gives back.
    pub first_success: u32,
}

impl RetryCosts {
    /// The table of *Retry Behavior 2.0*: 5, and 10 for what was lost on the way.
    pub const AWS_2_0: RetryCosts =
        RetryCosts { failure: 5, transient: 10, throttled: 5, first_success: 1 };
    /// The table of *Retry Behavior 2.1*: 14, and 5 for a refusal.
    pub const AWS_2_1: RetryCosts =
        RetryCosts { failure: 14, transient: 14, throttled: 5, first_success: 1 };

    /// The table of this name: `aws_2_0`, `aws_2_1`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::retry::RetryCosts;
    ///
    /// assert_eq!(RetryCosts::named("aws_2_1").map(|costs| costs.failure), Some(14));
    /// ```
    pub fn named(name: &str) -> Option<RetryCosts> {
        Some(match name {
            "aws_2_0" => RetryCosts::AWS_2_0,
            "aws_2_1" => RetryCosts::AWS_2_1,
            _ => return None,
        })
    }
}

/// Tokens that retries take, in one atomic word.
///
/// Before a retry call [`try_spend`](Self::try_spend), and send only if it gives a cost. When the
/// request has succeeded, call [`succeeded`](Self::succeeded) with the last cost it was given, or 0 if
/// it was never sent again. What a failed retry took is lost, which is the point: a server that is down
/// gets at most `capacity / cost` retries from all callers together.
///
/// # Concurrency
///
/// Any number of threads may share it. It never holds more than its capacity, nor gives out more.
///
/// # Examples
///
/// ```
/// use tidegate::retry::{RetryCause, RetryCosts, RetryQuota};
///
/// static QUOTA: RetryQuota = RetryQuota::new(500, RetryCosts::AWS_2_0);
///
/// let cost = QUOTA.try_spend(RetryCause::Failure);
/// assert_eq!((cost, QUOTA.tokens()), (Some(5), 495));
/// QUOTA.succeeded(cost.unwrap_or(0));
/// assert_eq!(QUOTA.tokens(), 500);
/// ```
#[derive(Debug)]
pub struct RetryQuota {
    costs: RetryCosts,
    capacity: u32,
    /// Tokens that are taken, so that memory of zeros is full.
    taken: Word,
}

impl RetryQuota {
    /// A full quota; AWS' capacity is 500. With a capacity of 0 nothing is sent again.
    pub const fn new(capacity: u32, costs: RetryCosts) -> RetryQuota {
        RetryQuota { costs, capacity, taken: Word::new(0) }
    }

    /// Takes the cost of a retry and returns it; `None`, and nothing taken, if fewer are left.
    pub fn try_spend(&self, cause: RetryCause) -> Option<u32> {
        let cost = match cause {
            RetryCause::Failure => self.costs.failure,
            RetryCause::Transient => self.costs.transient,
            RetryCause::Throttled => self.costs.throttled,
        };
        self.taken.update(|taken| {
            let after = taken.saturating_add(u64::from(cost));
            let enough = after <= u64::from(self.capacity);
            if enough { (Some(after), Some(cost)) } else { (None, None) }
        })
    }

    /// Gives back what the last retry of a successful request cost; if that is 0, what a success at the
    /// first try gives.
    pub fn succeeded(&self, last_cost: u32) {
        let back = if last_cost == 0 { self.costs.first_success } else { last_cost };
        self.give(back);
    }

    /// Gives back the cost of a retry that was not sent.
    pub fn cancelled(&self, cost: u32) {
        self.give(cost);
    }

    /// Tokens that are left.
    pub fn tokens(&self) -> u32 {
        // OK because what is taken is at most the capacity.
        self.capacity.saturating_sub(self.taken.get() as u32)
    }

    fn give(&self, tokens: u32) {
        self.taken.update(|taken| {
            let after = taken.saturating_sub(u64::from(tokens));
            (if after == taken { None } else { Some(after) }, ())
        });
    }
}
