//! `Quota::never_exceeding`: a bucket as a limit that holds in every stretch of time.
#![cfg(not(loom))]

use tidegate::{Error, Instant, Quota, RateLimiter, Span};

const SECOND: Span = Span::from_secs(1);

/// A caller that asks whenever there is a token gets the limit in a period, and never one more.
#[test]
fn what_is_never_exceeded_is_reached() {
    for (limit, burst) in [(2, 1), (10, 1), (10, 4), (10, 9), (300, 50)] {
        let quota = Quota::never_exceeding(limit, SECOND, burst).unwrap();
        let whole = 1_000_000_000_u64.is_multiple_of(quota.limit());
        let limiter = RateLimiter::new(quota);
        let (mut now, mut times) = (Instant::from_nanos(0), Vec::new());
        while times.len() < 3 * limit as usize {
            match limiter.try_acquire(1, now).retry_after() {
                None => times.push(now),
                Some(wait) => now = now.saturating_add(wait),
            }
        }
        let beyond = |at: usize| times[at + limit as usize].saturating_since(times[at]);
        assert_eq!(times[limit as usize - 1].saturating_since(times[0]) <= SECOND, whole);
        assert!((0..2 * limit as usize).all(|at| beyond(at) > SECOND), "{limit}, {burst}");
    }
    assert_eq!(Quota::never_exceeding(0, SECOND, 0), Quota::new(0, SECOND, 1));
    assert_eq!(Quota::never_exceeding(5, SECOND, 0), Err(Error::BurstZero));
    assert_eq!(Quota::never_exceeding(5, SECOND, 6), Err(Error::BurstTooLarge));
    assert_eq!(Quota::never_exceeding(5, Span::ZERO, 5), Err(Error::PeriodOutOfRange));
}
