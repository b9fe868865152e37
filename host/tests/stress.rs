//! Real threads on one limiter: the counts are exact, whatever the scheduler does.
//!
//! Every thread of a round has the same `now`, so what is admitted in it does not depend on the order,
//! and the exact model says how much it is. `TIDEGATE_DECISIONS` says how many decisions; `cargo xtask
//! stress` takes a hundred million.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use tidegate::{
    FixedWindow, Instant, KeyedRateLimiter, Outcome, Quota, RateLimiter, Span, UnixTime,
    limit::{Full, SlotSet},
    retry::mix,
    try_acquire_all,
};
use tidegate_conformance::reference::{bucket::Bucket, decision::Decision, quota::Quota as Exact};

const SECOND: u64 = 1_000_000_000;
const KEYS: usize = 16;

/// Decisions that each kind makes, over all numbers of threads.
fn decisions() -> u64 {
    let text = std::env::var("TIDEGATE_DECISIONS");
    text.map_or(1_000_000, |text| text.parse::<u64>().expect("a number")) / 4
}

/// Runs rounds of 1,000 decisions a thread on 2, 4 and 8 threads: `act` returns what one decision
/// admitted, `check` sees the sum of each round.
fn rounds(act: impl Fn(u64, usize, u64) -> u64 + Sync, mut check: impl FnMut(u64, usize, u64)) {
    let mut round = 0;
    for threads in [2, 4, 8] {
        let last = round + (decisions() / 3 / 1_000 / threads as u64).max(2);
        let (start, end) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
        let admitted = AtomicU64::new(0);
        thread::scope(|scope| {
            for thread in 0..threads {
                let (act, start, end, admitted) = (&act, &start, &end, &admitted);
                scope.spawn(move || {
                    for round in round..last {
                        start.wait();
                        let sum = (0..1_000).map(|call| act(round, thread, call)).sum();
                        admitted.fetch_add(sum, Relaxed);
                        end.wait();
                    }
                });
            }
            for round in round..last {
                start.wait();
                end.wait();
                check(round, threads, admitted.swap(0, Relaxed));
            }
        });
        round = last;
    }
}

fn at(round: u64) -> Instant {
    // Brings some hundred tokens a round, fewer than are asked for.
    Instant::from_nanos(round * 377_777_777)
}

fn quotas() -> (Quota, Exact) {
    let quota = Quota::new(997, Span::from_secs(1), 1_500).unwrap();
    (quota, Exact::new(997, SECOND, 1_500).unwrap())
}

fn admitted(bucket: &mut Bucket, asked: u64, now: u64) -> u64 {
    let allowed = |_: &u64| matches!(bucket.acquire(1, now), Decision::Allow { .. });
    (0..asked).filter(allowed).count() as u64
}

#[test]
fn one_bucket() {
    let (quota, exact) = quotas();
    let (limiter, mut model) = (RateLimiter::new(quota), Bucket::new(exact));
    rounds(
        |round, _, _| u64::from(limiter.try_acquire(1, at(round)).is_allowed()),
        |round, threads, sum| {
            let expected = admitted(&mut model, threads as u64 * 1_000, at(round).as_nanos());
            assert_eq!(sum, expected, "round {round} of {threads} threads");
        },
    );
}

/// Half of what is reserved is cancelled by its owner. What was not cancelled and what is left are never
/// more than the burst; they may be less, because what is given back while another thread changes the
/// word is counted twice.
#[test]
fn reservations_that_are_cancelled_leave_nothing() {
    let (quota, _) = quotas();
    let limiter = RateLimiter::new(quota);
    rounds(
        |round, thread, call| {
            // A second is enough for all to flow back.
            let now = Instant::from_nanos(round * 10 * SECOND);
            let Ok(reservation) = limiter.reserve(1, Span::ZERO, now) else { return 0 };
            if mix(round, thread as u64, call as u32).is_multiple_of(2) {
                return 1;
            }
            limiter.cancel(reservation, now);
            0
        },
        |round, threads, sum| {
            let left = limiter.drain(Instant::from_nanos(round * 10 * SECOND));
            assert!(sum + left <= 1_500, "round {round} of {threads}: {sum} and {left} left");
            assert!(sum + left > 1_000, "round {round} of {threads}: {sum} and {left} left");
        },
    );
}

#[test]
fn many_keys() {
    let table: Vec<SlotSet> = (0..KEYS * 4).map(|_| SlotSet::new()).collect();
    let limiter = KeyedRateLimiter::new(&table, 0x9e37_79b9_7f4a_7c15_2545_f491, Full::Deny);
    let (quota, exact) = quotas();
    let mut models = vec![Bucket::new(exact); KEYS];
    let taken: Vec<AtomicU64> = (0..KEYS).map(|_| AtomicU64::new(0)).collect();
    rounds(
        |round, _, call| {
            let key = call % KEYS as u64;
            let allowed = limiter.try_acquire_u64(key, &quota, 1, at(round / 20)).is_allowed();
            taken[key as usize].fetch_add(u64::from(allowed), Relaxed);
            1
        },
        |round, threads, _| {
            for (key, model) in models.iter_mut().enumerate() {
                let asked = (0..1_000).filter(|call| call % KEYS == key).count() * threads;
                let expected = admitted(model, asked as u64, at(round / 20).as_nanos());
                assert_eq!(taken[key].swap(0, Relaxed), expected, "round {round}, key {key}");
            }
        },
    );
    assert_eq!(limiter.overflowed(), 0);
}

/// All or nothing: what one layer admitted is what the other has used.
#[test]
fn layers() {
    let (quota, exact) = quotas();
    let (limiter, mut model) = (RateLimiter::new(quota), Bucket::new(exact));
    let window = FixedWindow::new(1_000_000_000, Span::from_secs(1)).unwrap();
    let wall = UnixTime::from_secs(61);
    let mut all = 0;
    rounds(
        |round, _, _| {
            let layers = [window.layer(1), limiter.layer(1)];
            u64::from(try_acquire_all(&layers, at(round), wall).outcome.is_allowed())
        },
        |round, threads, sum| {
            let expected = admitted(&mut model, threads as u64 * 1_000, at(round).as_nanos());
            assert_eq!(sum, expected, "round {round} of {threads} threads");
            all += sum;
            let Outcome::Allowed { remaining, .. } = window.peek(0, wall) else { unreachable!() };
            assert_eq!(remaining, 1_000_000_000 - all, "round {round}");
        },
    );
}
