//! The fixed window, aligned to the wall clock: a number of the window modulo 2³⁴, and what it used.

use crate::reference::SECOND;
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::quota::check_period;

const NUMBERS: i128 = 1 << 34;

/// At most `limit` in each period.
#[derive(Clone, Debug)]
pub struct Window {
    /// Permits per period.
    pub limit: u128,
    period: u128,
    state: State,
}

#[derive(Clone, Copy, Debug)]
struct State {
    number: i128,
    used: u128,
}

impl Window {
    /// An unused window.
    ///
    /// # Errors
    /// The first bound that is broken, in the order period, limit.
    pub fn new(limit: u64, period: u64) -> Result<Window, Error> {
        check_period(period.into())?;
        if limit > 1_000_000_000 {
            return Err(Error::LimitTooHigh);
        }
        let state = State { number: 0, used: 0 };
        Ok(Window { limit: limit.into(), period: period.into(), state })
    }

    /// Takes `n`, or says when.
    pub fn acquire(&mut self, n: u64, wall: u64) -> Decision {
        let (decision, state) = self.decide(n.into(), wall.into());
        self.state = state;
        decision
    }

    /// What [`Window::acquire`] would answer; changes nothing.
    pub fn peek(&self, n: u64, wall: u64) -> Decision {
        self.decide(n.into(), wall.into()).0
    }

    /// The end of the window in which a request at `wall` is counted.
    pub fn end(&self, wall: u128) -> u128 {
        self.at(wall).1
    }

    /// What is left in the window in which a request at `wall` is counted.
    pub fn remaining(&self, wall: u128) -> u128 {
        self.limit.saturating_sub(self.at(wall).0.used)
    }

    /// The answer, and the state to keep.
    fn decide(&self, n: u128, wall: u128) -> (Decision, State) {
        if n > self.limit {
            return (Decision::Never, self.state);
        }
        let (state, end) = self.at(wall);
        let wait = end - wall;
        if n == 0 {
            let remaining = self.limit.saturating_sub(state.used);
            return (Decision::Allow { remaining, reset_after: wait }, self.state);
        }
        if state.used + n <= self.limit {
            let used = state.used + n;
            let decision = Decision::Allow { remaining: self.limit - used, reset_after: wait };
            return (decision, State { used, ..state });
        }
        // A denial keeps nothing but the correction of a stepped clock.
        let kept = if self.stepped(wall) { state } else { self.state };
        (Decision::Deny { retry_after: wait }, kept)
    }

    /// The window that counts at `wall`, and its end.
    fn at(&self, wall: u128) -> (State, u128) {
        let start = wall / self.period * self.period;
        let number = (wall / self.period) as i128 % NUMBERS;
        if self.state.used == 0 {
            return (State { number, used: 0 }, start + self.period);
        }
        match self.distance(wall) {
            0 => (self.state, start + self.period),
            1.. => (State { number, used: 0 }, start + self.period),
            _ if self.stepped(wall) => (State { number, used: self.limit }, start + self.period),
            back => (self.state, start + back.unsigned_abs() * self.period + self.period),
        }
    }

    /// Whether the stored window starts more than a second after `wall`.
    fn stepped(&self, wall: u128) -> bool {
        let distance = self.distance(wall);
        let start = wall / self.period * self.period + distance.unsigned_abs() * self.period;
        self.state.used > 0 && distance < 0 && start - wall > SECOND
    }

    /// The windows from the stored one to the one at `wall`, as a signed number of 34 bits.
    fn distance(&self, wall: u128) -> i128 {
        let number = (wall / self.period) as i128 % NUMBERS;
        let distance = (number - self.state.number).rem_euclid(NUMBERS);
        if distance >= NUMBERS / 2 { distance - NUMBERS } else { distance }
    }
}
