//! The two APIs of the project, from their documents "Rate Limits & Errors".
//!
//! Where the documents leave something open: a request belongs to its most specific category; the
//! reset times in both samples are multiples of the window, so windows are aligned to the clock;
//! StackFlow's gateway is a bucket of 5,000 that refills at 5,000 a second.

use super::{
    Method,
    describe::{Category, Class, CodeRule, Policy, Role, Route},
};
use crate::{
    quota::Quota,
    retry::{Backoff, Jitter, RetryPolicy, StatusSet},
    time::Span,
};

impl Policy {
    /// The StackFlow API: per user and minute 300 standard, 60 write, 60 AI, 10 bulk and 120 search
    /// requests, ten times as many for service accounts, and 5,000 a second for the account.
    pub const fn stackflow() -> Policy {
        const MINUTE: Span = Span::from_secs(60);
        Policy {
            name: "stackflow",
            categories: &[
                Category { name: "read", limit: 300, window: MINUTE },
                Category { name: "write", limit: 60, window: MINUTE },
                Category { name: "ai", limit: 60, window: MINUTE },
                Category { name: "bulk", limit: 10, window: MINUTE },
                Category { name: "search", limit: 120, window: MINUTE },
            ],
            routes: &[
                Route { methods: &[], path: "/**/bulk", category: 3 },
                Route { methods: &[], path: "/**/ai/**", category: 2 },
                Route { methods: &[], path: "/**/search", category: 4 },
                Route {
                    methods: &[Method::Post, Method::Patch, Method::Put, Method::Delete],
                    path: "/**",
                    category: 1,
                },
                Route { methods: &[], path: "/**", category: 0 },
            ],
            gateway: Some(GATEWAY),
            roles: &[Role { name: "service_account", multiplier: 10 }],
            codes: &[
                CodeRule { status: 401, code: "TOKEN_EXPIRED", class: Class::RefreshCredentials },
                CodeRule { status: 429, code: "THROTTLED", class: Class::Gateway },
            ],
            window_header: true,
            category_code: "RATE_LIMIT_EXCEEDED",
            gateway_code: "THROTTLED",
            retry: RetryPolicy {
                max_attempts: 5,
                statuses: StatusSet::EMPTY.with(429).with(500).with(503),
                default_429: Some(Span::from_secs(60)),
                backoff: BACKOFF,
                server_jitter: Span::ZERO,
                max_server_delay: HOUR,
            },
            window: None,
        }
    }

    /// The VelaFlows API: per token and quarter of an hour 300 read, 100 write, 50 delete, 20
    /// authentication and 10 bulk requests.
    pub const fn velaflows() -> Policy {
        const QUARTER: Span = Span::from_secs(900);
        Policy {
            name: "velaflows",
            categories: &[
                Category { name: "read", limit: 300, window: QUARTER },
                Category { name: "write", limit: 100, window: QUARTER },
                Category { name: "delete", limit: 50, window: QUARTER },
                Category { name: "auth", limit: 20, window: QUARTER },
                Category { name: "bulk", limit: 10, window: QUARTER },
            ],
            routes: &[
                Route { methods: &[], path: "/**/bulk", category: 4 },
                Route { methods: &[], path: "/**/auth/**", category: 3 },
                Route { methods: &[Method::Delete], path: "/**", category: 2 },
                Route {
                    methods: &[Method::Post, Method::Patch, Method::Put],
                    path: "/**",
                    category: 1,
                },
                Route { methods: &[], path: "/**", category: 0 },
            ],
            gateway: None,
            roles: &[],
            codes: &[],
            window_header: false,
            category_code: "TOO_MANY_REQUESTS",
            gateway_code: "TOO_MANY_REQUESTS",
            retry: RetryPolicy {
                max_attempts: 4,
                statuses: StatusSet::EMPTY.with(429).with_range(500, 599),
                default_429: None,
                backoff: BACKOFF,
                server_jitter: Span::from_secs(1),
                max_server_delay: HOUR,
            },
            window: None,
        }
    }
}

/// 5,000 a second, 5,000 deep.
const GATEWAY: Quota = match Quota::new(5_000, Span::from_secs(1), 5_000) {
    Ok(quota) => quota,
    Err(_) => panic!("the gateway's quota is within bounds"),
};

/// 2ⁿ seconds and up to one more, within a minute: StackFlow's formula, and VelaFlows' with a cap.
const BACKOFF: Backoff = {
    let spread = Jitter::Additive(Span::from_secs(1));
    match Backoff::new(Span::from_secs(1), 2, Span::from_secs(60), spread) {
        Ok(backoff) => backoff,
        Err(_) => panic!("the backoff is within bounds"),
    }
};

/// Neither document bounds the server's wait; an hour is four of the longest windows.
const HOUR: Span = Span::from_secs(3_600);
