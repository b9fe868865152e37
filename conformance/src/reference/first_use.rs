//! The window that starts with the first request after the last one has ended.

use crate::reference::SECOND;
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::window::check;

/// At most `limit` in each window.
#[derive(Clone, Debug)]
pub struct FirstUse {
    /// Requests of a window.
    pub limit: u128,
    period: u128,
    running: Option<Running>,
}

/// The window that was started last; `used` is never 0.
#[derive(Clone, Copy, Debug)]
struct Running {
    start: u128,
    used: u128,
}

impl FirstUse {
    /// No window is running.
    ///
    /// # Errors
    /// The first bound that is broken, in the order period, limit.
    pub fn new(limit: u64, period: u64) -> Result<FirstUse, Error> {
        check(limit, period)?;
        Ok(FirstUse { limit: limit.into(), period: period.into(), running: None })
    }

    /// Takes `n`, or says when.
    pub fn acquire(&mut self, n: u64, wall: u64) -> Decision {
        let (decision, running) = self.decide(n.into(), wall.into());
        self.running = running;
        decision
    }

    /// What [`FirstUse::acquire`] would answer; changes nothing.
    pub fn peek(&self, n: u64, wall: u64) -> Decision {
        self.decide(n.into(), wall.into()).0
    }

    /// The answer, and the window to keep.
    fn decide(&self, n: u128, wall: u128) -> (Decision, Option<Running>) {
        if n > self.limit {
            return (Decision::Never, self.running);
        }
        let stepped = self.running.is_some_and(|running| running.start > wall + SECOND);
        // The window that counts at `wall`. Before its start a thread is late, not a window over.
        let window = match self.running {
            Some(_) if stepped => Some(Running { start: wall, used: self.limit }),
            Some(running) if wall >= running.start + self.period => None,
            running => running,
        };
        let Running { start, used } = window.unwrap_or(Running { start: wall, used: 0 });
        let wait = start + self.period - wall;
        if n == 0 {
            let reset_after = if window.is_some() { wait } else { 0 };
            return (
                Decision::Allow { remaining: self.limit.saturating_sub(used), reset_after },
                self.running,
            );
        }
        if used + n <= self.limit {
            let used = used + n;
            let decision = Decision::Allow { remaining: self.limit - used, reset_after: wait };
            return (decision, Some(Running { start, used }));
        }
        // A denial keeps nothing but the correction of a stepped clock.
        let kept = if stepped { window } else { self.running };
        (Decision::Deny { retry_after: wait }, kept)
    }
}
