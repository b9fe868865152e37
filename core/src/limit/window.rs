//! `FixedWindow`: so many in each window of the wall clock, as both API documents count.
//!
//! The word is `index << 30 | used`: which window, modulo 2³⁴, and how many of it are taken. The word
//! 0 is fresh in any window, so zeroed memory is a fresh limiter.
#![expect(
    clippy::integer_division_remainder_used,
    reason = "the period is checked at construction: at least 1 ms"
)]

use crate::{
    cell::{StateWord, const_fn},
    error::Error,
    outcome::Outcome,
    quota::{MAX_LIMIT as MAX_QUOTA_LIMIT, MAX_PERIOD, MIN_PERIOD},
    time::{NANOS_PER_SEC, Span, UnixTime},
};

/// `limit` requests in each window of `period`, windows aligned to multiples of the period since
/// 1970, or to those plus a skew; one atomic word.
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
    /// How far into a window 1970 began: below the period.
    shift: u64,
    state: State,
}

impl FixedWindow {
    const_fn! {
        /// A fresh window. A limit of 0 denies everything.
        ///
        /// # Errors
        ///
        /// [`Error::PeriodOutOfRange`]: not from 1 ms to 366 days. [`Error::LimitTooHigh`]: above 10⁹.
        pub fn new(limit: u64, period: Span) -> Result<FixedWindow, Error> {
            FixedWindow::with_skew(limit, period, 0)
        }

        /// A fresh window; windows start at multiples of the period plus `skew` nanoseconds, which may
        /// be negative and longer than the period: days of a zone two hours ahead of UTC start with a
        /// skew of minus two hours.
        ///
        /// # Errors
        ///
        /// As [`new`](Self::new); any skew is allowed.
        ///
        /// # Examples
        ///
        /// ```
        /// use tidegate::{FixedWindow, Outcome, Span, UnixTime};
        ///
        /// let window = FixedWindow::with_skew(2, Span::from_secs(60), -5_000_000_000)?;
        /// let wall = UnixTime::from_secs(1_716_134_437); // the window ends at :55, not at :60
        /// assert!(window.try_acquire(2, wall).is_allowed());
        /// assert_eq!(window.try_acquire(1, wall), Outcome::Denied { retry_after: Span::from_secs(18) });
        /// # Ok::<(), tidegate::Error>(())
        /// ```
        pub fn with_skew(limit: u64, period: Span, skew: i64) -> Result<FixedWindow, Error> {
            if let Err(error) = check(limit, period) {
                return Err(error);
            }
            // A window that starts at `skew` is `-skew` old in 1970.
            let nanos = period.as_nanos();
            // The period was checked; said so again, because not every optimization level sees it.
            let part = match skew.unsigned_abs().checked_rem(nanos) {
                Some(part) => part,
                None => 0,
            };
            let shift = if skew <= 0 || part == 0 { part } else { nanos.wrapping_sub(part) };
            Ok(FixedWindow { limit, period, shift, state: State::new() })
        }
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
        self.state.word().update(|word| decide(self.limit, self.period, self.shift, word, n, wall))
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes nothing.
    #[inline]
    pub fn peek(&self, n: u64, wall: UnixTime) -> Outcome {
        decide(self.limit, self.period, self.shift, self.state.word().get(), n, wall).1
    }

    pub(super) fn shift(&self) -> u64 {
        self.shift
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }
}

/// Whether every window can count to `limit` in `period`.
pub(super) const fn check(limit: u64, period: Span) -> Result<(), Error> {
    if period.as_nanos() < MIN_PERIOD.as_nanos() || period.as_nanos() > MAX_PERIOD.as_nanos() {
        return Err(Error::PeriodOutOfRange);
    }
    if limit > MAX_LIMIT {
        return Err(Error::LimitTooHigh);
    }
    Ok(())
}

/// The word alone, for whoever keeps limit and period elsewhere.
#[derive(Debug)]
pub(crate) struct State(StateWord);

impl State {
    const_fn! {
        pub(crate) fn new() -> State {
            State(StateWord::new(0))
        }
    }

    pub(super) fn word(&self) -> &StateWord {
        &self.0
    }
}

/// The new word, if any, and the answer. `period` is at least [`MIN_PERIOD`], `shift` is below it.
#[inline]
pub(super) fn decide(
    limit: u64,
    period: Span,
    shift: u64,
    word: u64,
    n: u64,
    wall: UnixTime,
) -> (Option<u64>, Outcome) {
    if n > limit {
        return (None, Outcome::Never);
    }
    let nanos = period.as_nanos().max(1);
    // Never wraps: both parts of the sum are below the period, and the time itself is not added to.
    let into = (wall.as_nanos() % nanos).wrapping_add(shift);
    let index = (wall.as_nanos() / nanos).wrapping_add(u64::from(into >= nanos));
    let rest = nanos.wrapping_sub(if into >= nanos { into.wrapping_sub(nanos) } else { into });
    let (stored, used) = (word >> USED_BITS, word & USED_MASK);
    // How many windows the stored one lies before ours, as a 34-bit number with its sign.
    let behind = index.wrapping_sub(stored) & INDEX_MASK;
    let window = if word == 0 || behind == 0 || behind <= INDEX_MASK >> 1 {
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

/// The word after a charge of `n`, from `before` to `after`, was taken back; `None` when the count has
/// moved on to another window. An empty window stays the newest one, so that a late thread cannot
/// start the window before it afresh; the one word that would look fresh stays charged.
#[inline]
pub(super) fn give_back(before: u64, after: u64, word: u64, n: u64) -> Option<u64> {
    if word == after {
        return Some(before); // nobody else has been here
    }
    let same_window = after >> USED_BITS == word >> USED_BITS;
    let used = word & USED_MASK;
    if same_window && used >= n && word != n { Some(word.wrapping_sub(n)) } else { None }
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
const _: () = assert!(size_of::<FixedWindow>() == 32);

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
        assert_eq!(give_back(7 << 30 | 3, 7 << 30 | 5, 7 << 30 | 9, 2), Some(7 << 30 | 7));
        assert_eq!(give_back(7 << 30 | 3, 7 << 30 | 5, 8 << 30 | 9, 2), None);
        // The charge had started a window: the one before comes back, used as it was.
        assert_eq!(give_back(6 << 30 | 9, 7 << 30 | 2, 7 << 30 | 2, 2), Some(6 << 30 | 9));
        // Not into a word that would be fresh in every window.
        assert_eq!(give_back(0, 3, 2, 2), None);
    }

    #[test]
    fn an_empty_window_does_not_reopen_the_one_before() {
        let window = FixedWindow::new(3, Span::from_secs(60)).unwrap();
        let (full, next) = (UnixTime::from_nanos(59_999_999_999), UnixTime::from_secs(60));
        assert!(window.try_acquire(3, full).is_allowed());
        // Two charges of the next window, given back while they were both there.
        let word = window.state().word();
        let (one, two) = (1 << 30 | 1, 1 << 30 | 2);
        word.update(|_| (Some(two), ()));
        word.update(|seen| (give_back(3, one, seen, 1), ()));
        word.update(|seen| (give_back(one, two, seen, 1), ()));
        assert_eq!(word.get(), 1 << 30);
        assert!(window.try_acquire(3, next).is_allowed());
        assert!(!window.try_acquire(1, full).is_allowed());
    }

    #[test]
    fn a_skew_moves_every_edge() {
        let period = Span::from_secs(60);
        let minute = 60_000_000_000;
        for (skew, edge) in [
            (0, 1_000 * minute),
            (1, 1_000 * minute + 1),
            (-1, 1_000 * minute - 1),
            (i64::MAX, 1_000 * minute + i64::MAX as u64 % minute),
            (i64::MIN, 1_000 * minute - i64::MIN.unsigned_abs() % minute),
        ] {
            let window = FixedWindow::with_skew(2, period, skew).unwrap();
            let before = UnixTime::from_nanos(edge - 1);
            assert!(window.try_acquire(2, before).is_allowed());
            let wait = Span::from_nanos(1);
            assert_eq!(window.try_acquire(1, before), Outcome::Denied { retry_after: wait });
            assert!(window.try_acquire(2, UnixTime::from_nanos(edge)).is_allowed());
        }
        // Neither end of the clock overflows.
        let window = FixedWindow::with_skew(2, period, 1).unwrap();
        assert!(window.try_acquire(1, UnixTime::ZERO).is_allowed());
        assert!(window.try_acquire(1, UnixTime::MAX).is_allowed());
    }
}
