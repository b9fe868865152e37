//! One of the processes of `cargo xtask faults`: takes tokens of three shared limiters until it is killed,
//! and writes down what it was given.
//!
//! `shared_worker FOLDER LOG COUNT [SECONDS]`: the limiters `count` (so many tokens, of a clock that stands
//! still), `rate` and `keys` lie in the folder. The log holds how often it has asked, and then an entry of 16
//! bytes for each admission: the time in nanoseconds, which limiter or key, how many tokens. What is written
//! stays when the writer is killed.

use std::{
    error::Error,
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::Path,
};

use tidegate::{Instant, Quota, Span, limit::Full};
use tidegate_host::{SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter, monotonic};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, log, count] = &*arguments else {
        return Err("usage: shared_worker FOLDER LOG COUNT".into());
    };
    let place = |name: &str| SharedPlace::at(Path::new(folder).join(name));
    let second = Span::from_secs(1);
    let count =
        SharedRateLimiter::open(&place("count"), Quota::new(1_000_000, second, count.parse()?)?)?;
    let rate = SharedRateLimiter::open(&place("rate"), Quota::new(1_000_000, second, 1_000)?)?;
    let quota = Quota::new(1_000, second, 20)?;
    let keys = SharedKeyedRateLimiter::open(&place("keys"), 64, quota, Full::Deny)?;

    let log = OpenOptions::new().write(true).create(true).truncate(true).open(log)?;
    let mut at = 16;
    for asked in 0..ASKS {
        let tokens = 1 + (asked / 4 % 3) as u32;
        let now = monotonic();
        let (limiter, tokens, now, outcome) = match asked % 4 {
            0 | 2 => (RATE, tokens, now, rate.try_acquire(tokens.into(), now)),
            1 => (COUNT, 1, STILL, count.try_acquire(1, STILL)),
            _ => {
                let key = ((asked * 2_654_435_761) >> 8) as u32 % 200;
                (key, 1, now, keys.try_acquire(format!("k{key}").as_bytes(), 1, now))
            }
        };
        if outcome.is_allowed() {
            write(&log, at, now, limiter, tokens)?;
            at += 16;
        }
        if asked % 64 == 63 {
            log.write_all_at(&(asked + 1).to_ne_bytes(), 0)?;
        }
    }
    Ok(())
}

fn write(log: &File, at: u64, now: Instant, limiter: u32, tokens: u32) -> std::io::Result<()> {
    let mut entry = [0; 16];
    entry[..8].copy_from_slice(&now.as_nanos().to_ne_bytes());
    entry[8..12].copy_from_slice(&limiter.to_ne_bytes());
    entry[12..].copy_from_slice(&tokens.to_ne_bytes());
    log.write_all_at(&entry, at)
}

const RATE: u32 = u32::MAX;
const COUNT: u32 = u32::MAX - 1;
/// The clock of `count`.
const STILL: Instant = Instant::from_nanos(1_000_000_000);
/// Then it ends by itself.
const ASKS: u64 = 4_000_000;
