//! `Call`: one logical request across its attempts, the same machine in every language.
//!
//! ```text
//!            next                     next: Send                 answered, failed
//!   Ready ─────────▶ Wait … Ready ───────────────▶ InFlight ────────────────────────▶ Ready
//!     │                                                │                        (a retry is due)
//!     └──────────── GiveUp (deadline) ◀────────────────┴──▶ Done, GiveUp
//! ```

use super::{
    Api, Request,
    describe::Class,
    mirror::{Told, Turn, View},
    skew::{Interval, Trip},
    state::{CategoryState, Place},
    step::{Failure, GiveUp, Reason, Step},
};
use crate::{
    error::Error,
    limit::RateLimiter,
    outcome::Outcome,
    time::{Instant, Span, UnixTime},
    wire::{ErrorBody, Hints, RetryAfter},
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
    place: Place,
    deadline: Instant,
    not_before: Instant,
    sent: UnixTime,
    told: Option<Span>,
    attempts: u32,
    turn: Turn,
    /// Whether doing it twice is the same as doing it once.
    repeatable: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    InFlight,
    Done,
    GaveUp(GiveUp),
}

impl Call {
    /// The name of the category that it is counted in.
    pub fn category<const KEYS: usize>(&self, api: &Api<KEYS>) -> &'static str {
        let category = api.policy().category(usize::from(self.place.category));
        category.map_or("", |category| category.name)
    }

    /// How often it was sent.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What to do now. Only [`Step::Send`] changes anything: it counts the request in every layer.
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
            return self.give_up(Reason::DeadlineTooClose, self.told);
        }
        let Some(shared) = api.state(self.place) else { return Step::Pending };
        let pause = shared.pause.get().max(api.gateway_pause.get());
        let due = self.not_before.max(Instant::from_nanos(pause));
        let sent = if now < due {
            Err(due.saturating_since(now))
        } else {
            self.send(api, shared, now, wall)
        };
        let Err(delay) = sent else { return Step::Send };
        let until = now.saturating_add(delay);
        if until > self.deadline {
            return self.give_up(Reason::DeadlineTooClose, self.told);
        }
        Step::Wait { until, delay }
    }

    /// Counts a send in the mirrored window and at the gateway, or in neither.
    fn send<const KEYS: usize>(
        &mut self,
        api: &Api<KEYS>,
        shared: &CategoryState,
        now: Instant,
        wall: UnixTime,
    ) -> Result<(), Span> {
        let view = self.view(api, api.skew.get(), wall);
        let turn = shared.mirror.try_send(&view)?;
        if let Some(delay) = api.gateway_delay(now) {
            shared.mirror.undo(turn);
            return Err(delay);
        }
        self.turn = turn;
        self.sent = wall;
        self.attempts = self.attempts.saturating_add(1);
        self.state = State::InFlight;
        Ok(())
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
        let shared = self.in_flight(api)?;
        if !(100..=599).contains(&status) {
            return Err(Error::StatusOutOfRange);
        }
        let trip = Trip { sent: self.sent, answered: wall };
        let window = self.view(api, Interval::AGREED, wall).window;
        let (skew, reset) = api.skew.learn(hints, trip, window);
        let told = Told { remaining: hints.remaining(), reset, denied: status == 429 };
        shared.mirror.answered(&self.view(api, skew, wall), self.turn, &told);

        if status < 400 {
            self.state = State::Done;
            return Ok(());
        }
        self.told = None;
        let policy = &api.policy().retry;
        let class = api.policy().class(status, ErrorBody::scan(body).code());
        if class == Some(Class::RefreshCredentials) {
            self.state = State::gave_up(Reason::RefreshCredentials, None);
            return Ok(());
        }
        if !policy.statuses.contains(status) {
            self.state = State::gave_up(Reason::NotRetryable, None);
            return Ok(());
        }
        let server_now = skew.earliest(wall);
        self.told = match hints.retry_after() {
            Some(RetryAfter::Delay(delay)) => Some(delay),
            Some(RetryAfter::Date(date)) => Some(date.saturating_since(server_now)),
            None if status != 429 => None,
            None => reset.map(|reset| reset.saturating_since(server_now)).or(policy.default_429),
        };
        if let Some(told) = self.told.filter(|_| status == 429) {
            let pause =
                if class == Some(Class::Gateway) { &api.gateway_pause } else { &shared.pause };
            pause.raise_to(now.saturating_add(told.min(policy.max_server_delay)).as_nanos());
        }
        self.retry(api, status == 429, now);
        Ok(())
    }

    /// Reports that no answer came.
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
        let shared = self.in_flight(api)?;
        let view = self.view(api, api.skew.get(), wall);
        if failure.is_unsent() {
            shared.mirror.unsent(&view, self.turn);
        } else {
            shared.mirror.lost(&view, self.turn);
        }
        self.told = None;
        match failure {
            Failure::Aborted => self.state = State::gave_up(Reason::Aborted, None),
            Failure::Tls => self.state = State::gave_up(Reason::NotRetryable, None),
            _ => self.retry(api, failure == Failure::ConnectRefused, now),
        }
        Ok(())
    }

    /// Plans the next send, or gives up. `proven` says that nothing was done by this one.
    fn retry<const KEYS: usize>(&mut self, api: &Api<KEYS>, proven: bool, now: Instant) {
        let policy = &api.policy().retry;
        let told = self.told;
        let retries = self.attempts.saturating_sub(1);
        let until = now.saturating_add(policy.delay(told, api.seed(), self.number, retries));
        let reason = if !(self.repeatable || proven) {
            Reason::NotIdempotent
        } else if self.attempts >= policy.max_attempts {
            Reason::AttemptsExhausted
        } else if told.is_some_and(|told| told > policy.max_server_delay) {
            Reason::ServerDelayTooLong
        } else if until > self.deadline {
            Reason::DeadlineTooClose
        } else {
            self.not_before = until;
            self.state = State::Ready;
            return;
        };
        self.state = State::gave_up(reason, told);
    }

    fn give_up(&mut self, reason: Reason, server_delay: Option<Span>) -> Step {
        self.state = State::gave_up(reason, server_delay);
        Step::GiveUp(GiveUp { reason, server_delay })
    }

    fn in_flight<'a, const KEYS: usize>(
        &self,
        api: &'a Api<KEYS>,
    ) -> Result<&'a CategoryState, Error> {
        let state = api.state(self.place).filter(|_| self.state == State::InFlight);
        state.ok_or(Error::OutOfOrder)
    }

    fn view<const KEYS: usize>(&self, api: &Api<KEYS>, skew: Interval, wall: UnixTime) -> View {
        let category = api.policy().category(usize::from(self.place.category));
        let window = category.map_or(Span::MAX, |category| category.window);
        View { limit: self.place.limit, window, skew, wall }
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
            sent: UnixTime::ZERO,
            told: None,
            attempts: 0,
            turn: 0,
            repeatable: request.method.is_idempotent() || request.idempotency_key,
            state: State::Ready,
        })
    }

    /// Counts one request at the gateway, if there is one, or tells the wait.
    fn gateway_delay(&self, now: Instant) -> Option<Span> {
        self.policy().gateway?;
        match RateLimiter::try_acquire(&self.gateway, 1, now) {
            Outcome::Allowed { .. } => None,
            Outcome::Denied { retry_after } => Some(retry_after),
            Outcome::Never => Some(Span::MAX),
        }
    }
}
