//! Eight threads on one budget, throttle or breaker: nothing is spent twice, and one probe goes.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use tidegate::{
    Instant, Span,
    retry::{
        AdaptiveThrottle, BreakerState, CircuitBreaker, RetryBudget, RetryCause, RetryCosts,
        RetryQuota, RetryThrottle, SharedAdaptiveRate,
    },
};

const THREADS: u64 = 8;
const NOW: Instant = Instant::from_nanos(1_000_000_000);
const TEN: Span = Span::from_secs(10);

/// The sum of what all threads return, all started together.
fn together(run: impl Fn(u64) -> u64 + Sync) -> u64 {
    let start = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        let (run, start) = (&run, &start);
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    start.wait();
                    run(thread)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

fn times(count: u64, run: impl Fn() -> bool) -> u64 {
    (0..count).filter(|_| run()).count() as u64
}

#[test]
fn a_quota_gives_each_token_once_and_loses_none() {
    for _ in 0..50 {
        let quota = RetryQuota::new(1_003, RetryCosts::AWS_2_0);
        let spent = together(|_| times(100, || quota.try_spend(RetryCause::Failure).is_some()));
        assert_eq!((spent, quota.tokens()), (200, 3));
        together(|_| {
            times(20, || {
                quota.succeeded(5);
                true
            })
        });
        assert_eq!(quota.tokens(), 803);
        together(|_| {
            times(300, || {
                quota.succeeded(0);
                true
            })
        });
        assert_eq!(quota.tokens(), 1_003);
    }
}

#[test]
fn a_throttle_counts_each_failure_once() {
    for _ in 0..50 {
        let throttle = RetryThrottle::new(1_000, 10).unwrap();
        let retries = together(|_| times(100, || throttle.failed()));
        // While more than 500 of 1,000 are left after it.
        assert_eq!((retries, throttle.thousandths()), (499, 200_000));
        together(|_| {
            times(100, || {
                throttle.succeeded();
                true
            })
        });
        assert_eq!(throttle.thousandths(), 208_000);
    }
}

#[test]
fn a_budget_spends_no_deposit_twice() {
    for round in 0..50 {
        let budget = RetryBudget::new(TEN, 600_000, 7).unwrap();
        together(|_| {
            times(100, || {
                budget.deposit(NOW);
                true
            })
        });
        let spent = together(|thread| {
            // Threads whose clocks differ by less than a second.
            let now = NOW.saturating_add(Span::from_millis(round * 2_000 % 8_000 + thread * 100));
            times(100, || budget.try_withdraw(now))
        });
        assert_eq!(spent, 487, "{round}"); // 0.6 of 800, and 7
    }
}

#[test]
fn a_budget_earns_while_it_spends() {
    for _ in 0..50 {
        let budget = RetryBudget::new(TEN, 1_000_000, 0).unwrap();
        let spent = together(|_| {
            times(200, || {
                budget.deposit(NOW);
                budget.try_withdraw(NOW)
            })
        });
        assert_eq!(spent + budget.available(NOW), 1_600);
    }
}

#[test]
fn an_adaptive_throttle_counts_each_request() {
    let throttle = AdaptiveThrottle::new(TEN, 1_000, 1_000_000).unwrap();
    together(|thread| times(500, || throttle.try_send(thread, 0, 0, NOW)));
    assert_eq!(throttle.rejected_millionths(NOW), 999_750); // 4,000 of 4,001
    together(|_| {
        times(250, || {
            throttle.accepted(NOW);
            true
        })
    });
    assert_eq!(throttle.rejected_millionths(NOW), 499_875); // 2,000 of 4,001
}

#[test]
fn a_breaker_opens_once_and_lets_one_probe_go() {
    for round in 0..200 {
        let breaker = CircuitBreaker::consecutive(100, TEN, 3).unwrap();
        together(|_| {
            times(50, || {
                breaker.try_call(NOW).is_ok_and(|passage| {
                    breaker.failed(passage, NOW);
                    true
                })
            })
        });
        assert_eq!(breaker.state(NOW), BreakerState::Open, "{round}");
        for probe in 1..=3 {
            // Late threads and early ones: the wait is over for all.
            let now = NOW.saturating_add(TEN);
            let won = AtomicU64::new(0);
            let passed = together(|_| {
                times(10, || {
                    let Ok(passage) = breaker.try_call(now) else { return false };
                    won.store(u64::from(passage.number()), Relaxed);
                    true
                })
            });
            assert_eq!(passed, 1);
            let passage = tidegate::retry::Passage::from_number(won.into_inner() as u32);
            // All report it; it counts once.
            together(|_| {
                times(1, || {
                    breaker.succeeded(passage, now);
                    true
                })
            });
            let closed = breaker.state(now) == BreakerState::Closed;
            assert_eq!(closed, probe == 3);
        }
    }
}

#[test]
fn a_shared_rate_counts_every_answer_and_gives_each_token_once() {
    for _ in 0..50 {
        let rate = SharedAdaptiveRate::starting(NOW);
        together(|_| {
            times(100, || {
                rate.answered(false, NOW);
                true
            })
        });
        // 801 answers in half a second, of which four fifths count; then cut to 70 % of that.
        let later = NOW.saturating_add(Span::from_millis(500));
        rate.answered(true, later);
        let seen = rate.snapshot(later);
        let measured = 801 * 2 * 800_000_000_000;
        assert_eq!((seen.measured(), seen.rate()), (measured, measured / 10 * 7));
        // A second later the bucket is full: 897 tokens and a part of one.
        let full = later.saturating_add(Span::from_secs(1));
        assert_eq!(together(|_| times(200, || rate.try_send(full).is_ok())), 897);
    }
}
