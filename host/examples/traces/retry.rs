//! The traces of retrying in `conformance/traces_retry`, through the Rust surface.

use std::collections::HashMap;

use tidegate::{
    Backoff, Error, Instant, Jitter, Span,
    retry::{
        AdaptiveRate, AdaptiveThrottle, BreakerState, CircuitBreaker, Passage, RetryBudget,
        RetryCause, RetryCosts, RetryQuota, RetryThrottle, SharedAdaptiveRate,
    },
};
use tidegate_conformance::replay::Implementation;

/// What the steps of one file act on.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) backoff: Option<Backoff>,
    pub(crate) quota: Option<RetryQuota>,
    pub(crate) throttle: Option<RetryThrottle>,
    pub(crate) budget: Option<RetryBudget>,
    sre: Option<AdaptiveThrottle>,
    rate: Option<AdaptiveRate>,
    shared_rate: Option<SharedAdaptiveRate>,
    pub(crate) breaker: Option<CircuitBreaker>,
    passages: HashMap<String, Passage>,
}

impl Implementation for World {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let words: Vec<&str> = args.split(' ').collect();
        let answer = match verb {
            _ if verb.starts_with("backoff") || verb == "delay" => self.backoff(verb, &words),
            _ if verb.starts_with("adaptive") => Ok(self.adaptive(verb, &words)),
            _ if verb.starts_with("breaker") => self.breaker(verb, &words),
            _ => self.budget(verb, &words),
        };
        answer.or_else(|error| Ok(format!("error {}", error.name())))
    }
}

impl World {
    /// A verb that is not known is an error of the trace, so it panics.
    fn backoff(&mut self, verb: &str, word: &[&str]) -> Result<String, Error> {
        let (number, half) = (number(word), half(word));
        let span = |index| Span::from_nanos(number(index));
        let jitter = || match word[word.len() - 2] {
            "none" => Jitter::None,
            "full" => Jitter::Full,
            "equal" => Jitter::Equal,
            "additive" => Jitter::Additive(span(word.len() - 1)),
            "around" => Jitter::Around(half(word.len() - 1)),
            "above" => Jitter::Above(half(word.len() - 1)),
            "decorrelated" => Jitter::Decorrelated,
            "decorrelated_v2" => Jitter::DecorrelatedV2,
            other => panic!("unknown jitter {other}"),
        };
        let mut made = |backoff: Backoff| {
            self.backoff = Some(backoff);
            "ok".to_owned()
        };
        Ok(match (verb, word.len()) {
            ("backoff", 5) => made(Backoff::new(span(0), half(1), span(2), jitter())?),
            ("backoff_ratio", 6) => {
                made(Backoff::exponential(span(0), half(1), half(2), span(3), jitter())?)
            }
            ("backoff_linear", 5) if number(1) == 0 => {
                made(Backoff::constant(span(0), span(2), jitter())?)
            }
            ("backoff_linear", 5) => made(Backoff::linear(span(0), span(1), span(2), jitter())?),
            ("backoff_polynomial", 5) => {
                made(Backoff::polynomial(span(0), half(1), span(2), jitter())?)
            }
            ("backoff_fibonacci", 4) => made(Backoff::fibonacci(span(0), span(1), jitter())?),
            ("backoff_list", 4) => {
                let delays = word[0].split(',').filter(|delay| *delay != "-");
                let delays: Vec<Span> =
                    delays.map(|delay| Span::from_nanos(delay.parse().expect("a delay"))).collect();
                made(Backoff::list(&delays, span(1), jitter())?)
            }
            ("backoff_at_once", 1) => {
                let backoff = self.backoff.expect("a backoff");
                self.backoff = Some(backoff.first_at_once());
                "ok".to_owned()
            }
            ("delay", 3) => {
                let backoff = self.backoff.expect("a backoff");
                backoff.delay(number(0), number(1), half(2)).as_nanos().to_string()
            }
            _ => panic!("unknown verb {verb}, or not its arguments"),
        })
    }

    fn budget(&mut self, verb: &str, word: &[&str]) -> Result<String, Error> {
        let (number, half) = (number(word), half(word));
        let span = |index| Span::from_nanos(number(index));
        let now = |index| Instant::from_nanos(number(index));
        let again = |again: bool| if again { "retry" } else { "stop" };
        Ok(match (verb, word.len()) {
            ("budget_aws", 2) => {
                let costs = match word[1] {
                    "2.0" => RetryCosts::AWS_2_0,
                    "2.1" => RetryCosts::AWS_2_1,
                    other => panic!("unknown table {other}"),
                };
                self.quota = Some(RetryQuota::new(half(0), costs));
                "ok".to_owned()
            }
            ("spend", 1) => {
                let quota = self.quota.as_ref().expect("a quota");
                let cost = quota.try_spend(match word[0] {
                    "failure" => RetryCause::Failure,
                    "transient" => RetryCause::Transient,
                    "throttled" => RetryCause::Throttled,
                    other => panic!("unknown cause {other}"),
                });
                let cost = cost.map_or("exhausted".to_owned(), |cost| format!("cost {cost}"));
                format!("{cost} left {}", quota.tokens())
            }
            ("spend_succeeded" | "spend_cancelled", 1) => {
                let quota = self.quota.as_ref().expect("a quota");
                match verb {
                    "spend_succeeded" => quota.succeeded(half(0)),
                    _ => quota.cancelled(half(0)),
                }
                format!("left {}", quota.tokens())
            }
            ("budget_grpc", 2) => {
                self.throttle = Some(RetryThrottle::new(half(0), half(1))?);
                "ok".to_owned()
            }
            ("throttle_replace", 2) => {
                let throttle = self.throttle.as_ref().expect("a throttle");
                self.throttle = Some(throttle.replaced(half(0), half(1))?);
                "ok".to_owned()
            }
            ("throttle_failed", 1) => {
                let throttle = self.throttle.as_ref().expect("a throttle");
                let said = throttle.failed();
                assert_eq!(said, throttle.allows());
                format!("{} left {}", again(said), throttle.thousandths())
            }
            ("throttle_succeeded", 1) => {
                let throttle = self.throttle.as_ref().expect("a throttle");
                throttle.succeeded();
                format!("left {}", throttle.thousandths())
            }
            ("budget_finagle", 3) => {
                self.budget = Some(RetryBudget::new(span(0), half(1), half(2))?);
                "ok".to_owned()
            }
            ("deposit", 2) => {
                let budget = self.budget.as_ref().expect("a budget");
                (0..number(1)).for_each(|_| budget.deposit(now(0)));
                format!("available {}", budget.available(now(0)))
            }
            ("withdraw", 1) => {
                let budget = self.budget.as_ref().expect("a budget");
                let said = again(budget.try_withdraw(now(0)));
                format!("{said} available {}", budget.available(now(0)))
            }
            ("budget_sre", 3) => {
                self.sre = Some(AdaptiveThrottle::new(span(0), half(1), half(2))?);
                "ok".to_owned()
            }
            ("sre_send", 4) => {
                let (sre, now) = (self.sre.as_ref().expect("a throttle"), now(3));
                let calls = number(1)..number(1) + number(2);
                let sent = calls.filter(|&call| sre.try_send(number(0), call, 0, now)).count();
                format!("sent {sent} rejected {}", sre.rejected_millionths(now))
            }
            ("sre_accepted", 2) => {
                let sre = self.sre.as_ref().expect("a throttle");
                (0..number(1)).for_each(|_| sre.accepted(now(0)));
                format!("rejected {}", sre.rejected_millionths(now(0)))
            }
            _ => panic!("unknown verb {verb}, or not its arguments"),
        })
    }

    fn adaptive(&mut self, verb: &str, word: &[&str]) -> String {
        let now = Instant::from_nanos(number(word)(0));
        if verb == "adaptive" {
            self.rate = Some(AdaptiveRate::new(now));
            self.shared_rate = Some(SharedAdaptiveRate::starting(now));
            return "ok".to_owned();
        }
        let rate = self.rate.as_mut().expect("a rate");
        let shared = self.shared_rate.as_ref().expect("a rate");
        match (verb, word) {
            ("adaptive_send", [_]) => {
                let sent = rate.try_send(now);
                assert_eq!(shared.try_send(now), sent, "the shared one differs");
                sent.map_or_else(|wait| format!("wait {}", wait.as_nanos()), |()| "send".to_owned())
            }
            ("adaptive_answered", [_, kind @ ("refused" | "accepted")]) => {
                rate.answered(*kind == "refused", now);
                shared.answered(*kind == "refused", now);
                let other = shared.snapshot(now);
                assert_eq!((other.measured(), other.rate()), (rate.measured(), rate.rate()));
                format!("measured {} rate {}", rate.measured(), rate.rate())
            }
            _ => panic!("unknown verb {verb}, or not its arguments"),
        }
    }

    fn breaker(&mut self, verb: &str, word: &[&str]) -> Result<String, Error> {
        let (number, half) = (number(word), half(word));
        let span = |index| Span::from_nanos(number(index));
        if verb == "breaker" {
            self.breaker = Some(match (word[0], word.len()) {
                ("consecutive", 4) => CircuitBreaker::consecutive(half(1), span(2), half(3))?,
                ("ratio", 6) => CircuitBreaker::ratio(span(1), half(2), half(3), span(4), half(5))?,
                (kind, _) => panic!("unknown kind {kind}"),
            });
            self.passages.clear();
            return Ok("ok".to_owned());
        }
        let breaker = self.breaker.as_ref().expect("a breaker");
        let (id, now) = (word[0], Instant::from_nanos(number(1)));
        if verb == "breaker_call" {
            return Ok(match breaker.try_call(now) {
                Ok(passage) => {
                    let carried = Passage::from_number(passage.number());
                    self.passages.insert(id.to_owned(), carried);
                    "pass".to_owned()
                }
                Err(wait) => format!("wait {}", wait.as_nanos()),
            });
        }
        let passage = self.passages[id];
        match verb {
            "breaker_succeeded" => breaker.succeeded(passage, now),
            "breaker_failed" => breaker.failed(passage, now),
            "breaker_cancelled" => breaker.cancelled(passage),
            _ => panic!("unknown verb {verb}"),
        }
        Ok(match breaker.state(now) {
            BreakerState::Closed => "closed",
            BreakerState::Open => "open",
            BreakerState::HalfOpen => "half_open",
        }
        .to_owned())
    }
}

fn number<'a>(word: &'a [&str]) -> impl Fn(usize) -> u64 + Copy + 'a {
    |index| word[index].parse().expect("a number")
}

fn half<'a>(word: &'a [&str]) -> impl Fn(usize) -> u32 + Copy + 'a {
    |index| word[index].parse().expect("a number of 32 bits")
}
