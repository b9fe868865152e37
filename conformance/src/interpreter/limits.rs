//! The verbs of the limiters.

use super::bucket;
use super::format;
use super::parse::{number, words};
use crate::reference::bucket::Bucket;
use crate::reference::error::Error;
use crate::reference::first_use::FirstUse;
use crate::reference::layers::{Limiter, acquire_all, peek_all};
use crate::reference::quota::Quota;
use crate::reference::strict::Strict;
use crate::reference::window::Window;

/// What was made last.
#[derive(Debug, Default)]
pub(super) struct Limits {
    limiter: Option<Limiter>,
    kept: bucket::Kept,
    layers: Vec<Limiter>,
}

impl Limits {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
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
            "limiter" | "window" | "window_skewed" | "window_first" | "strict" => {
                let made = make(if verb == "limiter" { "bucket" } else { verb }, args)?;
                Ok(self.limiter(made))
            }
            "acquire" | "peek" => {
                let [now, n] = words(args)?;
                let (now, n) = (number(now)?, number(n)?);
                let limiter = self.limiter.as_mut().ok_or("no limiter")?;
                let decision = match verb {
                    "peek" => limiter.peek(n, now, now),
                    _ => limiter.acquire(n, now, now),
                };
                Ok(decision.to_string())
            }
            "layers" => {
                self.layers.clear();
                if args.is_empty() { Ok("ok".to_owned()) } else { Err("an argument".to_owned()) }
            }
            "layer" => {
                let (kind, args) = args.split_once(' ').ok_or("no arguments")?;
                let made = make(kind, args)?;
                let result = format::ok(made.as_ref().map_err(|error| *error));
                self.layers.extend(made);
                Ok(result)
            }
            "acquire_all" | "peek_all" => {
                let numbers: Vec<u64> = args.split(' ').map(number).collect::<Result<_, _>>()?;
                let [now, wall, numbers @ ..] = &numbers[..] else { return Err("no times".into()) };
                if numbers.len() != self.layers.len() {
                    return Err(format!("{} layers", self.layers.len()));
                }
                let layered = match verb {
                    "peek_all" => peek_all(&self.layers, numbers, *now, *wall),
                    _ => acquire_all(&mut self.layers, numbers, *now, *wall),
                };
                Ok(layered.to_string())
            }
            _ => Err(format!("unknown verb {verb}")),
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

/// A limiter of a kind.
fn make(kind: &str, args: &str) -> Result<Result<Limiter, Error>, String> {
    Ok(match kind {
        "bucket" => {
            let [limit, period, burst] = words(args)?;
            let quota = Quota::new(number(limit)?, number(period)?, number(burst)?);
            quota.map(|quota| Limiter::Bucket(Bucket::new(quota)))
        }
        "window" => {
            let [limit, period] = words(args)?;
            Window::new(number(limit)?, number(period)?).map(Limiter::Window)
        }
        "window_skewed" => {
            let [limit, period, skew] = words(args)?;
            let window = Window::with_skew(number(limit)?, number(period)?, number(skew)?);
            window.map(Limiter::Window)
        }
        "window_first" => {
            let [limit, period] = words(args)?;
            FirstUse::new(number(limit)?, number(period)?).map(Limiter::FirstUse)
        }
        "strict" => {
            let [limit, period] = words(args)?;
            Strict::new(number(limit)?, number(period)?).map(Limiter::Strict)
        }
        _ => return Err(format!("unknown kind {kind}")),
    })
}
