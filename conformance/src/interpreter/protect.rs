//! The verbs of what protects a server from retries: budgets, an adaptive rate, a breaker.

use std::collections::HashMap;

use super::format;
use super::parse::{number, words};
use crate::reference::adaptive_rate::AdaptiveRate;
use crate::reference::adaptive_throttle::AdaptiveThrottle;
use crate::reference::breaker::{Breaker, Trip};
use crate::reference::budget::Budget;
use crate::reference::error::Error;
use crate::reference::retry_quota::RetryQuota;
use crate::reference::throttle::Throttle;

pub(super) const VERBS: [&str; 22] = [
    "budget_aws",
    "spend",
    "spend_succeeded",
    "spend_cancelled",
    "budget_grpc",
    "throttle_failed",
    "throttle_succeeded",
    "throttle_replace",
    "budget_finagle",
    "deposit",
    "withdraw",
    "budget_sre",
    "sre_send",
    "sre_accepted",
    "adaptive",
    "adaptive_send",
    "adaptive_answered",
    "breaker",
    "breaker_call",
    "breaker_succeeded",
    "breaker_failed",
    "breaker_cancelled",
];

/// What was made last, of each kind.
#[derive(Debug, Default)]
pub(super) struct Protect {
    pub(super) quota: Option<RetryQuota>,
    pub(super) throttle: Option<Throttle>,
    pub(super) budget: Option<Budget>,
    sre: Option<AdaptiveThrottle>,
    rate: Option<AdaptiveRate>,
    pub(super) breaker: Option<Breaker>,
    passages: HashMap<u8, u64>,
}

impl Protect {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            _ if verb.starts_with("budget_") => self.made(verb, args),
            _ if verb.starts_with("spend") => self.aws(verb, args),
            _ if verb.starts_with("throttle") => self.grpc(verb, args),
            _ if verb.starts_with("sre") => self.sre(verb, args),
            _ if verb.starts_with("adaptive") => self.adaptive(verb, args),
            _ if verb.starts_with("breaker") => self.breaker(verb, args),
            _ => self.finagle(verb, args),
        }
    }

    fn made(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "budget_aws" => {
                let [capacity, table] = words(args)?;
                let second = match table {
                    "2.0" => false,
                    "2.1" => true,
                    _ => return Err(format!("unknown table {table}")),
                };
                self.quota = Some(RetryQuota::new(number(capacity)?, second));
                Ok("ok".to_owned())
            }
            "budget_grpc" => {
                let [tokens, ratio] = words(args)?;
                Ok(keep(&mut self.throttle, Throttle::new(number(tokens)?, number(ratio)?)))
            }
            "budget_finagle" => {
                let [window, part, reserve] = words(args)?;
                let budget = Budget::new(number(window)?, number(part)?, number(reserve)?);
                Ok(keep(&mut self.budget, budget))
            }
            _ => {
                let [window, k, most] = words(args)?;
                let made = AdaptiveThrottle::new(number(window)?, number(k)?, number(most)?);
                Ok(keep(&mut self.sre, made))
            }
        }
    }

    fn aws(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let quota = self.quota.as_mut().ok_or("no quota")?;
        let mut answer = String::new();
        match verb {
            "spend" => {
                let cause = ["failure", "transient", "throttled"].iter().position(|it| it == &args);
                answer = match quota.spend(cause.ok_or("unknown cause")?) {
                    Some(cost) => format!("cost {cost} "),
                    None => "exhausted ".to_owned(),
                };
            }
            "spend_succeeded" => quota.succeeded(number(args)?),
            _ => quota.cancelled(number(args)?),
        }
        Ok(format!("{answer}left {}", quota.left))
    }

    fn grpc(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let throttle = self.throttle.as_mut().ok_or("no throttle")?;
        match verb {
            "throttle_replace" => {
                let [tokens, ratio] = words(args)?;
                let next = throttle.replaced(number(tokens)?, number(ratio)?);
                let result = format::ok(next.as_ref().map_err(|error| *error));
                if let Ok(next) = next {
                    *throttle = next;
                }
                Ok(result)
            }
            "throttle_failed" => {
                let again = if throttle.failed() { "retry" } else { "stop" };
                Ok(format!("{again} left {}", throttle.left))
            }
            _ => {
                throttle.succeeded();
                Ok(format!("left {}", throttle.left))
            }
        }
    }

    fn finagle(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let budget = self.budget.as_mut().ok_or("no budget")?;
        if verb == "deposit" {
            let [now, times] = words(args)?;
            let now = number(now)?;
            (0..number::<u32>(times)?).for_each(|_| budget.deposit(now));
            return Ok(format!("available {}", budget.available(now)));
        }
        let now = number(args)?;
        let again = if budget.withdraw(now) { "retry" } else { "stop" };
        Ok(format!("{again} available {}", budget.available(now)))
    }

    fn sre(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let sre = self.sre.as_mut().ok_or("no throttle")?;
        if verb == "sre_send" {
            let [seed, call, count, now] = words(args)?;
            let (seed, call, now) = (number(seed)?, number::<u64>(call)?, number(now)?);
            let last = call + number::<u64>(count)?;
            let sent = (call..last).filter(|&call| sre.send(seed, call, 0, now)).count();
            return Ok(format!("sent {sent} rejected {}", sre.rejected(now)));
        }
        let [now, times] = words(args)?;
        let now = number(now)?;
        (0..number::<u32>(times)?).for_each(|_| sre.accepted(now));
        Ok(format!("rejected {}", sre.rejected(now)))
    }

    fn adaptive(&mut self, verb: &str, args: &str) -> Result<String, String> {
        if verb == "adaptive" {
            self.rate = Some(AdaptiveRate::new(number(args)?));
            return Ok("ok".to_owned());
        }
        let rate = self.rate.as_mut().ok_or("no rate")?;
        if verb == "adaptive_send" {
            return Ok(match rate.send(number(args)?) {
                Ok(()) => "send".to_owned(),
                Err(wait) => format!("wait {wait}"),
            });
        }
        let [now, kind] = words(args)?;
        let refused = match kind {
            "refused" => true,
            "accepted" => false,
            _ => return Err(format!("unknown answer {kind}")),
        };
        rate.answered(refused, number(now)?);
        Ok(format!("measured {} rate {}", rate.measured, rate.fill))
    }

    fn breaker(&mut self, verb: &str, args: &str) -> Result<String, String> {
        if verb == "breaker" {
            let made = match args.split_once(' ').ok_or("too few arguments")? {
                ("consecutive", args) => {
                    let [failures, open_for, probes] = words(args)?;
                    let trip = Trip::Consecutive(number(failures)?);
                    Breaker::new(trip, number(open_for)?, number(probes)?)
                }
                ("ratio", args) => {
                    let [window, part, least, open_for, probes] = words(args)?;
                    let (window, millionths) = (number(window)?, number(part)?);
                    let trip = Trip::Ratio { window, millionths, least: number(least)? };
                    Breaker::new(trip, number(open_for)?, number(probes)?)
                }
                (kind, _) => return Err(format!("unknown kind {kind}")),
            };
            if made.is_ok() {
                self.passages.clear();
            }
            return Ok(keep(&mut self.breaker, made));
        }
        let breaker = self.breaker.as_mut().ok_or("no breaker")?;
        let [id, now] = words(args)?;
        let (id, now) = (number(id)?, number(now)?);
        if verb == "breaker_call" {
            return Ok(match breaker.call(now) {
                Ok(passage) => {
                    self.passages.insert(id, passage);
                    "pass".to_owned()
                }
                Err(wait) => format!("wait {wait}"),
            });
        }
        let passage = *self.passages.get(&id).ok_or("no such passage")?;
        match verb {
            "breaker_succeeded" => breaker.succeeded(passage, now),
            "breaker_failed" => breaker.failed(passage, now),
            _ => breaker.cancelled(passage),
        }
        Ok(breaker.state(now).to_owned())
    }
}

/// Keeps what was made; what was refused leaves the one before.
fn keep<T>(place: &mut Option<T>, made: Result<T, Error>) -> String {
    let result = format::ok(made.as_ref().map_err(|error| *error));
    if let Ok(made) = made {
        *place = Some(made);
    }
    result
}
