//! One bucket, one thread.

use core::num::NonZeroU32;
use std::time::Duration;

use tidegate::{Quota, RateLimiter, Span};

use crate::{
    floor,
    manual::Manual,
    subject::{Subject, each},
};

pub(crate) fn subjects() -> Vec<Subject> {
    [allow(), deny(), clock()].into_iter().flatten().collect()
}

/// A decision that takes a token, on a clock that is given.
fn allow() -> Vec<Subject> {
    let case = "rust/bucket/allow";
    vec![
        floor::load(case),
        floor::swap(case),
        each(case, "tidegate", true, || {
            let (clock, limiter) = (Manual::default(), limiter());
            move || {
                clock.advance(STEP);
                limiter.try_acquire(1, clock.instant()).is_allowed()
            }
        }),
        each(case, "governor", true, || {
            let clock = Manual::default();
            let limiter = governor::RateLimiter::direct_with_clock(rate(), clock.clone());
            move || {
                clock.advance(STEP);
                limiter.check().is_ok()
            }
        }),
        each(case, "ratelimit", true, || {
            let clock = Manual::default();
            let limiter = ratelimit::Ratelimiter::with_clock(MILLION, clock.clone());
            clock.advance(1_000_000_000); // it starts empty
            move || {
                clock.advance(STEP);
                limiter.try_wait().is_ok()
            }
        }),
    ]
}

/// A decision that refuses.
fn deny() -> Vec<Subject> {
    let case = "rust/bucket/deny";
    vec![
        floor::load(case),
        floor::swap(case),
        each(case, "tidegate", false, || {
            let (clock, quota) = (Manual::default(), Quota::new(1, DAY, 1).expect("a quota"));
            let limiter = RateLimiter::new(quota);
            assert!(limiter.try_acquire(1, clock.instant()).is_allowed());
            move || limiter.try_acquire(1, clock.instant()).is_allowed()
        }),
        each(case, "governor", false, || {
            let clock = Manual::default();
            let day = Duration::from_nanos(DAY.as_nanos());
            let rate = governor::Quota::with_period(day).expect("a period");
            let limiter = governor::RateLimiter::direct_with_clock(rate, clock.clone());
            assert!(limiter.check().is_ok());
            move || limiter.check().is_ok()
        }),
        each(case, "ratelimit", false, || {
            let clock = Manual::default();
            let limiter = ratelimit::Ratelimiter::with_clock(1, clock);
            move || limiter.try_wait().is_ok()
        }),
    ]
}

/// A decision that takes a token, each with its own default clock.
fn clock() -> Vec<Subject> {
    let case = "rust/bucket/clock";
    vec![
        floor::clock(case),
        floor::clock_and_swap(case),
        each(case, "tidegate", true, || {
            let limiter = vast();
            move || limiter.try_acquire(1, tidegate_host::monotonic()).is_allowed()
        }),
        each(case, "governor", true, || {
            let rate = governor::Quota::per_second(NonZeroU32::MAX).allow_burst(NonZeroU32::MAX);
            let limiter = governor::RateLimiter::direct(rate);
            move || limiter.check().is_ok()
        }),
        each(case, "leaky-bucket", true, || {
            let half = usize::MAX / 2;
            let limiter = leaky_bucket::RateLimiter::builder().max(half).initial(half).build();
            move || limiter.try_acquire(1)
        }),
        each(case, "ratelimit", true, || {
            let limiter = ratelimit::Ratelimiter::builder(1_000_000_000)
                .max_tokens(u64::from(u32::MAX))
                .initial_available(u64::from(u32::MAX))
                .build()
                .expect("within bounds");
            move || limiter.try_wait().is_ok()
        }),
    ]
}

/// A million a second, a thousand at once.
fn limiter() -> RateLimiter {
    RateLimiter::new(Quota::new(MILLION, Span::from_secs(1), 1_000).expect("a quota"))
}

fn rate() -> governor::Quota {
    let number = |count| NonZeroU32::new(count).expect("not 0");
    governor::Quota::per_second(number(1_000_000)).allow_burst(number(1_000))
}

/// So much that it is never empty.
fn vast() -> RateLimiter {
    RateLimiter::new(Quota::new(1_000_000_000, Span::from_secs(1), 1 << 32).expect("a quota"))
}

const MILLION: u64 = 1_000_000;
/// Longer than a token takes to come, so that the bucket never runs dry.
const STEP: u64 = 1_000_000;
const DAY: Span = Span::from_secs(86_400);
