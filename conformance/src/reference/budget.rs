//! Finagle's ratio with a reserve: retries of the window against requests of the window.

use std::collections::BTreeMap;

use crate::reference::error::Error;
use crate::reference::tally::{Tally, segment};

const SEGMENTS: u128 = 5;
/// The most retries of one segment.
const MOST: u128 = (1 << 18) - 1;
const SECOND: u128 = 1_000_000_000;

/// Requests and retries by segment.
#[derive(Clone, Debug)]
pub struct Budget {
    segment: u128,
    millionths: u128,
    reserve: u128,
    /// The newest segment in which something was withdrawn.
    newest: u128,
    spent: BTreeMap<u128, u128>,
    deposits: Tally,
}

impl Budget {
    /// Nothing deposited.
    ///
    /// # Errors
    /// [`Error::BudgetOutOfRange`] for a window outside of 1 s to 1 h, or more than 1000 retries a
    /// request.
    pub fn new(window: u64, millionths: u32, reserve: u32) -> Result<Budget, Error> {
        let segment = segment(window, SEGMENTS as u64).ok_or(Error::BudgetOutOfRange)?;
        if millionths > 1_000_000_000 {
            return Err(Error::BudgetOutOfRange);
        }
        Ok(Budget {
            segment,
            millionths: millionths.into(),
            reserve: reserve.into(),
            newest: 0,
            spent: BTreeMap::new(),
            deposits: Tally::new(SEGMENTS),
        })
    }

    /// A request.
    pub fn deposit(&mut self, now: u64) {
        self.deposits.count(u128::from(now) / self.segment);
    }

    /// A retry, if it is there.
    pub fn withdraw(&mut self, now: u64) -> bool {
        let here = self.here(now);
        let stepped = here < self.newest;
        let count = if stepped { 0 } else { self.spent.get(&here).copied().unwrap_or(0) };
        if count == MOST || self.available(now) == 0 {
            return false;
        }
        if stepped {
            self.spent.clear();
        }
        self.newest = here;
        self.spent.insert(here, count + 1);
        true
    }

    /// Retries that are left.
    pub fn available(&self, now: u64) -> u128 {
        let here = self.here(now);
        let first = (here + 1).saturating_sub(SEGMENTS);
        let spent: u128 = self.spent.range(first..=here).map(|(_, count)| count).sum();
        // A clock that has stepped back has forgotten everything.
        let spent = if here < self.newest { 0 } else { spent };
        let earned = self.deposits.sum(here) * self.millionths / 1_000_000;
        (earned + self.reserve).saturating_sub(spent)
    }

    /// The segment of now; the newest for one that is late by at most a window and a second.
    fn here(&self, now: u64) -> u128 {
        let here = u128::from(now) / self.segment;
        let ahead = self.newest.saturating_sub(here) * self.segment;
        if ahead <= self.segment * SEGMENTS + SECOND { here.max(self.newest) } else { here }
    }
}
