//! The limiter alone, outlined, so that its bytes and the instructions of each call can be counted.
//!
//! The calls take every path: each kind of debt, each outcome.
#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::{entry, finish};
use tidegate::{Outcome32, Quota32, RateLimiter32};

/// What is measured.
// SAFETY: the name is used once.
#[unsafe(no_mangle)]
#[inline(never)]
fn limiter32_try_acquire(limiter: &RateLimiter32, quota: &Quota32, n: u32, now: u32) -> Outcome32 {
    limiter.try_acquire(quota, n, now)
}

static QUOTA: Quota32 = match Quota32::new(1, 1_000, 5) {
    Ok(quota) => quota,
    Err(_) => panic!("checked by the compiler"),
};
/// Its state.
// SAFETY: the name is used once.
#[unsafe(no_mangle)]
static LIMITER32_STATE: RateLimiter32 = RateLimiter32::new();

#[entry]
fn main() -> ! {
    let mut right = true;
    for (n, now, wait) in CALLS {
        let (n, now) = (black_box(n), black_box(now));
        let outcome = limiter32_try_acquire(black_box(&LIMITER32_STATE), black_box(&QUOTA), n, now);
        right &= outcome.ticks() == wait;
    }
    finish(right)
}

/// Tokens, the tick, and the wait that is right.
const CALLS: [(u32, u32, u32); 11] = [
    (0, 9_000, 0),             // nothing
    (6, 9_000, u32::MAX),      // never
    (1, 9_000, 0),             // never used
    (2, 9_000, 0),             // some debt
    (2, 9_000, 0),             // all of it
    (1, 9_000, 1_000),         // empty
    (1, 8_000, 2_000),         // empty, and late
    (1, 9_999, 1),             // a tick too early
    (1, 10_000, 0),            // in time
    (5, 4_294_962_296, 0),     // idle, and full again at tick 0
    (1, 4_294_962_296, 1_001), // which is told as tick 1
];
