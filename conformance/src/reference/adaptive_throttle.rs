//! Google's adaptive throttling: max(0, (requests − K × accepts) ÷ (requests + 1)).

use crate::reference::backoff::mix;
use crate::reference::error::Error;
use crate::reference::tally::{Tally, segment};

const SEGMENTS: u128 = 12;

/// Requests and accepts of a window.
#[derive(Clone, Debug)]
pub struct AdaptiveThrottle {
    segment: u128,
    k: u128,
    most: u128,
    requests: Tally,
    accepts: Tally,
}

impl AdaptiveThrottle {
    /// Nothing counted; `k` in thousandths, `most` in millionths.
    ///
    /// # Errors
    /// [`Error::BudgetOutOfRange`] for a window outside of 1 s to 1 h, a K outside of 1..=1000, or
    /// more than all.
    pub fn new(window: u64, k: u32, most: u32) -> Result<AdaptiveThrottle, Error> {
        let segment = segment(window, SEGMENTS as u64).ok_or(Error::BudgetOutOfRange)?;
        if !(1_000..=1_000_000).contains(&k) || most > 1_000_000 {
            return Err(Error::BudgetOutOfRange);
        }
        Ok(AdaptiveThrottle {
            segment,
            k: k.into(),
            most: most.into(),
            requests: Tally::new(SEGMENTS),
            accepts: Tally::new(SEGMENTS),
        })
    }

    /// Counts a request; whether it is sent.
    pub fn send(&mut self, seed: u64, call: u64, attempt: u32, now: u64) -> bool {
        // The draw is a fraction u ÷ 2⁶⁴; it is rejected when that is below both probabilities.
        let u = u128::from(mix(!seed, call, attempt));
        let (top, bottom) = self.probability(now);
        let below = |top: u128, bottom: u128| u * bottom < top << 64;
        let rejected = below(top, bottom) && below(self.most, 1_000_000);
        self.requests.count(u128::from(now) / self.segment);
        !rejected
    }

    /// Counts an accept.
    pub fn accepted(&mut self, now: u64) {
        self.accepts.count(u128::from(now) / self.segment);
    }

    /// The probability in millionths.
    pub fn rejected(&self, now: u64) -> u128 {
        let (top, bottom) = self.probability(now);
        (top * 1_000_000 / bottom).min(self.most)
    }

    fn probability(&self, now: u64) -> (u128, u128) {
        let last = u128::from(now) / self.segment;
        let (requests, accepts) = (self.requests.sum(last), self.accepts.sum(last));
        ((1_000 * requests).saturating_sub(self.k * accepts), 1_000 * (requests + 1))
    }
}
