//! `StrictWindow`: never more than so many in *any* window of the period, wherever it starts.
//!
//! Time is cut into segments of a `k`-th of the period, rounded up, each with its own count. Times at
//! most a period apart lie in at most `k + 1` segments in a row, because `k` segments are at least a
//! period long. So it is enough that the last `k + 1` counts never exceed the limit together. Nothing
//! is estimated: a sliding-window counter, which weighs the count of the window before by its overlap,
//! admits 199 of 100 (see [`limit`](crate::limit)).
//!
//! The word is `segment | count | … | count`, the newest count in the lowest bits. A count has as many
//! bits as the limit, the segment as many as it takes to number all of them until the clock ends, and
//! `k` is what fits into 128 bits.
#![expect(
    clippy::integer_division_remainder_used,
    reason = "divisors are of a type without 0, or checked at construction"
)]

use core::num::{NonZeroU32, NonZeroU64};

use crate::{
    cell::DoubleWord,
    error::Error,
    limit::window::check,
    outcome::Outcome,
    time::{Instant, NANOS_PER_SEC, Span},
};

/// At most `limit` requests in any window of `period`, both its ends included; one atomic word of 128
/// bits.
///
/// A request leaves the window after `k` to `k + 1` segments, a caller that always asks thus gets
/// `k / (k + 1)` of the limit at the worst. `k` is as large as fits, at most 32
/// ([`segments`](Self::segments)):
///
/// | limit | period 1 s | 60 s | 1 day | got at the worst |
/// | --- | --- | --- | --- | --- |
/// | 1 | 32 | 32 | 32 | 97 % |
/// | 10 | 21 | 22 | 25 | 95 to 96 % |
/// | 100 | 11 | 12 | 14 | 91 to 93 % |
/// | 1,000 | 8 | 8 | 9 | 88 to 90 % |
/// | 10,000 | 5 | 5 | 6 | 83 to 85 % |
/// | 1,000,000 | 3 | 3 | 4 | 75 to 80 % |
/// | 1,000,000,000 | 2 | 2 | 2 | 66 % |
///
/// Below a second less fits, down to one segment and half of the limit. A burst within the limit always
/// goes at once.
///
/// # Clocks
///
/// `now` must come from one monotonic clock. A `now` up to one second before the newest segment is a late
/// thread and counted there: its request is made after the newer one's. Further back the clock has
/// stepped: the segment at `now` then counts as used up, so that a step never adds room and stops
/// nobody for longer than a full window does.
///
/// # Concurrency
///
/// As [`RateLimiter`](crate::RateLimiter). On processors without a 128-bit compare-and-swap the word is
/// behind a lock.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Outcome, Span, StrictWindow};
///
/// let window = StrictWindow::new(100, Span::from_secs(60))?;
/// assert_eq!(window.segments(), 12); // of 5 s
/// let end = Instant::from_secs(59);
/// assert!(window.try_acquire(100, end).is_allowed());
/// // A clock-aligned window would start anew here.
/// let denied = Outcome::Denied { retry_after: Span::from_secs(60) };
/// assert_eq!(window.try_acquire(1, Instant::from_secs(60)), denied);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct StrictWindow {
    shape: Shape,
    word: DoubleWord,
}

/// How the word of a window is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    limit: u64,
    period: Span,
    /// Nanoseconds of a segment.
    segment: NonZeroU64,
    /// Bits of a count.
    bits: NonZeroU32,
    /// Counts in the word: one more than the segments of a period.
    counts: u32,
}

impl StrictWindow {
    /// An empty window. A limit of 0 denies everything.
    ///
    /// # Errors
    ///
    /// [`Error::PeriodOutOfRange`]: not from 1 ms to 366 days. [`Error::LimitTooHigh`]: above 10⁹.
    pub const fn new(limit: u64, period: Span) -> Result<StrictWindow, Error> {
        match Shape::new(limit, period) {
            Ok(shape) => Ok(StrictWindow { shape, word: DoubleWord::new(0) }),
            Err(error) => Err(error),
        }
    }

    /// Requests in any window.
    #[inline]
    pub const fn limit(&self) -> u64 {
        self.shape.limit
    }

    /// The length of a window.
    #[inline]
    pub const fn period(&self) -> Span {
        self.shape.period
    }

    /// Into how many segments a period is cut: from 1 to 32.
    #[inline]
    pub const fn segments(&self) -> u32 {
        self.shape.counts.saturating_sub(1)
    }

    /// Counts `n` requests if every window that holds `now` has room. `n` = 0 is
    /// [`peek`](Self::peek); `n` above the limit is [`Outcome::Never`]. `reset_after` is the time until
    /// nothing counts any more, zero when nothing does.
    #[inline]
    pub fn try_acquire(&self, n: u64, now: Instant) -> Outcome {
        self.word.update(|word| decide(&self.shape, word, n, now))
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes nothing.
    #[inline]
    pub fn peek(&self, n: u64, now: Instant) -> Outcome {
        decide(&self.shape, self.word.get(), n, now).1
    }

    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    pub(super) fn word(&self) -> &DoubleWord {
        &self.word
    }
}

impl Shape {
    pub(crate) const fn new(limit: u64, period: Span) -> Result<Shape, Error> {
        if let Err(error) = check(limit, period) {
            return Err(error);
        }
        let bits = match NonZeroU32::new(u64::BITS - limit.leading_zeros()) {
            Some(bits) => bits,
            None => NonZeroU32::MIN,
        };
        let mut segments: u32 = MAX_SEGMENTS;
        loop {
            // Rounded up, so that the segments are together no shorter than the period.
            let nanos = match segments {
                0 | 1 => period.as_nanos(),
                _ => period.as_nanos().div_ceil(segments as u64),
            };
            let segment = match NonZeroU64::new(nanos) {
                Some(segment) => segment,
                None => NonZeroU64::MIN, // never: a period is at least 1 ms
            };
            let numbers = u64::BITS - (u64::MAX / segment.get()).leading_zeros();
            let counts = segments + 1;
            // One segment always fits: 1 ms takes 45 bits to number, 10⁹ twice 30.
            if segments <= 1 || numbers + counts * bits.get() <= u128::BITS {
                return Ok(Shape { limit, period, segment, bits, counts });
            }
            segments -= 1;
        }
    }

    pub(crate) const fn limit(&self) -> u64 {
        self.limit
    }

    pub(crate) const fn period(&self) -> Span {
        self.period
    }

    /// Bits of all counts: at most 119.
    #[inline]
    fn width(&self) -> u32 {
        self.counts.wrapping_mul(self.bits.get())
    }

    /// Which segment is the newest, and all counts.
    #[inline]
    fn split(&self, word: u128) -> (u64, u128) {
        (word.wrapping_shr(self.width()) as u64, word & ones(self.width()))
    }

    #[inline]
    fn join(&self, index: u64, counts: u128) -> u128 {
        u128::from(index).wrapping_shl(self.width()) | counts
    }

    /// Of the newest counts, how many add up to at most `most`; and their sum.
    #[inline]
    fn within(&self, mut counts: u128, most: u64) -> (u32, u64) {
        let (mut number, mut sum) = (0_u32, 0_u64);
        let bits = self.bits.get();
        while number < self.counts {
            // Never wraps: a count is below 2³⁰.
            let next = sum.wrapping_add((counts & ones(bits)) as u64);
            if next > most {
                break;
            }
            sum = next;
            counts = counts.wrapping_shr(bits);
            number = number.wrapping_add(1);
        }
        (number, sum)
    }
}

/// The new word, if any, and the answer.
#[inline]
pub(super) fn decide(shape: &Shape, word: u128, n: u64, now: Instant) -> (Option<u128>, Outcome) {
    let limit = shape.limit;
    if n > limit {
        return (None, Outcome::Never);
    }
    let (here, into) = (now.as_nanos() / shape.segment, now.as_nanos() % shape.segment);
    let (newest, stored) = shape.split(word);
    let mut stepped = false;
    let (index, counts, ahead) = if here >= newest {
        let moved = here.wrapping_sub(newest);
        let counts = if moved < u64::from(shape.counts) {
            stored.wrapping_shl((moved as u32).wrapping_mul(shape.bits.get())) & ones(shape.width())
        } else {
            0
        };
        (here, counts, 0)
    } else {
        let ahead = newest.wrapping_sub(here).saturating_mul(shape.segment.get());
        stepped = ahead.saturating_sub(into) > NANOS_PER_SEC;
        if stepped { (here, u128::from(limit), 0) } else { (newest, stored, ahead) }
    };
    // Until the newest segments but `kept` ones have left: at most a second and a window.
    let until_kept = |kept: u32| {
        let gone = u64::from(shape.counts.saturating_sub(kept));
        let start = ahead.saturating_add(gone.saturating_mul(shape.segment.get()));
        Span::from_nanos(start.saturating_sub(into))
    };
    // The counts never exceed the limit together, so this adds up all of them.
    let (_, used) = shape.within(counts, limit);
    let left = limit.saturating_sub(used);
    if n == 0 {
        let unused = counts.trailing_zeros() / shape.bits;
        let reset_after = if counts == 0 { Span::ZERO } else { until_kept(unused) };
        return (None, Outcome::Allowed { remaining: left, reset_after });
    }
    if n <= left {
        // Never carries: the newest count is at most the limit, which its bits can hold.
        let word = shape.join(index, counts.wrapping_add(u128::from(n)));
        let (remaining, reset_after) = (left.wrapping_sub(n), until_kept(0));
        return (Some(word), Outcome::Allowed { remaining, reset_after });
    }
    let (kept, _) = shape.within(counts, limit.wrapping_sub(n));
    let word = if stepped { Some(shape.join(index, counts)) } else { None };
    (word, Outcome::Denied { retry_after: until_kept(kept) })
}

/// The word after a charge of `n`, from `before` to `after`, was taken back; `None` when its segment
/// has left the word. Always exact: whoever was admitted since would have been without it.
#[inline]
pub(super) fn give_back(
    shape: &Shape,
    before: u128,
    after: u128,
    word: u128,
    n: u64,
) -> Option<u128> {
    if word == after {
        return Some(before); // nobody else has been here
    }
    let ((ours, _), (newest, counts)) = (shape.split(after), shape.split(word));
    let age = newest.checked_sub(ours).filter(|&age| age < u64::from(shape.counts))?;
    let place = (age as u32).wrapping_mul(shape.bits.get());
    let count = counts.wrapping_shr(place) & ones(shape.bits.get());
    let charge = u128::from(n);
    if count >= charge { Some(word.wrapping_sub(charge.wrapping_shl(place))) } else { None }
}

/// So many ones in the lowest bits; fewer than 128.
#[inline]
fn ones(bits: u32) -> u128 {
    1_u128.wrapping_shl(bits).wrapping_sub(1)
}

/// 97 % of the limit at the worst; more segments would cost more than they bring.
const MAX_SEGMENTS: u32 = 32;
const _: () = assert!(size_of::<StrictWindow>() == 48);

#[cfg(test)]
mod tests {
    use super::{StrictWindow, decide, give_back};
    use crate::{outcome::Outcome, time::Instant, time::Span};

    fn at(nanos: u64) -> Instant {
        Instant::from_nanos(nanos)
    }

    #[test]
    fn as_many_segments_as_fit() {
        for (limit, expected) in [
            (1, [32, 32, 32]),
            (10, [21, 22, 25]),
            (100, [11, 12, 14]),
            (1_000, [8, 8, 9]),
            (10_000, [5, 5, 6]),
            (1_000_000, [3, 3, 4]),
            (1_000_000_000, [2, 2, 2]),
        ] {
            let segments = [1, 60, 86_400].map(|period| {
                StrictWindow::new(limit, Span::from_secs(period)).unwrap().segments()
            });
            assert_eq!(segments, expected, "{limit}");
        }
        let least = StrictWindow::new(1_000_000_000, Span::from_millis(1)).unwrap();
        assert_eq!(least.segments(), 1);
    }

    #[test]
    fn the_wait_is_exact_to_the_nanosecond() {
        for (limit, period) in [(1, 1_000_000), (7, 999_999_937), (100, 60_000_000_000)] {
            let window = StrictWindow::new(limit, Span::from_nanos(period)).unwrap();
            let mut now = 12_345;
            for n in [1, limit, limit.div_ceil(2), limit, limit] {
                if let Outcome::Denied { retry_after } = window.try_acquire(n, at(now)) {
                    now += retry_after.as_nanos();
                    assert!(!window.peek(n, at(now - 1)).is_allowed());
                    assert!(window.try_acquire(n, at(now)).is_allowed());
                }
            }
        }
    }

    #[test]
    fn a_late_thread_is_counted_now_and_a_stepped_clock_waits_one_window() {
        let second = 1_000_000_000;
        let window = StrictWindow::new(1, Span::from_secs(32)).unwrap(); // segments of 1 s
        assert!(window.try_acquire(1, at(100 * second)).is_allowed());
        assert_eq!(
            window.try_acquire(1, at(99 * second)),
            Outcome::Denied { retry_after: Span::from_secs(34) }
        );
        assert_eq!(
            window.try_acquire(1, at(50 * second)),
            Outcome::Denied { retry_after: Span::from_secs(33) }
        );
        assert!(!window.peek(1, at(83 * second - 1)).is_allowed());
        assert!(window.try_acquire(1, at(83 * second)).is_allowed());
    }

    #[test]
    fn giving_back_finds_the_segment() {
        let window = StrictWindow::new(10, Span::from_secs(60)).unwrap();
        let (shape, segment) = (window.shape(), window.shape().segment.get());
        let take = |word, n, index| decide(shape, word, n, at(index * segment)).0.unwrap();
        let ours = take(0, 3, 5);
        let later = take(ours, 4, 7);
        assert_eq!(give_back(shape, 0, ours, later, 3), Some(take(0, 4, 7)));
        assert_eq!(give_back(shape, 0, ours, ours, 3), Some(0));
        let gone = take(ours, 1, 5 + u64::from(window.segments()) + 1);
        assert_eq!(give_back(shape, 0, ours, gone, 3), None);
    }
}
