//! The client's side: one call from its first attempt to its end.

use crate::reference::MAX;
use crate::reference::api::{Api, Applied, Place, Request};
use crate::reference::backoff::{mix, scale};
use crate::reference::body::ErrorBody;
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::hints::Hints;
use crate::reference::layers::acquire_all;
use crate::reference::learn::Answered;
use crate::reference::policy::{Class, is_among};
use crate::reference::purse::Cause;
use crate::reference::retry_after::RetryAfter;
use crate::reference::step::{Failure, Reason, Step};

/// A call and how far it is.
#[derive(Clone, Debug)]
pub struct Call {
    place: Place,
    tokens: u64,
    method: String,
    idempotency_key: bool,
    deadline: u128,
    number: u64,
    attempts: u32,
    not_before: u128,
    /// What its retries have waited together.
    waited: u128,
    server_delay: Option<u128>,
    /// What its last retry cost.
    cost: u128,
    sent: Option<Sent>,
    /// A second send of another call.
    is_hedge: bool,
    hedges: u128,
    end: Option<Step>,
}

/// A request in flight.
#[derive(Clone, Debug)]
struct Sent {
    now: u128,
    wall: u128,
    /// Of each mirror, in which of its generations.
    generations: Vec<Option<u64>>,
    passage: Option<u64>,
    /// When it was sent, or the last second send beside it.
    last: u128,
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
        let place = self.place(request)?;
        Ok(Call {
            place,
            tokens: request.tokens,
            method: request.method.clone(),
            idempotency_key,
            deadline: deadline.into(),
            number: self.next_number(),
            attempts: 0,
            not_before: 0,
            waited: 0,
            server_delay: None,
            cost: 0,
            sent: None,
            is_hedge: false,
            hedges: 0,
            end: None,
        })
    }

    fn next_number(&mut self) -> u64 {
        self.calls += 1;
        self.calls - 1
    }
}

impl Call {
    /// Where the call is counted.
    pub fn category<'a>(&self, api: &'a Api) -> &'a str {
        &api.policy.categories[self.place.category].name
    }

    /// Until when an answer is waited for.
    pub fn attempt_ends(&self, api: &Api) -> u128 {
        match (&self.sent, api.policy.retry.attempt_timeout) {
            (Some(sent), Some(timeout)) => (sent.now + timeout).min(self.deadline),
            _ => self.deadline,
        }
    }

    /// When a second send may go.
    pub fn hedge_at(&self, api: &Api) -> Option<u128> {
        let (hedge, sent) = (api.policy.hedge?, self.sent.as_ref()?);
        let at = (sent.last + hedge.after).min(MAX);
        let may = self.is_repeatable() && !self.is_hedge && self.hedges < hedge.most;
        (may && at <= self.deadline && api.pause(&self.place) <= at).then_some(at)
    }

    /// A second send beside this one, which costs as much as a retry.
    pub fn hedge(&mut self, api: &mut Api, now: u128) -> Option<Call> {
        self.hedge_at(api).filter(|at| now >= *at)?;
        let cost = api.purse.spend(Cause::Failure, now)?;
        self.hedges += 1;
        self.sent.as_mut()?.last = now;
        Some(Call {
            number: api.next_number(),
            attempts: 0,
            server_delay: None,
            cost,
            sent: None,
            is_hedge: true,
            ..self.clone()
        })
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
            return self.stop(api, Reason::DeadlineTooClose);
        }
        // Those whom a pause held back are let go one by one.
        let pause = match api.pause(&self.place) {
            0 => 0,
            pause => (pause + self.spread(api)).min(MAX),
        };
        let from = self.not_before.max(pause);
        if now < from {
            return self.wait(api, from);
        }
        let applied = api.applied(&self.place, self.tokens);
        let mut generations = Vec::new();
        for one in &applied {
            if !one.is_mirrored() {
                generations.push(None);
                continue;
            }
            let moment = one.moment(&api.skew, wall);
            let mirror = api.mirrors.entry(one.spot.clone()).or_default();
            match mirror.try_send(moment) {
                Ok(generation) => generations.push(Some(generation)),
                Err(wait) => {
                    unbook(api, &applied[..generations.len()]);
                    return self.wait(api, now + wait);
                }
            }
        }
        let passage = match api.breaker.as_mut().map(|breaker| breaker.call(now as u64)) {
            None => None,
            Some(Ok(passage)) => Some(passage),
            Some(Err(_)) => {
                unbook(api, &applied);
                return self.stop(api, Reason::BreakerOpen);
            }
        };
        let kept: Vec<_> = applied.iter().filter(|one| !one.is_mirrored()).cloned().collect();
        let needs: Vec<_> = kept.iter().map(|one| one.need).collect();
        let mut limiters = api.limiters(&kept);
        let decision = acquire_all(&mut limiters, &needs, now as u64, wall as u64).decision;
        api.keep(&kept, limiters);
        if !matches!(decision, Decision::Allow { .. }) {
            unbook(api, &applied);
            if let (Some(breaker), Some(passage)) = (&mut api.breaker, passage) {
                breaker.cancelled(passage);
            }
        }
        match decision {
            Decision::Allow { .. } => {}
            Decision::Deny { retry_after } => return self.wait(api, now + retry_after),
            Decision::Never => return self.stop(api, Reason::TooLarge),
        }
        if self.attempts == 0 && !self.is_hedge {
            api.purse.started(now);
        }
        self.attempts += 1;
        self.sent = Some(Sent { now, wall, generations, passage, last: now });
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
        let sent = self.sent.clone().ok_or(Error::OutOfOrder)?;
        if !(100..=599).contains(&status) {
            return Err(Error::StatusOutOfRange);
        }
        self.sent = None;

        // What a code says goes before what a status says.
        let class = match status {
            400.. => api.policy.class(status, body.code.as_deref()),
            _ => None,
        };
        let rules = api.policy.retry.clone();
        let told_denial = is_among(&rules.denied_if_told, status)
            && (hints.retry_after.is_some() || hints.remaining == Some(0));
        let denied = match class {
            Some(class) => matches!(class, Class::Throttled | Class::ThrottledAll),
            None => status == 429 || told_denial,
        };
        let applied = api.applied(&self.place, self.tokens);
        let generations = &sent.generations;
        let answered = Answered { applied: &applied, generations, sent: sent.wall, denied };
        let reset = api.learn(answered, hints, now, wall);
        let server_now = api.skew.earliest(wall);

        if let (Some(breaker), Some(passage)) = (&mut api.breaker, sent.passage) {
            if denied {
                breaker.cancelled(passage);
            } else if class == Some(Class::Transient) || (class.is_none() && status >= 500) {
                breaker.failed(passage, now as u64);
            } else {
                breaker.succeeded(passage, now as u64);
            }
        }
        if status < 400 {
            api.purse.succeeded(self.cost);
            self.end = Some(Step::Done);
            return Ok(());
        }
        self.server_delay = None;
        if class == Some(Class::RefreshCredentials) {
            self.give_up(Reason::RefreshCredentials);
            return Ok(());
        }
        // The server's own word, then the code, then the status.
        let is_retryable = match (hints.should_retry, class) {
            (Some(word), _) => word,
            (None, Some(class)) => class != Class::Permanent,
            (None, None) => is_among(&rules.statuses, status) || (denied && status != 429),
        };
        if !is_retryable && !denied {
            self.give_up(Reason::NotRetryable);
            return Ok(());
        }

        let until_server = |time: u128| time.saturating_sub(server_now);
        let delay = match (hints.retry_after, reset) {
            (Some(RetryAfter::Delay(delay)), _) => Some(delay),
            (Some(RetryAfter::Date(date)), _) => Some(until_server(date)),
            (None, Some(reset)) if denied => Some(until_server(reset)),
            (None, _) if denied => rules.default_429,
            (None, _) => None,
        };
        self.server_delay = delay;
        if let Some(delay) = delay
            && denied
        {
            let until = (now + delay.min(rules.max_server_delay)).min(MAX);
            let everything = hints.global || class == Some(Class::ThrottledAll);
            let whom = (!everything).then(|| (self.place.key.clone(), self.place.category));
            let pause = api.pauses.entry(whom).or_default();
            *pause = until.max(*pause);
        }
        if is_retryable {
            let cause = if denied { Cause::Throttled } else { Cause::Failure };
            self.again(api, cause, denied, now);
        } else {
            self.give_up(Reason::NotRetryable);
        }
        Ok(())
    }

    /// No answer will come; or the caller gives a call up that waits.
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
        if failure == Failure::Aborted && self.sent.is_none() && self.end.is_none() {
            self.stop(api, Reason::Aborted);
            return Ok(());
        }
        let sent = self.sent.take().ok_or(Error::OutOfOrder)?;
        self.server_delay = None;
        for (one, generation) in api.applied(&self.place, self.tokens).iter().zip(sent.generations)
        {
            let Some(generation) = generation else { continue };
            let moment = one.moment(&api.skew, wall);
            let mirror = api.mirrors.entry(one.spot.clone()).or_default();
            match failure {
                Failure::ConnectRefused | Failure::ConnectTimeout | Failure::Tls => {
                    mirror.unsent(generation, moment);
                }
                Failure::ReadTimeout | Failure::Reset | Failure::Aborted => {
                    mirror.lost(generation, moment);
                }
            }
        }
        if let (Some(breaker), Some(passage)) = (&mut api.breaker, sent.passage) {
            match failure {
                Failure::Aborted => breaker.cancelled(passage),
                _ => breaker.failed(passage, now as u64),
            }
        }
        match failure {
            Failure::Aborted => {
                self.give_up(Reason::Aborted);
            }
            Failure::Tls => {
                self.give_up(Reason::NotRetryable);
            }
            Failure::ConnectRefused => self.again(api, Cause::Transient, true, now),
            _ => self.again(api, Cause::Transient, false, now),
        }
        Ok(())
    }

    /// Plans the next attempt, or ends the call. Of several reasons the first counts, and what is paid is
    /// paid last.
    fn again(&mut self, api: &mut Api, cause: Cause, nothing_done: bool, now: u128) {
        api.purse.failed(cause);
        self.cost = 0;
        let rules = &api.policy.retry;
        let attempt = self.attempts - 1;
        let delay = match self.server_delay {
            Some(delay) => delay + self.spread(api),
            None => rules.backoff.delay(api.seed, self.number, attempt),
        };
        let (until, waited) = ((now + delay).min(MAX), (self.waited + delay).min(MAX));
        let reasons = [
            (!nothing_done && !self.is_repeatable(), Reason::NotIdempotent),
            (self.is_hedge || self.attempts >= rules.max_attempts, Reason::AttemptsExhausted),
            (
                self.server_delay.is_some_and(|delay| delay > rules.max_server_delay),
                Reason::ServerDelayTooLong,
            ),
            (waited > rules.max_wait, Reason::WaitedTooLong),
            (until > self.deadline, Reason::DeadlineTooClose),
        ];
        if let Some((_, reason)) = reasons.into_iter().find(|(holds, _)| *holds) {
            self.give_up(reason);
            return;
        }
        match api.purse.spend(cause, now) {
            Some(cost) => (self.cost, self.not_before, self.waited) = (cost, until, waited),
            None => {
                self.give_up(Reason::BudgetExhausted);
            }
        }
    }

    /// Whether doing it twice is as good as once.
    fn is_repeatable(&self) -> bool {
        self.idempotency_key || !matches!(self.method.as_str(), "POST" | "PATCH")
    }

    /// Waits, unless that is past the deadline.
    fn wait(&mut self, api: &mut Api, until: u128) -> Step {
        let until = until.min(MAX);
        if until > self.deadline {
            self.stop(api, Reason::DeadlineTooClose)
        } else {
            Step::Wait(until)
        }
    }

    /// Ends a call that is not in flight; what its next send has cost is given back.
    fn stop(&mut self, api: &mut Api, reason: Reason) -> Step {
        api.purse.cancelled(self.cost);
        self.cost = 0;
        self.give_up(reason)
    }

    /// What this call adds to a server's wait at its present attempt.
    fn spread(&self, api: &Api) -> u128 {
        let u = mix(api.seed, self.number, self.attempts.saturating_sub(1));
        scale(u, api.policy.retry.server_jitter + 1)
    }

    fn give_up(&mut self, reason: Reason) -> Step {
        let step = Step::GiveUp(reason, self.server_delay);
        self.end = Some(step);
        step
    }
}

/// Takes back what the mirrors of these limits have booked.
fn unbook(api: &mut Api, applied: &[Applied]) {
    for one in applied.iter().filter(|one| one.is_mirrored()) {
        api.mirrors.entry(one.spot.clone()).or_default().undo();
    }
}
