//! Floors: what a limiter of that shape cannot be faster than on this machine.

use core::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::subject::{Subject, each};

/// A read of one word.
pub(crate) fn load(case: &str) -> Subject {
    each(case, "floor-load", true, || {
        let word = AtomicU64::new(1);
        move || black_box(&word).load(Relaxed) == 1
    })
}

/// A read and a compare-and-swap of one word, which every decision that takes a token needs.
pub(crate) fn swap(case: &str) -> Subject {
    each(case, "floor-cas", true, || {
        let word = AtomicU64::new(0);
        move || step(&word)
    })
}

/// A read of the clock.
pub(crate) fn clock(case: &str) -> Subject {
    each(case, "floor-clock", true, || || tidegate_host::monotonic().as_nanos() > 0)
}

/// A read of the clock, and then that of [`swap`].
pub(crate) fn clock_and_swap(case: &str) -> Subject {
    each(case, "floor-clock-and-cas", true, || {
        let word = AtomicU64::new(0);
        move || tidegate_host::monotonic().as_nanos() > 0 && step(&word)
    })
}

#[inline]
pub(crate) fn step(word: &AtomicU64) -> bool {
    let word = black_box(word);
    let seen = word.load(Relaxed);
    word.compare_exchange(seen, seen.wrapping_add(1), Relaxed, Relaxed).is_ok()
}
