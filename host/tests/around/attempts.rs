//! The steps of one operation across its attempts.

use std::collections::HashMap;

use tidegate::{
    Attempts, Instant, RetryRules, Span, Step,
    retry::{Purse, RetryCause, Shared},
};

use crate::retry;

/// The rules that were made last, and the operations of them.
#[derive(Default)]
pub(crate) struct World {
    rules: RetryRules,
    shares: Vec<String>,
    attempts: HashMap<String, Attempts>,
}

impl World {
    /// A verb that is not known is an error of the trace, so it panics.
    pub(crate) fn run(&mut self, retry: &retry::World, verb: &str, args: &str) -> String {
        let word: Vec<&str> = args.split(' ').collect();
        let number = |index: usize| -> u64 { word[index].parse().expect("a number") };
        let now = |index| Instant::from_nanos(number(index));
        let bound = |index: usize| match word[index] {
            "-" => Span::MAX,
            _ => Span::from_nanos(number(index)),
        };
        if verb == "rules" {
            self.rules = RetryRules {
                max_attempts: if word[0] == "-" { 0 } else { word[0].parse().expect("a count") },
                timeout: bound(1),
                attempt_timeout: bound(2),
                backoff: retry.backoff.expect("a backoff"),
                server_jitter: bound(3),
                max_server_delay: bound(4),
            };
            self.shares = word[5..].iter().map(|&share| share.to_owned()).collect();
            assert_eq!(self.shares.len(), 2);
            return "ok".to_owned();
        }
        if verb == "attempts" {
            let attempts = Attempts::new(&self.rules, number(1), number(2), now(3));
            self.attempts.insert(word[0].to_owned(), attempts);
            return "ok".to_owned();
        }
        let shared = Shared {
            purse: match self.shares[0].as_str() {
                "none" => Purse::Unlimited,
                "quota" => Purse::Quota(retry.quota.as_ref().expect("a quota")),
                "ratio" => Purse::Ratio(retry.budget.as_ref().expect("a budget")),
                "throttle" => Purse::Throttle(retry.throttle.as_ref().expect("a throttle")),
                purse => panic!("unknown purse {purse}"),
            },
            breaker: retry.breaker.as_ref().filter(|_| self.shares[1] == "breaker"),
        };
        let attempts = self.attempts.get_mut(word[0]).expect("an operation");
        let reported = match (verb, word.len()) {
            ("attempt", 2) => return show(attempts.next(&shared, now(1))),
            ("attempt_left", 2) => {
                return match attempts.left(&self.rules, now(1)) {
                    Span::MAX => "-".to_owned(),
                    left => left.as_nanos().to_string(),
                };
            }
            ("attempt_failed", 4) => {
                let cause = RetryCause::named(word[1]).expect("a cause");
                let told = (word[2] != "-").then(|| Span::from_nanos(number(2)));
                attempts.failed(&self.rules, &shared, cause, told, now(3))
            }
            ("attempt_succeeded", 2) => attempts.succeeded(&shared, now(1)),
            ("attempt_aborted", 1) => {
                attempts.aborted(&shared);
                Ok(())
            }
            _ => panic!("unknown verb {verb}, or not its arguments"),
        };
        reported.map_or_else(|error| format!("error {}", error.name()), |()| "ok".to_owned())
    }
}

fn show(step: Step) -> String {
    match step {
        Step::Send => "send".to_owned(),
        Step::Wait { until, .. } => format!("wait {}", until.as_nanos()),
        Step::Done => "done".to_owned(),
        Step::Pending => "pending".to_owned(),
        Step::GiveUp(why) => {
            let delay =
                why.server_delay.map_or("-".to_owned(), |delay| delay.as_nanos().to_string());
            format!("give_up {} {delay}", why.reason)
        }
    }
}
