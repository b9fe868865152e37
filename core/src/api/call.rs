//! `Call`: one logical request across its attempts, the same machine in every language.
//!
//! ```text
//!            next                     next: Send                 answered, failed
//!   Ready ─────────▶ Wait … Ready ───────────────▶ InFlight ────────────────────────▶ Ready
//!     │                                                │                        (a retry is due)
//!     └──────────── GiveUp (deadline) ◀────────────────┴──▶ Done, GiveUp
//! ```

use super::{
    Api, Class, Failure, Request,
    limit::Rule,
    mirror::{Mirror, Turn, View},
    skew::Interval,
    state::{AllApplied, Applied, MAX_APPLIED, Place},
};
use crate::{
    error::Error,
    limit::{Layer, acquire_all},
    outcome::Outcome,
    retry::{GiveUp, Passage, Reason, RetryCause, Step},
    time::{Instant, Span, UnixTime},
    wire::{Hints, RetryAfter},
};

/// One logical request: how often it was sent, when it may be sent again, whether it is over.
///
/// Plain data on the caller's stack. Ask [`next`](Self::next) what to do, do it, report what came of
/// it; every other call is refused or repeats the answer. All arguments named `now` come from one
/// monotonic clock, all named `wall` from the wall clock.
///
/// # Examples
///
/// ```
/// use tidegate::{Api, Hints, Instant, Method, Policy, Request, Span, Step, UnixTime};
///
/// let api: Api<4> = Api::new(Policy::stackflow(), 7);
/// let (now, wall) = (Instant::from_nanos(0), UnixTime::from_secs(1_716_134_437));
/// let mut call = api.call(&Request::new(Method::Get, "/api/v1/incidents", b"alice"))?;
/// assert_eq!(call.next(&api, now, wall), Step::Send);
///
/// let mut hints = Hints::new();
/// hints.header(b"Retry-After", b"23");
/// call.answered(&api, 429, &hints, b"", now, wall)?;
/// let Step::Wait { delay, .. } = call.next(&api, now, wall) else { panic!() };
/// assert_eq!(delay, Span::from_secs(23));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Call {
    number: u64,
    pub(super) place: Place,
    pub(super) deadline: Instant,
    not_before: Instant,
    /// What its retries have waited, or are about to.
    waited: Span,
    pub(super) sent: UnixTime,
    pub(super) sent_at: Instant,
    told: Option<Span>,
    tokens: u64,
    attempts: u32,
    pub(super) hedges: u32,
    /// Since when the next second send is waited for: this send, or the last second one.
    pub(super) hedge_from: Instant,
    /// What its last retry took from the budget.
    cost: u32,
    passage: Option<Passage>,
    /// Of each limit that applies, the window that it was counted in.
    pub(super) turns: [Turn; MAX_APPLIED],
    /// Whether doing it twice is the same as doing it once.
    repeatable: bool,
    /// A second send of another call, which is not tried again by itself.
    is_hedge: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    InFlight,
    Done,
    GaveUp(GiveUp),
}

/// Why nothing is sent now.
enum Hold {
    Wait(Span),
    GiveUp(Reason),
}

impl Call {
    /// The name of the category that it is counted in.
    pub fn category<'a, const KEYS: usize>(&self, api: &'a Api<KEYS>) -> &'a str {
        let category = api.policy().categories.get(usize::from(self.place.category));
        category.map_or("", |category| category.name())
    }

    /// How often it was sent.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When the send in flight is to be cut off and reported as [`Failure::ReadTimeout`]: at the timeout
    /// of an attempt or at the deadline, whichever is first.
    pub fn attempt_ends<const KEYS: usize>(&self, api: &Api<KEYS>) -> Instant {
        match api.policy().retry.attempt_timeout {
            Some(timeout) if self.state == State::InFlight => {
                self.sent_at.saturating_add(timeout).min(self.deadline)
            }
            _ => self.deadline,
        }
    }

    /// What to do now. Only [`Step::Send`] counts anything: the request, in every layer. [`Step::GiveUp`]
    /// ends the call, and gives back what its next send has paid.
    pub fn next<const KEYS: usize>(
        &mut self,
        api: &Api<KEYS>,
        now: Instant,
        wall: UnixTime,
    ) -> Step {
        match self.state {
            State::Ready => {}
            State::InFlight => return Step::Pending,
            State::Done => return Step::Done,
            State::GaveUp(why) => return Step::GiveUp(why),
        }
        if now > self.deadline {
            return self.give_up(api, Reason::DeadlineTooClose);
        }
        let Some(pause) = self.pause(api) else { return Step::Pending };
        let due = self.not_before.max(self.released(api, pause));
        let sent = if now < due {
            Err(Hold::Wait(due.saturating_since(now)))
        } else {
            self.send(api, now, wall)
        };
        match sent {
            Ok(()) => Step::Send,
            Err(Hold::GiveUp(reason)) => self.give_up(api, reason),
            Err(Hold::Wait(delay)) => {
                let until = now.saturating_add(delay);
                if until > self.deadline {
                    return self.give_up(api, Reason::DeadlineTooClose);
                }
                Step::Wait { until, delay }
            }
        }
    }

    /// When this call may send after a pause. Those that it held back are released one by one: each adds
    /// its own part of the server jitter, the same that a denied call adds to what it was told.
    fn released<const KEYS: usize>(&self, api: &Api<KEYS>, pause: Instant) -> Instant {
        if pause == Instant::ZERO {
            return pause;
        }
        let policy = &api.policy().retry;
        let retries = self.attempts.saturating_sub(1);
        pause.saturating_add(policy.spread(api.seed(), self.number, retries))
    }

    /// Until when nobody may send what this call would.
    pub(super) fn pause<const KEYS: usize>(&self, api: &Api<KEYS>) -> Option<Instant> {
        let pause = api.key_pause(self.place)?.get().max(api.pause.get());
        Some(Instant::from_nanos(pause))
    }

    /// Counts a send in every limit, or in none.
    fn send<const KEYS: usize>(
        &mut self,
        api: &Api<KEYS>,
        now: Instant,
        wall: UnixTime,
    ) -> Result<(), Hold> {
        let mut applied = AllApplied::new();
        api.apply(self.place, &mut applied);
        let skew = api.skew.get();
        let mut turns = [0; MAX_APPLIED];
        for (index, (one, turn)) in applied.iter().zip(&mut turns).enumerate() {
            let Some((mirror, view)) = one.mirror(skew, wall) else { continue };
            match mirror.try_send(&view) {
                Ok(sent) => *turn = sent,
                Err(wait) => {
                    undo(&applied, &turns, index);
                    return Err(Hold::Wait(wait));
                }
            }
        }
        let passed = self.pass(api, &applied, now, wall);
        if let Err(hold) = passed {
            undo(&applied, &turns, MAX_APPLIED);
            return Err(hold);
        }
        if self.attempts == 0 && !self.is_hedge {
            api.purse.lent().started(now);
        }
        (self.turns, self.sent, self.sent_at, self.hedge_from) = (turns, wall, now, now);
        self.attempts = self.attempts.saturating_add(1);
        self.state = State::InFlight;
        Ok(())
    }

    /// Passes the breaker and every limit that is not mirrored, or none.
    fn pass<const KEYS: usize>(
        &mut self,
        api: &Api<KEYS>,
        applied: &AllApplied<'_>,
        now: Instant,
        wall: UnixTime,
    ) -> Result<(), Hold> {
        self.passage = match &api.breaker {
            None => None,
            Some(breaker) => match breaker.try_call(now) {
                Ok(passage) => Some(passage),
                Err(_) => return Err(Hold::GiveUp(Reason::BreakerOpen)),
            },
        };
        let mut layers = heapless::Vec::<Layer<'_>, MAX_APPLIED>::new();
        for one in applied.iter().filter(|one| !matches!(*one.rule, Rule::Fixed(..))) {
            // OK: there is room for every limit that applies.
            let _ = layers.push(one.rule.layer(one.state, one.weight(self.tokens)));
        }
        let hold = match acquire_all(&layers, now, wall, &mut |_, _| {}).outcome {
            Outcome::Allowed { .. } => return Ok(()),
            Outcome::Denied { retry_after } => Hold::Wait(retry_after),
            // A limit of 0 lets nothing through and may be changed; a request that is too large may not.
            Outcome::Never => Hold::GiveUp(Reason::TooLarge),
        };
        if let (Some(breaker), Some(passage)) = (&api.breaker, self.passage.take()) {
            breaker.cancelled(passage);
        }
        Err(hold)
    }

    /// Reports an answer: its status, what its headers said, and as much of its body as there is.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfOrder`]: no send is in flight. [`Error::StatusOutOfRange`]: not 100 to 599; the
    /// send stays in flight.
    pub fn answered<const KEYS: usize>(
        &mut self,
        api: &Api<KEYS>,
        status: u16,
        hints: &Hints,
        body: &[u8],
        now: Instant,
        wall: UnixTime,
    ) -> Result<(), Error> {
        self.in_flight()?;
        if !(100..=599).contains(&status) {
            return Err(Error::StatusOutOfRange);
        }
        let class = if status < 400 {
            None
        } else {
            api.policy().class(status, api.policy().error_body(body).code())
        };
        let throttled = class.map_or_else(
            || status == 429 || api.policy().retry.is_told_denial(status, hints),
            Class::is_throttled,
        );
        let server = self.learn(api, hints, throttled, now, wall);

        if let (Some(breaker), Some(passage)) = (&api.breaker, self.passage.take()) {
            match class {
                _ if throttled => breaker.cancelled(passage),
                Some(Class::Transient) => breaker.failed(passage, now),
                None if status >= 500 => breaker.failed(passage, now),
                _ => breaker.succeeded(passage, now),
            }
        }
        if status < 400 {
            api.purse.lent().succeeded(self.cost);
            self.state = State::Done;
            return Ok(());
        }
        self.told = None;
        let policy = &api.policy().retry;
        if class == Some(Class::RefreshCredentials) {
            self.state = State::gave_up(Reason::RefreshCredentials, None);
            return Ok(());
        }
        let retryable = hints.should_retry().unwrap_or(match class {
            Some(class) => class != Class::Permanent,
            None if status != 429 && throttled => true,
            None => policy.statuses.contains(status),
        });
        if !retryable && !throttled {
            self.state = State::gave_up(Reason::NotRetryable, None);
            return Ok(());
        }
        self.told = match hints.retry_after() {
            Some(RetryAfter::Delay(delay)) => Some(delay),
            Some(RetryAfter::Date(date)) => Some(date.saturating_since(server.now)),
            None if !throttled => None,
            None => {
                let reset = server.reset.map(|reset| reset.saturating_since(server.now));
                reset.or(policy.default_429)
            }
        };
        if let Some(told) = self.told.filter(|_| throttled) {
            let everybody = class == Some(Class::ThrottledAll) || hints.is_global();
            let pause = if everybody { Some(&api.pause) } else { api.key_pause(self.place) };
            let until = now.saturating_add(told.min(policy.max_server_delay));
            if let Some(pause) = pause {
                pause.raise_to(until.as_nanos());
            }
        }
        if !retryable {
            self.state = State::gave_up(Reason::NotRetryable, self.told);
            return Ok(());
        }
        let cause = if throttled { RetryCause::Throttled } else { RetryCause::Failure };
        self.retry(api, cause, throttled, now);
        Ok(())
    }

    /// Reports that no answer came. A call that waits may be reported as [`Failure::Aborted`] too, so
    /// that what its next send has paid is given back.
    ///
    /// A request that never reached the server is taken back from the windows that a client follows by the
    /// answers; in a limit that it keeps by itself it stays counted.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfOrder`]: no send is in flight.
    pub fn failed<const KEYS: usize>(
        &mut self,
        api: &Api<KEYS>,
        failure: Failure,
        now: Instant,
        wall: UnixTime,
    ) -> Result<(), Error> {
        if self.state == State::Ready && failure == Failure::Aborted {
            let _ = self.give_up(api, Reason::Aborted);
            return Ok(());
        }
        self.in_flight()?;
        let skew = api.skew.get();
        let mut applied = AllApplied::new();
        api.apply(self.place, &mut applied);
        for (one, &turn) in applied.iter().zip(&self.turns) {
            match one.mirror(skew, wall) {
                Some((mirror, view)) if failure.is_unsent() => mirror.unsent(&view, turn),
                Some((mirror, view)) => mirror.lost(&view, turn),
                None => {}
            }
        }
        if let (Some(breaker), Some(passage)) = (&api.breaker, self.passage.take()) {
            match failure {
                Failure::Aborted => breaker.cancelled(passage),
                _ => breaker.failed(passage, now),
            }
        }
        self.told = None;
        match failure {
            Failure::Aborted => self.state = State::gave_up(Reason::Aborted, None),
            Failure::Tls => self.state = State::gave_up(Reason::NotRetryable, None),
            _ => {
                let proven = failure == Failure::ConnectRefused;
                self.retry(api, RetryCause::Transient, proven, now);
            }
        }
        Ok(())
    }

    /// Plans the next send, or gives up. `proven` says that nothing was done by this one.
    fn retry<const KEYS: usize>(
        &mut self,
        api: &Api<KEYS>,
        cause: RetryCause,
        proven: bool,
        now: Instant,
    ) {
        api.purse.lent().failed(cause);
        let policy = &api.policy().retry;
        let told = self.told;
        let retries = self.attempts.saturating_sub(1);
        let delay = policy.delay(told, api.seed(), self.number, retries);
        let waited = self.waited.saturating_add(delay);
        let until = now.saturating_add(delay);
        // What is lost stays lost: only a success gives back what its last retry took.
        self.cost = 0;
        let reason = if !(self.repeatable || proven) {
            Reason::NotIdempotent
        } else if self.is_hedge || self.attempts >= policy.max_attempts {
            Reason::AttemptsExhausted
        } else if told.is_some_and(|told| told > policy.max_server_delay) {
            Reason::ServerDelayTooLong
        } else if waited > policy.max_wait {
            Reason::WaitedTooLong
        } else if until > self.deadline {
            Reason::DeadlineTooClose
        } else if let Some(cost) = api.purse.lent().spend(cause, now) {
            (self.cost, self.waited, self.not_before) = (cost, waited, until);
            self.state = State::Ready;
            return;
        } else {
            Reason::BudgetExhausted
        };
        self.state = State::gave_up(reason, told);
    }

    /// Ends a call that is not in flight; a retry that it had paid for is not sent.
    fn give_up<const KEYS: usize>(&mut self, api: &Api<KEYS>, reason: Reason) -> Step {
        api.purse.lent().cancelled(self.cost);
        self.cost = 0;
        self.state = State::gave_up(reason, self.told);
        Step::GiveUp(GiveUp { reason, server_delay: self.told })
    }

    pub(super) fn may_hedge(&self) -> bool {
        self.state == State::InFlight && self.repeatable && !self.is_hedge
    }

    /// The same call as a second send.
    pub(super) fn twin(&self, number: u64, cost: u32) -> Call {
        let state = State::Ready;
        Call {
            number,
            cost,
            attempts: 0,
            told: None,
            passage: None,
            is_hedge: true,
            state,
            ..*self
        }
    }

    fn in_flight(&self) -> Result<(), Error> {
        if self.state == State::InFlight { Ok(()) } else { Err(Error::OutOfOrder) }
    }
}

/// Takes back what the first limits have counted of a send that does not happen.
fn undo(applied: &AllApplied<'_>, turns: &[Turn; MAX_APPLIED], count: usize) {
    for (one, &turn) in applied.iter().zip(turns).take(count) {
        if let Rule::Fixed(..) = *one.rule {
            Mirror(&one.state.word).undo(turn);
        }
    }
}

impl<'a> Applied<'a> {
    /// The client's picture of it, if it is one of those that a client follows by its answers.
    #[inline]
    pub(super) fn mirror(&self, skew: Interval, wall: UnixTime) -> Option<(Mirror<'a>, View)> {
        match *self.rule {
            Rule::Fixed(limit, window) => {
                Some((Mirror(&self.state.word), View { limit, window, skew, wall }))
            }
            _ => None,
        }
    }
}

impl State {
    const fn gave_up(reason: Reason, server_delay: Option<Span>) -> State {
        State::GaveUp(GiveUp { reason, server_delay })
    }
}

impl<const KEYS: usize> Api<KEYS> {
    /// A call of this request, for a client.
    ///
    /// # Errors
    ///
    /// [`Error::PathInvalid`], [`Error::KeyEmpty`], [`Error::UnknownRole`].
    pub fn call(&self, request: &Request<'_>) -> Result<Call, Error> {
        let place = self.place(request)?;
        Ok(Call {
            number: self.take_call_number(),
            place,
            deadline: request.deadline,
            not_before: Instant::ZERO,
            waited: Span::ZERO,
            sent: UnixTime::ZERO,
            sent_at: Instant::ZERO,
            told: None,
            tokens: request.tokens,
            attempts: 0,
            hedges: 0,
            hedge_from: Instant::ZERO,
            cost: 0,
            passage: None,
            turns: [0; MAX_APPLIED],
            repeatable: request.method.is_idempotent() || request.idempotency_key,
            is_hedge: false,
            state: State::Ready,
        })
    }
}
