//! The verbs of the limiters and of the backoff.

use super::bucket;
use super::format;
use super::parse::{number, words};
use crate::reference::backoff::{Backoff, Jitter};
use crate::reference::bucket::Bucket;
use crate::reference::error::Error;
use crate::reference::quota::Quota;
use crate::reference::window::Window;

/// What was made last.
#[derive(Debug, Default)]
pub(super) struct Limits {
    limiter: Option<Limiter>,
    kept: bucket::Kept,
    backoff: Option<Backoff>,
}

#[derive(Debug)]
enum Limiter {
    Bucket(Bucket),
    Window(Window),
}

impl Limits {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "limiter" => {
                let [limit, period, burst] = words(args)?;
                let quota = Quota::new(number(limit)?, number(period)?, number(burst)?);
                Ok(self.limiter(quota.map(|quota| Limiter::Bucket(Bucket::new(quota)))))
            }
            "limiter_empty" => {
                let [now, limit, period, burst] = words(args)?;
                let now = number(now)?;
                let quota = Quota::new(number(limit)?, number(period)?, number(burst)?);
                Ok(self.limiter(quota.map(|quota| Limiter::Bucket(Bucket::empty(quota, now)))))
            }
            _ if bucket::VERBS.contains(&verb) => match &mut self.limiter {
                Some(Limiter::Bucket(bucket)) => self.kept.run(bucket, verb, args),
                _ => Err("no bucket".to_owned()),
            },
            "window" => {
                let [limit, period] = words(args)?;
                let window = Window::new(number(limit)?, number(period)?);
                Ok(self.limiter(window.map(Limiter::Window)))
            }
            "acquire" | "peek" => {
                let [now, n] = words(args)?;
                let (now, n) = (number(now)?, number(n)?);
                let decision = match self.limiter.as_mut().ok_or("no limiter")? {
                    Limiter::Bucket(bucket) if verb == "peek" => bucket.peek(n, now),
                    Limiter::Window(window) if verb == "peek" => window.peek(n, now),
                    Limiter::Bucket(bucket) => bucket.acquire(n, now),
                    Limiter::Window(window) => window.acquire(n, now),
                };
                Ok(decision.to_string())
            }
            "backoff" => {
                let [initial, factor, cap, jitter, most] = words(args)?;
                let jitter = match jitter {
                    "none" => Jitter::None,
                    "full" => Jitter::Full,
                    "equal" => Jitter::Equal,
                    "additive" => Jitter::Additive(number::<u64>(most)?.into()),
                    _ => return Err(format!("unknown jitter {jitter}")),
                };
                let backoff = Backoff::new(number(initial)?, number(factor)?, number(cap)?, jitter);
                let result = format::ok(backoff.as_ref().map_err(|error| *error));
                self.backoff = backoff.ok().or(self.backoff.take());
                Ok(result)
            }
            _ => {
                let [seed, call, attempt] = words(args)?;
                let backoff = self.backoff.as_ref().ok_or("no backoff")?;
                let delay = backoff.delay(number(seed)?, number(call)?, number(attempt)?);
                Ok(delay.to_string())
            }
        }
    }

    /// Keeps what was made before if nothing could be made.
    fn limiter(&mut self, made: Result<Limiter, Error>) -> String {
        let result = format::ok(made.as_ref().map_err(|error| *error));
        if let Ok(limiter) = made {
            self.limiter = Some(limiter);
            self.kept = bucket::Kept::default();
        }
        result
    }
}
