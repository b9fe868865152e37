//! The strict window: never more than the limit in any stretch of a period.
//!
//! Every admission is remembered by the number of its segment. Times at most a period apart lie in at
//! most `segments + 1` segments, so those may hold the limit and no more.

use crate::reference::SECOND;
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::window::check;

/// At most `limit` in any period.
#[derive(Clone, Debug)]
pub struct Strict {
    /// Permits in a period.
    pub limit: u128,
    /// How many segments a period has.
    pub segments: u128,
    /// Nanoseconds of one.
    pub segment: u128,
    /// The segment of the newest admission or correction.
    newest: u128,
    /// Segment and number, in the order in which they came.
    admitted: Vec<(u128, u128)>,
}

impl Strict {
    /// Nothing is counted.
    ///
    /// # Errors
    /// The first bound that is broken, in the order period, limit.
    pub fn new(limit: u64, period: u64) -> Result<Strict, Error> {
        check(limit, period)?;
        let (limit, period) = (u128::from(limit), u128::from(period));
        // The most segments, up to 32, for which 128 bits hold the number of any segment of the
        // clock and a count of up to the limit for one segment more than a period has.
        let fits = |&segments: &u128| {
            let last = u128::from(u64::MAX) / period.div_ceil(segments);
            bits(last) + (segments + 1) * bits(limit).max(1) <= 128
        };
        let segments = (1..=32).rev().find(fits).expect("one segment fits");
        let segment = period.div_ceil(segments);
        Ok(Strict { limit, segments, segment, newest: 0, admitted: Vec::new() })
    }

    /// Takes `n`, or says when.
    pub fn acquire(&mut self, n: u64, now: u64) -> Decision {
        let (n, now) = (u128::from(n), u128::from(now));
        let decision = self.decide(n, now);
        let here = now / self.segment;
        match decision {
            Decision::Allow { .. } if n > 0 => {
                self.newest = self.newest.max(here);
                self.admitted.push((self.newest, n));
            }
            // A denial keeps nothing but the correction of a stepped clock.
            Decision::Deny { .. } if self.stepped(now) => {
                self.newest = here;
                self.admitted = vec![(here, self.limit)];
            }
            _ => {}
        }
        let oldest = self.newest.saturating_sub(self.segments);
        self.admitted.retain(|&(segment, _)| segment >= oldest);
        decision
    }

    /// What [`Strict::acquire`] would answer; changes nothing.
    pub fn peek(&self, n: u64, now: u64) -> Decision {
        self.decide(n.into(), now.into())
    }

    fn decide(&self, n: u128, now: u128) -> Decision {
        if n > self.limit {
            return Decision::Never;
        }
        let here = now / self.segment;
        let (at, admitted) = if self.stepped(now) {
            (here, vec![(here, self.limit)])
        } else {
            (self.newest.max(here), self.admitted.clone())
        };
        // What counts in a later segment, and the first nanosecond of it.
        let used = |later: u128| -> u128 {
            let counts = admitted.iter().filter(|&&(was, _)| was + self.segments >= at + later);
            counts.map(|&(_, n)| n).sum()
        };
        let wait = |later: u128| (at + later) * self.segment - now;
        let room = |n: u128| (1..).find(|&later| used(later) + n <= self.limit).expect("all leave");
        if used(0) + n <= self.limit {
            let reset_after = match n {
                0 if used(0) == 0 => 0,
                0 => wait(room(self.limit)),
                _ => wait(self.segments + 1),
            };
            Decision::Allow { remaining: self.limit - used(0) - n, reset_after }
        } else {
            Decision::Deny { retry_after: wait(room(n)) }
        }
    }

    /// Whether the newest segment begins more than a second after `now`.
    fn stepped(&self, now: u128) -> bool {
        self.newest * self.segment > now + SECOND
    }
}

/// How many bits a number has.
fn bits(number: u128) -> u128 {
    (0..).find(|&bits| number >> bits == 0).expect("a number ends")
}
