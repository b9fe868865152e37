//! `SlidingLog`: never more than so many in any window of the period, exactly, by remembering when.

use heapless::Deque;

use crate::{
    error::Error,
    limit::window::check,
    outcome::Outcome,
    time::{Instant, NANOS_PER_SEC, Span},
};

/// At most `limit` requests in any window of `period`, with none held back that would have fitted;
/// one owner, and `N` entries of 16 bytes.
///
/// A request leaves exactly a period after it was admitted. Each admitted instant takes an entry, so a
/// log whose `N` entries are all in use denies until the oldest leaves, although the limit may have
/// room; with `N` ≥ `limit` that never happens.
///
/// # Clocks
///
/// As [`StrictWindow`](crate::StrictWindow): a `now` up to one second before the newest entry is
/// counted at that entry's time; further back the clock has stepped, and the log counts as used up at
/// `now`.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Outcome, SlidingLog, Span};
///
/// let mut log = SlidingLog::<2>::new(2, Span::from_secs(60))?;
/// assert!(log.try_acquire(1, Instant::from_secs(0)).is_allowed());
/// assert!(log.try_acquire(1, Instant::from_secs(59)).is_allowed());
/// assert!(log.try_acquire(1, Instant::from_secs(60)).is_allowed());
/// assert_eq!(
///     log.try_acquire(1, Instant::from_secs(61)),
///     Outcome::Denied { retry_after: Span::from_secs(58) }
/// );
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SlidingLog<const N: usize> {
    limit: u64,
    period: Span,
    /// When, and how many; oldest first, times rising.
    entries: Deque<(Instant, u64), N>,
}

impl<const N: usize> SlidingLog<N> {
    /// An empty log. A limit of 0 denies everything; a log without entries does not compile.
    ///
    /// # Errors
    ///
    /// [`Error::PeriodOutOfRange`]: not from 1 ms to 366 days. [`Error::LimitTooHigh`]: above 10⁹.
    pub const fn new(limit: u64, period: Span) -> Result<SlidingLog<N>, Error> {
        match check(limit, period) {
            Ok(()) => Ok(SlidingLog { limit, period, entries: Deque::new() }),
            Err(error) => Err(error),
        }
    }

    /// Requests in any window.
    #[inline]
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// The length of a window.
    #[inline]
    pub const fn period(&self) -> Span {
        self.period
    }

    /// Counts `n` requests if they fit and there is an entry for them. `n` = 0 is
    /// [`peek`](Self::peek); `n` above the limit is [`Outcome::Never`]. `reset_after` is the time until
    /// the last entry leaves. Takes time in proportion to the entries.
    pub fn try_acquire(&mut self, n: u64, now: Instant) -> Outcome {
        let outcome = self.peek(n, now);
        let (at, stepped) = self.effective(now);
        match outcome {
            Outcome::Allowed { .. } if n > 0 => {
                while self.entries.front().is_some_and(|&(then, _)| self.has_left(then, at)) {
                    self.entries.pop_front();
                }
                self.push(at, n);
            }
            // One entry says that all is used at the new time.
            Outcome::Denied { .. } if stepped => {
                self.entries.clear();
                self.push(at, self.limit);
            }
            _ => {}
        }
        outcome
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes nothing.
    pub fn peek(&self, n: u64, now: Instant) -> Outcome {
        if n > self.limit {
            return Outcome::Never;
        }
        let (at, stepped) = self.effective(now);
        // From `now`, which may lie before `at`, until what came in `then` leaves.
        let until_gone = |then: Instant| {
            let age = at.saturating_since(then).as_nanos();
            let wait = self.period.as_nanos().saturating_sub(age);
            Span::from_nanos(wait.saturating_add(at.saturating_since(now).as_nanos()))
        };
        if stepped {
            let wait = until_gone(at);
            return if n == 0 {
                Outcome::Allowed { remaining: 0, reset_after: wait }
            } else {
                Outcome::Denied { retry_after: wait }
            };
        }
        let live = || self.entries.iter().filter(|&&(then, _)| !self.has_left(then, at));
        let used = live().fold(0_u64, |sum, &(_, n)| sum.saturating_add(n));
        let newest = live().next_back().map(|&(then, _)| then);
        let full = live().count() == N && newest != Some(at);
        let left = if full { 0 } else { self.limit.saturating_sub(used) };
        if n <= left {
            let charged = if n > 0 { Some(at) } else { newest };
            return Outcome::Allowed {
                remaining: left.saturating_sub(n),
                reset_after: charged.map_or(Span::ZERO, until_gone),
            };
        }
        // The oldest leave first, until enough have; one must leave in any case.
        let mut missing = used.saturating_add(n).saturating_sub(self.limit);
        let mut wait = Span::ZERO;
        for &(then, count) in live() {
            wait = until_gone(then);
            missing = missing.saturating_sub(count);
            if missing == 0 {
                break;
            }
        }
        Outcome::Denied { retry_after: wait }
    }

    /// The time to count at, and whether the clock has stepped back.
    fn effective(&self, now: Instant) -> (Instant, bool) {
        let newest = self.entries.back().map_or(now, |&(then, _)| then);
        let stepped = newest.saturating_since(now).as_nanos() > NANOS_PER_SEC;
        (if stepped { now } else { now.max(newest) }, stepped)
    }

    fn has_left(&self, then: Instant, at: Instant) -> bool {
        at.saturating_since(then) >= self.period
    }

    /// `n` at `at`, with the newest entry when that is of the same time.
    fn push(&mut self, at: Instant, n: u64) {
        match self.entries.back_mut() {
            // Never wraps: what is counted together is at most the limit.
            Some((then, count)) if *then == at => *count = count.wrapping_add(n),
            // Never full: `peek` has denied then.
            _ => drop(self.entries.push_back((at, n))),
        }
    }
}

const _: () = assert!(size_of::<SlidingLog<16>>() <= 16 * 16 + 48);

#[cfg(test)]
mod tests {
    use super::SlidingLog;
    use crate::{outcome::Outcome, time::Instant, time::Span};

    fn at(nanos: u64) -> Instant {
        Instant::from_nanos(nanos)
    }

    #[test]
    fn a_full_log_waits_for_its_oldest_entry() {
        let mut log = SlidingLog::<2>::new(100, Span::from_millis(1)).unwrap();
        assert!(log.try_acquire(1, at(0)).is_allowed());
        assert!(log.try_acquire(1, at(10)).is_allowed());
        assert_eq!(
            log.try_acquire(1, at(11)),
            Outcome::Denied { retry_after: Span::from_nanos(999_989) }
        );
        // The newest instant has its entry already.
        assert!(log.try_acquire(97, at(10)).is_allowed());
        assert!(!log.peek(1, at(999_999)).is_allowed());
        assert!(log.try_acquire(1, at(1_000_000)).is_allowed());
    }

    #[test]
    fn a_step_back_waits_one_window() {
        let mut log = SlidingLog::<4>::new(3, Span::from_secs(1)).unwrap();
        let second = 1_000_000_000;
        assert!(log.try_acquire(1, at(100 * second)).is_allowed());
        assert!(log.try_acquire(1, at(99 * second)).is_allowed());
        assert_eq!(
            log.try_acquire(3, at(99 * second)),
            Outcome::Denied { retry_after: Span::from_secs(2) }
        );
        assert_eq!(
            log.try_acquire(1, at(50 * second)),
            Outcome::Denied { retry_after: Span::from_secs(1) }
        );
        assert!(log.try_acquire(3, at(51 * second)).is_allowed());
    }
}
