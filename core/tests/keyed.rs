//! The keyed limiter against a `RateLimiter` for each key, and its table when it is full.
#![cfg(not(loom))]

use std::collections::HashMap;

use tidegate::{
    Instant, KeyedRateLimiter, LocalKeyedRateLimiter, Outcome, Quota, RateLimiter, Span,
    limit::{Full, SlotSet},
    retry::mix,
};

const SEED: u128 = 0x2545_f491_4f6c_dd1d_9e37_79b9_7f4a_7c15;

fn quota(limit: u64, period: Span, burst: u64) -> Quota {
    Quota::new(limit, period, burst).expect("within bounds")
}

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

fn table(sets: usize) -> Vec<SlotSet> {
    (0..sets).map(|_| SlotSet::new()).collect()
}

/// 400,000 random calls at random times, some of them by late threads: with room for all keys, in
/// one set, and in two whose slots change hands all the time. So do the places of the single owner.
#[test]
fn each_key_decides_as_a_bucket_of_its_own() {
    let plans = [
        quota(600_000_000, Span::from_secs(1), 2),
        quota(10, Span::from_secs(1), 5),
        quota(7, Span::from_secs(3), 20),
        quota(999_999_937, Span::from_secs(1), 3),
        quota(300, Span::from_secs(7), 1),
    ];
    for (history, &(sets, keys)) in
        [(1_024, 40), (1, 7), (2, 12)].iter().cycle().take(201).enumerate()
    {
        let table = table(sets);
        let limiter = KeyedRateLimiter::new(&table, SEED + history as u128, Full::Deny);
        let (mut alone, mut owners) = (HashMap::new(), HashMap::new());
        let mut owner = LocalKeyedRateLimiter::<8>::new(SEED + history as u128, Full::Deny);
        let (mut clock, mut refused) = (0, 0);
        for call in 0..2_000 {
            let random = |attempt: u32| mix(history as u64, call, attempt);
            clock += random(0) % [1, 1_000, 100_000_000, 3_000_000_000][random(1) as usize % 4];
            let late = random(2) % [1, 1, 1_000_000_000][random(3) as usize % 3];
            let now = at(clock.saturating_sub(late));
            let key = random(4) % keys;
            let plan = plans[key as usize % plans.len()];
            let n = random(5) % (plan.burst() + 1) + 1;
            let peeked = limiter.peek(&key.to_le_bytes(), &plan, n, now);
            let found = if random(6) % 2 == 0 {
                limiter.try_acquire_u64(key, &plan, n, now)
            } else {
                limiter.try_acquire(&key.to_le_bytes(), &plan, n, now)
            };
            assert_eq!(peeked, found, "history {history}, call {call}, key {key}");
            let owned = (owner.overflowed(), owner.try_acquire_u64(key, &plan, n, now));
            if owner.overflowed() == owned.0 {
                let bucket = owners.entry(key).or_insert_with(|| RateLimiter::new(plan));
                let expected = bucket.try_acquire(n, now);
                assert_eq!(owned.1, expected, "history {history}, call {call}, key {key}");
            }
            if limiter.overflowed() > refused {
                refused += 1; // it had no slot, so it was not decided by a bucket
                continue;
            }
            let bucket = alone.entry(key).or_insert_with(|| RateLimiter::new(plan));
            let expected = bucket.try_acquire(n, now);
            assert_eq!(found, expected, "history {history}, call {call}, key {key}");
        }
        assert_eq!(refused > 0, sets < 3);
        assert_eq!(owner.overflowed() > 0, keys > 8);
        assert!(refused < 1_000, "history {history}: {refused} of 2000");
    }
}

#[test]
fn a_clock_step_is_noted_as_a_bucket_does() {
    let (table, plan) = (table(1), quota(7, Span::from_secs(1), 3));
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Deny);
    let alone = RateLimiter::new(plan);
    for (n, seconds) in [(3, 100), (1, 100), (1, 50), (1, 50), (2, 51), (3, 52)] {
        let now = at(seconds * 1_000_000_000);
        assert_eq!(limiter.try_acquire(b"a", &plan, n, now), alone.try_acquire(n, now));
    }
}

#[test]
fn another_quota_finds_the_same_debt() {
    let (table, second) = (table(1), Span::from_secs(1));
    let (slow, fast) = (quota(1, Span::from_secs(3_600), 2), quota(7, second, 1));
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Deny);
    assert!(limiter.try_acquire(b"a", &slow, 2, at(0)).is_allowed());
    // Two hours of debt: not a clock step, because `slow` is known, and nothing is forgiven.
    let wait = limiter.try_acquire(b"a", &fast, 1, at(0)).retry_after();
    assert_eq!(wait, Some(Span::from_secs(7_200)));
    let wait = limiter.try_acquire(b"a", &slow, 1, at(0)).retry_after();
    assert_eq!(wait, Some(Span::from_secs(3_600)));
}

#[test]
fn eight_threads_share_one_bucket_of_each_new_key() {
    let table = table(16);
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Deny);
    let plan = quota(1, Span::from_secs(86_400), 100);
    let admitted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let calls = (0..20 * 200).map(|call| call % 20);
                    calls
                        .filter(|&key| limiter.try_acquire_u64(key, &plan, 1, at(5)).is_allowed())
                        .count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!((admitted, limiter.overflowed()), (20 * 100, 0));
}

/// Every call brings a key that is not in the table: slots change their owner all the time.
#[test]
fn eight_threads_in_one_set_never_admit_more_than_a_burst_of_each_key() {
    let table = table(1);
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Deny);
    let plan = quota(1_000, Span::from_secs(1), 1);
    for round in 0..2_000_u64 {
        // Two seconds later all buckets are free again.
        let now = at(round * 2_000_000_000);
        let admitted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let keys = round * 3..round * 3 + 3;
                        keys.filter(|&key| limiter.try_acquire_u64(key, &plan, 1, now).is_allowed())
                            .count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(admitted, 3, "round {round}");
    }
}

#[test]
fn a_full_set_denies_shares_or_allows() {
    let plan = quota(1, Span::from_secs(10), 1);
    let fill = |table, full| {
        let limiter = KeyedRateLimiter::new(table, SEED, full);
        for key in 0..4 {
            assert!(limiter.try_acquire_u64(key, &plan, 1, at(key)).is_allowed());
        }
        assert_eq!((limiter.occupied(at(5)), limiter.capacity(), limiter.overflowed()), (4, 4, 0));
        limiter
    };
    let (denying, sharing, allowing) = (table(1), table(1), table(1));

    let limiter = fill(&denying, Full::Deny);
    let wait = Span::from_nanos(11_000_000_000 - 5);
    assert_eq!(limiter.try_acquire_u64(9, &plan, 1, at(5)), Outcome::Denied { retry_after: wait });
    assert!(!limiter.try_acquire_u64(9, &plan, 1, at(10_999_999_999)).is_allowed());
    assert!(limiter.try_acquire_u64(9, &plan, 1, at(11_000_000_000)).is_allowed());
    assert_eq!(limiter.overflowed(), 2);

    let limiter = fill(&sharing, Full::Share);
    assert!(limiter.try_acquire_u64(8, &plan, 1, at(5)).is_allowed());
    let wait = Span::from_secs(10);
    assert_eq!(limiter.try_acquire_u64(9, &plan, 1, at(5)), Outcome::Denied { retry_after: wait });
    assert!(!limiter.try_acquire_u64(3, &plan, 1, at(5)).is_allowed());
    assert_eq!(limiter.overflowed(), 2);

    let limiter = fill(&allowing, Full::Allow);
    for _ in 0..10 {
        assert!(limiter.try_acquire_u64(9, &plan, 1, at(5)).is_allowed());
    }
    assert_eq!(limiter.overflowed(), 10);
    assert_eq!(limiter.try_acquire_u64(9, &plan, 2, at(5)), Outcome::Never);
}

/// In eight slots of two sets eight keys have room, whichever sets they prefer.
#[test]
fn a_key_goes_to_its_second_set_when_its_first_is_full() {
    let plan = quota(1, Span::from_secs(10), 1);
    for seed in 0..100 {
        let table = table(2);
        let limiter = KeyedRateLimiter::new(&table, seed, Full::Deny);
        for key in 0..8 {
            assert!(limiter.try_acquire_u64(key, &plan, 1, at(0)).is_allowed());
            assert!(!limiter.try_acquire_u64(key, &plan, 1, at(0)).is_allowed());
        }
        assert_eq!((limiter.occupied(at(0)), limiter.overflowed()), (8, 0));
        assert!(!limiter.try_acquire_u64(8, &plan, 1, at(0)).is_allowed());
        assert_eq!(limiter.overflowed(), 1);
        let keys: std::collections::HashSet<_> =
            limiter.iter(at(0)).map(|bucket| bucket.fingerprint).collect();
        assert_eq!(keys.len(), 8);
    }
}

/// Of keys that are all live at once in a table 70 % full.
#[test]
fn few_keys_find_no_slot() {
    let table = table(10_000);
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Allow);
    let plan = quota(1, Span::from_secs(10), 1);
    for key in 0..28_000 {
        assert!(limiter.try_acquire_u64(key, &plan, 1, at(0)).is_allowed());
    }
    let without = limiter.overflowed();
    assert_eq!(limiter.occupied(at(0)) as u64, 28_000 - without);
    assert!(without < 28_000 * 3 / 100, "{without}");
}

#[test]
fn the_single_owner_denies_shares_or_allows_when_all_places_are_taken() {
    let plan = quota(1, Span::from_secs(10), 1);
    let fill = |full| {
        let mut limiter = LocalKeyedRateLimiter::<4>::new(SEED, full);
        for key in 0..4 {
            assert!(limiter.try_acquire_u64(key, &plan, 1, at(key)).is_allowed());
        }
        assert_eq!((limiter.occupied(at(5)), limiter.capacity(), limiter.overflowed()), (4, 4, 0));
        limiter
    };
    let mut limiter = fill(Full::Deny);
    let wait = Span::from_nanos(11_000_000_000 - 5);
    let denied = Outcome::Denied { retry_after: wait };
    assert_eq!(limiter.peek_u64(9, &plan, 1, at(5)), denied);
    assert_eq!(limiter.try_acquire_u64(9, &plan, 1, at(5)), denied);
    assert!(!limiter.try_acquire_u64(9, &plan, 1, at(10_999_999_999)).is_allowed());
    assert!(limiter.peek_u64(9, &plan, 1, at(11_000_000_000)).is_allowed());
    assert!(limiter.try_acquire_u64(9, &plan, 1, at(11_000_000_000)).is_allowed());
    assert_eq!((limiter.occupied(at(11_000_000_000)), limiter.overflowed()), (4, 2));

    let mut limiter = fill(Full::Share);
    assert!(limiter.try_acquire_u64(8, &plan, 1, at(5)).is_allowed());
    let wait = Span::from_secs(10);
    let denied = Outcome::Denied { retry_after: wait };
    assert_eq!(limiter.try_acquire_u64(9, &plan, 1, at(5)), denied);
    assert_eq!(limiter.overflowed(), 2);

    let mut limiter = fill(Full::Allow);
    assert!(limiter.try_acquire_u64(9, &plan, 1, at(5)).is_allowed());
    assert!(limiter.try_acquire_u64(9, &plan, 1, at(5)).is_allowed());
    assert_eq!(limiter.overflowed(), 2);
}

#[test]
fn a_table_without_slots_leaves_all_to_the_policy() {
    let plan = quota(1, Span::from_secs(10), 1);
    let allowed = |full| KeyedRateLimiter::new(&[], SEED, full).try_acquire(b"a", &plan, 1, at(0));
    assert_eq!(allowed(Full::Deny), Outcome::Denied { retry_after: Span::MAX });
    assert!(allowed(Full::Share).is_allowed());
    assert!(allowed(Full::Allow).is_allowed());
}

#[test]
fn a_slot_goes_to_another_key_a_second_after_its_bucket_is_full() {
    let (table, plan) = (table(1), quota(1, Span::from_secs(10), 2));
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Deny);
    for round in 0..10_u64 {
        let now = at(round * 11_000_000_000);
        for key in 0..4 {
            assert!(limiter.try_acquire_u64(round * 4 + key, &plan, 1, now).is_allowed());
        }
        let full: Vec<_> = limiter.iter(now).map(|bucket| bucket.full_at).collect();
        assert_eq!(full, [now.saturating_add(Span::from_secs(10)); 4]);
    }
    assert_eq!((limiter.overflowed(), limiter.occupied(at(1_000_000_000_000))), (0, 0));
}

/// Slot by slot comes what the iterator shows, from any slot on, and nothing behind the last.
#[test]
fn the_next_occupant_is_the_iterators() {
    let (table, plan) = (table(8), quota(1, Span::from_secs(10), 1));
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Deny);
    for key in 0..12 {
        let _ = limiter.try_acquire_u64(key, &plan, 1, at(key));
    }
    let found: Vec<_> = std::iter::successors(limiter.occupant_from(0, at(12)), |&(slot, _)| {
        limiter.occupant_from(slot + 1, at(12))
    })
    .collect();
    assert!(found.len() > 8);
    assert!(found.iter().map(|&(_, bucket)| bucket).eq(limiter.iter(at(12))));
    for slot in 0..32 {
        let next = found.iter().find(|&&(taken, _)| taken >= slot);
        assert_eq!(limiter.occupant_from(slot, at(12)), next.copied());
    }
    assert_eq!(limiter.occupant_from(32, at(12)), None);
    assert_eq!(limiter.occupant_from(usize::MAX, at(12)), None);
    assert_eq!(limiter.occupant_from(0, at(12_000_000_000)), None);
}

#[test]
fn it_is_shared_between_threads_and_lives_in_a_static() {
    fn shared<T: Send + Sync>(_: &T) {}
    static TABLE: [SlotSet; 2] = [const { SlotSet::new() }; 2];
    static LIMITER: KeyedRateLimiter<'static> = KeyedRateLimiter::new(&TABLE, SEED, Full::Share);
    shared(&LIMITER);
    assert_eq!(LIMITER.capacity(), 8);
}
