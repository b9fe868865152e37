//! One request, from its arrival to its answer.
//!
//! It is counted and judged as soon as its head is there, refused or not; then its fault is drawn;
//! then, if it is let in, it is carried out; then it is answered.

use crate::{
    clock::Clock,
    credentials::Credentials,
    decide::{Decider, Decision, RETRY_AFTER, Refusal, http_date},
    exchange::Ask,
    faults::{Fault, Faults, request_id},
    judge::{Arrival, Judge, Ruling, Ticket},
    options::RetryAfterForm,
    recent::Recent,
    world::{Outcome, World},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::Response,
};
use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tidegate::{Span, Text};

/// What all requests share. Where two locks are held, `world` is the first.
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) decider: Decider,
    pub(crate) faults: Faults,
    pub(crate) retry_after: RetryAfterForm,
    pub(crate) seed: u64,
    pub(crate) book: Mutex<Book>,
    pub(crate) world: Mutex<World>,
}

/// Who came, in the order of arrival.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) requests: u64,
    pub(crate) judge: Judge,
    /// How often each logical request was failed or dropped.
    struck: Recent<String, u32>,
}

impl Book {
    pub(crate) fn new() -> Book {
        Book { requests: 0, judge: Judge::new(), struck: Recent::new(LOGICAL_MOST) }
    }
}

/// Marks a response that must not be written: the connection is to be closed instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unanswered;

/// A request that has been counted.
struct Turn {
    number: u64,
    /// Which logical request it is an attempt of, if it says so.
    logical: Option<String>,
    decision: Decision,
    ticket: Ticket,
}

/// Answers one request of the API.
pub(crate) async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let credentials = Credentials::read(text(&head.headers, "authorization"));
    let turn = shared.count(&head, &credentials);
    let body = axum::body::to_bytes(body, BODY_MOST).await.unwrap_or_default();
    let (outcome, fault) = match turn.decision.refusal {
        Some(refusal) => (shared.refuse(&turn, refusal), Fault::None),
        None => match shared.fate(&turn) {
            Fault::Fail(status) => (shared.fail(&turn, status), Fault::None),
            fault => (shared.perform(&turn, &head, &credentials, &body), fault),
        },
    };
    match fault {
        Fault::Drop => return unanswered(),
        Fault::Slow(by) => tokio::time::sleep(Duration::from_nanos(by.as_nanos())).await,
        Fault::None | Fault::Fail(_) => {}
    }
    shared.write(&turn, outcome)
}

impl Shared {
    /// Counts the request and lets the judge see it. Both under one lock, so that the judge sees
    /// requests in the order in which they were counted.
    fn count(&self, head: &Parts, credentials: &Credentials) -> Turn {
        let headers = &head.headers;
        let (method, path, key) = (head.method.as_str(), head.uri.path(), &*credentials.key);
        let role = text(headers, "x-role").unwrap_or_default();
        let pretence = self.pretence(&head.method, path);
        let book = &mut *lock(&self.book);
        let mut decision = self.decider.decide(method, path, key, role, &self.clock);
        decision.refusal = decision.refusal.or(pretence);
        let ticket = book.judge.arrived(&Arrival {
            key,
            client: text(headers, "x-client").unwrap_or("-"),
            request_id: text(headers, "x-request-id"),
            category: decision.category,
            ruling: match decision.refusal {
                None => Ruling::Admitted,
                Some(Refusal { by_gateway: true, .. }) => Ruling::RefusedByGateway,
                Some(_) => Ruling::RefusedByCategory,
            },
            limit: decision.limit,
            window_end: decision.window_end.as_nanos(),
            at: decision.wall.as_nanos(),
        });
        let number = book.requests;
        book.requests += 1;
        let client = text(headers, "x-client").unwrap_or("-");
        let logical = text(headers, "x-request-id").map(|id| format!("{key} {client} {id}"));
        Turn { number, logical, decision, ticket }
    }

    /// What goes wrong with it; a logical request is failed or dropped only so often.
    fn fate(&self, turn: &Turn) -> Fault {
        let fault = self.faults.of(turn.number);
        let (Fault::Fail(_) | Fault::Drop, Some(logical)) = (fault, &turn.logical) else {
            return fault;
        };
        let struck = &mut lock(&self.book).struck;
        let before = struck.get(logical).copied().unwrap_or(0);
        if !self.faults.may_strike(before) {
            return Fault::None;
        }
        struck.insert(logical.clone(), before + 1);
        fault
    }

    /// A refusal for the asking: `GET /api/v1/errors/THROTTLED` and the other codes of status 429.
    fn pretence(&self, method: &Method, path: &str) -> Option<Refusal> {
        let name = path.strip_prefix("/api/v1/errors/").filter(|_| method == Method::GET)?;
        let code = lock(&self.world).refusal_named(name)?;
        Some(Refusal {
            code: Text::new(code),
            by_gateway: code == "THROTTLED",
            limit: Text::EMPTY,
            wait: Span::from_secs(1),
        })
    }

    fn refuse(&self, turn: &Turn, refusal: Refusal) -> Outcome {
        let body = self.decider.body(&refusal, &self.request_id(turn));
        Outcome { status: 429, body: Some(body.into_bytes()) }
    }

    fn fail(&self, turn: &Turn, status: u16) -> Outcome {
        lock(&self.world).fail(status, turn.decision.category.as_str(), &self.request_id(turn))
    }

    fn perform(
        &self,
        turn: &Turn,
        head: &Parts,
        credentials: &Credentials,
        body: &[u8],
    ) -> Outcome {
        let (headers, path) = (&head.headers, head.uri.path());
        let segments: Vec<&str> =
            path.strip_prefix("/api/v1/").map_or_else(Vec::new, |rest| rest.split('/').collect());
        let ask = Ask {
            method: if head.method == Method::HEAD { "GET" } else { head.method.as_str() },
            segments: &segments,
            query: head.uri.query().unwrap_or_default(),
            standing: credentials.standing,
            role: text(headers, "x-role").unwrap_or_default(),
            body,
        };
        let idempotency_key = text(headers, "idempotency-key")
            .filter(|_| matches!(head.method, Method::POST | Method::PATCH));
        let once =
            idempotency_key.map(|once| [&credentials.key, ask.method, path, once].join("\n"));
        let world = &mut *lock(&self.world);
        let (outcome, effect) = world.perform(&ask, once, &self.request_id(turn));
        if effect {
            let identity = text(headers, "x-request-id").or(idempotency_key);
            lock(&self.book).judge.effected(&turn.ticket, identity);
        }
        outcome
    }

    /// The response, with its time and its limits, which the judge sees too.
    fn write(&self, turn: &Turn, outcome: Outcome) -> Response {
        let decision = &turn.decision;
        let mut response = Response::new(outcome.body.map_or_else(Body::empty, Body::from));
        *response.status_mut() = outcome.status.try_into().expect("a documented status");
        let headers = response.headers_mut();
        if outcome.status != 204 {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        for (name, value) in &decision.quota {
            headers.insert(*name, ascii(value));
        }
        let book = &mut *lock(&self.book);
        let written = self.clock.wall();
        let until = decision.refusal.map(|refusal| {
            let (retry_after, until) = decision.told(refusal, self.retry_after, written);
            if let Some(retry_after) = retry_after {
                headers.insert(RETRY_AFTER, ascii(&retry_after));
            }
            until.as_nanos()
        });
        headers.insert(header::DATE, ascii(&http_date(written.as_nanos() / NANOS_PER_SEC)));
        book.judge.answered(&turn.ticket, written.as_nanos(), decision.remaining, until);
        response
    }

    fn request_id(&self, turn: &Turn) -> String {
        request_id(self.seed, turn.number)
    }
}

fn unanswered() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Unanswered);
    response
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits and dates are ASCII")
}

/// What is locked is whole between statements, so a panic in one request need not stop the others.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Logical requests whose faults are remembered.
const LOGICAL_MOST: usize = 10_000;
/// A longer body is read as an empty one.
const BODY_MOST: usize = 1 << 20;
const NANOS_PER_SEC: u64 = 1_000_000_000;
