//! The verbs of one operation across its attempts.

use std::collections::HashMap;

use super::format;
use super::parse::{number, optional, words};
use super::protect::Protect;
use super::retry::Retry;
use crate::reference::attempts::{Attempts, Rules, Shared};
use crate::reference::purse::{Cause, Purse};

pub(super) const VERBS: [&str; 7] = [
    "rules",
    "attempts",
    "attempt",
    "attempt_failed",
    "attempt_succeeded",
    "attempt_aborted",
    "attempt_left",
];

/// The rules that were made last, and the operations of them.
#[derive(Debug, Default)]
pub(super) struct Tries {
    rules: Option<Rules>,
    purse: String,
    breaks: bool,
    attempts: HashMap<u8, Attempts>,
}

impl Tries {
    pub(super) fn run(
        &mut self,
        verb: &str,
        args: &str,
        protect: &mut Protect,
        retry: &Retry,
    ) -> Result<String, String> {
        if verb == "rules" {
            let [most, timeout, one, jitter, delay, purse, breaker] = words(args)?;
            let time = |word| optional::<u64>(word).map(|time| time.map(u128::from));
            self.rules = Some(Rules {
                max_attempts: optional(most)?,
                timeout: time(timeout)?,
                attempt_timeout: time(one)?,
                backoff: retry.backoff.clone().ok_or("no backoff")?,
                server_jitter: number::<u64>(jitter)?.into(),
                max_server_delay: time(delay)?,
            });
            purse.clone_into(&mut self.purse);
            self.breaks = breaker == "breaker";
            return Ok("ok".to_owned());
        }
        let rules = self.rules.as_ref().ok_or("no rules")?;
        let (id, args) = args.split_once(' ').unwrap_or((args, ""));
        let id: u8 = number(id)?;
        if verb == "attempts" {
            let [seed, call, now] = words(args)?;
            let made =
                Attempts::new(rules, number(seed)?, number(call)?, number::<u64>(now)?.into());
            self.attempts.insert(id, made);
            return Ok("ok".to_owned());
        }
        let attempts = self.attempts.get_mut(&id).ok_or("no such operation")?;
        let mut purse = match self.purse.as_str() {
            "none" => Purse::Unlimited,
            "quota" => Purse::Quota(protect.quota.take().ok_or("no quota")?),
            "ratio" => Purse::Ratio(protect.budget.take().ok_or("no budget")?),
            "throttle" => Purse::Throttle(protect.throttle.take().ok_or("no throttle")?),
            purse => return Err(format!("unknown purse {purse}")),
        };
        let breaker = protect.breaker.as_mut().filter(|_| self.breaks);
        let shared = Shared { purse: &mut purse, breaker };
        let result = one(attempts, shared, verb, args);
        match purse {
            Purse::Unlimited => {}
            Purse::Quota(quota) => protect.quota = Some(quota),
            Purse::Ratio(budget) => protect.budget = Some(budget),
            Purse::Throttle(throttle) => protect.throttle = Some(throttle),
        }
        result
    }
}

fn one(
    attempts: &mut Attempts,
    mut shared: Shared<'_>,
    verb: &str,
    args: &str,
) -> Result<String, String> {
    Ok(match verb {
        "attempt" => attempts.next(&mut shared, time(args)?).to_string(),
        "attempt_left" => format::optional(attempts.left(time(args)?)),
        "attempt_succeeded" => format::ok(attempts.succeeded(&mut shared, time(args)?)),
        "attempt_aborted" if args.is_empty() => {
            attempts.aborted(&mut shared);
            "ok".to_owned()
        }
        "attempt_failed" => {
            let [cause, told, now] = words(args)?;
            let cause = match cause {
                "failure" => Cause::Failure,
                "transient" => Cause::Transient,
                "throttled" => Cause::Throttled,
                _ => return Err(format!("unknown cause {cause}")),
            };
            let told = optional::<u64>(told)?.map(u128::from);
            format::ok(attempts.failed(&mut shared, cause, told, time(now)?))
        }
        _ => return Err(format!("not the arguments of {verb}: {args}")),
    })
}

fn time(word: &str) -> Result<u128, String> {
    number::<u64>(word).map(u128::from)
}
