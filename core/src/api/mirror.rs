//! `Mirror`: a client's picture of one window that the server counts.
//!
//! What may still be sent is the least that is consistent with every header of this window and with
//! what is in flight:
//!
//! ```text
//! left - in flight - lost,    left = the least `Remaining` that any answer of this window told
//! ```
//!
//! * An answer's `Remaining` counts every request that the server saw before it, ours and others'.
//!   A request of ours still in flight may or may not be among them, so it is subtracted; when its
//!   own answer comes it is no longer in flight, and `left` becomes lower only if the server counted
//!   it later. So a quiet rival costs nothing at the end, and answers may come in any order.
//! * A request in flight while the window turns may be counted on either side, so it stays
//!   subtracted in the new window until its own headers tell which. One from two windows ago is
//!   forgotten.
//! * An answer that tells no `Remaining` counts as one request, unless it is a denial.
//! * A request that was lost on the way may have been counted: it is subtracted until its window has
//!   ended, and in the next one too if it may have arrived there.
//!
//! The window turns when the server's clock has *certainly* passed its end, or when an answer is
//! about a later one. The whole state is one 128-bit word, so that it changes as one.

use super::skew::Interval;
use crate::{
    cell::DoubleWord,
    time::{Span, UnixTime},
};

/// The shared word; zero is a window nothing is known of.
#[derive(Debug)]
pub(super) struct Mirror(DoubleWord);

/// What is counted, and when it is, as far as we know.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) limit: u64,
    pub(super) window: Span,
    pub(super) skew: Interval,
    pub(super) wall: UnixTime,
}

/// What an answer said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) remaining: Option<u64>,
    pub(super) reset: Option<UnixTime>,
    /// A 429, which the server did not count.
    pub(super) denied: bool,
}

/// The window of a send: the number of turns, modulo 64.
pub(super) type Turn = u8;

impl Mirror {
    pub(super) const fn new() -> Mirror {
        Mirror(DoubleWord::new(0))
    }

    /// Counts one more request in flight, or tells how long to wait before asking again.
    pub(super) fn try_send(&self, view: &View) -> Result<Turn, Span> {
        self.0.update(|word| {
            let mut state = State::from_word(word).turned(view);
            if state.left > state.charged() && state.flying < MAX_FLYING {
                state.flying = state.flying.saturating_add(1);
                return (Some(state.word()), Ok(state.turn));
            }
            (None, Err(state.wait(view)))
        })
    }

    /// Takes back a send that did not happen.
    pub(super) fn undo(&self, turn: Turn) {
        self.0.update(|word| {
            let mut state = State::from_word(word);
            state.release(turn);
            (Some(state.word()), ())
        });
    }

    /// Learns from the answer to a request of `turn`.
    pub(super) fn answered(&self, view: &View, turn: Turn, told: &Told) {
        self.0.update(|word| {
            let mut state = State::from_word(word).turned(view);
            let awaited = state.release(turn);
            let state = match told.remaining {
                Some(remaining) => state.told(view, remaining, told.reset),
                // Nothing was told, so a request that was not denied counts by itself.
                None if awaited && !told.denied => {
                    State { left: state.left.saturating_sub(1), ..state }
                }
                None => state,
            };
            (Some(state.word()), ())
        });
    }

    /// A request of `turn` that never reached the server.
    pub(super) fn unsent(&self, view: &View, turn: Turn) {
        self.0.update(|word| {
            let mut state = State::from_word(word).turned(view);
            state.release(turn);
            (Some(state.word()), ())
        });
    }

    /// A request of `turn` without an answer, which the server may have counted.
    pub(super) fn lost(&self, view: &View, turn: Turn) {
        self.0.update(|word| {
            let mut state = State::from_word(word).turned(view);
            if state.release(turn) {
                state.lost = state.lost.saturating_add(1).min(MAX_LOST);
                if view.skew.latest(view.wall) >= state.end() {
                    state.lost_next = state.lost_next.saturating_add(1).min(MAX_LOST);
                }
            }
            (Some(state.word()), ())
        });
    }
}

/// The word, unpacked. From the highest bit: 44, 30, 14, 14, 6, 10 and 10 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// When the window ends by the server's clock, in ms since 1970; 0: nothing is known.
    end_ms: u64,
    /// The least that any answer of this window left, before what is in flight.
    left: u64,
    /// In flight, sent in this window.
    flying: u64,
    /// In flight, sent in the window before.
    flying_before: u64,
    /// How often the window has turned.
    turn: Turn,
    /// Without an answer, and perhaps counted in this window.
    lost: u64,
    /// Of those, perhaps counted in the next.
    lost_next: u64,
}

impl State {
    fn end(&self) -> UnixTime {
        UnixTime::from_millis(self.end_ms)
    }

    /// What must be subtracted from `left`.
    fn charged(&self) -> u64 {
        self.flying.saturating_add(self.flying_before).saturating_add(self.lost)
    }

    /// The state in the window that the server is in, as far as is certain.
    fn turned(self, view: &View) -> State {
        let now = view.skew.earliest(view.wall);
        if self.end_ms == 0 {
            return State {
                end_ms: end_after(UnixTime::ZERO, now, view.window),
                left: view.limit,
                ..self
            };
        }
        if now < self.end() {
            return self;
        }
        let end_ms = end_after(self.end(), now, view.window);
        let next = self.end().saturating_add(view.window);
        if now < next {
            return State { end_ms, left: view.limit, ..self.next() };
        }
        // Nothing that was sent more than a window ago is waited for.
        let State { turn, .. } = self.next().next();
        State { end_ms, left: view.limit, turn, flying: 0, flying_before: 0, lost: 0, lost_next: 0 }
    }

    /// One turn: what is in flight may be counted on either side.
    fn next(self) -> State {
        State {
            flying: 0,
            flying_before: self.flying,
            turn: self.turn.wrapping_add(1) & TURN_MASK,
            lost: self.lost_next,
            lost_next: 0,
            ..self
        }
    }

    /// Ends the flight of a request; whether it was still waited for.
    fn release(&mut self, turn: Turn) -> bool {
        match self.turn.wrapping_sub(turn) & TURN_MASK {
            0 => self.flying = self.flying.saturating_sub(1),
            1 => self.flying_before = self.flying_before.saturating_sub(1),
            _ => return false,
        }
        true
    }

    /// What an answer says of its window.
    fn told(self, view: &View, remaining: u64, reset: Option<UnixTime>) -> State {
        let lower = State { left: self.left.min(remaining), ..self };
        let Some(reset) = reset else { return lower };
        let end_ms = to_millis(reset);
        if end_ms == self.end_ms {
            lower
        } else if end_ms > self.end_ms {
            State { end_ms, left: remaining.min(view.limit), ..self.next() }
        } else if reset > view.skew.latest(view.wall) {
            // Not over for certain, so it is the current one: our end was a guess.
            State { end_ms, ..lower }
        } else {
            self
        }
    }

    /// How long to wait before asking again: until the window ends, or for a moment when answers in
    /// flight may leave more than is certain now.
    fn wait(&self, view: &View) -> Span {
        let edge = self.end().saturating_since(view.skew.earliest(view.wall));
        if self.left <= self.lost {
            return edge;
        }
        let moment = (edge.as_nanos() >> 4).clamp(MIN_MOMENT.as_nanos(), MAX_MOMENT.as_nanos());
        Span::from_nanos(moment).min(edge)
    }

    const fn word(&self) -> u128 {
        let low = self.flying << 40
            | self.flying_before << 26
            | (self.turn as u64) << 20
            | self.lost << 10
            | self.lost_next;
        (self.end_ms as u128) << 84 | (self.left as u128) << 54 | low as u128
    }

    const fn from_word(word: u128) -> State {
        let low = word as u64;
        State {
            end_ms: (word >> 84) as u64,
            left: (word >> 54) as u64 & MAX_LEFT,
            flying: low >> 40 & MAX_FLYING,
            flying_before: low >> 26 & MAX_FLYING,
            turn: (low >> 20) as u8 & TURN_MASK,
            lost: low >> 10 & MAX_LOST,
            lost_next: low & MAX_LOST,
        }
    }
}

/// The first end after `now` of windows of this length, one of which ends at `end`, in ms.
#[expect(clippy::integer_division_remainder_used, reason = "a window is at least a second")]
fn end_after(end: UnixTime, now: UnixTime, window: Span) -> u64 {
    let nanos = window.as_nanos().max(1);
    let into = now.saturating_since(end).as_nanos() % nanos;
    to_millis(now.saturating_add(Span::from_nanos(nanos.saturating_sub(into))))
}

/// Ends are whole seconds; the upper bound is the year 2527.
#[expect(clippy::integer_division_remainder_used, reason = "the divisor is a constant")]
const fn to_millis(time: UnixTime) -> u64 {
    let millis = time.as_nanos() / 1_000_000;
    if millis < MAX_END { millis } else { MAX_END }
}

const MAX_END: u64 = (1 << 44) - 1;
const MAX_LEFT: u64 = (1 << 30) - 1;
const MAX_FLYING: u64 = (1 << 14) - 1;
const TURN_MASK: u8 = (1 << 6) - 1;
const MAX_LOST: u64 = (1 << 10) - 1;
/// A limit always fits, with any multiplier: it is capped where it is resolved.
pub(super) const MAX_LIMIT: u64 = crate::limit::MAX_WINDOW_LIMIT;
const _: () = assert!(MAX_LIMIT <= MAX_LEFT);
const MIN_MOMENT: Span = Span::from_millis(1);
const MAX_MOMENT: Span = Span::from_millis(20);

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn the_word_holds_every_field_at_its_largest() {
        let state = State {
            end_ms: super::MAX_END,
            left: super::MAX_LEFT,
            flying: super::MAX_FLYING,
            flying_before: super::MAX_FLYING,
            turn: super::TURN_MASK,
            lost: super::MAX_LOST,
            lost_next: super::MAX_LOST,
        };
        assert_eq!(State::from_word(state.word()), state);
        assert_eq!(state.word(), u128::MAX);
    }
}
