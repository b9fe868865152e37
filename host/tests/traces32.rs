//! The traces of 32 bits in `conformance/`, through the Rust surface. The firmware images replay them
//! too and must come to the same digest.

use tidegate::{Backoff32, Jitter32, Outcome32, Quota32, RateLimiter32};
use tidegate_conformance::{
    replay::{self, Implementation},
    trace,
};

#[test]
fn every_step_of_every_trace_of_32_bits() {
    let agreement = replay::folder(&trace::folder32(), World::default)
        .unwrap_or_else(|difference| panic!("{difference}"));
    assert!(agreement.steps >= 2_000, "only {} steps", agreement.steps);
    println!("{agreement}");
}

/// What the steps of one file act on.
#[derive(Default)]
struct World {
    limiter: Option<(Quota32, RateLimiter32)>,
    backoff: Option<Backoff32>,
}

impl Implementation for World {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let words: Vec<&str> = args.split(' ').collect();
        let number = |index: usize| -> Result<u32, String> {
            let word = words.get(index).ok_or("too few arguments")?;
            word.parse().map_err(|_| format!("not a number: {word}"))
        };
        let made = |result: Result<(), tidegate::Error>| match result {
            Ok(()) => "ok".to_owned(),
            Err(error) => format!("error {}", error.name()),
        };
        Ok(match (verb, words.len()) {
            ("limiter32", 3) => {
                let quota = Quota32::new(number(0)?, number(1)?, number(2)?);
                if let Ok(quota) = quota {
                    self.limiter = Some((quota, RateLimiter32::new()));
                }
                made(quota.map(drop))
            }
            ("acquire32" | "peek32", 2) => {
                let (quota, limiter) = self.limiter.as_ref().ok_or("no limiter")?;
                let (now, n) = (number(0)?, number(1)?);
                let peeked = limiter.peek(quota, n, now);
                let outcome =
                    if verb == "peek32" { peeked } else { limiter.try_acquire(quota, n, now) };
                if outcome != peeked {
                    return Err(format!("{peeked:?} was said, {outcome:?} was done"));
                }
                match outcome {
                    Outcome32::ALLOWED => {
                        format!("allow remaining {}", limiter.remaining(quota, now))
                    }
                    Outcome32::NEVER => "never".to_owned(),
                    denied => format!("deny retry_after {}", denied.ticks()),
                }
            }
            ("backoff32", 5) => {
                let jitter = match words[3] {
                    "none" => Jitter32::None,
                    "full" => Jitter32::Full,
                    "equal" => Jitter32::Equal,
                    "additive" => Jitter32::Additive(number(4)?),
                    other => return Err(format!("unknown jitter {other}")),
                };
                let backoff = Backoff32::new(number(0)?, number(1)?, number(2)?, jitter);
                self.backoff = backoff.ok().or(self.backoff);
                made(backoff.map(drop))
            }
            ("delay32", 3) => {
                let backoff = self.backoff.ok_or("no backoff")?;
                backoff.delay(number(0)?, number(1)?, number(2)?).to_string()
            }
            _ => return Err(format!("unknown verb {verb}, or not its arguments")),
        })
    }
}
