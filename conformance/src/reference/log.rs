//! The sliding log: every admission is remembered until it is a period old.

use crate::reference::SECOND;
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::window::check;

/// At most `limit` in any period, at no more than `entries` instants.
#[derive(Clone, Debug)]
pub struct Log {
    limit: u128,
    period: u128,
    entries: usize,
    /// When, and how many; one for each instant.
    admitted: Vec<(u128, u128)>,
}

impl Log {
    /// Nothing is remembered.
    ///
    /// # Errors
    /// The first bound that is broken, in the order period, limit.
    pub fn new(limit: u64, period: u64, entries: usize) -> Result<Log, Error> {
        check(limit, period)?;
        let (limit, period) = (limit.into(), period.into());
        Ok(Log { limit, period, entries, admitted: Vec::new() })
    }

    /// Takes `n`, or says when.
    pub fn acquire(&mut self, n: u64, now: u64) -> Decision {
        let (n, now) = (u128::from(n), u128::from(now));
        let (decision, at) = self.decide(n, now);
        match decision {
            Decision::Allow { .. } if n > 0 => self.admitted = self.with(at, n),
            Decision::Deny { .. } if self.stepped(now) => self.admitted = vec![(now, self.limit)],
            _ => {}
        }
        decision
    }

    /// What [`Log::acquire`] would answer; changes nothing.
    pub fn peek(&self, n: u64, now: u64) -> Decision {
        self.decide(n.into(), now.into()).0
    }

    /// The answer, and the time at which it counts.
    fn decide(&self, n: u128, now: u128) -> (Decision, u128) {
        if n > self.limit {
            return (Decision::Never, now);
        }
        if self.stepped(now) {
            let used_up = Log { admitted: vec![(now, self.limit)], ..self.clone() };
            return used_up.decide(n, now);
        }
        // A late request counts at the newest time.
        let newest = self.admitted.iter().map(|&(then, _)| then).max();
        let at = newest.map_or(now, |newest| newest.max(now));
        let fits = |at: u128| {
            let with = self.with(at, n);
            let used: u128 = with.iter().map(|&(_, n)| n).sum();
            (used <= self.limit && (n == 0 || with.len() <= self.entries)).then_some(used)
        };
        // Room can only come when an entry leaves.
        let leaves = |at: u128| self.with(at, 0).into_iter().map(|(then, _)| then + self.period);
        let decision = match fits(at) {
            Some(used) => {
                let with = self.with(at, n);
                let reset = with.iter().map(|&(then, _)| then + self.period - now).max();
                // With no entry left, what remains can only be had at the newest time.
                let entry = with.len() < self.entries || with.last().is_some_and(|e| e.0 == at);
                let remaining = if entry { self.limit - used } else { 0 };
                Decision::Allow { remaining, reset_after: reset.unwrap_or(0) }
            }
            None => {
                let time = leaves(at).find(|&time| fits(time).is_some()).expect("all leave");
                Decision::Deny { retry_after: time - now }
            }
        };
        (decision, at)
    }

    /// What is remembered at a time, oldest first, with `n` more at that time.
    fn with(&self, at: u128, n: u128) -> Vec<(u128, u128)> {
        let live = self.admitted.iter().filter(|&&(then, _)| then + self.period > at);
        let mut live: Vec<_> = live.copied().collect();
        match live.last_mut() {
            Some((then, count)) if *then == at => *count += n,
            _ if n > 0 => live.push((at, n)),
            _ => {}
        }
        live
    }

    /// Whether the newest entry is more than a second after `now`.
    fn stepped(&self, now: u128) -> bool {
        self.admitted.iter().any(|&(then, _)| then > now + SECOND)
    }
}
