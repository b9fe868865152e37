//! What the C subjects are held against: the same calls from Rust, where the decision may be put into its
//! caller's loop, and where it may not.

use core::hint::black_box;

use tidegate::{Backoff, Instant, Jitter, Outcome, Quota, RateLimiter, Span};

use crate::subject::{Subject, each};

pub(crate) fn subjects() -> Vec<Subject> {
    let second = Span::from_secs(1);
    let allow = move |name, decide: Decide| {
        each("c/bucket/allow", name, true, move || {
            let limiter = RateLimiter::new(Quota::new(1_000_000, second, 1_000).expect("a quota"));
            let mut now = 0;
            move || {
                now += 1_000_000;
                // All of the answer is made, as in C.
                let outcome = decide(&limiter, black_box(1), Instant::from_nanos(now));
                black_box(&outcome).is_allowed()
            }
        })
    };
    let deny = move |name, decide: Decide| {
        each("c/bucket/deny", name, false, move || {
            let quota = Quota::new(1, Span::from_secs(86_400), 1).expect("a quota");
            let limiter = RateLimiter::new(quota);
            assert!(limiter.try_acquire(1, Instant::ZERO).is_allowed());
            move || {
                let outcome = decide(&limiter, black_box(1), Instant::ZERO);
                black_box(&outcome).is_allowed()
            }
        })
    };
    vec![
        allow("rust-called", called),
        deny("rust-called", called),
        each("c/backoff/delay", "rust-called", true, || {
            let delay = Span::from_millis;
            let backoff =
                Backoff::new(delay(100), 2, delay(10_000), Jitter::Full).expect("a backoff");
            let mut call = 0;
            move || {
                call += 1;
                backoff.delay(7, call, call as u32 & 3) <= backoff.cap()
            }
        }),
    ]
}

type Decide = fn(&RateLimiter, u64, Instant) -> Outcome;

#[inline(never)]
fn called(limiter: &RateLimiter, n: u64, now: Instant) -> Outcome {
    limiter.try_acquire(n, now)
}
