//! What a client believes of one window on the server, and which of its requests are not yet told.
//!
//! A request in flight while the window turns may be counted on either side, so it is held against
//! both until its own answer tells which. What is believed to be left is the least that the server has
//! said; requests whose fate is unknown stay held until their window has passed.

use crate::reference::skew::reach;

const MILLISECOND: u128 = 1_000_000;
const MOST_IN_FLIGHT: u128 = 16_383;
const MOST_LOST: u128 = 1023;
const GENERATIONS: u64 = 64;

/// The server's window as seen from here.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// The server's end of the window; 0 = nothing known.
    end: u128,
    /// What the server says is left.
    left: u128,
    /// Counts the turns, modulo 64.
    generation: u64,
    /// In flight, sent in this window.
    current: u128,
    /// In flight, sent in the window before.
    previous: u128,
    /// Without an answer, and perhaps counted in this window.
    lost: u128,
    /// Without an answer, and perhaps counted in the next window.
    lost_next: u128,
    /// An answer told when a window ends.
    anchored: bool,
    /// An answer told what is left of this window.
    heard: bool,
    /// More was used of this window than our own requests explain.
    crowded: bool,
    /// The same of the window before.
    crowded_before: bool,
}

/// What the mirror needs to know of a moment.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The limit of the request.
    pub limit: u128,
    /// The length of the window.
    pub window: u128,
    /// The earliest time on the server's clock.
    pub earliest: u128,
    /// The latest time on the server's clock.
    pub latest: u128,
}

impl Mirror {
    /// Books a request and returns its generation, or returns the wait and changes nothing but what a
    /// clock step changes.
    pub fn try_send(&mut self, moment: Moment) -> Result<u64, u128> {
        let mut turned = self.clone();
        turned.turn(moment);
        // Where others were before, one request goes ahead to see what they have left.
        let must_wait_for_scout = turned.crowded_before && !turned.heard && turned.current > 0;
        if turned.left > turned.held() && turned.current < MOST_IN_FLIGHT && !must_wait_for_scout {
            turned.current += 1;
            *self = turned;
            return Ok(self.generation);
        }
        let edge = turned.end - moment.earliest;
        let (left, lost) = (turned.left, turned.lost);
        if self.is_stepped(moment) {
            *self = turned;
        }
        // While answers are out that may free something, look again soon.
        if left > lost {
            Err(edge.min((edge / 16).clamp(MILLISECOND, 20 * MILLISECOND)))
        } else {
            Err(edge)
        }
    }

    /// Takes the last booking back, because another layer refused.
    pub fn undo(&mut self) {
        self.current -= 1;
    }

    /// An answer came, and it was `counted` unless it was a 429; `reset` is the told one if it is plausible.
    pub fn answered(
        &mut self,
        generation: u64,
        counted: bool,
        remaining: Option<u128>,
        reset: Option<u128>,
        moment: Moment,
    ) {
        self.turn(moment);
        let age = self.age(generation);
        let held = self.held();
        self.release(generation);
        let Some(remaining) = remaining else {
            if counted && age <= 1 {
                self.left = self.left.saturating_sub(1);
            }
            return;
        };
        self.anchored |= reset.is_some();
        match reset {
            Some(reset) if reset > self.end => {
                self.next();
                self.end = reset;
                self.left = moment.limit;
                self.hear(remaining, held);
            }
            Some(reset) if reset < self.end => {
                if reset > moment.latest {
                    self.end = reset;
                    self.hear(remaining, held);
                }
            }
            _ => self.hear(remaining, held),
        }
    }

    /// An answer about this window; `held` were ours and perhaps not counted before it.
    fn hear(&mut self, remaining: u128, held: u128) {
        self.heard = true;
        if remaining + held < self.left {
            self.crowded = true;
        }
        self.left = self.left.min(remaining);
    }

    /// One window further.
    fn next(&mut self) {
        self.generation = (self.generation + 1) % GENERATIONS;
        self.previous = self.current;
        self.current = 0;
        self.lost = self.lost_next;
        self.lost_next = 0;
        self.crowded_before = self.crowded;
        self.crowded = false;
        self.heard = false;
    }

    /// Ours, and perhaps counted in this window.
    fn held(&self) -> u128 {
        self.current + self.previous + self.lost
    }

    /// The request never reached the server.
    pub fn unsent(&mut self, generation: u64, moment: Moment) {
        self.turn(moment);
        self.release(generation);
    }

    /// No answer will come, and the server may have counted the request.
    pub fn lost(&mut self, generation: u64, moment: Moment) {
        self.turn(moment);
        let age = self.age(generation);
        self.release(generation);
        if age <= 1 {
            self.lost = (self.lost + 1).min(MOST_LOST);
            if moment.latest >= self.end {
                self.lost_next = (self.lost_next + 1).min(MOST_LOST);
            }
        }
    }

    /// Brings the window up to the server's earliest time.
    fn turn(&mut self, moment: Moment) {
        let Moment { limit, window, earliest, .. } = moment;
        if self.end == 0 {
            self.end = (earliest / window + 1) * window;
            self.left = limit;
        } else if !self.anchored && self.end > moment.latest + window {
            // Only a guess, and by what is now known of the clocks a wrong one.
            self.end = (earliest / window + 1) * window;
        } else if self.is_stepped(moment) {
            self.end = (earliest / window + 1) * window;
            self.left = 0;
        } else if earliest >= self.end {
            let turns = (earliest - self.end) / window + 1;
            self.end += turns * window;
            self.left = limit;
            self.next();
            // Before any answer told an end, the clock may have moved rather than time.
            if turns > 1 && self.anchored {
                // Twice, after which nothing of the old windows is left.
                self.next();
                self.previous = 0;
                self.lost = 0;
                self.crowded_before = false;
            }
        }
    }

    /// The end is further away than a window can end: a clock has stepped back.
    fn is_stepped(&self, moment: Moment) -> bool {
        self.end > moment.latest + reach(moment.window)
    }

    /// No longer in flight.
    fn release(&mut self, generation: u64) {
        match self.age(generation) {
            0 => self.current = self.current.saturating_sub(1),
            1 => self.previous = self.previous.saturating_sub(1),
            _ => {}
        }
    }

    /// The turns since a request was sent, modulo 64.
    fn age(&self, generation: u64) -> u64 {
        (GENERATIONS + self.generation - generation) % GENERATIONS
    }
}
