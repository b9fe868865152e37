//! Clocks and entropy of WebAssembly, which has no system: JavaScript gives them.
//!
//! Whoever runs the module imports three functions into it, under the name `tidegate`.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tidegate::{Instant, Span, UnixTime};

/// By how many nanoseconds the wall clock is ahead of the monotonic one. There is one thread.
static AHEAD: AtomicU64 = AtomicU64::new(0);

/// The monotonic clock of JavaScript, `performance.now()`: nanoseconds since a year and a day before the
/// page or the process began. Browsers round it down, to 5 to 1,000 microseconds.
#[inline]
pub fn monotonic() -> Instant {
    // SAFETY: it takes nothing and gives a number.
    let millis = unsafe { performance_now() };
    // OK because the conversion of a float keeps to the bounds of its target.
    BEGAN.saturating_add(Span::from_nanos((millis * 1e6) as u64))
}

/// The wall clock of JavaScript: nanoseconds since 1970, UTC. Within the millisecond that `Date.now()` tells,
/// `performance.now()` goes on, so that a wait by one clock is as long by the other.
#[inline]
pub fn wall() -> UnixTime {
    // SAFETY: it takes nothing and gives a number.
    let millis = unsafe { date_now() };
    let told = UnixTime::ZERO.saturating_add(Span::from_millis(millis as u64));
    let now = monotonic();
    let fine = UnixTime::from_nanos(now.as_nanos().wrapping_add(AHEAD.load(Relaxed)));
    // Not before what is told, and within its millisecond: else the clock was set, or this is the first time.
    if fine >= told && fine < told.saturating_add(Span::from_millis(1)) {
        return fine;
    }
    AHEAD.store(told.as_nanos().wrapping_sub(now.as_nanos()), Relaxed);
    told
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
