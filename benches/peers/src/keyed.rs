//! Many keys, one thread: a table at 70 % load against maps that grow.

use core::{hint::black_box, num::NonZeroU32};
use std::{
    sync::atomic::AtomicU64,
    time::{Duration, Instant as Clock, UNIX_EPOCH},
};

use siphasher::sip::SipHasher13;
use throttlecrab::{AdaptiveStore, RateLimiter as Throttle};
use tidegate::{
    KeyedRateLimiter, Quota, Span,
    limit::{Full, SlotSet},
    retry::mix,
};

use crate::{
    floor,
    manual::Manual,
    subject::{Subject, Work, each},
};

pub(crate) fn subjects() -> Vec<Subject> {
    let mut all = Vec::new();
    for (name, keys) in [("1e3", 1_000), ("1e5", 100_000), ("1e6", 1_000_000), ("1e7", 10_000_000)]
    {
        all.extend(numbers(&format!("rust/keyed-{name}/uniform"), keys, uniform));
        if keys == 1_000_000 {
            all.extend(numbers("rust/keyed-1e6/zipf", keys, zipf));
        }
        if keys <= 1_000_000 {
            all.extend(strings(&format!("rust/keyed-{name}/string"), keys));
        }
    }
    all.extend(first_touch());
    all.extend(churn());
    all
}

type Draw = fn(u64, u64) -> u64;

/// Each key as likely as any other.
fn uniform(call: u64, keys: u64) -> u64 {
    mix(1, call, 0) % keys
}

/// A few keys very often: the rank of a key is its chance, s = 1, drawn by inversion.
fn zipf(call: u64, keys: u64) -> u64 {
    let drawn = mix(1, call, 0) as f64 / u64::MAX as f64;
    ((keys as f64).powf(drawn) as u64).clamp(1, keys) - 1
}

/// Keys are numbers that have been seen before.
fn numbers(case: &str, keys: u64, draw: Draw) -> Vec<Subject> {
    let order = move || Order::new(keys, draw);
    vec![
        each(case, "floor-line-and-cas", true, move || {
            let (lines, mut order) = (lines(keys), order());
            move || {
                let hash = order.next().wrapping_mul(0x9e37_79b9_7f4a_7c15);
                floor::step(&lines[place(hash, lines.len())].0)
            }
        }),
        // While a keyed hash is computed the processor does not reach the next line.
        each(case, "floor-siphash-line-and-cas", true, move || {
            let (lines, mut order) = (lines(keys), order());
            let hasher = SipHasher13::new_with_keys(SEED as u64, (SEED >> 64) as u64);
            move || {
                let hash = hasher.hash(&order.next().to_le_bytes());
                floor::step(&lines[place(hash, lines.len())].0)
            }
        }),
        table(case, keys, move |limiter, quota, clock| {
            (0..keys).for_each(|key| _ = limiter.try_acquire_u64(key, quota, 1, clock.instant()));
            let (quota, clock, mut order) = (*quota, clock.clone(), order());
            let step = step(keys);
            move || {
                clock.advance(step);
                limiter.try_acquire_u64(order.next(), &quota, 1, clock.instant()).is_allowed()
            }
        }),
        each(case, "governor", true, move || {
            let (clock, mut order) = (Manual::default(), order());
            let limiter = governor::RateLimiter::dashmap_with_clock(rate(), clock.clone());
            (0..keys).for_each(|key| assert!(limiter.check_key(&key).is_ok()));
            let step = step(keys);
            move || {
                clock.advance(step);
                limiter.check_key(&order.next()).is_ok()
            }
        }),
    ]
}

/// Keys are short strings that have been seen before.
fn strings(case: &str, keys: u64) -> Vec<Subject> {
    let named = move || (0..keys).map(|key| format!("user-{key:07}")).collect::<Vec<_>>();
    vec![
        table(case, keys, move |limiter, quota, clock| {
            let (names, mut order) = (named(), Order::new(keys, uniform));
            for name in &names {
                let _ = limiter.try_acquire(name.as_bytes(), quota, 1, clock.instant());
            }
            let (quota, clock, step) = (*quota, clock.clone(), step(keys));
            move || {
                clock.advance(step);
                let key = names[order.next() as usize].as_bytes();
                limiter.try_acquire(key, &quota, 1, clock.instant()).is_allowed()
            }
        }),
        each(case, "governor", true, move || {
            let (clock, names, mut order) = (Manual::default(), named(), Order::new(keys, uniform));
            let limiter = governor::RateLimiter::dashmap_with_clock(rate(), clock.clone());
            names.iter().for_each(|name| assert!(limiter.check_key(name).is_ok()));
            let step = step(keys);
            move || {
                clock.advance(step);
                limiter.check_key(&names[order.next() as usize]).is_ok()
            }
        }),
        each(case, "throttlecrab", true, move || {
            let (clock, names, mut order) = (Manual::default(), named(), Order::new(keys, uniform));
            let mut limiter = Throttle::new(AdaptiveStore::with_capacity(keys as usize));
            let step = step(keys);
            move || {
                clock.advance(step);
                let now = UNIX_EPOCH + Duration::from_nanos(clock.nanos());
                let key = &names[order.next() as usize];
                limiter
                    .rate_limit(key, BURST.into(), 1, 1, 1, now)
                    .is_ok_and(|(allowed, _)| allowed)
            }
        }),
    ]
}

/// Every key is new, and the table holds them all.
fn first_touch() -> Vec<Subject> {
    let case = "rust/keyed-new/first-touch";
    vec![
        batch(case, "tidegate", |times| {
            let table = sets(times);
            let limiter = KeyedRateLimiter::new(&table, SEED, Full::Allow);
            let quota = quota();
            let start = Clock::now();
            let right = (0..times).all(|key| {
                let now = tidegate::Instant::from_nanos(1);
                black_box(limiter.try_acquire_u64(key, &quota, 1, now)).is_allowed()
            });
            (start.elapsed(), right)
        }),
        batch(case, "governor", |times| {
            let limiter = governor::RateLimiter::dashmap_with_clock(rate(), Manual::default());
            let start = Clock::now();
            let right = (0..times).all(|key| black_box(limiter.check_key(&key)).is_ok());
            (start.elapsed(), right)
        }),
    ]
}

/// Keys come once and never again: a table has room when they are full again, a map only by sweeping.
fn churn() -> Vec<Subject> {
    let case = "rust/keyed-churn/1e5";
    const LIVE: u64 = 100_000;
    vec![
        table(case, LIVE, |limiter, _, clock| {
            let quota = Quota::new(1_000, Span::from_secs(1), 1_000).expect("within bounds");
            let (clock, mut key) = (clock.clone(), 0);
            move || {
                clock.advance(1_000_000_000 / LIVE);
                key += 1;
                limiter.try_acquire_u64(key, &quota, 1, clock.instant()).is_allowed()
            }
        }),
        each(case, "governor-retain-recent", true, || {
            let clock = Manual::default();
            let rate = governor::Quota::per_second(NonZeroU32::new(1_000).expect("not 0"));
            let limiter = governor::RateLimiter::dashmap_with_clock(rate, clock.clone());
            let mut key = 0_u64;
            move || {
                clock.advance(1_000_000_000 / LIVE);
                key += 1;
                if key % LIVE == 0 {
                    limiter.retain_recent();
                }
                limiter.check_key(&key).is_ok()
            }
        }),
    ]
}

/// Tidegate's subject: a table for so many keys, and its bytes a key.
fn table<F: FnMut() -> bool + 'static>(
    case: &str,
    keys: u64,
    work: impl Fn(&'static KeyedRateLimiter<'static>, &Quota, &Manual) -> F + 'static,
) -> Subject {
    let make = move || {
        // Lent for as long as the case runs; a few tables in all.
        let table: &'static [SlotSet] = Box::leak(sets(keys).into_boxed_slice());
        let limiter = Box::leak(Box::new(KeyedRateLimiter::new(table, SEED, Full::Allow)));
        let work = work(limiter, &quota(), &Manual::default());
        let bytes = size_of_val(table) as f64 / keys as f64;
        Box::new(Table { inner: crate::subject::boxed(work), bytes }) as Box<dyn Work>
    };
    Subject { case: case.to_owned(), name: "tidegate", make: Box::new(make) }
}

struct Table {
    inner: Box<dyn Work>,
    bytes: f64,
}

impl Work for Table {
    fn run(&mut self, times: u64) -> Result<Duration, String> {
        self.inner.run(times)
    }

    fn bytes(&self) -> Option<f64> {
        Some(self.bytes)
    }
}

/// A subject that starts from nothing in each round.
fn batch(
    case: &str,
    name: &'static str,
    run: impl Fn(u64) -> (Duration, bool) + Copy + 'static,
) -> Subject {
    struct Batch<F>(F);
    impl<F: Fn(u64) -> (Duration, bool)> Work for Batch<F> {
        fn run(&mut self, times: u64) -> Result<Duration, String> {
            let (spent, right) = (self.0)(times);
            right.then_some(spent).ok_or_else(|| "a new key was denied".to_owned())
        }
    }
    Subject { case: case.to_owned(), name, make: Box::new(move || Box::new(Batch(run))) }
}

/// Keys in an order that no processor learns.
struct Order {
    keys: Vec<u32>,
    next: usize,
}

impl Order {
    fn new(keys: u64, draw: Draw) -> Order {
        Order { keys: (0..LENGTH).map(|call| draw(call, keys) as u32).collect(), next: 0 }
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.next = (self.next + 1) & (LENGTH as usize - 1);
        u64::from(self.keys[self.next])
    }
}

#[derive(Default)]
#[repr(align(64))]
struct Line(AtomicU64);

fn lines(keys: u64) -> Vec<Line> {
    (0..sets(keys).len()).map(|_| Line::default()).collect()
}

fn place(hash: u64, lines: usize) -> usize {
    ((u128::from(hash) * lines as u128) >> 64) as usize
}

/// Sets for as many keys at 70 % load.
fn sets(keys: u64) -> Vec<SlotSet> {
    (0..(keys * 10).div_ceil(7 * 4)).map(|_| SlotSet::new()).collect()
}

/// One a second and a million at once: every request takes a token, no bucket is full again, and so no
/// slot is free for another key.
fn quota() -> Quota {
    Quota::new(1, Span::from_secs(1), BURST.into()).expect("within bounds")
}

fn rate() -> governor::Quota {
    let number = |count| NonZeroU32::new(count).expect("not 0");
    governor::Quota::per_second(number(1)).allow_burst(number(BURST))
}

/// Each key comes every 100 ms on average.
fn step(keys: u64) -> u64 {
    100_000_000 / keys
}

const BURST: u32 = 1_000_000;
const LENGTH: u64 = 1 << 21;
const SEED: u128 = 0x2545_f491_4f6c_dd1d_9e37_79b9_7f4a_7c15;
