//! What a call says to do, why it ends, and what can go wrong with a send.

use core::fmt;

use crate::reference::error::Error;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send the request.
    Send,
    /// Ask again then.
    Wait(u128),
    /// Answered well.
    Done,
    /// Over, for a reason, with the wait that the server last named.
    GiveUp(Reason, Option<u128>),
    /// A request is in flight.
    Pending,
}

/// Why a call is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The last attempt failed.
    AttemptsExhausted,
    /// The next attempt would come too late.
    DeadlineTooClose,
    /// The server asks for more than the policy waits.
    ServerDelayTooLong,
    /// Something may have been done, and doing it twice is not safe.
    NotIdempotent,
    /// Trying again would not help.
    NotRetryable,
    /// Other credentials are needed first.
    RefreshCredentials,
    /// The caller stopped it.
    Aborted,
    /// All callers together have spent what retries may cost.
    BudgetExhausted,
    /// The server has failed too often.
    BreakerOpen,
    /// Its waits would be too long together.
    WaitedTooLong,
    /// A limit can never hold it.
    TooLarge,
}

/// How a request ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody listens.
    ConnectRefused,
    /// No connection in time.
    ConnectTimeout,
    /// No answer in time.
    ReadTimeout,
    /// The connection broke.
    Reset,
    /// The caller stopped it.
    Aborted,
    /// No trust in the connection.
    Tls,
}

impl Failure {
    /// The failure of this name.
    ///
    /// # Errors
    /// [`Error::UnknownFailure`]
    pub fn named(name: &str) -> Result<Failure, Error> {
        Ok(match name {
            "connect_refused" => Failure::ConnectRefused,
            "connect_timeout" => Failure::ConnectTimeout,
            "read_timeout" => Failure::ReadTimeout,
            "reset" => Failure::Reset,
            "aborted" => Failure::Aborted,
            "tls" => Failure::Tls,
            _ => return Err(Error::UnknownFailure),
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Send => write!(f, "send"),
            Step::Wait(until) => write!(f, "wait {until}"),
            Step::Done => write!(f, "done"),
            Step::GiveUp(reason, None) => write!(f, "give_up {reason} -"),
            Step::GiveUp(reason, Some(delay)) => write!(f, "give_up {reason} {delay}"),
            Step::Pending => write!(f, "pending"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::AttemptsExhausted => "attempts_exhausted",
            Reason::DeadlineTooClose => "deadline_too_close",
            Reason::ServerDelayTooLong => "server_delay_too_long",
            Reason::NotIdempotent => "not_idempotent",
            Reason::NotRetryable => "not_retryable",
            Reason::RefreshCredentials => "refresh_credentials",
            Reason::Aborted => "aborted",
            Reason::BudgetExhausted => "budget_exhausted",
            Reason::BreakerOpen => "breaker_open",
            Reason::WaitedTooLong => "waited_too_long",
            Reason::TooLarge => "too_large",
        })
    }
}
