//! `World`: an API's records, and the first results of requests that may come again.

use crate::{
    exchange::{Ask, Problem, Service},
    recent::Recent,
};

/// An API at work.
pub(crate) struct World {
    service: Box<dyn Service>,
    results: Recent<String, Outcome>,
}

/// A status and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) body: Option<Vec<u8>>,
}

impl World {
    /// The API, with nothing done yet.
    pub(crate) fn new(service: Box<dyn Service>) -> World {
        World { service, results: Recent::new(RESULTS) }
    }

    /// Does what is asked, and says whether that had an effect which a repetition would have again.
    /// A `once` that has been seen gets its first result, and nothing is done.
    pub(crate) fn perform(
        &mut self,
        ask: &Ask<'_>,
        once: Option<String>,
        request_id: &str,
    ) -> (Outcome, bool) {
        if let Err(problem) = self.service.authorize(ask) {
            return (self.outcome(&problem, request_id), false);
        }
        if let Some(first) = once.as_ref().and_then(|once| self.results.get(once)) {
            return (first.clone(), false);
        }
        let done = match self.documented(ask) {
            Some(problem) => Err(problem),
            None => self.service.carry_out(ask),
        };
        let (outcome, effect) = match done {
            Ok(reply) => {
                let body = reply.body.map(|body| body.to_string().into_bytes());
                (Outcome { status: reply.status, body }, reply.effect)
            }
            Err(problem) => (self.outcome(&problem, request_id), false),
        };
        if let Some(once) = once {
            self.results.insert(once, outcome.clone());
        }
        (outcome, effect)
    }

    /// The answer of an injected fault.
    pub(crate) fn fail(&self, status: u16, category: &str, request_id: &str) -> Outcome {
        self.outcome(&self.service.failure(status, category), request_id)
    }

    /// The documented code of status 429 with this name.
    pub(crate) fn refusal_named(&self, name: &str) -> Option<&'static str> {
        let mut codes = self.service.codes().iter();
        codes.find(|code| code.status == 429 && code.name == name).map(|code| code.name)
    }

    /// The problem of `GET /api/v1/errors/CODE`.
    fn documented(&self, ask: &Ask<'_>) -> Option<Problem> {
        let ("GET", ["errors", name]) = (ask.method, ask.segments) else { return None };
        let code = self.service.codes().iter().find(|code| code.name == *name);
        code.map(|code| Problem::from(*code))
    }

    fn outcome(&self, problem: &Problem, request_id: &str) -> Outcome {
        let envelope = self.service.envelope(problem, request_id);
        Outcome { status: problem.status, body: Some(envelope.to_string().into_bytes()) }
    }
}

/// How many results are kept for `Idempotency-Key`.
const RESULTS: usize = 10_000;
