//! Counts of the last `N` segments of a window, each in a word of its own.
//!
//! A word holds the number of its segment, 38 bits, and how much was counted in it, 26 bits. A count of
//! another segment takes the word's place, so nothing must be swept. The words are changed one by one
//! and read one by one: a sum may lack what is being counted at that moment.

use core::num::NonZeroU64;

use crate::{cell::Word, time::Instant, time::Span};

/// `N` counts.
#[derive(Debug)]
pub(super) struct Tally<const N: usize>([Word; N]);

impl<const N: usize> Tally<N> {
    pub(super) const fn new() -> Tally<N> {
        Tally([const { Word::new(0) }; N])
    }

    /// Counts one in segment number `segment`.
    pub(super) fn count(&self, segment: u64) {
        let place = segment.checked_rem(N as u64).unwrap_or(0);
        let Some(word) = self.0.get(place as usize) else { return };
        word.update(|word| {
            // Another segment is a whole window away: it is over, or the clock has stepped back.
            let counted = if word >> BITS == segment { word & MOST } else { 0 };
            (Some(segment << BITS | counted.saturating_add(1).min(MOST)), ())
        });
    }

    /// What was counted in the `N` segments that end with number `last`.
    pub(super) fn sum(&self, last: u64) -> u64 {
        let mut sum: u64 = 0;
        for word in &self.0 {
            let word = word.get();
            if last.checked_sub(word >> BITS).is_some_and(|age| age < N as u64) {
                sum = sum.saturating_add(word & MOST);
            }
        }
        sum
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        for word in &self.0 {
            word.update(|word| (if word == 0 { None } else { Some(0) }, ()));
        }
    }
}

/// A window in `N` segments, rounded up to a nanosecond; `None` unless it is from 1 s to 1 hour.
pub(super) const fn segment_of<const N: usize>(window: Span) -> Option<NonZeroU64> {
    let nanos = window.as_nanos();
    if nanos < Span::from_secs(1).as_nanos() || nanos > Span::from_secs(3_600).as_nanos() || N == 0
    {
        return None;
    }
    NonZeroU64::new(nanos.div_ceil(N as u64))
}

/// The number of the segment that `now` is in; below 2³⁸, because the shortest is a twelfth of a second.
#[inline]
pub(super) fn number(now: Instant, segment: NonZeroU64) -> u64 {
    now.as_nanos() / segment
}

const BITS: u32 = 26;
const MOST: u64 = (1 << BITS) - 1;

#[cfg(test)]
mod tests {
    use super::{MOST, Tally};
    use crate::cell::Word;

    #[test]
    fn a_segment_leaves_with_the_window() {
        let tally = Tally::<3>::new();
        for segment in [0, 0, 1, 2] {
            tally.count(segment);
        }
        assert_eq!([0, 1, 2, 3, 4, 5].map(|last| tally.sum(last)), [2, 3, 4, 2, 1, 0]);
        tally.count(3);
        assert_eq!([2, 3, 6].map(|last| tally.sum(last)), [2, 3, 0]);
        tally.clear();
        assert_eq!(tally.sum(3), 0);
    }

    #[test]
    fn a_count_stops_at_its_bits() {
        let tally = Tally([Word::new(7 << 26 | (MOST - 1))]);
        tally.count(7);
        tally.count(7);
        assert_eq!(tally.sum(7), MOST);
        let last = u64::MAX / 83_333_334;
        tally.count(last);
        assert_eq!((tally.sum(last), tally.sum(7)), (1, 0));
    }
}
