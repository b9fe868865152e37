//! `Attempts`: one operation of any kind across its attempts.
//!
//! ```text
//!            next                     next: Send              succeeded, failed
//!   Ready ─────────▶ Wait … Ready ───────────────▶ Running ────────────────────▶ Ready
//!     │                                               │                       (a retry is due)
//!     └──── GiveUp (breaker, deadline, aborted) ◀─────┴──▶ Done, GiveUp
//! ```

use super::{CircuitBreaker, GiveUp, Passage, Purse, Reason, RetryCause, RetryRules, Step};
use crate::{
    error::Error,
    time::{Instant, Span},
};

/// What the operations of all callers share: a budget of retries and a breaker, or neither.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shared<'a> {
    /// What each retry is paid out of.
    pub purse: Purse<'a>,
    /// What each attempt passes.
    pub breaker: Option<&'a CircuitBreaker>,
}

impl Shared<'_> {
    /// Neither.
    pub const NONE: Shared<'static> = Shared { purse: Purse::Unlimited, breaker: None };
}

/// One operation of any kind: how often it was tried, when it may be tried again, whether it is over.
///
/// Plain data on the caller's stack; the same loop as of a [`Call`](crate::Call). Ask [`next`](Self::next)
/// what to do, do it, report what came of it; every other report is refused. Always give it the same rules
/// and the same [`Shared`]. All arguments named `now` come from one monotonic clock.
///
/// # Examples
///
/// ```
/// use tidegate::{Attempts, Instant, Reason, RetryRules, Span, Step};
/// use tidegate::retry::{RetryCause, Shared};
///
/// let (second, minute) = (Span::from_secs(1), Span::from_secs(60));
/// let rules = RetryRules { timeout: minute, server_jitter: Span::ZERO, ..RetryRules::DEFAULT };
/// let now = Instant::from_nanos(0);
/// let mut attempts = Attempts::new(&rules, 7, 0, now);
/// assert_eq!(attempts.next(&Shared::NONE, now), Step::Send);
/// attempts.failed(&rules, &Shared::NONE, RetryCause::Throttled, Some(second), now)?;
/// let until = Instant::from_nanos(1_000_000_000);
/// assert_eq!(attempts.next(&Shared::NONE, now), Step::Wait { until, delay: second });
///
/// assert_eq!(attempts.next(&Shared::NONE, until), Step::Send);
/// attempts.failed(&rules, &Shared::NONE, RetryCause::Throttled, Some(minute), until)?;
/// let Step::GiveUp(why) = attempts.next(&Shared::NONE, until) else { panic!() };
/// assert_eq!((why.reason, why.server_delay), (Reason::DeadlineTooClose, Some(minute)));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Attempts {
    seed: u64,
    call: u64,
    deadline: Instant,
    not_before: Instant,
    began: Instant,
    told: Option<Span>,
    attempts: u32,
    /// What its last retry took from the purse.
    cost: u32,
    passage: Option<Passage>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    Running,
    Done,
    GaveUp(GiveUp),
}

impl Attempts {
    /// An operation that was not tried yet; its timeout begins now. Its delays depend on `seed`, which
    /// should differ between processes, and on `call`, between the operations of one.
    pub const fn new(rules: &RetryRules, seed: u64, call: u64, now: Instant) -> Attempts {
        Attempts {
            seed,
            call,
            deadline: now.saturating_add(rules.timeout),
            not_before: Instant::ZERO,
            began: now,
            told: None,
            attempts: 0,
            cost: 0,
            passage: None,
            state: State::Ready,
        }
    }

    /// How often it was tried, the attempt that runs included.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long the attempt that runs may go on: to the end of its own timeout or of that of all, whichever
    /// is first; [`Span::MAX`] where there is neither.
    pub fn left(&self, rules: &RetryRules, now: Instant) -> Span {
        let ends = self.began.saturating_add(rules.attempt_timeout).min(self.deadline);
        if ends == Instant::MAX { Span::MAX } else { ends.saturating_since(now) }
    }

    /// What to do now. [`Step::Send`] is to try once; it passes the breaker, and only then anything is
    /// counted. The first attempt is made at any time; later ones only before the end of the timeout.
    /// [`Step::GiveUp`] gives back what the next attempt has paid.
    pub fn next(&mut self, shared: &Shared<'_>, now: Instant) -> Step {
        match self.state {
            State::Ready => {}
            State::Running => return Step::Pending,
            State::Done => return Step::Done,
            State::GaveUp(why) => return Step::GiveUp(why),
        }
        if self.attempts > 0 && now >= self.deadline {
            return self.give_up(shared, Reason::DeadlineTooClose);
        }
        if now < self.not_before {
            let delay = self.not_before.saturating_since(now);
            return Step::Wait { until: self.not_before, delay };
        }
        self.passage = match shared.breaker.map(|breaker| breaker.try_call(now)) {
            None => None,
            Some(Ok(passage)) => Some(passage),
            Some(Err(_)) => return self.give_up(shared, Reason::BreakerOpen),
        };
        if self.attempts == 0 {
            shared.purse.started(now);
        }
        self.attempts = self.attempts.saturating_add(1);
        self.began = now;
        self.state = State::Running;
        Step::Send
    }

    /// Reports that the attempt has succeeded.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfOrder`]: none runs.
    pub fn succeeded(&mut self, shared: &Shared<'_>, now: Instant) -> Result<(), Error> {
        self.is_running()?;
        if let (Some(breaker), Some(passage)) = (shared.breaker, self.passage.take()) {
            breaker.succeeded(passage, now);
        }
        shared.purse.succeeded(self.cost);
        self.state = State::Done;
        Ok(())
    }

    /// Reports that the attempt has failed in a way that may be tried again: for which cause, and the wait
    /// that the other side `told`, if it did. [`next`](Self::next) then says when, or why not: of several
    /// reasons the first of attempts, a wait too long to obey, the timeout, the budget.
    ///
    /// A failure that is not to be tried again is [`aborted`](Self::aborted). A refusal for the rate is no
    /// failure of the other side for the breaker.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfOrder`]: none runs.
    pub fn failed(
        &mut self,
        rules: &RetryRules,
        shared: &Shared<'_>,
        cause: RetryCause,
        told: Option<Span>,
        now: Instant,
    ) -> Result<(), Error> {
        self.is_running()?;
        if let (Some(breaker), Some(passage)) = (shared.breaker, self.passage.take()) {
            match cause {
                RetryCause::Throttled => breaker.cancelled(passage),
                _ => breaker.failed(passage, now),
            }
        }
        shared.purse.failed(cause);
        let retries = self.attempts.saturating_sub(1);
        let until = now.saturating_add(rules.delay(told, self.seed, self.call, retries));
        // What is lost stays lost: only a success gives back what its last retry took.
        (self.cost, self.told) = (0, told);
        let reason = if rules.max_attempts > 0 && self.attempts >= rules.max_attempts {
            Reason::AttemptsExhausted
        } else if told.is_some_and(|told| told > rules.max_server_delay) {
            Reason::ServerDelayTooLong
        } else if until >= self.deadline {
            Reason::DeadlineTooClose
        } else if let Some(cost) = shared.purse.spend(cause, now) {
            (self.cost, self.not_before, self.state) = (cost, until, State::Ready);
            return Ok(());
        } else {
            Reason::BudgetExhausted
        };
        self.state = State::GaveUp(GiveUp { reason, server_delay: told });
        Ok(())
    }

    /// Reports that it is not tried again: the caller gave it up, or the attempt failed in a way that is not
    /// to be tried again, which says nothing of the other side. A retry that was paid for and waits is given
    /// back. What is over stays as it is.
    pub fn aborted(&mut self, shared: &Shared<'_>) {
        match self.state {
            State::Ready => {
                let _ = self.give_up(shared, Reason::Aborted);
            }
            State::Running => {
                if let (Some(breaker), Some(passage)) = (shared.breaker, self.passage.take()) {
                    breaker.cancelled(passage);
                }
                self.state = State::GaveUp(GiveUp { reason: Reason::Aborted, server_delay: None });
            }
            State::Done | State::GaveUp(_) => {}
        }
    }

    /// Ends it while no attempt runs; a retry that it had paid for is not made.
    fn give_up(&mut self, shared: &Shared<'_>, reason: Reason) -> Step {
        shared.purse.cancelled(self.cost);
        self.cost = 0;
        let why = GiveUp { reason, server_delay: self.told };
        self.state = State::GaveUp(why);
        Step::GiveUp(why)
    }

    fn is_running(&self) -> Result<(), Error> {
        if self.state == State::Running { Ok(()) } else { Err(Error::OutOfOrder) }
    }
}
