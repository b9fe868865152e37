//! The token bucket of 32 bits: the rule for a clock that goes round, and the exact account of the
//! time that it stands for.

use crate::reference::error::Error;

/// One turn of the clock.
const TURN: i128 = 1 << 32;

/// What a limiter of 32 bits answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision32 {
    /// Admitted.
    Allow,
    /// Not now, but after so many ticks.
    Deny(i128),
    /// Not now and not later.
    Never,
}

/// A bucket whose state is a tick of a clock that goes round; it starts full.
#[derive(Clone, Debug)]
pub struct Bucket32 {
    interval: i128,
    burst: i128,
    /// The tick at which the bucket is full again; none before the first tokens were taken.
    full_at: Option<i128>,
}

impl Bucket32 {
    /// A full bucket: `count` tokens each `period` ticks, `burst` at once.
    ///
    /// # Errors
    /// [`Error::TicksTooCoarse`] for a period of fewer ticks than tokens, [`Error::BurstZero`],
    /// [`Error::Burst32TooLarge`] for a burst of more than 2³⁰ ticks. A count of 0 is always right.
    pub fn new(count: u32, period: u32, burst: u32) -> Result<Bucket32, Error> {
        let (count, period, burst) = (i128::from(count), i128::from(period), i128::from(burst));
        if count == 0 {
            return Ok(Bucket32 { interval: 0, burst: 0, full_at: None });
        }
        if period < count {
            return Err(Error::TicksTooCoarse);
        }
        if burst == 0 {
            return Err(Error::BurstZero);
        }
        // The interval between two tokens, up to whole ticks.
        let interval = (period + count - 1) / count;
        if burst * interval > 1 << 30 {
            return Err(Error::Burst32TooLarge);
        }
        Ok(Bucket32 { interval, burst, full_at: None })
    }

    /// Takes `n`, or says when.
    pub fn acquire(&mut self, n: u32, now: u32) -> Decision32 {
        let decision = self.peek(n, now);
        if n > 0 && decision == Decision32::Allow {
            let full_at = i128::from(now) + self.lacks(now) + i128::from(n) * self.interval;
            // Tick 0 is told as tick 1.
            self.full_at = Some((full_at % TURN).max(1));
        }
        decision
    }

    /// What [`Bucket32::acquire`] would answer; changes nothing.
    pub fn peek(&self, n: u32, now: u32) -> Decision32 {
        let n = i128::from(n);
        if n == 0 {
            return Decision32::Allow;
        }
        if n > self.burst {
            return Decision32::Never;
        }
        let over = self.lacks(now) + n * self.interval - self.burst * self.interval;
        if over <= 0 { Decision32::Allow } else { Decision32::Deny(over) }
    }

    /// Whole tokens that are left.
    pub fn remaining(&self, now: u32) -> i128 {
        if self.burst == 0 {
            return 0;
        }
        (self.burst * self.interval - self.lacks(now)).max(0) / self.interval
    }

    /// The ticks that the bucket lacks: what `full_at` is ahead of now on the circle, up to twice
    /// what a full bucket holds. What is further ahead is in the past.
    fn lacks(&self, now: u32) -> i128 {
        let Some(full_at) = self.full_at else { return 0 };
        let ahead = (full_at - i128::from(now)).rem_euclid(TURN);
        if ahead <= 2 * self.burst * self.interval { ahead } else { 0 }
    }
}

/// The exact account of what a quota allows, on a clock that never goes round: in no window of `w`
/// ticks more than burst + count · w / period, as a rational number.
#[derive(Clone, Debug)]
pub struct Account32 {
    count: u128,
    period: u128,
    burst: u128,
    /// When, and how many tokens.
    admitted: Vec<(u128, u128)>,
}

impl Account32 {
    /// Nothing was taken yet.
    pub fn new(count: u32, period: u32, burst: u32) -> Account32 {
        let (count, period, burst) = (count.into(), period.into(), burst.into());
        Account32 { count, period, burst, admitted: Vec::new() }
    }

    /// Adds an admission; late callers may come in any order.
    pub fn admit(&mut self, n: u32, now: u128) {
        self.admitted.push((now, n.into()));
    }

    /// The end of the first window that admitted too much.
    ///
    /// It looks at all windows with one end at once: the worst of them has begun when nothing was
    /// owed, and what of it has not flowed back at the rate is at most the burst. Both sides are
    /// multiplied by `count` and `period`, so that nothing is rounded.
    pub fn first_over(&self) -> Option<u128> {
        let mut admitted = self.admitted.clone();
        admitted.sort_unstable();
        let mut owed_until = 0;
        for (now, n) in admitted {
            owed_until = (now * self.count).max(owed_until) + n * self.period;
            if owed_until > now * self.count + self.burst * self.period {
                return Some(now);
            }
        }
        None
    }
}
