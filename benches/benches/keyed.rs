//! Many keys, one thread: tidegate's lent table at 70 % load against governor's DashMap.

use core::{cell::Cell, hint::black_box, num::NonZeroU32};
use std::{
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use criterion::{BenchmarkGroup, Criterion, measurement::WallTime};
use governor::{clock::Clock, nanos::Nanos};
use siphasher::sip::SipHasher13;
use tidegate::{
    Instant, KeyedRateLimiter, Quota, Span,
    limit::{Full, SlotSet},
    retry::mix,
};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (group, keys) in NUMBERS {
        numbers(&mut criterion, group, keys);
    }
    strings(&mut criterion);
    criterion.final_summary();
    ratios();
}

/// Keys are numbers, asked for in random order.
fn numbers(criterion: &mut Criterion, group: &str, keys: u64) {
    let mut group = criterion.benchmark_group(group);
    let order: Vec<u64> = (0..ORDER).map(|call| mix(1, call, 0) % keys).collect();
    floors(&mut group, &order, keys);
    let table = table(keys);
    let limiter = KeyedRateLimiter::new(&table, SEED, Full::Share);
    let (quota, clock) = (quota(), Manual::each_key(keys));
    for key in 0..keys {
        let _ = limiter.try_acquire_u64(key, &quota, 1, clock.instant());
    }
    let alone = keys - limiter.overflowed();
    println!("{:.1} B a key, {alone} of {keys} keys have a slot", memory(&table) / keys as f64);
    group.bench_function("tidegate", |bencher| {
        let mut next = order.iter().cycle();
        bencher.iter(|| {
            clock.advance();
            let key = *next.next().expect("it cycles");
            black_box(limiter.try_acquire_u64(key, &quota, 1, clock.instant()).is_allowed())
        });
    });
    group.bench_function("governor", |bencher| {
        let clock = Manual::each_key(keys);
        let limiter = governor::RateLimiter::dashmap_with_clock(rate(), clock.clone());
        for key in 0..keys {
            assert!(limiter.check_key(&key).is_ok());
        }
        let mut next = order.iter().cycle();
        bencher.iter(|| {
            clock.advance();
            let key = *next.next().expect("it cycles");
            black_box(limiter.check_key(&key).is_ok())
        });
    });
    group.finish();
}

/// What no table of this size can be faster than: a swap of one word, of a word in a random line,
/// and of one in a line that a keyed hash chooses.
fn floors(group: &mut Group<'_>, order: &[u64], keys: u64) {
    group.bench_function("bare_cas", |bencher| {
        let word = AtomicU64::new(0);
        bencher.iter(|| black_box(swap(&word)));
    });
    let lines: Vec<Line> = (0..table(keys).len()).map(|_| Line::default()).collect();
    let line = |hash: u64| &lines[((u128::from(hash) * lines.len() as u128) >> 64) as usize].0;
    group.bench_function("line_cas", |bencher| {
        let mut next = order.iter().cycle();
        bencher.iter(|| {
            let key = *next.next().expect("it cycles");
            black_box(swap(line(key.wrapping_mul(0x9e37_79b9_7f4a_7c15))))
        });
    });
    // While a keyed hash is computed the processor does not reach the next line.
    group.bench_function("hash_line_cas", |bencher| {
        let hasher = SipHasher13::new_with_keys(SEED as u64, (SEED >> 64) as u64);
        let mut next = order.iter().cycle();
        bencher.iter(|| {
            let key = *next.next().expect("it cycles");
            black_box(swap(line(hasher.hash(&key.to_le_bytes()))))
        });
    });
}

fn swap(word: &AtomicU64) -> bool {
    let seen = word.load(Relaxed);
    word.compare_exchange(seen, seen.wrapping_add(1), Relaxed, Relaxed).is_ok()
}

#[derive(Debug, Default)]
#[repr(align(64))]
struct Line(AtomicU64);

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Keys are short strings, few enough to stay in the cache.
fn strings(criterion: &mut Criterion) {
    let count = 1_000;
    let mut group = criterion.benchmark_group("keyed_strings");
    let keys: Vec<String> = (0..count).map(|key| format!("user-{key:07}")).collect();
    let order: Vec<usize> = (0..4_096).map(|call| mix(1, call, 0) as usize % keys.len()).collect();
    group.bench_function("tidegate", |bencher| {
        let table = table(count);
        let limiter = KeyedRateLimiter::new(&table, SEED, Full::Share);
        let (quota, clock) = (quota(), Manual::each_key(count));
        let mut next = order.iter().cycle();
        bencher.iter(|| {
            clock.advance();
            let key = keys[*next.next().expect("it cycles")].as_bytes();
            black_box(limiter.try_acquire(key, &quota, 1, clock.instant()).is_allowed())
        });
    });
    group.bench_function("governor", |bencher| {
        let clock = Manual::each_key(count);
        let limiter = governor::RateLimiter::dashmap_with_clock(rate(), clock.clone());
        let mut next = order.iter().cycle();
        bencher.iter(|| {
            clock.advance();
            let key = &keys[*next.next().expect("it cycles")];
            black_box(limiter.check_key(key).is_ok())
        });
    });
    group.finish();
}

/// Each group of this run as a ratio to governor.
fn ratios() {
    let root = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "../target".into());
    let median = |group: &str, name: &str| {
        let path = format!("{root}/criterion/{group}/{name}/new/estimates.json");
        let text = std::fs::read_to_string(path).ok()?;
        let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
        estimates["median"]["point_estimate"].as_f64()
    };
    for group in NUMBERS.map(|(group, _)| group).into_iter().chain(["keyed_strings"]) {
        let (Some(ours), Some(theirs)) = (median(group, "tidegate"), median(group, "governor"))
        else {
            continue;
        };
        print!("{group:<18}{ours:>8.2} ns  governor {theirs:>8.2} ns  {:.2} ×", ours / theirs);
        match median(group, "hash_line_cas") {
            Some(floor) => println!("  SipHash, a random line, a swap {floor:.2} ns"),
            None => println!(),
        }
    }
}

/// Sets for as many keys at 70 % load.
fn table(keys: u64) -> Vec<SlotSet> {
    (0..(keys * 10).div_ceil(7 * 4)).map(|_| SlotSet::new()).collect()
}

fn memory(table: &[SlotSet]) -> f64 {
    size_of_val(table) as f64
}

/// A thousand a second, so that most requests take a token and write.
fn quota() -> Quota {
    Quota::new(1_000, Span::from_secs(1), 1_000).expect("within bounds")
}

fn rate() -> governor::Quota {
    let thousand = NonZeroU32::new(1_000).expect("not 0");
    governor::Quota::per_second(thousand)
}

/// The clock of both: a number that the benchmark advances.
#[derive(Clone, Debug)]
struct Manual {
    nanos: Rc<Cell<u64>>,
    step: u64,
}

impl Manual {
    /// Each key comes every 100 ms on average: it always has tokens, and its slot is never free.
    fn each_key(keys: u64) -> Manual {
        Manual { nanos: Rc::default(), step: 100_000_000 / keys }
    }

    fn advance(&self) {
        self.nanos.set(self.nanos.get() + self.step);
    }

    fn instant(&self) -> Instant {
        Instant::from_nanos(self.nanos.get())
    }
}

impl Clock for Manual {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(self.nanos.get())
    }
}

const NUMBERS: [(&str, u64); 2] = [("keyed_1000", 1_000), ("keyed_1000000", 1_000_000)];
/// Enough that the order of the keys is not learned.
const ORDER: u64 = 1 << 21;
const SEED: u128 = 0x2545_f491_4f6c_dd1d_9e37_79b9_7f4a_7c15;
