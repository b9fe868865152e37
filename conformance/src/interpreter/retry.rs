//! The verbs of the backoff.

use super::format;
use super::parse::{number, words};
use crate::reference::backoff::{Backoff, Jitter, Spread};
use crate::reference::error::Error;
use crate::reference::growth::Growth;

pub(super) const VERBS: [&str; 8] = [
    "backoff",
    "backoff_ratio",
    "backoff_linear",
    "backoff_polynomial",
    "backoff_fibonacci",
    "backoff_list",
    "backoff_at_once",
    "delay",
];

/// What was made last.
#[derive(Debug, Default)]
pub(super) struct Retry {
    pub(super) backoff: Option<Backoff>,
}

impl Retry {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "backoff" => {
                let [initial, factor, cap, jitter, most] = words(args)?;
                let factor: u32 = number(factor)?;
                let growth = Growth::Ratio(nanos(initial)?, factor.into(), 1);
                self.backoff(growth, cap, jitter, most)
            }
            "backoff_ratio" => {
                let [initial, top, bottom, cap, jitter, most] = words(args)?;
                let (top, bottom): (u32, u32) = (number(top)?, number(bottom)?);
                let growth = Growth::Ratio(nanos(initial)?, top.into(), bottom.into());
                self.backoff(growth, cap, jitter, most)
            }
            "backoff_linear" => {
                let [initial, step, cap, jitter, most] = words(args)?;
                self.backoff(Growth::Linear(nanos(initial)?, nanos(step)?), cap, jitter, most)
            }
            "backoff_polynomial" => {
                let [initial, power, cap, jitter, most] = words(args)?;
                let growth = Growth::Polynomial(nanos(initial)?, number(power)?);
                self.backoff(growth, cap, jitter, most)
            }
            "backoff_fibonacci" => {
                let [initial, cap, jitter, most] = words(args)?;
                self.backoff(Growth::Fibonacci(nanos(initial)?), cap, jitter, most)
            }
            "backoff_list" => {
                let [delays, cap, jitter, most] = words(args)?;
                let delays = if delays == "-" { vec![] } else { delays.split(',').collect() };
                let delays: Result<Vec<u128>, String> = delays.into_iter().map(nanos).collect();
                self.backoff(Growth::List(delays?), cap, jitter, most)
            }
            "backoff_at_once" if args.is_empty() => {
                self.backoff.as_mut().ok_or("no backoff")?.at_once = true;
                Ok("ok".to_owned())
            }
            "delay" => {
                let [seed, call, attempt] = words(args)?;
                let backoff = self.backoff.as_ref().ok_or("no backoff")?;
                let delay = backoff.delay(number(seed)?, number(call)?, number(attempt)?);
                Ok(delay.to_string())
            }
            _ => Err(format!("not the arguments of {verb}: {args}")),
        }
    }

    /// Keeps the one before if this one is refused.
    fn backoff(
        &mut self,
        growth: Growth,
        cap: &str,
        jitter: &str,
        most: &str,
    ) -> Result<String, String> {
        let most = nanos(most)?;
        let spread = match jitter {
            "none" => Spread::Plain(Jitter::None),
            "full" => Spread::Plain(Jitter::Full),
            "equal" => Spread::Plain(Jitter::Equal),
            "additive" => Spread::Plain(Jitter::Additive(most)),
            "around" => Spread::Around(most),
            "above" => Spread::Above(most),
            "decorrelated" => Spread::Decorrelated,
            "decorrelated_v2" => Spread::DecorrelatedV2,
            _ => return Err(format!("unknown jitter {jitter}")),
        };
        let made: Result<Backoff, Error> = Backoff::new(growth, number(cap)?, spread);
        let result = format::ok(made.as_ref().map_err(|error| *error));
        self.backoff = made.ok().or(self.backoff.take());
        Ok(result)
    }
}

fn nanos(word: &str) -> Result<u128, String> {
    number::<u64>(word).map(u128::from)
}
