//! The keyed limiter's protocol, with two slots in a set.
//!
//! Words that no decision on a slot rests on (the counters, the longest quota) are not modelled.
//! Without the fence in `cell.rs`, `insert_insert_in_different_slots` admits twice.

use loom::{sync::Arc, thread};
use tidegate::{
    Instant, KeyedRateLimiter, Quota, Span,
    limit::{Full, SlotSet},
};

use crate::{model, model_within};

/// One a millisecond, one at once.
fn quota() -> Quota {
    Quota::new(1, Span::from_millis(1), 1).expect("within bounds")
}

/// A limiter in one set. What it lends lives as long as the program: loom runs a few thousand.
fn limiter(full: Full) -> Arc<KeyedRateLimiter<'static>> {
    let table: &'static [SlotSet] = Box::leak(Box::new([SlotSet::new()]));
    Arc::new(KeyedRateLimiter::new(table, SEED, full))
}

/// Runs the threads, each a list of `(key, now)`, and gives how many of each key were admitted.
fn race(limiter: &Arc<KeyedRateLimiter<'static>>, threads: &[&'static [(u64, u64)]]) -> [usize; 3] {
    let started: Vec<_> = threads
        .iter()
        .map(|&calls| {
            let limiter = limiter.clone();
            thread::spawn(move || acquire(&limiter, calls))
        })
        .collect();
    let mut sum = [0; 3];
    for thread in started {
        let admitted = thread.join().expect("no panic");
        for (sum, admitted) in sum.iter_mut().zip(admitted) {
            *sum += admitted;
        }
    }
    sum
}

fn acquire(limiter: &KeyedRateLimiter<'_>, calls: &[(u64, u64)]) -> [usize; 3] {
    let mut admitted = [0; 3];
    for &(key, now) in calls {
        let outcome =
            limiter.try_acquire_u64(KEYS[key as usize], &quota(), 1, Instant::from_nanos(now));
        admitted[key as usize] += usize::from(outcome.is_allowed());
    }
    admitted
}

#[test]
fn insert_insert() {
    model("two insert one key", || {
        assert_eq!(race(&limiter(Full::Deny), &[&[(A, 5)], &[(A, 5)]]), [1, 0, 0]);
    });
}

#[test]
fn insert_insert_insert() {
    model_within(2, "three insert one key", || {
        assert_eq!(race(&limiter(Full::Deny), &[&[(A, 5)], &[(A, 5)], &[(A, 5)]]), [1, 0, 0]);
    });
}

/// Which slot is free differs with the clock, so the threads announce the key in different slots.
#[test]
fn insert_insert_in_different_slots() {
    model("two insert one key in different slots", || {
        let limiter = limiter(Full::Deny);
        assert_eq!(acquire(&limiter, &[(B, MILLI / 2), (C, 0)]), [0, 1, 1]);
        assert_eq!(race(&limiter, &[&[(A, FREE)], &[(A, FREE + MILLI - 1)]]), [1, 0, 0]);
    });
}

#[test]
fn insert_evict() {
    model("two insert one key into dropped buckets", || {
        let limiter = limiter(Full::Deny);
        assert_eq!(acquire(&limiter, &[(B, 0), (C, 0)]), [0, 1, 1]);
        assert_eq!(race(&limiter, &[&[(A, FREE)], &[(A, FREE)]]), [1, 0, 0]);
    });
}

#[test]
fn charge_evict() {
    model("one charges what another drops", || {
        let limiter = limiter(Full::Deny);
        assert_eq!(acquire(&limiter, &[(A, 0), (B, 3 * MILLI)]), [1, 1, 0]);
        let admitted = race(&limiter, &[&[(A, FREE), (A, FREE)], &[(C, FREE)]]);
        assert!(admitted[0] <= 1 && admitted[2] <= 1 && admitted[0] + admitted[2] >= 1);
    });
}

/// A is dropped, comes again, and is charged, while another thread drops and charges it too.
#[test]
fn charge_evict_insert() {
    model("a key is dropped, inserted and charged at once", || {
        let limiter = limiter(Full::Deny);
        assert_eq!(acquire(&limiter, &[(A, 0)]), [1, 0, 0]);
        let admitted = race(&limiter, &[&[(A, FREE)], &[(B, FREE), (A, FREE)]]);
        assert_eq!(admitted, [1, 1, 0]);
    });
}

#[test]
fn two_keys_one_slot() {
    model("two keys want the last slot", || {
        let limiter = limiter(Full::Deny);
        assert_eq!(acquire(&limiter, &[(C, 5)]), [0, 0, 1]);
        let [a, b, _] = race(&limiter, &[&[(A, 5), (A, 5)], &[(B, 5), (B, 5)]]);
        assert!(a <= 1 && b <= 1 && a + b >= 1, "{a} {b}");
    });
}

#[test]
fn three_keys_two_slots() {
    model_within(1, "three keys want two slots", || {
        let limiter = limiter(Full::Deny);
        let admitted = race(&limiter, &[&[(A, 5)], &[(B, 5)], &[(C, 5)]]);
        assert!(admitted.iter().all(|&admitted| admitted <= 1));
    });
}

/// A thread that died after each step, alone and beside a stranger that wants the same slot.
#[test]
fn dead_thread() {
    for steps in STEPS {
        model("a thread died after a step", move || {
            let limiter = limiter(Full::Deny);
            limiter.die_after(steps, KEYS[A as usize], Instant::from_nanos(5));
            assert_eq!(race(&limiter, &[&[(A, 5)], &[(A, 5)]]), [1, 0, 0]);
        });
        model("a thread died after a step in the last slot", move || {
            let limiter = limiter(Full::Deny);
            assert_eq!(acquire(&limiter, &[(C, 5)]), [0, 0, 1]);
            limiter.die_after(steps, KEYS[A as usize], Instant::from_nanos(5));
            let [a, b, _] = race(&limiter, &[&[(A, 5)], &[(B, 5)]]);
            assert!(a <= 1 && b <= 1 && a + b >= 1, "{a} {b}");
        });
    }
}

/// A thread dies after each step while others bring its key, or another.
#[test]
fn dying_thread() {
    for steps in STEPS {
        model("a thread dies after a step beside its key", move || {
            let admitted = race_the_dying(steps, Vec::new(), &[&[(A, 5), (A, 5)]]);
            assert_eq!(admitted, [1, 0, 0]);
        });
        let preemptions = if steps == 2 { 2 } else { 1 };
        model_within(preemptions, "a thread dies after a step beside its key twice", move || {
            let admitted = race_the_dying(steps, Vec::new(), &[&[(A, 5)], &[(A, 5)]]);
            assert_eq!(admitted, [1, 0, 0]);
        });
        model("a thread dies after a step in a dropped bucket", move || {
            let used = vec![(A, 0), (B, 0)];
            let [a, b, c] = race_the_dying(steps, used, &[&[(C, FREE), (C, FREE)]]);
            assert_eq!([a, b, c], [0, 0, 1]);
        });
    }
}

/// The threads beside one that brings A and dies; then A is asked for once more.
fn race_the_dying(
    steps: u32,
    used: Vec<(u64, u64)>,
    threads: &[&'static [(u64, u64)]],
) -> [usize; 3] {
    let limiter = limiter(Full::Deny);
    acquire(&limiter, &used);
    let now = threads[0][0].1;
    let dying = limiter.clone();
    let thread =
        thread::spawn(move || dying.die_after(steps, KEYS[A as usize], Instant::from_nanos(now)));
    let admitted = race(&limiter, threads);
    thread.join().expect("no panic");
    if used.is_empty() {
        assert_eq!(acquire(&limiter, &[(A, 5), (B, 5)]), [0, 1, 0]);
    }
    admitted
}

/// The first set is full of others at the time of one thread and not at the other's.
#[test]
fn insert_insert_in_two_sets() {
    for asks in [A_TWICE, B_TWICE, C_TWICE] {
        model("two insert one key in two sets", move || {
            let table: &'static [SlotSet] = Box::leak(Box::new([SlotSet::new(), SlotSet::new()]));
            let limiter = Arc::new(KeyedRateLimiter::new(table, SEED, Full::Deny));
            for key in OTHERS {
                let now = Instant::from_nanos(MILLI / 2);
                assert!(limiter.try_acquire_u64(key, &quota(), 1, now).is_allowed());
            }
            assert_eq!(race(&limiter, &asks).iter().sum::<usize>(), 1);
        });
    }
}

const A_TWICE: [&[(u64, u64)]; 2] = [&[(A, FREE)], &[(A, FREE + MILLI - 1)]];
const B_TWICE: [&[(u64, u64)]; 2] = [&[(B, FREE)], &[(B, FREE + MILLI - 1)]];
const C_TWICE: [&[(u64, u64)]; 2] = [&[(C, FREE)], &[(C, FREE + MILLI - 1)]];
const A: u64 = 0;
const B: u64 = 1;
const C: u64 = 2;
const KEYS: [u64; 3] = [11, 22, 33];
/// Three keys that fill three of the four slots of two sets, whichever they come into.
const OTHERS: [u64; 3] = [44, 55, 66];
/// Claimed, named, and past the fence and the look at the other slots: what comes before the fence
/// and after it leaves the same behind.
const STEPS: [u32; 3] = [1, 2, 3];
const SEED: u128 = 7;
const MILLI: u64 = 1_000_000;
/// When the slot of a bucket that was charged at 0 may be taken.
const FREE: u64 = 1_000 * MILLI + MILLI;
