//! `RetryThrottle`: gRPC's budget of retries. Failures take tokens, successes bring a part of one.
//!
//! Source: gRPC proposal A6, *Client retries*, section "Throttling retry attempts and hedged RPCs".

use crate::{cell::Word, error::Error};

/// Tokens of a server: while more than half of them are there, a failed request may be sent again.
///
/// Call [`failed`](Self::failed) for each attempt that failed in a way that would be tried again, and
/// send again only if it says so; call [`succeeded`](Self::succeeded) for each that did not fail. With a
/// ratio of 0.1 retries stop when more than one request in eleven fails for long.
///
/// Counted in thousandths of a token, as gRPC does, so that it is exact.
///
/// # Concurrency
///
/// Any number of threads may share it: one atomic word. Each failure and success counts once.
///
/// # Examples
///
/// ```
/// use tidegate::retry::RetryThrottle;
///
/// let throttle = RetryThrottle::new(4, 1_600)?;
/// assert!(throttle.failed());
/// assert!(!throttle.failed()); // 2 of 4 are left, which is not more than half
/// throttle.succeeded();
/// assert_eq!(throttle.thousandths(), 3_600);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct RetryThrottle {
    most: u64,
    ratio: u64,
    word: Word,
}

impl RetryThrottle {
    /// All of `max_tokens`; a success brings `ratio` thousandths of one.
    ///
    /// # Errors
    ///
    /// [`Error::BudgetOutOfRange`]: `max_tokens` is not from 1 to 1,000, as gRPC demands, or `ratio`
    /// not from 1 to 1,000,000 thousandths.
    pub const fn new(max_tokens: u32, ratio: u32) -> Result<RetryThrottle, Error> {
        RetryThrottle::filled(max_tokens, ratio, None)
    }

    /// One of other numbers that is as full as this one, rounded down.
    ///
    /// The old one should not be used any more: what it counts then does not reach the new one.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn replaced(&self, max_tokens: u32, ratio: u32) -> Result<RetryThrottle, Error> {
        RetryThrottle::filled(max_tokens, ratio, Some((self.word.get(), self.most)))
    }

    const fn filled(
        max_tokens: u32,
        ratio: u32,
        like: Option<(u64, u64)>,
    ) -> Result<RetryThrottle, Error> {
        if max_tokens == 0 || max_tokens > 1_000 || ratio == 0 || ratio > 1_000_000 {
            return Err(Error::BudgetOutOfRange);
        }
        let most = max_tokens as u64 * TOKEN;
        // Never wraps: both are at most 10⁶.
        let left = match like {
            Some((left, of)) => match left.wrapping_mul(most).checked_div(of) {
                Some(left) => left,
                None => most,
            },
            None => most,
        };
        Ok(RetryThrottle { most, ratio: ratio as u64, word: Word::new(left) })
    }

    /// Takes a token for a failure, and says whether it may be sent again.
    pub fn failed(&self) -> bool {
        self.word.update(|left| {
            let after = left.saturating_sub(TOKEN);
            (if after == left { None } else { Some(after) }, self.enough(after))
        })
    }

    /// Brings a part of a token for a success.
    pub fn succeeded(&self) {
        self.word.update(|left| {
            let after = left.saturating_add(self.ratio).min(self.most);
            (if after == left { None } else { Some(after) }, ())
        });
    }

    /// Whether a retry, or a hedge, may be sent now.
    pub fn allows(&self) -> bool {
        self.enough(self.word.get())
    }

    /// Thousandths of a token that are left.
    pub fn thousandths(&self) -> u64 {
        self.word.get()
    }

    const fn enough(&self, left: u64) -> bool {
        left.saturating_mul(2) > self.most
    }
}

/// One token in thousandths.
const TOKEN: u64 = 1_000;
