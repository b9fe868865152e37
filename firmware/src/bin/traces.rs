//! Replays the 32-bit conformance traces, which lie in flash as they are, and prints their digest.
#![no_std]
#![no_main]

use firmware::{Text, entry, finish, print, print_number};
use tidegate::{Backoff32, Error, Jitter32, Outcome32, Quota32, RateLimiter32};

include!(concat!(env!("OUT_DIR"), "/traces.rs"));

#[entry]
fn main() -> ! {
    let (mut digest, mut steps) = (0xcbf2_9ce4_8422_2325, 0);
    for trace in TRACES {
        let mut world = World { quota: None, limiter: RateLimiter32::new(), backoff: None };
        let mut ended = false;
        for line in trace.split(|&byte| byte == b'\n') {
            if line.is_empty() || line.starts_with(b"#") || line.starts_with(b"end ") {
                ended |= line.starts_with(b"end ");
                continue;
            }
            let mut got = Text::new();
            let parts = split(line, b" -> ");
            if parts.and_then(|(step, _)| world.step(step, &mut got)).is_none() {
                got.add(b"(cannot)");
            }
            if parts.is_none_or(|(_, expected)| expected != got.bytes()) {
                print(line);
                print(b"\ngot ");
                print(got.bytes());
                print(b"\n");
                finish(false);
            }
            got.add(b"\n");
            for &byte in got.bytes() {
                digest = (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
            steps += 1;
        }
        if !ended {
            finish(false);
        }
    }
    print(b"digest ");
    for shift in (0..16).rev() {
        let digit = (digest >> (4 * shift)) as u8 & 15;
        print(&[if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }]);
    }
    print(b" steps ");
    print_number(steps);
    print(b"\n");
    finish(true)
}

/// What the steps of one file act on.
struct World {
    quota: Option<Quota32>,
    limiter: RateLimiter32,
    backoff: Option<Backoff32>,
}

impl World {
    /// Runs a step and writes its answer; `None` if it cannot be run.
    fn step(&mut self, step: &[u8], got: &mut Text) -> Option<()> {
        let mut words = step.split(|&byte| byte == b' ');
        let verb = words.next()?;
        match verb {
            b"limiter32" => {
                let quota =
                    Quota32::new(number(&mut words)?, number(&mut words)?, number(&mut words)?);
                say(quota.map(drop), got);
                if let Ok(quota) = quota {
                    (self.quota, self.limiter) = (Some(quota), RateLimiter32::new());
                }
            }
            b"acquire32" | b"peek32" => {
                let (now, n) = (number(&mut words)?, number(&mut words)?);
                let quota = self.quota.as_ref()?;
                let outcome = if verb == b"peek32" {
                    self.limiter.peek(quota, n, now)
                } else {
                    self.limiter.try_acquire(quota, n, now)
                };
                match outcome {
                    Outcome32::ALLOWED => {
                        got.add(b"allow remaining ");
                        got.number(self.limiter.remaining(quota, now));
                    }
                    Outcome32::NEVER => got.add(b"never"),
                    denied => {
                        got.add(b"deny retry_after ");
                        got.number(denied.ticks());
                    }
                }
            }
            b"backoff32" => {
                let (initial, factor) = (number(&mut words)?, number(&mut words)?);
                let (cap, jitter) = (number(&mut words)?, words.next()?);
                let most = number(&mut words)?;
                let jitter = match jitter {
                    b"none" => Jitter32::None,
                    b"full" => Jitter32::Full,
                    b"equal" => Jitter32::Equal,
                    b"additive" => Jitter32::Additive(most),
                    _ => return None,
                };
                let backoff = Backoff32::new(initial, factor, cap, jitter);
                say(backoff.map(drop), got);
                self.backoff = backoff.ok().or(self.backoff);
            }
            b"delay32" => {
                let (seed, call) = (number(&mut words)?, number(&mut words)?);
                got.number(self.backoff.as_ref()?.delay(seed, call, number(&mut words)?));
            }
            _ => return None,
        }
        if words.next().is_some() { None } else { Some(()) }
    }
}

/// `ok`, or the error.
fn say(result: Result<(), Error>, got: &mut Text) {
    match result {
        Ok(()) => got.add(b"ok"),
        Err(error) => {
            got.add(b"error ");
            got.add(error.name().as_bytes());
        }
    }
}

/// The next word as a decimal number.
fn number<'a>(words: &mut impl Iterator<Item = &'a [u8]>) -> Option<u32> {
    let word = words.next().filter(|word| !word.is_empty())?;
    word.iter().try_fold(0_u32, |number, &byte| {
        let digit = byte.checked_sub(b'0').filter(|&digit| digit < 10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    })
}

/// What stands before and behind the first `mark`.
fn split<'a>(line: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = line.windows(mark.len()).position(|here| here == mark)?;
    Some((line.get(..at)?, line.get(at + mark.len()..)?))
}
