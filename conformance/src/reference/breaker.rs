//! A circuit breaker: closed, open, half open.

use crate::reference::error::Error;
use crate::reference::tally::{Tally, segment};

const SEGMENTS: u128 = 10;
const SECOND: u64 = 1_000_000_000;

/// What opens it.
#[derive(Clone, Debug)]
pub enum Trip {
    /// So many failures in turn.
    Consecutive(u32),
    /// Of at least `least` calls of the window so many millionths or more.
    Ratio {
        /// Of the window.
        window: u64,
        /// The part that opens it.
        millionths: u32,
        /// Calls.
        least: u32,
    },
}

/// Where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Closed { failures: u32 },
    Open { until: u64 },
    HalfOpen { successes: u32, probe_until: Option<u64> },
}

/// One breaker.
#[derive(Clone, Debug)]
pub struct Breaker {
    trip: Trip,
    segment: u128,
    open_for: u64,
    probes: u32,
    phase: Phase,
    /// Which passages count.
    period: u64,
    calls: Tally,
    failures: Tally,
}

impl Breaker {
    /// Closed.
    ///
    /// # Errors
    /// [`Error::BreakerOutOfRange`] for a number outside of 1..=10⁹, a window outside of 1 s to 1 h, a
    /// part outside of 1..=10⁶, or no time.
    pub fn new(trip: Trip, open_for: u64, probes: u32) -> Result<Breaker, Error> {
        let (n, segment, part) = match trip {
            Trip::Consecutive(failures) => (failures, Some(1), 1),
            Trip::Ratio { window, millionths, least } => {
                (least, segment(window, SEGMENTS as u64), millionths)
            }
        };
        let counts = 1..=1_000_000_000;
        let segment = segment.ok_or(Error::BreakerOutOfRange)?;
        if !counts.contains(&n)
            || !counts.contains(&probes)
            || !(1..=1_000_000).contains(&part)
            || open_for == 0
        {
            return Err(Error::BreakerOutOfRange);
        }
        Ok(Breaker {
            trip,
            segment,
            open_for,
            probes,
            phase: Phase::Closed { failures: 0 },
            period: 0,
            calls: Tally::new(SEGMENTS),
            failures: Tally::new(SEGMENTS),
        })
    }

    /// A passage, or the wait.
    pub fn call(&mut self, now: u64) -> Result<u64, u64> {
        let end = now.saturating_add(self.open_for);
        let (until, successes) = match self.phase {
            Phase::Closed { .. } => return Ok(self.period),
            Phase::Open { until } => (until, 0),
            Phase::HalfOpen { successes, probe_until } => (probe_until.unwrap_or(0), successes),
        };
        if until > now {
            if until - now <= self.open_for.saturating_add(SECOND) {
                return Err(until - now);
            }
            // The clock has stepped back.
            match &mut self.phase {
                Phase::Open { until } => *until = end,
                Phase::HalfOpen { probe_until, .. } => *probe_until = Some(end),
                Phase::Closed { .. } => {}
            }
            return Err(self.open_for);
        }
        self.go(Phase::HalfOpen { successes, probe_until: Some(end) });
        Ok(self.period)
    }

    /// A success.
    pub fn succeeded(&mut self, passage: u64, now: u64) {
        if passage != self.period {
            return;
        }
        match self.phase {
            Phase::Closed { .. } => {
                self.calls.count(u128::from(now) / self.segment);
                self.phase = Phase::Closed { failures: 0 };
            }
            Phase::Open { .. } => {}
            Phase::HalfOpen { successes, .. } if successes + 1 == self.probes => {
                self.go(Phase::Closed { failures: 0 });
                self.calls.clear();
                self.failures.clear();
            }
            Phase::HalfOpen { successes, .. } => {
                self.go(Phase::HalfOpen { successes: successes + 1, probe_until: None });
            }
        }
    }

    /// A failure.
    pub fn failed(&mut self, passage: u64, now: u64) {
        if passage != self.period {
            return;
        }
        let opens = match self.phase {
            Phase::Open { .. } => false,
            Phase::HalfOpen { .. } => true,
            Phase::Closed { failures } => {
                self.phase = Phase::Closed { failures: failures + 1 };
                let here = u128::from(now) / self.segment;
                self.calls.count(here);
                self.failures.count(here);
                match self.trip {
                    Trip::Consecutive(most) => failures + 1 >= most,
                    Trip::Ratio { millionths, least, .. } => {
                        let (all, bad) = (self.calls.sum(here), self.failures.sum(here));
                        all >= least.into() && bad * 1_000_000 >= all * u128::from(millionths)
                    }
                }
            }
        };
        if opens {
            self.go(Phase::Open { until: now.saturating_add(self.open_for) });
        }
    }

    /// A probe that tells nothing.
    pub fn cancelled(&mut self, passage: u64) {
        if let Phase::HalfOpen { successes, .. } = self.phase
            && passage == self.period
        {
            self.go(Phase::HalfOpen { successes, probe_until: None });
        }
    }

    /// Its name at a time.
    pub fn state(&self, now: u64) -> &'static str {
        match self.phase {
            Phase::Closed { .. } => "closed",
            Phase::Open { until } if until > now => "open",
            Phase::Open { .. } | Phase::HalfOpen { .. } => "half_open",
        }
    }

    /// Into a phase in which no earlier passage counts.
    fn go(&mut self, phase: Phase) {
        self.phase = phase;
        self.period += 1;
    }
}
