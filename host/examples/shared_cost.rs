//! What a decision of a limiter that processes share costs, against the same limiter in one process.
//!
//! `cargo run --release -p tidegate-host --example shared_cost`: the medians of interleaved rounds, in
//! nanoseconds, of taking a token of one of so many keys, in random order.

use std::time::Instant as Timer;

use tidegate::{Instant, KeyedRateLimiter, Quota, RateLimiter, Span, limit::Full, retry::mix};
use tidegate_host::{
    OwnedKeyedRateLimiter, SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let quota = Quota::new(1_000_000_000, Span::from_secs(1), 1_000_000_000)?;
    let place = SharedPlace::at(format!("/dev/shm/tidegate-cost-{:x}", tidegate_host::seed()));
    println!("{:>10} {:>12} {:>10} {:>7}", "keys", "one process", "shared", "ratio");

    let (alone, shared) = (RateLimiter::new(quota), SharedRateLimiter::open(&place, quota)?);
    let bucket = |limiter: &RateLimiter, step: u64| {
        limiter.try_acquire(1, Instant::from_nanos(1 + step)).is_allowed()
    };
    show("1 bucket", &mut [&mut |step| bucket(&alone, step), &mut |step| bucket(&shared, step)]);
    place.remove()?;

    for keys in [1_000, 100_000, 1_000_000] {
        let capacity = keys * 10 / 7;
        let alone = OwnedKeyedRateLimiter::new(capacity, Full::Share).ok_or("no memory")?;
        let shared = SharedKeyedRateLimiter::open(&place, capacity, quota, Full::Share)?;
        place.remove()?;
        let acquire = |limiter: &KeyedRateLimiter<'_>, step: u64| {
            let key = mix(1, step, 0) % keys as u64;
            limiter.try_acquire_u64(key, &quota, 1, Instant::from_nanos(1 + step)).is_allowed()
        };
        let [one, many] = [alone.get(), shared.get()];
        for step in 0..8 * keys as u64 {
            let _ = (acquire(one, step), acquire(many, step));
        }
        show(
            &keys.to_string(),
            &mut [&mut |step| acquire(one, step), &mut |step| acquire(many, step)],
        );
    }
    Ok(())
}

/// The median of the rounds of each, and how the second compares.
fn show(name: &str, limiters: &mut [&mut dyn FnMut(u64) -> bool; 2]) {
    let mut rounds = [const { Vec::new() }; 2];
    for round in 0..ROUNDS {
        for (limiter, rounds) in limiters.iter_mut().zip(&mut rounds) {
            let start = Timer::now();
            let allowed =
                (round * STEPS..(round + 1) * STEPS).filter(|step| limiter(*step)).count();
            let nanos = start.elapsed().as_nanos();
            assert_eq!(allowed as u64, STEPS);
            rounds.push(nanos as f64 / STEPS as f64);
        }
    }
    let [alone, shared] = rounds.map(|mut rounds| {
        rounds.sort_unstable_by(f64::total_cmp);
        rounds[rounds.len() / 2]
    });
    println!("{name:>10} {alone:>12.1} {shared:>10.1} {:>7.2}", shared / alone);
}

const ROUNDS: u64 = 101;
const STEPS: u64 = 100_000;
