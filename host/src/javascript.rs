//! Clocks and entropy of WebAssembly, which has no system: JavaScript gives them.
//!
//! Whoever runs the module imports three functions into it, under the name `tidegate`.

use tidegate::{Instant, Span, UnixTime};

/// The monotonic clock of JavaScript, `performance.now()`: nanoseconds since a year and a day before the
/// page or the process began. Browsers round it down, to 5 to 1,000 microseconds.
#[inline]
pub fn monotonic() -> Instant {
    // SAFETY: it takes nothing and gives a number.
    let millis = unsafe { performance_now() };
    // OK because the conversion of a float keeps to the bounds of its target.
    BEGAN.saturating_add(Span::from_nanos((millis * 1e6) as u64))
}

/// The wall clock of JavaScript, `Date.now()`: whole milliseconds since 1970, UTC.
#[inline]
pub fn wall() -> UnixTime {
    // SAFETY: it takes nothing and gives a number.
    let millis = unsafe { date_now() };
    UnixTime::ZERO.saturating_add(Span::from_millis(millis as u64))
}

/// A random number of JavaScript's `crypto`, so that two programs do not retry in step and nobody can
/// guess the hash of a key.
pub fn seed() -> u64 {
    // SAFETY: it takes nothing and gives a number.
    unsafe { random() }
}

/// The longest period ago, so that what was used in a process before this one has its place on the clock.
const BEGAN: Instant = Instant::from_nanos(366 * 86_400 * 1_000_000_000);

#[link(wasm_import_module = "tidegate")]
unsafe extern "C" {
    fn performance_now() -> f64;
    fn date_now() -> f64;
    fn random() -> u64;
}
