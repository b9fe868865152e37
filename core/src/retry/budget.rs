//! `RetryBudget`: retries as a part of the requests of a window, and a reserve for quiet times.
//!
//! Source of the rule: Finagle's `RetryBudget` (10 s, 10 a second, 20 %). There the balance leaks from a
//! ring of counters that threads sum up and change one after the other, so that two may spend the same
//! deposit. Here all retries of the window are one word, and each is one compare-and-swap of it.

use core::num::NonZeroU64;

use super::tally::{Tally, number, segment_of};
use crate::{
    cell::DoubleWord,
    error::Error,
    time::{Instant, Span},
};

/// At most `ratio` retries for each request of the last `window`, and `reserve` on top.
///
/// Call [`deposit`](Self::deposit) for each new request, and before each retry
/// [`try_withdraw`](Self::try_withdraw): send again only if it says so. So retries never add more than
/// the ratio to the load of a server, whatever happens to it.
///
/// The window is counted in five segments, the one that has begun included: what was deposited or
/// withdrawn counts for four fifths of the window at least, and for all of it at most.
///
/// # Clocks
///
/// A `now` that is older than the newest counts as the newest. If it is older by more than the window
/// and a second, the clock has stepped back: everything is forgotten, so there is the reserve once more.
///
/// # Concurrency
///
/// Any number of threads may share it. No deposit is spent twice; one that is being made may be missed.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Span, retry::RetryBudget};
///
/// // One retry for five requests of the last ten seconds, and none besides.
/// let budget = RetryBudget::new(Span::from_secs(10), 200_000, 0)?;
/// let now = Instant::from_nanos(0);
/// (0..10).for_each(|_| budget.deposit(now));
/// assert!(budget.try_withdraw(now) && budget.try_withdraw(now) && !budget.try_withdraw(now));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct RetryBudget {
    segment: NonZeroU64,
    millionths: u32,
    reserve: u32,
    /// The number of the newest segment, and the retries of the last five.
    spent: DoubleWord,
    deposits: Tally<SEGMENTS>,
}

impl RetryBudget {
    /// So many millionths of a retry for each request of the window, and `reserve` retries in each
    /// window besides (Finagle's minimum a second times the window).
    ///
    /// # Errors
    ///
    /// [`Error::BudgetOutOfRange`]: `window` is not from 1 s to 1 hour, or the ratio above 1,000.
    pub const fn new(window: Span, millionths: u32, reserve: u32) -> Result<RetryBudget, Error> {
        match segment_of::<SEGMENTS>(window) {
            Some(segment) if millionths <= 1_000 * MILLION => Ok(RetryBudget {
                segment,
                millionths,
                reserve,
                spent: DoubleWord::new(0),
                deposits: Tally::new(),
            }),
            _ => Err(Error::BudgetOutOfRange),
        }
    }

    /// Counts a new request.
    pub fn deposit(&self, now: Instant) {
        self.deposits.count(number(now, self.segment));
    }

    /// Takes one retry out of the budget, and says whether there was one.
    pub fn try_withdraw(&self, now: Instant) -> bool {
        self.spent.update(|word| {
            let (newest, spent) = self.moved(word, now);
            let newest_full = spent & FIELD == FIELD;
            if newest_full || self.left(newest, spent) == 0 {
                return (None, false);
            }
            // Never carries: the newest count is below its most.
            (Some(u128::from(newest).wrapping_shl(WIDTH) | spent.wrapping_add(1)), true)
        })
    }

    /// Retries that are left now.
    pub fn available(&self, now: Instant) -> u64 {
        let (newest, spent) = self.moved(self.spent.get(), now);
        self.left(newest, spent)
    }

    /// The newest segment at `now`, and the counts as they lie then.
    fn moved(&self, word: u128, now: Instant) -> (u64, u128) {
        let here = number(now, self.segment);
        let (newest, spent) = (word.wrapping_shr(WIDTH) as u64, word & ALL);
        match here.checked_sub(newest) {
            Some(moved) if moved < SEGMENTS as u64 => {
                (here, spent.wrapping_shl((moved as u32).wrapping_mul(BITS)) & ALL)
            }
            Some(_) => (here, 0),
            None => {
                let ahead = newest.saturating_sub(here).saturating_mul(self.segment.get());
                let window = self.segment.get().saturating_mul(SEGMENTS as u64);
                let late = ahead <= window.saturating_add(Span::from_secs(1).as_nanos());
                if late { (newest, spent) } else { (here, 0) }
            }
        }
    }

    /// `deposits · ratio + reserve - spent`, rounded down.
    fn left(&self, newest: u64, mut counts: u128) -> u64 {
        let mut spent: u128 = 0;
        while counts != 0 {
            // Never wraps: five counts of 18 bits.
            spent = spent.wrapping_add(counts & FIELD);
            counts >>= BITS;
        }
        let deposits = u128::from(self.deposits.sum(newest));
        // Never wraps: 32 bits and 30.
        let earned = deposits.wrapping_mul(u128::from(self.millionths));
        let earned = earned.checked_div(u128::from(MILLION)).unwrap_or(0);
        let left = earned.wrapping_add(u128::from(self.reserve)).saturating_sub(spent);
        left as u64 // OK because it is below 2⁶³
    }
}

const MILLION: u32 = 1_000_000;
/// As many as leave each count 18 bits beside the number of a segment, which has 38.
const SEGMENTS: usize = 5;
/// Bits of a count: 262,143 retries in a segment; more are denied.
const BITS: u32 = 18;
const FIELD: u128 = (1 << BITS) - 1;
const WIDTH: u32 = BITS * SEGMENTS as u32;
const ALL: u128 = (1 << WIDTH) - 1;
