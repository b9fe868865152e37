//! The client's side: one call from its first attempt to its end.

use core::fmt;

use crate::reference::MAX;
use crate::reference::api::{Api, Lane, Request};
use crate::reference::backoff::{mix, scale};
use crate::reference::body::ErrorBody;
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::hints::Hints;
use crate::reference::retry_after::RetryAfter;

/// A call and how far it is.
#[derive(Clone, Debug)]
pub struct Call {
    lane: Lane,
    limit: u64,
    method: String,
    idempotency_key: bool,
    deadline: u128,
    number: u64,
    attempts: u32,
    not_before: u128,
    server_delay: Option<u128>,
    /// Wall time and generation of the request in flight.
    sent: Option<(u128, u64)>,
    end: Option<Step>,
}

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

impl Api {
    /// A call that has not been sent; only a good one takes a number.
    ///
    /// # Errors
    /// The first that is wrong of method, path, key, role.
    pub fn call(
        &mut self,
        request: &Request,
        idempotency_key: bool,
        deadline: u64,
    ) -> Result<Call, Error> {
        let (lane, limit) = self.lane(request)?;
        let number = self.calls;
        self.calls += 1;
        Ok(Call {
            lane,
            limit,
            method: request.method.clone(),
            idempotency_key,
            deadline: deadline.into(),
            number,
            attempts: 0,
            not_before: 0,
            server_delay: None,
            sent: None,
            end: None,
        })
    }
}

impl Call {
    /// Where the call is counted.
    pub fn category(&self) -> &'static str {
        self.lane.1
    }

    /// What to do now; [`Step::Send`] books the request.
    pub fn next(&mut self, api: &mut Api, now: u128, wall: u128) -> Step {
        if let Some(end) = self.end {
            return end;
        }
        if self.sent.is_some() {
            return Step::Pending;
        }
        if now > self.deadline {
            return self.give_up(Reason::DeadlineTooClose);
        }
        let pause = api.pauses.get(&self.lane).copied().unwrap_or(0);
        let from = self.not_before.max(pause).max(api.gateway_pause);
        if now < from {
            return self.wait(from);
        }
        let moment = api.moment(self.limit, wall);
        let mirror = api.mirrors.entry(self.lane.clone()).or_default();
        let generation = match mirror.try_send(moment) {
            Ok(generation) => generation,
            Err(wait) => return self.wait(now + wait),
        };
        if let Some(bucket) = &mut api.gateway
            && let Decision::Deny { retry_after } = bucket.acquire(1, now as u64)
        {
            mirror.undo();
            return self.wait(now + retry_after);
        }
        self.attempts += 1;
        self.sent = Some((wall, generation));
        Step::Send
    }

    /// The server answered.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] without a request in flight; [`Error::StatusOutOfRange`].
    pub fn answered(
        &mut self,
        api: &mut Api,
        status: u16,
        hints: &Hints,
        body: &ErrorBody,
        now: u128,
        wall: u128,
    ) -> Result<(), Error> {
        let (sent, generation) = self.sent.ok_or(Error::OutOfOrder)?;
        if !(100..=599).contains(&status) {
            return Err(Error::StatusOutOfRange);
        }
        self.sent = None;

        let window = hints.window.unwrap_or(api.policy.window);
        if let Some(date) = hints.date {
            api.skew.date(date, sent, wall);
        }
        let reset =
            hints.reset.filter(|reset| api.skew.is_plausible(*reset, api.policy.window, wall));
        if let Some(reset) = reset {
            api.skew.reset(reset, window, sent, wall);
        }
        let moment = api.moment(self.limit, wall);
        let mirror = api.mirrors.entry(self.lane.clone()).or_default();
        mirror.answered(generation, status != 429, hints.remaining, reset, moment);

        if status < 400 {
            self.end = Some(Step::Done);
            return Ok(());
        }
        self.server_delay = None;
        let code = body.code.as_deref();
        if (status, code) == (401, Some("TOKEN_EXPIRED")) {
            self.give_up(Reason::RefreshCredentials);
            return Ok(());
        }
        if !api.policy.is_retryable(status) {
            self.give_up(Reason::NotRetryable);
            return Ok(());
        }

        let until_server = |time: u128| time.saturating_sub(moment.earliest);
        let delay = match (hints.retry_after, reset) {
            (Some(RetryAfter::Delay(delay)), _) => Some(delay),
            (Some(RetryAfter::Date(date)), _) => Some(until_server(date)),
            (None, Some(reset)) if status == 429 => Some(until_server(reset)),
            (None, _) if status == 429 => api.policy.default_429,
            (None, _) => None,
        };
        self.server_delay = delay;
        if let Some(delay) = delay
            && status == 429
        {
            let until = (now + delay.min(api.policy.max_server_delay)).min(MAX);
            let pause = match code {
                Some("THROTTLED") => &mut api.gateway_pause,
                _ => api.pauses.entry(self.lane.clone()).or_default(),
            };
            *pause = until.max(*pause);
        }
        let safe = status == 429 || self.is_repeatable();
        self.again(api, safe, now);
        Ok(())
    }

    /// No answer will come.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] without a request in flight.
    pub fn failed(
        &mut self,
        api: &mut Api,
        failure: Failure,
        now: u128,
        wall: u128,
    ) -> Result<(), Error> {
        let (_, generation) = self.sent.take().ok_or(Error::OutOfOrder)?;
        self.server_delay = None;
        let moment = api.moment(self.limit, wall);
        let mirror = api.mirrors.entry(self.lane.clone()).or_default();
        match failure {
            Failure::ConnectRefused | Failure::ConnectTimeout | Failure::Tls => {
                mirror.unsent(generation, moment);
            }
            Failure::ReadTimeout | Failure::Reset | Failure::Aborted => {
                mirror.lost(generation, moment);
            }
        }
        match failure {
            Failure::Aborted => {
                self.give_up(Reason::Aborted);
            }
            Failure::Tls => {
                self.give_up(Reason::NotRetryable);
            }
            Failure::ConnectRefused => self.again(api, true, now),
            _ => self.again(api, self.is_repeatable(), now),
        }
        Ok(())
    }

    /// Plans the next attempt, or ends the call.
    fn again(&mut self, api: &Api, safe: bool, now: u128) {
        let policy = &api.policy;
        let too_long = self.server_delay.is_some_and(|delay| delay > policy.max_server_delay);
        let reason = if !safe {
            Some(Reason::NotIdempotent)
        } else if self.attempts >= policy.max_attempts {
            Some(Reason::AttemptsExhausted)
        } else if too_long {
            Some(Reason::ServerDelayTooLong)
        } else {
            None
        };
        if let Some(reason) = reason {
            self.give_up(reason);
            return;
        }
        let attempt = self.attempts - 1;
        let delay = match self.server_delay {
            Some(delay) => {
                let u = mix(api.seed, self.number, attempt);
                delay + scale(u, policy.server_jitter + 1)
            }
            None => policy.backoff.delay(api.seed, self.number, attempt),
        };
        let until = (now + delay).min(MAX);
        if until > self.deadline {
            self.give_up(Reason::DeadlineTooClose);
        } else {
            self.not_before = until;
        }
    }

    /// Whether doing it twice is as good as once.
    fn is_repeatable(&self) -> bool {
        self.idempotency_key || !matches!(self.method.as_str(), "POST" | "PATCH")
    }

    /// Waits, unless that is past the deadline.
    fn wait(&mut self, until: u128) -> Step {
        let until = until.min(MAX);
        if until > self.deadline {
            self.give_up(Reason::DeadlineTooClose)
        } else {
            Step::Wait(until)
        }
    }

    fn give_up(&mut self, reason: Reason) -> Step {
        let step = Step::GiveUp(reason, self.server_delay);
        self.end = Some(step);
        step
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
        })
    }
}
