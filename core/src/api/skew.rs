//! What a client knows of the server's clock: the interval in which `server - own` must lie.
//!
//! A `Date` is a whole second, rounded down, of some moment between the send and the answer, so one
//! answer bounds the difference to a second and a round trip, and answers at different fractions of
//! a second narrow it to little more than a round trip. `Reset` bounds it too: an answer about a
//! window that is aligned to the clock was made within that window. Until the first `Date` the clocks are taken to agree.

use crate::{
    cell::DoubleWord,
    time::{NANOS_PER_SEC, Span, UnixTime},
    wire::Hints,
};

/// The shared word: two signed 64-bit numbers, zero for agreeing clocks.
#[derive(Debug)]
pub(super) struct Skew(DoubleWord);

/// The least and the most that the server's clock may be ahead of ours, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    low: i64,
    high: i64,
}

/// When a request was sent and answered, by our clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trip {
    pub(super) sent: UnixTime,
    pub(super) answered: UnixTime,
}

impl Trip {
    /// False when our own clock stepped back under way.
    fn is_forward(self) -> bool {
        self.sent <= self.answered
    }
}

impl Skew {
    pub(super) const fn new() -> Skew {
        Skew(DoubleWord::new(0))
    }

    pub(super) fn get(&self) -> Interval {
        Interval::from_word(self.0.get())
    }

    /// Learns from an answer about a limit of this `period`. Returns the `Reset` too, if it is
    /// plausible: no further from now than [`reach`]. It says something of the clock only where it is the
    /// end of a `window` that is aligned to it.
    pub(super) fn learn(
        &self,
        hints: &Hints,
        trip: Trip,
        period: Span,
        window: Option<Span>,
    ) -> (Interval, Option<UnixTime>) {
        if hints.date().is_none() && hints.reset().is_none() {
            return (self.get(), None);
        }
        self.0.update(|word| {
            let before = Interval::from_word(word);
            let dated = before.learn_date(hints.date(), trip);
            let first = dated.earliest(trip.answered).saturating_sub(reach(period));
            let last = dated.latest(trip.answered).saturating_add(reach(period));
            let reset = hints.reset().filter(|reset| (first..=last).contains(reset));
            let after = reset
                .zip(window)
                .map_or(dated, |(reset, window)| dated.learn_reset(reset, trip, window));
            (if after == before { None } else { Some(after.word()) }, (after, reset))
        })
    }
}

impl Interval {
    /// The earliest that the server's clock may show now.
    pub(super) const fn earliest(self, wall: UnixTime) -> UnixTime {
        wall.offset(self.low)
    }

    /// The latest that the server's clock may show now.
    pub(super) const fn latest(self, wall: UnixTime) -> UnixTime {
        wall.offset(self.high)
    }

    fn learn_date(self, date: Option<UnixTime>, trip: Trip) -> Interval {
        let Some(date) = date.filter(|_| trip.is_forward()) else { return self };
        let second = date.saturating_add(Span::from_secs(1));
        let told = Interval { low: ahead(date, trip.answered), high: ahead(second, trip.sent) };
        if self.is_assumed() { told } else { self.intersect(told).unwrap_or(told) }
    }

    fn learn_reset(self, reset: UnixTime, trip: Trip, window: Span) -> Interval {
        // Headers round the end of a window that is not whole seconds.
        if !trip.is_forward() || !window.as_nanos().is_multiple_of(NANOS_PER_SEC) {
            return self;
        }
        let start = reset.saturating_sub(window);
        let told = Interval { low: ahead(start, trip.answered), high: ahead(reset, trip.sent) };
        if self.is_assumed() {
            // A point moves as little as it must.
            let point = self.low.max(told.low).min(told.high);
            return Interval { low: point, high: point };
        }
        self.intersect(told).unwrap_or(self)
    }

    /// A point: nothing was measured yet.
    const fn is_assumed(self) -> bool {
        self.low == self.high
    }

    fn intersect(self, other: Interval) -> Option<Interval> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (low <= high).then_some(Interval { low, high })
    }

    const fn word(self) -> u128 {
        (self.low as u64 as u128) << 64 | self.high as u64 as u128
    }

    const fn from_word(word: u128) -> Interval {
        Interval { low: (word >> 64) as u64 as i64, high: word as u64 as i64 }
    }
}

/// How far from now the end of a window may lie: two windows and an hour. What is further away is a
/// mistake of some clock, or not an epoch at all.
pub(super) const fn reach(window: Span) -> Span {
    window.saturating_add(window).saturating_add(Span::from_secs(3_600))
}

/// `server - own` in nanoseconds, saturating.
fn ahead(server: UnixTime, own: UnixTime) -> i64 {
    let difference = i128::from(server.as_nanos()) - i128::from(own.as_nanos());
    // OK because it was clamped to what fits.
    difference.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
