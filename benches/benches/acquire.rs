//! One bucket, one thread: the floor, tidegate, governor.

use core::{cell::Cell, hint::black_box, num::NonZeroU32};
use std::{
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use criterion::Criterion;
use governor::{clock::Clock, nanos::Nanos};
use tidegate::{Instant, Quota, RateLimiter, Span};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    allow(&mut criterion);
    deny(&mut criterion);
    criterion.final_summary();
    ratios();
}

/// A decision that takes a token and writes the word.
fn allow(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("acquire_allow");
    group.bench_function("bare_cas", |bencher| {
        let word = AtomicU64::new(0);
        bencher.iter(|| {
            let seen = word.load(Relaxed);
            black_box(word.compare_exchange(seen, seen.wrapping_add(1), Relaxed, Relaxed).is_ok())
        });
    });
    for (name, limit) in [("tidegate", 1_000_000), ("tidegate_odd_rate", 999_983)] {
        group.bench_function(name, |bencher| {
            let (clock, limiter) =
                (Manual::default(), RateLimiter::new(quota(limit, Span::from_secs(1), 1_000)));
            bencher.iter(|| {
                clock.advance();
                assert!(limiter.try_acquire(1, clock.instant()).is_allowed());
            });
        });
    }
    group.bench_function("governor", |bencher| {
        let clock = Manual::default();
        let burst = NonZeroU32::new(1_000).expect("not 0");
        let rate = governor::Quota::per_second(NonZeroU32::new(1_000_000).expect("not 0"));
        let limiter =
            governor::RateLimiter::direct_with_clock(rate.allow_burst(burst), clock.clone());
        bencher.iter(|| {
            clock.advance();
            assert!(limiter.check().is_ok());
        });
    });
    group.finish();
}

/// A decision that refuses and writes nothing.
fn deny(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("acquire_deny");
    group.bench_function("bare_cas", |bencher| {
        let word = AtomicU64::new(0);
        bencher.iter(|| {
            let seen = word.load(Relaxed);
            black_box(word.compare_exchange(seen, seen.wrapping_add(1), Relaxed, Relaxed).is_ok())
        });
    });
    group.bench_function("tidegate", |bencher| {
        let (clock, limiter) = (Manual::default(), RateLimiter::new(quota(1, DAY, 1)));
        assert!(limiter.try_acquire(1, clock.instant()).is_allowed());
        bencher.iter(|| assert!(!limiter.try_acquire(1, clock.instant()).is_allowed()));
    });
    group.bench_function("tidegate_with_retry_after", |bencher| {
        let (clock, limiter) = (Manual::default(), RateLimiter::new(quota(7, DAY, 1)));
        assert!(limiter.try_acquire(1, clock.instant()).is_allowed());
        bencher.iter(|| limiter.try_acquire(1, clock.instant()).retry_after());
    });
    group.bench_function("governor", |bencher| {
        let clock = Manual::default();
        let day = core::time::Duration::from_nanos(DAY.as_nanos());
        let rate = governor::Quota::with_period(day).expect("not 0");
        let limiter = governor::RateLimiter::direct_with_clock(rate, clock.clone());
        assert!(limiter.check().is_ok());
        bencher.iter(|| assert!(limiter.check().is_err()));
    });
    group.finish();
}

/// Every row of this run as a ratio to the floor of its group.
fn ratios() {
    let root = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "../target".into());
    let mean = |group: &str, name: &str| {
        let path = format!("{root}/criterion/{group}/{name}/new/estimates.json");
        let text = std::fs::read_to_string(path).ok()?;
        let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
        estimates["median"]["point_estimate"].as_f64()
    };
    for (group, names) in [
        ("acquire_allow", &["tidegate", "tidegate_odd_rate", "governor"][..]),
        ("acquire_deny", &["tidegate", "tidegate_with_retry_after", "governor"]),
    ] {
        let Some(floor) = mean(group, "bare_cas") else { continue };
        println!("{group}: bare load + compare_exchange {floor:.2} ns");
        for name in names {
            if let Some(median) = mean(group, name) {
                println!("  {name:<26}{median:>8.2} ns  {:.2} × the floor", median / floor);
            }
        }
    }
}

fn quota(limit: u64, period: Span, burst: u64) -> Quota {
    Quota::new(limit, period, burst).expect("within bounds")
}

/// The clock of both: a number that the benchmark advances.
#[derive(Clone, Debug, Default)]
struct Manual(Rc<Cell<u64>>);

impl Manual {
    fn advance(&self) {
        self.0.set(self.0.get() + STEP);
    }

    fn instant(&self) -> Instant {
        Instant::from_nanos(self.0.get())
    }
}

impl Clock for Manual {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(self.0.get())
    }
}

/// Longer than a token takes to come, so that the bucket never runs dry.
const STEP: u64 = 1_000_000;
const DAY: Span = Span::from_secs(86_400);
