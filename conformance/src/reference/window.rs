//! The fixed window, aligned to the wall clock or to a skew from it: a number of the window modulo 2³⁴, and what it used.

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
    /// Windows start at multiples of the period plus this.
    skew: i128,
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
        Window::with_skew(limit, period, 0)
    }

    /// An unused window that starts at multiples of the period plus `skew`.
    ///
    /// # Errors
    /// As [`Window::new`].
    pub fn with_skew(limit: u64, period: u64, skew: i64) -> Result<Window, Error> {
        check(limit, period)?;
        let state = State { number: 0, used: 0 };
        Ok(Window { limit: limit.into(), period: period.into(), skew: skew.into(), state })
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
        let (number, start) = self.number_and_start(wall);
        let ends = |windows: u128| {
            (start + (windows * self.period) as i128 + self.period as i128).unsigned_abs()
        };
        if self.state.used == 0 {
            return (State { number, used: 0 }, ends(0));
        }
        match self.distance(wall) {
            0 => (self.state, ends(0)),
            1.. => (State { number, used: 0 }, ends(0)),
            _ if self.stepped(wall) => (State { number, used: self.limit }, ends(0)),
            back => (self.state, ends(back.unsigned_abs())),
        }
    }

    /// Whether the stored window starts more than a second after `wall`.
    fn stepped(&self, wall: u128) -> bool {
        let distance = self.distance(wall);
        let (_, start) = self.number_and_start(wall);
        let stored = start - distance * self.period as i128;
        self.state.used > 0 && distance < 0 && stored - wall as i128 > SECOND as i128
    }

    /// The windows from the stored one to the one at `wall`, as a signed number of 34 bits.
    fn distance(&self, wall: u128) -> i128 {
        let (number, _) = self.number_and_start(wall);
        let distance = (number - self.state.number).rem_euclid(NUMBERS);
        if distance >= NUMBERS / 2 { distance - NUMBERS } else { distance }
    }

    /// The number of the window at `wall`, and its start, which may lie before 1970.
    fn number_and_start(&self, wall: u128) -> (i128, i128) {
        let period = self.period as i128;
        let number = (wall as i128 - self.skew).div_euclid(period);
        (number.rem_euclid(NUMBERS), number * period + self.skew)
    }
}

/// The bounds that all windows share, in the order period, limit.
///
/// # Errors
/// The first bound that is broken.
pub fn check(limit: u64, period: u64) -> Result<(), Error> {
    check_period(period.into())?;
    if limit > 1_000_000_000 {
        return Err(Error::LimitTooHigh);
    }
    Ok(())
}
