//! `FirstUseWindow`: so many in each window, where a window starts with the first request after the
//! last one has ended.
//!
//! The word is `start << 64 | used`, with one bit more: whether anything of the window was counted
//! after its first nanosecond, so that a charge which began a window and is taken back
//! ([`try_acquire_all`](crate::try_acquire_all)) knows if another request was told of its end. An
//! exact start has 64 bits and a count 30, so one 64-bit word cannot hold both.

use crate::{
    cell::DoubleWord,
    error::Error,
    limit::window::{MAX_LIMIT, check},
    outcome::Outcome,
    time::{NANOS_PER_SEC, Span, UnixTime},
};

/// `limit` requests in each window of `period`, the first of which starts the window, exact to the
/// nanosecond; one atomic word of 128 bits.
///
/// Nothing is shared with the clock's own edges, so clients that wake up together do not all start
/// anew together. Around the end of a window it admits up to 2 · `limit` − 1.
///
/// # Clocks
///
/// As [`FixedWindow`](crate::FixedWindow): a `wall` up to one second before the start of the window
/// is a late thread and counted in it; further back the clock has stepped, and a window that starts at
/// `wall` counts as used up.
///
/// # Concurrency
///
/// As [`RateLimiter`](crate::RateLimiter). On processors without a 128-bit compare-and-swap the word is
/// behind a lock.
///
/// # Examples
///
/// ```
/// use tidegate::{FirstUseWindow, Outcome, Span, UnixTime};
///
/// let window = FirstUseWindow::new(2, Span::from_secs(60))?;
/// let at = |seconds: u64| UnixTime::from_secs(1_716_134_437 + seconds);
/// assert!(window.try_acquire(2, at(0)).is_allowed());
/// assert_eq!(window.try_acquire(1, at(59)), Outcome::Denied { retry_after: Span::from_secs(1) });
/// let Outcome::Allowed { reset_after, .. } = window.try_acquire(1, at(100)) else { panic!() };
/// assert_eq!(reset_after, Span::from_secs(60));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct FirstUseWindow {
    limit: u64,
    period: Span,
    word: DoubleWord,
}

impl FirstUseWindow {
    /// A fresh window. A limit of 0 denies everything.
    ///
    /// # Errors
    ///
    /// [`Error::PeriodOutOfRange`]: not from 1 ms to 366 days. [`Error::LimitTooHigh`]: above 10⁹.
    pub const fn new(limit: u64, period: Span) -> Result<FirstUseWindow, Error> {
        match check(limit, period) {
            Ok(()) => Ok(FirstUseWindow { limit, period, word: DoubleWord::new(0) }),
            Err(error) => Err(error),
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

    /// Counts `n` requests if the window has room, and starts one if none is running. `n` = 0 is
    /// [`peek`](Self::peek); `n` above the limit is [`Outcome::Never`]. `reset_after` is zero while
    /// no window is running.
    #[inline]
    pub fn try_acquire(&self, n: u64, wall: UnixTime) -> Outcome {
        self.word.update(|word| decide(self.limit, self.period, word, n, wall))
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes nothing.
    #[inline]
    pub fn peek(&self, n: u64, wall: UnixTime) -> Outcome {
        decide(self.limit, self.period, self.word.get(), n, wall).1
    }

    pub(super) fn word(&self) -> &DoubleWord {
        &self.word
    }
}

/// The new word, if any, and the answer.
#[inline]
pub(super) fn decide(
    limit: u64,
    period: Span,
    word: u128,
    n: u64,
    wall: UnixTime,
) -> (Option<u128>, Outcome) {
    if n > limit {
        return (None, Outcome::Never);
    }
    let (now, nanos) = (wall.as_nanos(), period.as_nanos());
    let stored = Window::of(word);
    let fresh = Window { start: now, used: 0, later: false };
    let (window, stepped) = if now >= stored.start {
        let running = stored.used > 0 && now.wrapping_sub(stored.start) < nanos;
        (if running { stored } else { fresh }, false)
    } else if stored.start.wrapping_sub(now) <= NANOS_PER_SEC {
        (stored, false)
    } else {
        (Window { used: limit, ..fresh }, true)
    };
    // Until it ends: from the start on what is left of the period, before it the way there as well.
    let wait = if now >= window.start {
        nanos.saturating_sub(now.wrapping_sub(window.start))
    } else {
        window.start.wrapping_sub(now).saturating_add(nanos)
    };
    let wait = Span::from_nanos(wait);
    let left = limit.saturating_sub(window.used);
    if n == 0 {
        let reset_after = if window.used == 0 { Span::ZERO } else { wait };
        return (None, Outcome::Allowed { remaining: left, reset_after });
    }
    if n <= left {
        // Never wraps: used + n is at most the limit.
        let used = window.used.wrapping_add(n);
        let later = window.later || now > window.start;
        let word = Window { used, later, ..window }.word();
        return (
            Some(word),
            Outcome::Allowed { remaining: left.wrapping_sub(n), reset_after: wait },
        );
    }
    (if stepped { Some(window.word()) } else { None }, Outcome::Denied { retry_after: wait })
}

/// The word after a charge of `n`, from `before` to `after`, was taken back. A charge that began the
/// window stays when a request has been counted later in it: that one was told an end which only this
/// charge explains, and without it would have started a window that ends later.
#[inline]
pub(super) fn give_back(before: u128, after: u128, word: u128, n: u64) -> Option<u128> {
    if word == after {
        return Some(before); // nobody else has been here
    }
    let (was, ours, is) = (Window::of(before), Window::of(after), Window::of(word));
    let joined = was.used > 0 && was.start == ours.start;
    let exact = ours.start == is.start && is.used >= n && (joined || !is.later);
    if exact { Some(Window { used: is.used.wrapping_sub(n), ..is }.word()) } else { None }
}

/// What the word says. With nothing used none is running, but none before `start` starts again.
#[derive(Clone, Copy)]
struct Window {
    start: u64,
    used: u64,
    /// Whether a request was counted after the first nanosecond.
    later: bool,
}

impl Window {
    #[inline]
    fn of(word: u128) -> Window {
        let low = word as u64; // the lower half
        Window { start: (word >> 64) as u64, used: low & USED_MASK, later: low & LATER != 0 }
    }

    #[inline]
    fn word(self) -> u128 {
        let low = self.used | if self.later { LATER } else { 0 };
        u128::from(self.start) << 64 | u128::from(low)
    }
}

const USED_MASK: u64 = (1 << 30) - 1;
const LATER: u64 = 1 << 63;
const _: () = assert!(MAX_LIMIT <= USED_MASK);
const _: () = assert!(size_of::<FirstUseWindow>() == 32);

#[cfg(test)]
mod tests {
    use super::{FirstUseWindow, Window, decide, give_back};
    use crate::{outcome::Outcome, time::Span, time::UnixTime};

    fn at(nanos: u64) -> UnixTime {
        UnixTime::from_nanos(nanos)
    }

    #[test]
    fn a_window_starts_and_ends_to_the_nanosecond() {
        let window = FirstUseWindow::new(3, Span::from_millis(10)).unwrap();
        let reset = |outcome| match outcome {
            Outcome::Allowed { reset_after, .. } => reset_after.as_nanos(),
            _ => panic!(),
        };
        assert_eq!(reset(window.peek(0, at(5))), 0);
        assert_eq!(reset(window.try_acquire(1, at(7))), 10_000_000);
        assert_eq!(reset(window.try_acquire(2, at(10_000_006))), 1);
        assert_eq!(
            window.try_acquire(1, at(10_000_006)),
            Outcome::Denied { retry_after: Span::from_nanos(1) }
        );
        assert_eq!(reset(window.try_acquire(3, at(10_000_007))), 10_000_000);
        assert_eq!(reset(window.try_acquire(1, UnixTime::MAX)), 10_000_000);
    }

    #[test]
    fn a_charge_that_others_were_told_of_stays() {
        let (period, second) = (Span::from_secs(60), 1_000_000_000);
        let take = |word, now| decide(5, period, word, 1, at(now)).0.unwrap();
        let first = take(0, 7 * second);
        assert_eq!(give_back(0, first, first, 1), Some(0));
        // At the same instant either of the two may have been the first.
        let together = take(first, 7 * second);
        assert_eq!(give_back(0, first, together, 1), Some(first));
        // A later one would have started a window of its own.
        let later = take(first, 8 * second);
        assert_eq!(give_back(0, first, later, 1), None);
        assert_eq!(give_back(first, later, take(later, 9 * second), 1), Some(later));
    }

    #[test]
    fn an_empty_window_does_not_reopen_the_one_before() {
        let empty = Window { start: 60_000_000_000, used: 0, later: false }.word();
        let period = Span::from_secs(60);
        // Late: counted from the start that is known; not late: a window of its own.
        let (word, _) = decide(5, period, empty, 1, at(59_999_999_999));
        assert_eq!(Window::of(word.unwrap()).start, 60_000_000_000);
        let (word, _) = decide(5, period, empty, 1, at(60_000_000_001));
        assert_eq!(Window::of(word.unwrap()).start, 60_000_000_001);
    }
}
