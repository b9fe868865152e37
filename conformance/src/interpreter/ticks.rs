//! The verbs of 32 bits: a limiter and a backoff in the caller's ticks.

use super::format;
use super::parse::{number, words};
use crate::reference::backoff::Jitter;
use crate::reference::backoff32::Backoff32;
use crate::reference::bucket32::{Bucket32, Decision32};

/// What was made last.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    limiter: Option<Bucket32>,
    backoff: Option<Backoff32>,
}

impl Ticks {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "limiter32" => {
                let [count, period, burst] = words(args)?;
                let limiter = Bucket32::new(number(count)?, number(period)?, number(burst)?);
                let result = format::ok(limiter.as_ref().map_err(|error| *error));
                self.limiter = limiter.ok().or(self.limiter.take());
                Ok(result)
            }
            "acquire32" | "peek32" => {
                let [now, n] = words(args)?;
                let (now, n) = (number(now)?, number(n)?);
                let limiter = self.limiter.as_mut().ok_or("no limiter")?;
                let decision =
                    if verb == "peek32" { limiter.peek(n, now) } else { limiter.acquire(n, now) };
                Ok(match decision {
                    Decision32::Allow => format!("allow remaining {}", limiter.remaining(now)),
                    Decision32::Deny(wait) => format!("deny retry_after {wait}"),
                    Decision32::Never => "never".to_owned(),
                })
            }
            "backoff32" => {
                let [initial, factor, cap, jitter, most] = words(args)?;
                let most: u32 = number(most)?;
                let jitter = match jitter {
                    "none" => Jitter::None,
                    "full" => Jitter::Full,
                    "equal" => Jitter::Equal,
                    "additive" => Jitter::Additive(most.into()),
                    _ => return Err(format!("unknown jitter {jitter}")),
                };
                let backoff =
                    Backoff32::new(number(initial)?, number(factor)?, number(cap)?, jitter);
                let result = format::ok(backoff.as_ref().map_err(|error| *error));
                self.backoff = backoff.ok().or(self.backoff.take());
                Ok(result)
            }
            _ => {
                let [seed, call, attempt] = words(args)?;
                let backoff = self.backoff.as_ref().ok_or("no backoff")?;
                Ok(backoff.delay(number(seed)?, number(call)?, number(attempt)?).to_string())
            }
        }
    }
}
