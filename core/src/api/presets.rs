//! The two APIs of the project, from their documents "Rate Limits & Errors".
//!
//! Where the documents leave something open: a request belongs to its most specific category; the
//! reset times in both samples are multiples of the window, so windows are aligned to the clock;
//! StackFlow's gateway is a bucket of 5,000 that refills at 5,000 a second.

use super::{
    Batch, Budget, Class, Envelope, Limit, Method, Methods, PageStyle, Pages, Policy, Route,
};
use crate::{
    error::Error,
    retry::{Backoff, Jitter, RetryCosts, RetryPolicy, StatusSet},
    text::Text,
    time::Span,
};

impl Policy {
    /// The StackFlow API: per user and minute 300 standard, 60 write, 60 AI, 10 bulk and 120 search
    /// requests, ten times as many for service accounts, and 5,000 a second for the account.
    pub const fn stackflow() -> Policy {
        STACKFLOW
    }

    /// The VelaFlows API: per token and quarter of an hour 300 read, 100 write, 50 delete, 20
    /// authentication and 10 bulk requests.
    pub const fn velaflows() -> Policy {
        VELAFLOWS
    }
}

const STACKFLOW: Policy = {
    use Class::{Permanent, RefreshCredentials, Throttled, ThrottledAll, Transient};
    let retry = RetryPolicy {
        max_attempts: 5,
        statuses: StatusSet::EMPTY.with(429).with(500).with(503),
        denied_if_told: StatusSet::EMPTY,
        default_429: Some(Span::from_secs(60)),
        backoff: BACKOFF,
        server_jitter: Span::ZERO,
        max_server_delay: HOUR,
        attempt_timeout: Some(Span::from_secs(30)),
        max_wait: Span::MAX,
    };
    let mut policy = Policy::new("stackflow", retry)
        .with_key("user")
        .with_answers("RATE_LIMIT_EXCEEDED", "THROTTLED", true)
        .with_envelope(Envelope::Stackflow)
        .with_budget(BUDGET);
    policy = with_windows(
        policy,
        MINUTE,
        &[("read", 300), ("write", 60), ("ai", 60), ("bulk", 10), ("search", 120)],
    );
    policy = with_routes(
        policy,
        &[
            Route::new(Methods::ALL, "/**/bulk", 3),
            Route::new(Methods::ALL, "/**/ai/**", 2),
            Route::new(Methods::ALL, "/**/search", 4),
            Route::new(WRITES.with(Method::Delete), "/**", 1),
        ],
    );
    policy = with_codes(
        policy,
        &[
            (401, "TOKEN_MISSING", Permanent),
            (401, "TOKEN_EXPIRED", RefreshCredentials),
            (401, "TOKEN_INVALID", Permanent),
            (403, "WRONG_TOKEN_TYPE", Permanent),
            (403, "INSUFFICIENT_ROLE", Permanent),
            (403, "TENANT_MISMATCH", Permanent),
            (404, "RESOURCE_NOT_FOUND", Permanent),
            (400, "VALIDATION_ERROR", Permanent),
            (409, "INVALID_STATE_TRANSITION", Permanent),
            (429, "RATE_LIMIT_EXCEEDED", Throttled),
            (429, "THROTTLED", ThrottledAll),
            (500, "INTERNAL_ERROR", Transient),
            (503, "DATABASE_ERROR", Transient),
            (503, "AI_MODEL_ERROR", Transient),
        ],
    );
    // 5,000 a second, 5,000 deep.
    let gateway = limit(Limit::token_bucket("gateway", 5_000, Span::from_secs(1), 5_000));
    made(made(policy.with_shared(gateway)).with_role("service_account", 10))
};

const VELAFLOWS: Policy = {
    use Class::{Permanent, Throttled, Transient};
    let retry = RetryPolicy {
        max_attempts: 4,
        statuses: StatusSet::EMPTY.with(429).with_range(500, 599),
        denied_if_told: StatusSet::EMPTY,
        default_429: None,
        backoff: BACKOFF,
        server_jitter: Span::from_secs(1),
        max_server_delay: HOUR,
        attempt_timeout: None,
        max_wait: Span::MAX,
    };
    let mut policy = Policy::new("velaflows", retry)
        .with_key("token")
        .with_answers("TOO_MANY_REQUESTS", "TOO_MANY_REQUESTS", false)
        .with_envelope(Envelope::Velaflows)
        .with_budget(BUDGET)
        .with_pages(Pages {
            parameter: Text::new("page"),
            size: Text::new("limit"),
            default_size: 20,
            max_size: 100,
            items: Text::new("data"),
            ..Pages::new(PageStyle::Number)
        });
    let read = limit(Limit::fixed_window("read", 300, QUARTER));
    // What seldom changes may be kept for five minutes.
    policy = made(policy.with_category("read", &[read], Some(Span::from_secs(300))));
    policy = with_windows(
        policy,
        QUARTER,
        &[("write", 100), ("delete", 50), ("auth", 20), ("bulk", 10)],
    );
    policy = with_routes(
        policy,
        &[
            Route::new(Methods::ALL, "/**/bulk", 4),
            Route::new(Methods::ALL, "/**/auth/**", 3),
            Route::new(Methods::of(&[Method::Delete]), "/**", 2),
            Route::new(WRITES, "/**", 1),
        ],
    );
    policy = with_codes(
        policy,
        &[
            (400, "BAD_REQUEST", Permanent),
            (401, "UNAUTHORIZED", Permanent),
            (403, "FORBIDDEN", Permanent),
            (404, "NOT_FOUND", Permanent),
            (409, "CONFLICT", Permanent),
            (422, "VALIDATION_ERROR", Permanent),
            (429, "TOO_MANY_REQUESTS", Throttled),
            (500, "INTERNAL_ERROR", Transient),
        ],
    );
    made(policy.with_batch(Batch {
        path: Text::new("/api/v1/tags/bulk"),
        items: Text::new("entityIds"),
        max_items: 50,
    }))
};

const fn with_windows(mut policy: Policy, window: Span, of: &[(&str, u64)]) -> Policy {
    let mut rest = of;
    while let [(name, count), others @ ..] = rest {
        let limit = limit(Limit::fixed_window(name, *count, window));
        policy = made(policy.with_category(name, &[limit], None));
        rest = others;
    }
    policy
}

const fn with_routes(mut policy: Policy, routes: &[Route]) -> Policy {
    let mut rest = routes;
    while let [route, others @ ..] = rest {
        policy = made(policy.with_route(*route));
        rest = others;
    }
    policy
}

const fn with_codes(mut policy: Policy, codes: &[(u16, &str, Class)]) -> Policy {
    let mut rest = codes;
    while let [(status, code, class), others @ ..] = rest {
        policy = made(policy.with_code(*status, code, *class));
        rest = others;
    }
    policy
}

#[expect(clippy::panic, reason = "evaluated by the compiler")]
const fn made(policy: Result<Policy, Error>) -> Policy {
    match policy {
        Ok(policy) => policy,
        Err(_) => panic!("a preset is within bounds"),
    }
}

#[expect(clippy::panic, reason = "evaluated by the compiler")]
const fn limit(limit: Result<Limit, Error>) -> Limit {
    match limit {
        Ok(limit) => limit,
        Err(_) => panic!("the limits of a preset are within bounds"),
    }
}

const MINUTE: Span = Span::from_secs(60);
const QUARTER: Span = Span::from_secs(900);
const WRITES: Methods = Methods::of(&[Method::Post, Method::Patch, Method::Put]);

/// 2ⁿ seconds and up to one more, within a minute: StackFlow's formula, and VelaFlows' with a cap.
const BACKOFF: Backoff = {
    let spread = Jitter::Additive(Span::from_secs(1));
    match Backoff::new(Span::from_secs(1), 2, Span::from_secs(60), spread) {
        Ok(backoff) => backoff,
        Err(_) => panic!("the backoff is within bounds"),
    }
};

/// Neither document has a budget; this is AWS' first table, but that a denial costs nothing: the server
/// has said when to come again, and the pause holds everybody back until then.
const BUDGET: Budget = Budget::quota(500, RetryCosts { throttled: 0, ..RetryCosts::AWS_2_0 });

/// Neither document bounds the server's wait; an hour is four of the longest windows.
const HOUR: Span = Span::from_secs(3_600);
