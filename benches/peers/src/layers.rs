//! Two limits at once, and a share of one.

use tidegate::{Instant, Lease, Quota, RateLimiter, Span, UnixTime, limit::try_acquire_all};

use crate::{
    floor,
    manual::Manual,
    subject::{Subject, each},
};

pub(crate) fn subjects() -> Vec<Subject> {
    let case = "rust/layers/two";
    let lease = "rust/lease/256";
    vec![
        floor::swap(case),
        each(case, "tidegate", true, || {
            let (clock, first, second) = (Manual::default(), limiter(), limiter());
            move || {
                clock.advance(STEP);
                let layers = [first.layer(1), second.layer(1)];
                try_acquire_all(&layers, clock.instant(), UnixTime::from_nanos(0))
                    .outcome
                    .is_allowed()
            }
        }),
        // Not all or nothing: what the first took is lost when the second refuses.
        each(case, "governor-one-after-the-other", true, || {
            let clock = Manual::default();
            let rate = governor::Quota::per_second(core::num::NonZeroU32::MAX);
            let limiter = || governor::RateLimiter::direct_with_clock(rate, clock.clone());
            let (first, second) = (limiter(), limiter());
            move || {
                clock.advance(STEP);
                first.check().is_ok() && second.check().is_ok()
            }
        }),
        floor::swap(lease),
        each(lease, "tidegate", true, || {
            let (clock, life) = (Manual::default(), Span::from_millis(100));
            let whole = Quota::new(1_000_000_000, Span::from_secs(1), 1 << 31).expect("a quota");
            let parent = RateLimiter::new(Lease::parent_quota(&whole, life).expect("a burst"));
            let mut lease = Lease::new(256, life).expect("a size");
            move || {
                clock.advance(STEP);
                let now: Instant = clock.instant();
                lease.try_acquire(1, now, |n| parent.acquire_up_to(n, now)).is_allowed()
            }
        }),
    ]
}

fn limiter() -> RateLimiter {
    RateLimiter::new(Quota::new(1_000_000, Span::from_secs(1), 1_000).expect("a quota"))
}

const STEP: u64 = 1_000_000;
