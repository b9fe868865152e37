//! Numbers drawn from a seed.

use crate::reference::backoff::{mix, scale};

/// A sequence that depends on its seed alone.
#[derive(Debug)]
pub(super) struct Draw {
    seed: u64,
    drawn: u64,
}

impl Draw {
    pub(super) fn new(seed: u64) -> Draw {
        Draw { seed, drawn: 0 }
    }

    /// Any number.
    pub(super) fn any(&mut self) -> u64 {
        self.drawn += 1;
        mix(self.seed, self.drawn, 0)
    }

    /// A number below `bound`; 0 if that is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        scale(self.any(), bound.into()) as u64
    }

    /// True once in so many times.
    pub(super) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of a list.
    pub(super) fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}
