//! `FixedWindow`: so many in each window of the wall clock, as both API documents count.
//!
//! The word is `index << 30 | used`: which window, modulo 2³⁴, and how many of it are taken. A word
//! with nothing used is fresh in any window, so zeroed memory is a fresh limiter.
#![expect(
    clippy::integer_division_remainder_used,
    reason = "the period is checked at construction: at least 1 ms"
)]

use crate::{
    cell::Word,
    error::Error,
    outcome::Outcome,
    quota::{MAX_LIMIT as MAX_QUOTA_LIMIT, MAX_PERIOD, MIN_PERIOD},
    time::{NANOS_PER_SEC, Span, UnixTime},
};

/// `limit` requests in each window of `period`, windows aligned to multiples of the period since
/// 1970; one atomic word.
///
/// It admits up to 2 · `limit` around an edge: that is what such a limit means. Use it to mirror or
/// to offer a documented window, and a [`RateLimiter`](crate::RateLimiter) to protect something.
///
/// # Clocks
///
/// A `wall` up to one second before the window that is being counted is taken for a late thread and
/// counted there. Further back the clock has stepped: the window at `wall` then counts as used up.
///
/// # Concurrency
///
/// As [`RateLimiter`](crate::RateLimiter).
///
/// # Examples
///
/// ```
/// use tidegate::{FixedWindow, Outcome, Span, UnixTime};
///
/// let window = FixedWindow::new(2, Span::from_secs(60))?;
/// let wall = UnixTime::from_secs(1_716_134_437); // 23 s before the window ends
/// assert!(window.try_acquire(2, wall).is_allowed());
/// assert_eq!(window.try_acquire(1, wall), Outcome::Denied { retry_after: Span::from_secs(23) });
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct FixedWindow {
    limit: u64,
    period: Span,
    state: State,
}

impl FixedWindow {
    /// A fresh window. A limit of 0 denies everything.
    ///
    /// # Errors
    ///
    /// [`Error::PeriodOutOfRange`]: not from 1 ms to 366 days. [`Error::LimitTooHigh`]: above 10⁹.
    pub const fn new(limit: u64, period: Span) -> Result<FixedWindow, Error> {
        if period.as_nanos() < MIN_PERIOD.as_nanos() || period.as_nanos() > MAX_PERIOD.as_nanos() {
            return Err(Error::PeriodOutOfRange);
        }
        if limit > MAX_LIMIT {
            return Err(Error::LimitTooHigh);
        }
        Ok(FixedWindow { limit, period, state: State::new() })
    }

    /// Requests a window.
    #[inline]
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// The length of a window.
    #[inline]
    pub const fn period(&self) -> Span {
        self.period
    }

    /// Counts `n` requests if the window has room. `n` = 0 is [`peek`](Self::peek); `n` above the
    /// limit is [`Outcome::Never`].
    #[inline]
    pub fn try_acquire(&self, n: u64, wall: UnixTime) -> Outcome {
        self.state.word().update(|word| decide(self.limit, self.period, word, n, wall))
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes nothing.
    #[inline]
    pub fn peek(&self, n: u64, wall: UnixTime) -> Outcome {
        decide(self.limit, self.period, self.state.word().get(), n, wall).1
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }
}

/// The word alone, for whoever keeps limit and period elsewhere.
#[derive(Debug)]
pub(crate) struct State(Word);

impl State {
    pub(crate) const fn new() -> State {
        State(Word::new(0))
    }

    pub(super) fn word(&self) -> &Word {
        &self.0
    }
}

/// The new word, if any, and the answer. `period` is at least [`MIN_PERIOD`].
#[inline]
pub(super) fn decide(
    limit: u64,
    period: Span,
    word: u64,
    n: u64,
    wall: UnixTime,
) -> (Option<u64>, Outcome) {
    if n > limit {
        return (None, Outcome::Never);
    }
    let nanos = period.as_nanos().max(1);
    let index = wall.as_nanos() / nanos;
    let rest = nanos.wrapping_sub(wall.as_nanos() % nanos);
    let (stored, used) = (word >> USED_BITS, word & USED_MASK);
    // How many windows the stored one lies before ours, as a 34-bit number with its sign.
    let behind = index.wrapping_sub(stored) & INDEX_MASK;
    let window = if used == 0 || behind == 0 || behind <= INDEX_MASK >> 1 {
        Window { index, used: if behind == 0 { used } else { 0 }, wait: rest, stepped: false }
    } else {
        let ahead = INDEX_MASK.wrapping_sub(behind).saturating_add(1);
        let until_stored = ahead.saturating_sub(1).saturating_mul(nanos).saturating_add(rest);
        if until_stored > NANOS_PER_SEC {
            Window { index, used: limit, wait: rest, stepped: true }
        } else {
            let wait = until_stored.saturating_add(nanos);
            Window { index: index.wrapping_add(ahead), used, wait, stepped: false }
        }
    };
    let left = limit.saturating_sub(window.used);
    let wait = Span::from_nanos(window.wait);
    if n == 0 {
        return (None, Outcome::Allowed { remaining: left, reset_after: wait });
    }
    if n <= left {
        // Never wraps: used + n is at most the limit.
        let word = window.word(window.used.wrapping_add(n));
        let remaining = left.wrapping_sub(n);
        return (Some(word), Outcome::Allowed { remaining, reset_after: wait });
    }
    let word = if window.stepped { Some(window.word(window.used)) } else { None };
    (word, Outcome::Denied { retry_after: wait })
}

/// The word after `n` requests of the window that ends where `wall` says were taken back; the word
/// itself when the count has moved on to another window.
#[inline]
pub(super) fn give_back(taken: u64, word: u64, n: u64) -> Option<u64> {
    let same_window = taken >> USED_BITS == word >> USED_BITS;
    let used = word & USED_MASK;
    if same_window && used >= n { Some(word.wrapping_sub(n)) } else { None }
}

/// The window that a request is counted in.
struct Window {
    index: u64,
    used: u64,
    /// Until it ends.
    wait: u64,
    stepped: bool,
}

impl Window {
    #[inline]
    fn word(&self, used: u64) -> u64 {
        (self.index & INDEX_MASK) << USED_BITS | used & USED_MASK
    }
}

/// The highest limit of a window, the same as of a [`Quota`](crate::Quota): it fits into 30 bits.
pub(crate) const MAX_LIMIT: u64 = MAX_QUOTA_LIMIT;
const USED_BITS: u32 = 30;
const USED_MASK: u64 = (1 << USED_BITS) - 1;
const INDEX_MASK: u64 = (1 << (64 - USED_BITS)) - 1;
const _: () = assert!(MAX_LIMIT <= USED_MASK);

#[cfg(test)]
mod tests {
    use super::{FixedWindow, give_back};
    use crate::{outcome::Outcome, time::Span, time::UnixTime};

    #[test]
    fn an_edge_starts_a_new_count() {
        let window = FixedWindow::new(3, Span::from_millis(10)).unwrap();
        assert!(window.try_acquire(3, UnixTime::from_nanos(9_999_999)).is_allowed());
        assert_eq!(
            window.try_acquire(1, UnixTime::from_nanos(9_999_999)),
            Outcome::Denied { retry_after: Span::from_nanos(1) }
        );
        assert!(window.try_acquire(3, UnixTime::from_nanos(10_000_000)).is_allowed());
    }

    #[test]
    fn a_step_back_never_adds_room() {
        let window = FixedWindow::new(3, Span::from_secs(1)).unwrap();
        assert!(window.try_acquire(1, UnixTime::from_secs(100)).is_allowed());
        // Late by less than a second: counted in the newer window.
        assert_eq!(
            window.try_acquire(2, UnixTime::from_nanos(99_500_000_000)),
            Outcome::Allowed { remaining: 0, reset_after: Span::from_millis(1_500) }
        );
        // A step of fifty seconds: one window of waiting, not fifty.
        assert_eq!(
            window.try_acquire(1, UnixTime::from_secs(50)),
            Outcome::Denied { retry_after: Span::from_secs(1) }
        );
        assert!(window.try_acquire(3, UnixTime::from_secs(51)).is_allowed());
    }

    #[test]
    fn giving_back_touches_only_the_same_window() {
        assert_eq!(give_back(7 << 30 | 5, 7 << 30 | 9, 2), Some(7 << 30 | 7));
        assert_eq!(give_back(7 << 30 | 5, 8 << 30 | 9, 2), None);
    }
}
