//! Rule one, against exact rationals: no window ever admits more than burst + limit · (w + 1 ns) /
//! period, and a saturating caller gets all but a billionth of it.

use tidegate::{Instant, Outcome, Quota, RateLimiter, Span, retry::mix};
use tidegate_conformance::histories;

const QUOTAS: [(u64, u64, u64); 9] = [
    (3, SECOND, 1),
    (7_000_000, SECOND, 50),
    (300_000_000, SECOND, 1_000),
    (600_000_000, SECOND, 7),
    (999_999_937, SECOND, 3),
    (1_000_000_000, SECOND, 5),
    (300, 60 * SECOND, 300),
    (1, 86_400 * SECOND, 2),
    (7, 366 * 86_400 * SECOND, 7),
];
const SECOND: u64 = 1_000_000_000;
const NINETY_YEARS: u64 = 90 * 366 * 86_400 * SECOND;

/// Times that matter: no time at all, a few ns, about a token's interval, and a whole bucket's.
fn pause(draw: u64, interval: u64, burst: u64) -> u64 {
    match draw % 6 {
        0 => 0,
        1 => draw >> 8 & 3,
        2 => interval,
        3 => interval.saturating_sub(1),
        4 => (draw >> 8) % (2 * interval + 2),
        _ => (draw >> 8) % (2 * interval * burst + 2),
    }
}

#[test]
fn no_window_is_over() {
    for (number, (limit, period, burst)) in QUOTAS.into_iter().enumerate() {
        let quota = Quota::new(limit, Span::from_nanos(period), burst).unwrap();
        let whole = period.is_multiple_of(limit);
        for history in 0..histories(60) {
            let limiter = RateLimiter::new(quota);
            // Any uptime, up to ninety years.
            let mut now = mix(history, number as u64, 0) % NINETY_YEARS;
            let mut admitted: Vec<(u64, u64)> = Vec::new();
            for step in 1..300 {
                let draw = mix(history, number as u64, step);
                now += pause(draw, period / limit, burst);
                let n = if draw >> 60 < 4 { burst } else { 1 + (draw >> 50) % burst.min(3) };
                if limiter.try_acquire(n, Instant::from_nanos(now)).is_allowed() {
                    admitted.push((now, n));
                }
            }
            for (first, &(from, _)) in admitted.iter().enumerate() {
                let mut sum = 0;
                for &(to, n) in &admitted[first..] {
                    sum += u128::from(n);
                    let width = u128::from(to - from) + u128::from(!whole);
                    let most = u128::from(burst) * u128::from(period) + u128::from(limit) * width;
                    assert!(
                        sum * u128::from(period) <= most,
                        "{limit} per {period} ns, burst {burst}: {sum} in {} ns from {from}",
                        to - from
                    );
                }
            }
        }
    }
}

#[test]
fn a_saturating_caller_loses_less_than_a_billionth() {
    for (limit, period, _) in QUOTAS {
        // A bucket of a second or of one token, emptied and then drained in whole buckets.
        let burst = (limit * SECOND / period).max(1);
        let quota = Quota::new(limit, Span::from_nanos(period), burst).unwrap();
        let limiter = RateLimiter::new(quota);
        let (start, mut taken) = (1_000_000_007, 0_u128);
        let mut now = start;
        assert!(limiter.try_acquire(burst, Instant::from_nanos(now)).is_allowed());
        let rounds = 10_000.min(NINETY_YEARS / (burst * period / limit)).max(1);
        for _ in 0..rounds {
            let Outcome::Denied { retry_after } =
                limiter.try_acquire(burst, Instant::from_nanos(now))
            else {
                panic!("an empty bucket allowed a whole one");
            };
            now += retry_after.as_nanos();
            assert!(limiter.try_acquire(burst, Instant::from_nanos(now)).is_allowed());
            taken += u128::from(burst);
        }
        // What the exact rate would have brought, less a billionth.
        let exact = u128::from(limit) * u128::from(now - start);
        let got = taken * u128::from(period);
        // Each wait is a whole number of nanoseconds, so one is lost each time at the most.
        let rounding = u128::from(limit) * u128::from(rounds);
        assert!(got + rounding + exact / 1_000_000_000 >= exact, "{limit} per {period} ns");
        assert!(got <= exact, "{limit} per {period} ns is over");
    }
}
