//! One bucket, two and four threads: a bare compare-and-swap loop, tidegate, tidegate with leases,
//! governor.
//!
//! The subjects take turns in short rounds and not one after the other: whether threads really meet
//! depends on where the system puts them, and that changes from one second to the next. The ninth decile
//! of the rounds is a figure with contention, the first one without.

use core::{hint::black_box, num::NonZeroU32};
use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Instant as Clock,
};

use governor::clock::FakeRelativeClock;
use tidegate::{Instant, Lease, Quota, RateLimiter, Span};

fn main() {
    for threads in [2, 4] {
        let mut rounds = [const { Vec::new() }; SUBJECTS.len()];
        for _ in 0..ROUNDS {
            for (subject, times) in rounds.iter_mut().enumerate() {
                times.push(round(subject, threads));
            }
        }
        println!("{threads} threads, {ROUNDS} rounds: ns a decision, and × the bare loop");
        let floor = deciles(&mut rounds[0]);
        for (name, times) in SUBJECTS.iter().zip(&mut rounds) {
            print!("  {name:<20}");
            for (time, floor) in deciles(times).into_iter().zip(floor) {
                print!("{time:>8.2} ({:.2} ×)", time / floor);
            }
            println!();
        }
    }
}

const SUBJECTS: [&str; 4] = ["bare loop", "tidegate", "tidegate, leased", "governor"];
const ROUNDS: usize = 150;
/// Decisions of each thread in a round: some milliseconds.
const COUNT: u64 = 100_000;

/// One round of a subject: ns a decision, the mean over the threads.
fn round(subject: usize, threads: usize) -> f64 {
    match subject {
        0 => {
            let word = AtomicU64::new(0);
            together(threads, || {
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
        }
        1 => {
            let limiter = RateLimiter::new(quota());
            together(threads, || || limiter.try_acquire(1, NOW).is_allowed())
        }
        2 => {
            let life = Span::from_millis(100);
            let parent = RateLimiter::new(Lease::parent_quota(&quota(), life).expect("a burst"));
            together(threads, || {
                let mut lease = Lease::new(256, life).expect("a size");
                let parent = &parent;
                move || lease.try_acquire(1, NOW, |n| parent.acquire_up_to(n, NOW)).is_allowed()
            })
        }
        _ => {
            let rate = governor::Quota::per_second(NonZeroU32::MAX).allow_burst(NonZeroU32::MAX);
            let limiter =
                governor::RateLimiter::direct_with_clock(rate, FakeRelativeClock::default());
            together(threads, || || limiter.check().is_ok())
        }
    }
}

/// The time that each thread needs for a decision, all started together; every one is admitted.
fn together<D: FnMut() -> bool>(threads: usize, decider: impl Fn() -> D + Sync) -> f64 {
    let start = Barrier::new(threads);
    let spent = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut decide = decider();
                start.wait();
                let began = Clock::now();
                let admitted = (0..COUNT).filter(|_| black_box(decide())).count();
                spent.fetch_add(began.elapsed().as_nanos() as u64, Relaxed);
                assert_eq!(admitted as u64, COUNT);
            });
        }
    });
    spent.into_inner() as f64 / (COUNT * threads as u64) as f64
}

/// The first, the fifth and the ninth.
fn deciles(times: &mut [f64]) -> [f64; 3] {
    times.sort_by(f64::total_cmp);
    [1, 5, 9].map(|decile| times[times.len() * decile / 10])
}

/// So many that none is denied at one instant.
fn quota() -> Quota {
    Quota::new(1_000_000_000, Span::from_secs(1), 1 << 32).expect("within bounds")
}

const NOW: Instant = Instant::from_nanos(5);
