//! Counts by segment of a window, in a ring.

use std::collections::BTreeMap;

/// The most that one count holds.
const MOST: u128 = (1 << 26) - 1;

/// How often something was counted in which segment. A ring of `n` places: a count in a place of
/// another segment ends that one's.
#[derive(Clone, Debug)]
pub struct Tally {
    n: u128,
    counts: BTreeMap<u128, u128>,
}

impl Tally {
    /// Nothing in `n` segments.
    pub fn new(n: u128) -> Tally {
        Tally { n, counts: BTreeMap::new() }
    }

    /// One more.
    pub fn count(&mut self, segment: u128) {
        let n = self.n;
        self.counts.retain(|&other, _| other == segment || other % n != segment % n);
        let count = self.counts.entry(segment).or_default();
        *count = (*count + 1).min(MOST);
    }

    /// All of the segments from `last - n + 1` to `last`.
    pub fn sum(&self, last: u128) -> u128 {
        let first = (last + 1).saturating_sub(self.n);
        self.counts.range(first..=last).map(|(_, count)| count).sum()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.counts.clear();
    }
}

/// A window in `n` segments rounded up, if it is from a second to an hour.
pub fn segment(window: u64, n: u64) -> Option<u128> {
    let range = 1_000_000_000..=3_600_000_000_000;
    range.contains(&window).then(|| u128::from(window.div_ceil(n)))
}
