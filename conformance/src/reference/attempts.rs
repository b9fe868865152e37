//! One operation of any kind across its attempts.

use crate::reference::MAX;
use crate::reference::backoff::{Backoff, mix, scale};
use crate::reference::breaker::Breaker;
use crate::reference::error::Error;
use crate::reference::purse::{Cause, Purse};
use crate::reference::step::{Reason, Step};

/// How often it is tried, and when again. None is no bound.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Attempts in all.
    pub max_attempts: Option<u32>,
    /// Of everything together.
    pub timeout: Option<u128>,
    /// Of one attempt.
    pub attempt_timeout: Option<u128>,
    /// Where nothing was told.
    pub backoff: Backoff,
    /// The most that is added to what was told.
    pub server_jitter: u128,
    /// The longest wait that is obeyed.
    pub max_server_delay: Option<u128>,
}

/// What it shares with others.
#[derive(Debug)]
pub struct Shared<'a> {
    /// Pays for retries.
    pub purse: &'a mut Purse,
    /// Lets attempts pass.
    pub breaker: Option<&'a mut Breaker>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Attempts {
    rules: Rules,
    seed: u64,
    call: u64,
    /// When all of it must be over.
    end: Option<u128>,
    count: u32,
    not_before: u128,
    told: Option<u128>,
    /// What the next attempt, or the one that runs, was paid with.
    cost: u128,
    /// When the last attempt was begun, or the operation was made.
    began: u128,
    running: Option<Running>,
    over: Option<Step>,
}

#[derive(Clone, Debug)]
struct Running {
    passage: Option<u64>,
}

impl Attempts {
    /// Not tried yet.
    pub fn new(rules: &Rules, seed: u64, call: u64, now: u128) -> Attempts {
        Attempts {
            rules: rules.clone(),
            seed,
            call,
            end: rules.timeout.map(|timeout| now + timeout).filter(|&end| end < MAX),
            count: 0,
            not_before: 0,
            told: None,
            cost: 0,
            began: now,
            running: None,
            over: None,
        }
    }

    /// How long the present attempt may go on.
    pub fn left(&self, now: u128) -> Option<u128> {
        let own = self.rules.attempt_timeout.map(|timeout| self.began + timeout);
        let ends = own.into_iter().chain(self.end).filter(|&end| end < MAX).min()?;
        Some(ends.saturating_sub(now))
    }

    /// What to do.
    pub fn next(&mut self, shared: &mut Shared<'_>, now: u128) -> Step {
        if let Some(over) = self.over {
            return over;
        }
        if self.running.is_some() {
            return Step::Pending;
        }
        if self.count > 0 && now >= self.end.unwrap_or(MAX) {
            return self.stop(shared, Reason::DeadlineTooClose);
        }
        if self.not_before > now {
            return Step::Wait(self.not_before);
        }
        let passage = match &mut shared.breaker {
            None => None,
            Some(breaker) => match breaker.call(now as u64) {
                Ok(passage) => Some(passage),
                Err(_) => return self.stop(shared, Reason::BreakerOpen),
            },
        };
        if self.count == 0 {
            shared.purse.started(now);
        }
        self.count += 1;
        self.began = now;
        self.running = Some(Running { passage });
        Step::Send
    }

    /// It went well.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if no attempt runs.
    pub fn succeeded(&mut self, shared: &mut Shared<'_>, now: u128) -> Result<(), Error> {
        let running = self.running.take().ok_or(Error::OutOfOrder)?;
        if let (Some(breaker), Some(passage)) = (&mut shared.breaker, running.passage) {
            breaker.succeeded(passage, now as u64);
        }
        shared.purse.succeeded(self.cost);
        self.over = Some(Step::Done);
        Ok(())
    }

    /// It failed; of the reasons not to go on the first counts, and what is paid is paid last.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if no attempt runs.
    pub fn failed(
        &mut self,
        shared: &mut Shared<'_>,
        cause: Cause,
        told: Option<u128>,
        now: u128,
    ) -> Result<(), Error> {
        let running = self.running.take().ok_or(Error::OutOfOrder)?;
        if let (Some(breaker), Some(passage)) = (&mut shared.breaker, running.passage) {
            if cause == Cause::Throttled {
                breaker.cancelled(passage);
            } else {
                breaker.failed(passage, now as u64);
            }
        }
        shared.purse.failed(cause);
        self.cost = 0;
        self.told = told;
        let retry = self.count - 1;
        let delay = match told {
            Some(told) => {
                told + scale(mix(self.seed, self.call, retry), self.rules.server_jitter + 1)
            }
            None => self.rules.backoff.delay(self.seed, self.call, retry),
        };
        let until = (now + delay).min(MAX);
        let too_long = |most: Option<u128>, value: u128| most.is_some_and(|most| value > most);
        let reasons = [
            (self.rules.max_attempts == Some(self.count), Reason::AttemptsExhausted),
            (too_long(self.rules.max_server_delay, told.unwrap_or(0)), Reason::ServerDelayTooLong),
            (until >= self.end.unwrap_or(MAX), Reason::DeadlineTooClose),
        ];
        let first = reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason);
        let paid = match first {
            Some(reason) => Err(reason),
            None => shared.purse.spend(cause, now).ok_or(Reason::BudgetExhausted),
        };
        match paid {
            Ok(cost) => (self.cost, self.not_before) = (cost, until),
            Err(reason) => self.over = Some(Step::GiveUp(reason, told)),
        }
        Ok(())
    }

    /// It is not tried again.
    pub fn aborted(&mut self, shared: &mut Shared<'_>) {
        if self.over.is_some() {
            return;
        }
        match self.running.take() {
            None => {
                self.stop(shared, Reason::Aborted);
            }
            Some(Running { passage }) => {
                if let (Some(breaker), Some(passage)) = (&mut shared.breaker, passage) {
                    breaker.cancelled(passage);
                }
                self.over = Some(Step::GiveUp(Reason::Aborted, None));
            }
        }
    }

    /// Over while nothing runs: what the next attempt has cost is given back.
    fn stop(&mut self, shared: &mut Shared<'_>, reason: Reason) -> Step {
        shared.purse.cancelled(self.cost);
        self.cost = 0;
        let step = Step::GiveUp(reason, self.told);
        self.over = Some(step);
        step
    }
}
