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
//! * Where the window before was used by others too, one request goes ahead of the others at the
//!   start of the next, to hear what they have left of it.
//! * An answer that tells no `Remaining` counts as one request, unless it is a denial.
//! * A request that was lost on the way may have been counted: it is subtracted until its window has
//!   ended, and in the next one too if it may have arrived there.
//!
//! The window turns when the server's clock has *certainly* passed its end, or when an answer is
//! about a later one. The whole state is one 128-bit word, so that it changes as one.

use super::skew::{Interval, reach};
use crate::{
    cell::DoubleWord,
    time::{Span, UnixTime},
};

/// The shared word; zero is a window nothing is known of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mirror<'a>(pub(super) &'a DoubleWord);

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

impl Mirror<'_> {
    /// Counts one more request in flight, or tells how long to wait before asking again.
    pub(super) fn try_send(&self, view: &View) -> Result<Turn, Span> {
        self.0.update(|word| {
            let mut state = State::from_word(word).turned(view);
            if state.may_send() {
                state.flying = state.flying.saturating_add(1);
                return (Some(state.word()), Ok(state.turn));
            }
            let stepped = State::from_word(word).is_stepped(view);
            (if stepped { Some(state.word()) } else { None }, Err(state.wait(view)))
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
            let charged = state.charged();
            let awaited = state.release(turn);
            let state = match told.remaining {
                Some(remaining) => state.told(view, remaining, told.reset, charged),
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

/// The word, unpacked. From the highest bit: 34, 30, 14, 14, 6, 10, 10 and four of 1 bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// When the window ends by the server's clock, in seconds since 1970; 0: nothing is known.
    end_secs: u64,
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
    /// An answer told when a window ends; before that the end is a guess.
    anchored: bool,
    /// An answer told what is left of this window.
    heard: bool,
    /// More was used of this window than our own requests explain.
    crowded: bool,
    /// The same of the window before.
    crowded_before: bool,
}

impl State {
    fn end(&self) -> UnixTime {
        UnixTime::from_secs(self.end_secs)
    }

    /// Whether one more request is certain to have room. Where others were in the window before,
    /// one request goes ahead to hear what they have left.
    fn may_send(&self) -> bool {
        let scouting = self.crowded_before && !self.heard && self.flying > 0;
        self.left > self.charged() && self.flying < MAX_FLYING && !scouting
    }

    /// What must be subtracted from `left`.
    fn charged(&self) -> u64 {
        self.flying.saturating_add(self.flying_before).saturating_add(self.lost)
    }

    /// The state in the window that the server is in, as far as is certain.
    fn turned(self, view: &View) -> State {
        let now = view.skew.earliest(view.wall);
        if self.end_secs == 0 {
            return State {
                end_secs: end_after(UnixTime::ZERO, now, view.window),
                left: view.limit,
                ..self
            };
        }
        if !self.anchored && self.end() > view.skew.latest(view.wall).saturating_add(view.window) {
            // Only a guess, and by what is now known of the clocks a wrong one.
            return State { end_secs: end_after(UnixTime::ZERO, now, view.window), ..self };
        }
        if self.is_stepped(view) {
            let end_secs = end_after(UnixTime::ZERO, now, view.window);
            return State { end_secs, left: 0, ..self };
        }
        if now < self.end() {
            return self;
        }
        let end_secs = end_after(self.end(), now, view.window);
        let next = self.end().saturating_add(view.window);
        // Before any answer told an end, the clock may have moved rather than time.
        if now < next || !self.anchored {
            return State { end_secs, left: view.limit, ..self.next() };
        }
        // Nothing that was sent more than a window ago is waited for.
        let last = State { flying: 0, crowded: false, lost_next: 0, ..self.next() };
        State { end_secs, left: view.limit, ..last.next() }
    }

    /// Whether a clock stepped back, ours or the server's: the end is further away than a window can
    /// end. The window at the new time then counts as used up, so a step never adds room and costs
    /// one window at the most.
    fn is_stepped(&self, view: &View) -> bool {
        self.end() > view.skew.latest(view.wall).saturating_add(reach(view.window))
    }

    /// One turn: what is in flight may be counted on either side.
    fn next(self) -> State {
        State {
            flying: 0,
            flying_before: self.flying,
            turn: self.turn.wrapping_add(1) & TURN_MASK,
            lost: self.lost_next,
            lost_next: 0,
            heard: false,
            crowded: false,
            crowded_before: self.crowded,
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

    /// What an answer says of its window; `charged` were ours and perhaps not counted before it.
    fn told(self, view: &View, remaining: u64, reset: Option<UnixTime>, charged: u64) -> State {
        let Some(reset) = reset else { return self.heard(remaining, charged) };
        let state = State { anchored: true, ..self };
        let end_secs = reset.as_secs_ceil().min(MAX_END);
        if end_secs == state.end_secs {
            state.heard(remaining, charged)
        } else if end_secs > state.end_secs {
            State { end_secs, left: view.limit, ..state.next() }.heard(remaining, charged)
        } else if reset > view.skew.latest(view.wall) {
            // Not over for certain, so it is the current one: our end was a guess.
            State { end_secs, ..state }.heard(remaining, charged)
        } else {
            state
        }
    }

    /// An answer about this window. What neither was known to be used nor can be ours is others'.
    fn heard(self, remaining: u64, charged: u64) -> State {
        let crowded = self.crowded || remaining.saturating_add(charged) < self.left;
        State { left: self.left.min(remaining), heard: true, crowded, ..self }
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
        let high = self.end_secs << 30 | self.left;
        let low = self.flying << 50
            | self.flying_before << 36
            | (self.turn as u64) << 30
            | self.lost << 20
            | self.lost_next << 10
            | (self.anchored as u64) << 3
            | (self.heard as u64) << 2
            | (self.crowded as u64) << 1
            | self.crowded_before as u64;
        (high as u128) << 64 | low as u128
    }

    const fn from_word(word: u128) -> State {
        let (high, low) = ((word >> 64) as u64, word as u64);
        State {
            end_secs: high >> 30,
            left: high & MAX_LEFT,
            flying: low >> 50 & MAX_FLYING,
            flying_before: low >> 36 & MAX_FLYING,
            turn: (low >> 30) as u8 & TURN_MASK,
            lost: low >> 20 & MAX_LOST,
            lost_next: low >> 10 & MAX_LOST,
            anchored: low >> 3 & 1 == 1,
            heard: low >> 2 & 1 == 1,
            crowded: low >> 1 & 1 == 1,
            crowded_before: low & 1 == 1,
        }
    }
}

/// The first end after `now` of windows of this length, one of which ends at `end`, in seconds.
/// Windows are whole seconds; the upper bound is the year 2514.
#[expect(clippy::integer_division_remainder_used, reason = "a window is at least a second")]
fn end_after(end: UnixTime, now: UnixTime, window: Span) -> u64 {
    let nanos = window.as_nanos().max(1);
    let into = now.saturating_since(end).as_nanos() % nanos;
    let next = now.saturating_add(Span::from_nanos(nanos.saturating_sub(into)));
    next.as_secs_ceil().min(MAX_END)
}

const MAX_END: u64 = (1 << 34) - 1;
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
            end_secs: super::MAX_END,
            left: super::MAX_LEFT,
            flying: super::MAX_FLYING,
            flying_before: super::MAX_FLYING,
            turn: super::TURN_MASK,
            lost: super::MAX_LOST,
            lost_next: super::MAX_LOST,
            anchored: true,
            heard: true,
            crowded: true,
            crowded_before: true,
        };
        assert_eq!(State::from_word(state.word()), state);
        assert_eq!(state.word().count_ones(), 34 + 30 + 14 + 14 + 6 + 10 + 10 + 4);
    }
}
