//! `CircuitBreaker`: no request to what has just failed again and again, then one at a time.
//!
//! The pattern is Nygard's (*Release It!*, 2007). Closed, requests pass. Too many failures open it, and
//! none pass for a while. Then it is half open: one request, the probe, tries out whether the other side
//! is back; so many successful probes in turn close it, and one that fails opens it again.

use core::num::NonZeroU64;

use super::tally::{Tally, number, segment_of};
use crate::{
    cell::DoubleWord,
    error::Error,
    time::{Instant, Span},
};

/// What a request that was let through is told by when it is reported. Plain data.
///
/// It is good for one report, and for none once the breaker has changed its state: what was sent before
/// it opened says nothing about now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a request that was let through must be reported, or its probe blocks others for a while"]
pub struct Passage(u32);

/// What a breaker does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Requests pass.
    Closed,
    /// None passes.
    Open,
    /// One passes at a time.
    HalfOpen,
}

impl BreakerState {
    /// Its name: `closed`, `open`, `half_open`.
    pub const fn name(self) -> &'static str {
        match self {
            BreakerState::Closed => "closed",
            BreakerState::Open => "open",
            BreakerState::HalfOpen => "half_open",
        }
    }
}

/// A circuit breaker that callers share.
///
/// Before each send call [`try_call`](Self::try_call); afterwards report with what it gave:
/// [`succeeded`](Self::succeeded), [`failed`](Self::failed), or [`cancelled`](Self::cancelled) when there
/// is nothing to say. A refusal for its rate (429) is no failure of the server.
///
/// A probe that is never reported holds the others back for `open_for`, then the next one goes.
///
/// # Clocks
///
/// Where the clock has stepped back by more than a second, an open breaker stays open for `open_for`
/// from the new time on.
///
/// # Concurrency
///
/// Any number of threads may share it: its state is one atomic word, so that there is one probe and not
/// two, and one that opens it. The counts of a ratio are words of their own: a request that is being
/// reported may be missed by one that is reported at the same moment.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Span, retry::{BreakerState, CircuitBreaker}};
///
/// let breaker = CircuitBreaker::consecutive(2, Span::from_secs(5), 1)?;
/// let at = |secs| Instant::from_nanos(0).saturating_add(Span::from_secs(secs));
/// for _ in 0..2 {
///     let passage = breaker.try_call(at(0)).expect("closed");
///     breaker.failed(passage, at(0));
/// }
/// assert_eq!(breaker.try_call(at(1)), Err(Span::from_secs(4)));
/// let probe = breaker.try_call(at(5)).expect("half open");
/// assert!(breaker.try_call(at(5)).is_err()); // one at a time
/// breaker.succeeded(probe, at(6));
/// assert_eq!(breaker.state(at(6)), BreakerState::Closed);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct CircuitBreaker {
    trip: Trip,
    open_for: Span,
    probes: u32,
    word: DoubleWord,
    calls: Tally<SEGMENTS>,
    failures: Tally<SEGMENTS>,
}

/// What opens it.
#[derive(Clone, Copy, Debug)]
enum Trip {
    Consecutive(u32),
    Ratio { segment: NonZeroU64, millionths: u32, least: u32 },
}

/// The word, taken apart.
#[derive(Clone, Copy)]
struct State {
    phase: BreakerState,
    /// Changes whenever a passage is not to count any more; 30 bits.
    generation: u32,
    /// Closed: failures in turn. Half open: successes in turn.
    count: u32,
    /// Open: the end. Half open: until when a probe is waited for, 0 if there is none.
    until: u64,
}

impl CircuitBreaker {
    /// Opens after so many failures in turn, for `open_for`; `probes` successes in turn close it.
    ///
    /// # Errors
    ///
    /// [`Error::BreakerOutOfRange`]: `failures` or `probes` is not from 1 to 10⁹, or `open_for` is 0.
    pub const fn consecutive(
        failures: u32,
        open_for: Span,
        probes: u32,
    ) -> Result<CircuitBreaker, Error> {
        CircuitBreaker::made(Trip::Consecutive(failures), failures, open_for, probes)
    }

    /// Opens on a failure when of at least `least` calls of the last `window` so many millionths or more
    /// have failed. The window is counted in ten segments, the one that has begun included.
    ///
    /// # Errors
    ///
    /// [`Error::BreakerOutOfRange`]: `window` is not from 1 s to 1 hour; `millionths` not from 1 to
    /// 1,000,000; `least` or `probes` not from 1 to 10⁹; or `open_for` is 0.
    pub const fn ratio(
        window: Span,
        millionths: u32,
        least: u32,
        open_for: Span,
        probes: u32,
    ) -> Result<CircuitBreaker, Error> {
        match segment_of::<SEGMENTS>(window) {
            Some(segment) if millionths > 0 && millionths <= MILLION => {
                let trip = Trip::Ratio { segment, millionths, least };
                CircuitBreaker::made(trip, least, open_for, probes)
            }
            _ => Err(Error::BreakerOutOfRange),
        }
    }

    const fn made(trip: Trip, n: u32, open_for: Span, probes: u32) -> Result<Self, Error> {
        if n == 0 || n > MOST || probes == 0 || probes > MOST || open_for.as_nanos() == 0 {
            return Err(Error::BreakerOutOfRange);
        }
        Ok(CircuitBreaker {
            trip,
            open_for,
            probes,
            word: DoubleWord::new(0),
            calls: Tally::new(),
            failures: Tally::new(),
        })
    }

    /// Lets a request pass, or says how long none will; it may be sent then, unless another probe is
    /// sent first. That wait is never 0.
    pub fn try_call(&self, now: Instant) -> Result<Passage, Span> {
        self.word.update(|word| {
            let state = State::of(word);
            let left = state.until.saturating_sub(now.as_nanos());
            match state.phase {
                BreakerState::Closed => (None, Ok(Passage(state.generation))),
                _ if left > self.open_for.saturating_add(SECOND).as_nanos() => {
                    let stepped = State { until: self.end(now), ..state };
                    (Some(stepped.word()), Err(self.open_for))
                }
                _ if left > 0 => (None, Err(Span::from_nanos(left))),
                BreakerState::Open => {
                    let probe = state.next(BreakerState::HalfOpen, 0, self.end(now));
                    (Some(probe.word()), Ok(Passage(probe.generation)))
                }
                BreakerState::HalfOpen => {
                    let probe = state.next(BreakerState::HalfOpen, state.count, self.end(now));
                    (Some(probe.word()), Ok(Passage(probe.generation)))
                }
            }
        })
    }

    /// Reports that a request has succeeded.
    pub fn succeeded(&self, passage: Passage, now: Instant) {
        if let Trip::Ratio { segment, .. } = self.trip
            && self.counts(passage)
        {
            self.calls.count(number(now, segment));
        }
        let closes = self.word.update(|word| {
            let state = State::of(word);
            if state.generation != passage.0 {
                return (None, false);
            }
            match state.phase {
                BreakerState::Closed if state.count == 0 => (None, false),
                BreakerState::Closed => (Some(State { count: 0, ..state }.word()), false),
                BreakerState::Open => (None, false),
                BreakerState::HalfOpen => {
                    let count = state.count.saturating_add(1);
                    let closes = count >= self.probes;
                    let next = if closes {
                        state.next(BreakerState::Closed, 0, 0)
                    } else {
                        state.next(BreakerState::HalfOpen, count, 0)
                    };
                    (Some(next.word()), closes)
                }
            }
        });
        if closes {
            self.calls.clear();
            self.failures.clear();
        }
    }

    /// Reports that a request has failed.
    pub fn failed(&self, passage: Passage, now: Instant) {
        let too_many = match self.trip {
            Trip::Ratio { segment, millionths, least } if self.counts(passage) => {
                let here = number(now, segment);
                self.calls.count(here);
                self.failures.count(here);
                let (calls, failures) = (self.calls.sum(here), self.failures.sum(here));
                // Never over: counts are below 2³⁰.
                calls >= u64::from(least)
                    && failures.saturating_mul(u64::from(MILLION))
                        >= calls.saturating_mul(u64::from(millionths))
            }
            _ => false,
        };
        self.word.update(|word| {
            let state = State::of(word);
            if state.generation != passage.0 {
                return (None, ());
            }
            let opened = state.next(BreakerState::Open, 0, self.end(now));
            let next = match (state.phase, self.trip) {
                (BreakerState::HalfOpen, _) => opened,
                (BreakerState::Open, _) => return (None, ()),
                (BreakerState::Closed, Trip::Ratio { .. }) if too_many => opened,
                (BreakerState::Closed, Trip::Ratio { .. }) => return (None, ()),
                (BreakerState::Closed, Trip::Consecutive(most)) => {
                    let count = state.count.saturating_add(1);
                    if count >= most { opened } else { State { count, ..state } }
                }
            };
            (Some(next.word()), ())
        });
    }

    /// Reports that a request was not sent, or tells nothing; if it was the probe, another may go.
    pub fn cancelled(&self, passage: Passage) {
        self.word.update(|word| {
            let state = State::of(word);
            let ours = state.phase == BreakerState::HalfOpen && state.generation == passage.0;
            let next = state.next(BreakerState::HalfOpen, state.count, 0);
            (if ours { Some(next.word()) } else { None }, ())
        });
    }

    /// What it does at `now`.
    pub fn state(&self, now: Instant) -> BreakerState {
        let state = State::of(self.word.get());
        match state.phase {
            BreakerState::Open if state.until <= now.as_nanos() => BreakerState::HalfOpen,
            phase => phase,
        }
    }

    /// Whether a passage is one of now, and the breaker closed.
    fn counts(&self, passage: Passage) -> bool {
        let state = State::of(self.word.get());
        state.phase == BreakerState::Closed && state.generation == passage.0
    }

    fn end(&self, now: Instant) -> u64 {
        now.saturating_add(self.open_for).as_nanos()
    }
}

impl Passage {
    /// Its number, for those who must carry it as one.
    #[inline]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The passage with a number that [`number`](Self::number) has given.
    #[inline]
    pub const fn from_number(number: u32) -> Passage {
        Passage(number)
    }
}

impl State {
    fn of(word: u128) -> State {
        let head = (word >> 96) as u32;
        let phase = match head >> 30 {
            0 => BreakerState::Closed,
            1 => BreakerState::Open,
            _ => BreakerState::HalfOpen,
        };
        let generation = head & GENERATIONS;
        State { phase, generation, count: (word >> 64) as u32, until: word as u64 }
    }

    fn word(self) -> u128 {
        let phase: u32 = match self.phase {
            BreakerState::Closed => 0,
            BreakerState::Open => 1,
            BreakerState::HalfOpen => 2,
        };
        let head = phase << 30 | self.generation;
        u128::from(head) << 96 | u128::from(self.count) << 64 | u128::from(self.until)
    }

    /// A state in which no passage of this one counts.
    fn next(self, phase: BreakerState, count: u32, until: u64) -> State {
        let generation = self.generation.wrapping_add(1) & GENERATIONS;
        State { phase, generation, count, until }
    }
}

const GENERATIONS: u32 = (1 << 30) - 1;
const MOST: u32 = 1_000_000_000;
const MILLION: u32 = 1_000_000;
const SECOND: Span = Span::from_secs(1);
const SEGMENTS: usize = 10;
