//! `Decider`: the limits, as the core decides them, and what a refusal tells. The one place that
//! speaks to the core about admission.

use crate::{clock::Clock, options::RetryAfterForm};
use core::time::Duration;
use std::time::UNIX_EPOCH;
use tidegate::{Admission, Api, Error, LimitedBy, Method, Policy, Request, Span, Text, UnixTime};

/// The server's side of an API.
#[derive(Debug)]
pub(crate) struct Decider {
    api: Box<Api<KEYS>>,
}

/// How many keys are told apart; beyond it they share one.
const KEYS: usize = 1024;

/// What was decided about one request.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) category: Text<31>,
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    /// The end of the window in which the request was counted.
    pub(crate) window_end: UnixTime,
    /// The headers of every answer.
    pub(crate) quota: Vec<(&'static str, String)>,
    pub(crate) refusal: Option<Refusal>,
    /// When this was decided.
    pub(crate) wall: UnixTime,
}

/// Why a request is not let in, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Text<31>,
    pub(crate) by_gateway: bool,
    /// The limit that denies; empty of a refusal for the asking.
    pub(crate) limit: Text<31>,
    pub(crate) wait: Span,
}

impl Decider {
    /// Limits of which nothing has been used.
    pub(crate) fn new(policy: Policy, seed: u64) -> Decider {
        Decider { api: Box::new(Api::new(policy, seed)) }
    }

    /// The body of a refusal.
    pub(crate) fn body(&self, refusal: &Refusal, request_id: &str) -> String {
        let by = if refusal.by_gateway { LimitedBy::Gateway } else { LimitedBy::Category };
        let policy = self.api.policy();
        let (code, limit) = (refusal.code.as_str(), refusal.limit.as_str());
        policy.refusal(by, code, limit, refusal.wait, request_id).to_string()
    }

    /// Counts a request. What the API does not know is counted as well as it can be: a method as
    /// `GET`, a path as `/`, a role as none.
    pub(crate) fn decide(
        &self,
        method: &str,
        path: &str,
        key: &str,
        role: &str,
        clock: &Clock,
    ) -> Decision {
        let method = Method::parse(method).unwrap_or(Method::Get);
        let path = if path.starts_with('/') { path } else { "/" };
        let (now, wall) = (clock.monotonic(), clock.wall());
        let request = Request { role, ..Request::new(method, path, key.as_bytes()) };
        let admission = match self.api.admit(&request, now, wall) {
            Err(Error::UnknownRole) => self.api.admit(&Request { role: "", ..request }, now, wall),
            admission => admission,
        };
        Decision::new(&admission.expect("method, path, key and role are in range"), wall)
    }
}

impl Decision {
    fn new(admission: &Admission, wall: UnixTime) -> Decision {
        let refusal = match (admission.code(), admission.retry_after()) {
            (Some(code), Some(wait)) => {
                let by_gateway = admission.limited_by() == Some(LimitedBy::Gateway);
                let limit = Text::new(admission.denied_by().unwrap_or_default());
                Some(Refusal { code: Text::new(code), by_gateway, limit, wait })
            }
            _ => None,
        };
        let quota = admission.headers().into_iter().filter(|(name, _)| *name != RETRY_AFTER);
        Decision {
            category: Text::new(admission.category()),
            limit: admission.limit(),
            remaining: admission.remaining(),
            window_end: admission.reset(),
            quota: quota.map(|(name, value)| (name, value.as_str().to_owned())).collect(),
            refusal,
            wall,
        }
    }

    /// The header of a refusal in this form, and the instant that it tells when the answer is
    /// written at `written`. Without a header the end of the window is all that is told.
    pub(crate) fn told(
        &self,
        refusal: Refusal,
        form: RetryAfterForm,
        written: UnixTime,
    ) -> (Option<String>, UnixTime) {
        match form {
            RetryAfterForm::Seconds => {
                let seconds = refusal.wait.as_secs_ceil();
                let until = written.saturating_add(Span::from_secs(seconds));
                (Some(seconds.to_string()), until)
            }
            RetryAfterForm::Date => {
                let until = self.wall.saturating_add(refusal.wait).as_secs_ceil();
                (Some(http_date(until)), UnixTime::from_secs(until))
            }
            RetryAfterForm::Absent => (None, self.window_end),
        }
    }
}

/// An HTTP date; years beyond 9999 have none and are shown as the last day that has one.
pub(crate) fn http_date(unix_secs: u64) -> String {
    const YEAR_10000: u64 = 253_402_300_800;
    let since = Duration::from_secs(unix_secs.min(YEAR_10000 - 1));
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}

pub(crate) const RETRY_AFTER: &str = "Retry-After";

#[cfg(test)]
mod tests {
    use super::{Decider, Decision, Refusal};
    use crate::{clock::Clock, options::RetryAfterForm};
    use tidegate::{Policy, Span, UnixTime};

    const START: u64 = 1_716_134_437;

    fn refused() -> (Decision, Refusal) {
        let (decider, clock) =
            (Decider::new(Policy::stackflow(), 0), Clock::manual(UnixTime::from_secs(START)));
        let bulk = || decider.decide("POST", "/api/v1/incidents/bulk", "u1", "", &clock);
        let admitted = (0..10).filter(|_| bulk().refusal.is_none()).count();
        assert_eq!(admitted, 10);
        let decision = bulk();
        let refusal = decision.refusal.unwrap();
        (decision, refusal)
    }

    #[test]
    fn each_form_tells_its_own_instant() {
        let (decision, refusal) = refused();
        let written = UnixTime::from_nanos(START * 1_000_000_000 + 5);
        let told = |form| decision.told(refusal, form, written);
        let after = |secs| written.saturating_add(Span::from_secs(secs));
        let end = UnixTime::from_secs(1_716_134_460);
        assert_eq!(told(RetryAfterForm::Seconds), (Some("23".to_owned()), after(23)));
        let date = "Sun, 19 May 2024 16:01:00 GMT".to_owned();
        assert_eq!(told(RetryAfterForm::Date), (Some(date), end));
        assert_eq!(told(RetryAfterForm::Absent), (None, end));
    }

    #[test]
    fn what_the_api_does_not_know_is_still_counted() {
        let clock = Clock::manual(UnixTime::from_secs(START));
        let decider = Decider::new(Policy::velaflows(), 0);
        let decision = decider.decide("BREW", "*", "t1", "service_account", &clock);
        assert_eq!(
            (decision.category.as_str(), decision.limit, decision.remaining),
            ("read", 300, 299)
        );
    }

    #[test]
    fn the_gateway_admits_5000_at_once_over_all_keys() {
        let clock = Clock::manual(UnixTime::from_secs(START));
        let decider = Decider::new(Policy::stackflow(), 0);
        let ask = |key| decider.decide("GET", "/api/v1/incidents", key, "service_account", &clock);
        let admitted = |key| (0..3000).filter(|_| ask(key).refusal.is_none()).count();
        assert_eq!((admitted("u1"), admitted("u2")), (3000, 2000));
        let refusal = ask("u3").refusal.unwrap();
        assert_eq!((refusal.code.as_str(), refusal.by_gateway), ("THROTTLED", true));
        assert_eq!(refusal.wait, Span::from_nanos(200_000));
        clock.advance(refusal.wait);
        assert!(ask("u3").refusal.is_none());
    }
}
