//! One bucket, several threads: a bare compare-and-swap loop, tidegate, tidegate with leases, governor.

use core::hint::black_box;
use std::{
    num::NonZeroU32,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant as Clock},
};

use criterion::Criterion;
use governor::clock::FakeRelativeClock;
use tidegate::{Instant, Lease, Quota, RateLimiter, Span};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for threads in [2, 4] {
        contended(&mut criterion, threads);
    }
    criterion.final_summary();
    ratios();
}

fn contended(criterion: &mut Criterion, threads: usize) {
    let mut group = criterion.benchmark_group(format!("contended_{threads}"));
    group.bench_function("bare_cas_loop", |bencher| {
        let word = AtomicU64::new(0);
        bencher.iter_custom(|count| {
            together(threads, count, || {
                || {
                    let mut seen = word.load(Relaxed);
                    while let Err(other) =
                        word.compare_exchange_weak(seen, seen.wrapping_add(1), Relaxed, Relaxed)
                    {
                        seen = other;
                    }
                    true
                }
            })
        });
    });
    group.bench_function("tidegate", |bencher| {
        bencher.iter_custom(|count| {
            let limiter = RateLimiter::new(quota());
            together(threads, count, || || limiter.try_acquire(1, NOW).is_allowed())
        });
    });
    group.bench_function("tidegate_lease", |bencher| {
        bencher.iter_custom(|count| {
            let life = Span::from_millis(100);
            let parent = RateLimiter::new(Lease::parent_quota(&quota(), life).expect("a burst"));
            together(threads, count, || {
                let mut lease = Lease::new(256, life).expect("a size");
                let parent = &parent;
                move || lease.try_acquire(1, NOW, |n| parent.acquire_up_to(n, NOW)).is_allowed()
            })
        });
    });
    group.bench_function("governor", |bencher| {
        bencher.iter_custom(|count| {
            let rate = governor::Quota::per_second(NonZeroU32::MAX).allow_burst(NonZeroU32::MAX);
            let limiter =
                governor::RateLimiter::direct_with_clock(rate, FakeRelativeClock::default());
            together(threads, count, || || limiter.check().is_ok())
        });
    });
    group.finish();
}

/// The time that `threads` threads need for `count` decisions each, all of which are admitted.
fn together<D: FnMut() -> bool>(
    threads: usize,
    count: u64,
    decider: impl Fn() -> D + Sync,
) -> Duration {
    let (start, end) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut decide = decider();
                start.wait();
                let admitted = (0..count).filter(|_| black_box(decide())).count();
                end.wait();
                assert_eq!(admitted as u64, count);
            });
        }
        start.wait();
        let began = Clock::now();
        end.wait();
        began.elapsed()
    })
}

/// Every row of this run as a ratio to the floor of its group.
fn ratios() {
    let root = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "../target".into());
    let median = |group: &str, name: &str| {
        let path = format!("{root}/criterion/{group}/{name}/new/estimates.json");
        let text = std::fs::read_to_string(path).ok()?;
        let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
        estimates["median"]["point_estimate"].as_f64()
    };
    for group in ["contended_2", "contended_4"] {
        let Some(floor) = median(group, "bare_cas_loop") else { continue };
        println!("{group}: bare compare_exchange loop {floor:.2} ns");
        for name in ["tidegate", "tidegate_lease", "governor"] {
            if let Some(median) = median(group, name) {
                println!("  {name:<26}{median:>8.2} ns  {:.2} × the floor", median / floor);
            }
        }
    }
}

/// So many that none is denied at one instant.
fn quota() -> Quota {
    Quota::new(1_000_000_000, Span::from_secs(1), 1 << 32).expect("within bounds")
}

const NOW: Instant = Instant::from_nanos(5);
