//! `Subject`: one way to do the work of a case, and how it is timed.

use core::hint::black_box;
use std::time::{Duration, Instant};

/// One way to do the work of a case.
pub(crate) struct Subject {
    /// `rust/<thing>/<variation>`.
    pub(crate) case: String,
    /// A package, or `floor-…`.
    pub(crate) name: &'static str,
    pub(crate) make: Make,
}

type Make = Box<dyn Fn() -> Box<dyn Work>>;

/// Work that can be done any number of times.
pub(crate) trait Work {
    /// How long so many operations took, or what they did wrong: a figure for other work than was asked
    /// for is worth nothing.
    fn run(&mut self, times: u64) -> Result<Duration, String>;

    /// The memory of one key, where that is what the case is about.
    fn bytes(&self) -> Option<f64> {
        None
    }
}

/// A subject whose operation says whether it admitted; each one must say `expected`.
pub(crate) fn each<F: FnMut() -> bool + 'static>(
    case: impl Into<String>,
    name: &'static str,
    expected: bool,
    make: impl Fn() -> F + 'static,
) -> Subject {
    let make = move || Box::new(Each { operation: make(), expected }) as Box<dyn Work>;
    Subject { case: case.into(), name, make: Box::new(make) }
}

/// An operation that must admit each time.
pub(crate) fn boxed<F: FnMut() -> bool + 'static>(operation: F) -> Box<dyn Work> {
    Box::new(Each { operation, expected: true })
}

struct Each<F> {
    operation: F,
    expected: bool,
}

impl<F: FnMut() -> bool> Work for Each<F> {
    fn run(&mut self, times: u64) -> Result<Duration, String> {
        let start = Instant::now();
        let mut right = 0_u64;
        for _ in 0..times {
            right += u64::from(black_box((self.operation)()) == self.expected);
        }
        let spent = start.elapsed();
        if right == times {
            Ok(spent)
        } else {
            Err(format!("{} of {times} operations came out wrong", times - right))
        }
    }
}
