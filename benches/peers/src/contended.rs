//! One bucket, several threads.

use core::{hint::black_box, num::NonZeroU32};
use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant as Clock},
};

use governor::clock::FakeRelativeClock;
use tidegate::{Instant, Lease, Quota, RateLimiter, Span};

use crate::subject::{Subject, Work};

pub(crate) fn subjects() -> Vec<Subject> {
    [1, 2, 4, 8].into_iter().flat_map(of).collect()
}

fn of(threads: usize) -> Vec<Subject> {
    let case = format!("rust/threads/{threads}");
    vec![
        together(&case, "floor-cas-loop", threads, || {
            let word = Arc::new(AtomicU64::new(0));
            move || {
                let word = Arc::clone(&word);
                move || {
                    let mut seen = word.load(Relaxed);
                    while let Err(other) =
                        word.compare_exchange_weak(seen, seen.wrapping_add(1), Relaxed, Relaxed)
                    {
                        seen = other;
                    }
                    true
                }
            }
        }),
        together(&case, "tidegate", threads, || {
            let limiter = Arc::new(RateLimiter::new(quota()));
            move || {
                let limiter = Arc::clone(&limiter);
                move || limiter.try_acquire(1, NOW).is_allowed()
            }
        }),
        together(&case, "tidegate-lease", threads, || {
            let life = Span::from_millis(100);
            let quota = Lease::parent_quota(&quota(), life).expect("a burst");
            let parent = Arc::new(RateLimiter::new(quota));
            move || {
                let parent = Arc::clone(&parent);
                let mut lease = Lease::new(256, life).expect("a size");
                move || lease.try_acquire(1, NOW, |n| parent.acquire_up_to(n, NOW)).is_allowed()
            }
        }),
        together(&case, "governor", threads, || {
            let rate = governor::Quota::per_second(NonZeroU32::MAX).allow_burst(NonZeroU32::MAX);
            let limiter =
                governor::RateLimiter::direct_with_clock(rate, FakeRelativeClock::default());
            let limiter = Arc::new(limiter);
            move || {
                let limiter = Arc::clone(&limiter);
                move || limiter.check().is_ok()
            }
        }),
    ]
}

/// A subject that several threads use at once. `make` makes it anew for each round, since none comes
/// back at one instant; what it gives makes each thread's operation.
fn together<G, D>(
    case: &str,
    name: &'static str,
    threads: usize,
    make: impl Fn() -> G + Copy + Send + 'static,
) -> Subject
where
    G: Fn() -> D + 'static,
    D: FnMut() -> bool + Send + 'static,
{
    let make = move || Box::new(Together { make, threads }) as Box<dyn Work>;
    Subject { case: case.to_owned(), name, make: Box::new(make) }
}

struct Together<M> {
    make: M,
    threads: usize,
}

impl<M, G, D> Work for Together<M>
where
    M: Fn() -> G,
    G: Fn() -> D,
    D: FnMut() -> bool + Send,
{
    /// The mean time of the threads, each of which does its part of the operations.
    fn run(&mut self, times: u64) -> Result<Duration, String> {
        let operation = (self.make)();
        let part = times.div_ceil(self.threads as u64);
        if part * self.threads as u64 > MOST {
            return Err("more operations than there are tokens".to_owned());
        }
        let start = Barrier::new(self.threads);
        let mut spent = Duration::ZERO;
        thread::scope(|scope| {
            let threads = (0..self.threads).map(|_| {
                let (mut decide, start) = (operation(), &start);
                scope.spawn(move || {
                    start.wait();
                    let began = Clock::now();
                    let admitted = (0..part).filter(|_| black_box(decide())).count();
                    (began.elapsed(), admitted as u64 == part)
                })
            });
            let threads: Vec<_> = threads.collect();
            for thread in threads {
                let (took, whole) = thread.join().map_err(|_| "a thread failed".to_owned())?;
                if !whole {
                    return Err("not every operation was admitted".to_owned());
                }
                spent += took;
            }
            Ok(())
        })?;
        Ok(spent)
    }
}

/// So many that none is denied at one instant.
fn quota() -> Quota {
    Quota::new(1_000_000_000, Span::from_secs(1), MOST).expect("within bounds")
}

const NOW: Instant = Instant::from_nanos(5);
const MOST: u64 = 1 << 31;
