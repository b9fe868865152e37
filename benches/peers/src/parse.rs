//! Reading what servers say, and policy files.

use core::hint::black_box;

use tidegate::{
    Hints, Policy,
    wire::{Advice, Dialect, RetryAfter},
};

use crate::subject::{Subject, each};

pub(crate) fn subjects() -> Vec<Subject> {
    [dates(), lists(), hints(), policies()].into_iter().flatten().collect()
}

/// An HTTP date of today's form.
fn dates() -> Vec<Subject> {
    let case = "rust/headers/date";
    const DATE: &str = "Sun, 19 May 2024 16:00:37 GMT";
    vec![
        each(case, "tidegate", true, || || RetryAfter::parse(black_box(DATE).as_bytes()).is_some()),
        each(case, "httpdate", true, || || httpdate::parse_http_date(black_box(DATE)).is_ok()),
    ]
}

/// `RateLimit-Policy` and `RateLimit`: tidegate also takes their meaning, `sfv` builds the lists.
fn lists() -> Vec<Subject> {
    let case = "rust/headers/ratelimit-lists";
    const POLICY: &str = "\"burst\";q=100;w=60, \"daily\";q=1000;w=86400";
    const LIMIT: &str = "\"burst\";r=50;t=30, \"daily\";r=900;t=4000";
    vec![
        each(case, "tidegate", true, || {
            || {
                let mut advice = Advice::new(Dialect::IETF);
                advice.header(b"RateLimit-Policy", black_box(POLICY).as_bytes());
                advice.header(b"RateLimit", black_box(LIMIT).as_bytes());
                advice.invalid() == 0
            }
        }),
        each(case, "sfv", true, || {
            || {
                let list = |text: &str| sfv::Parser::new(text).parse::<sfv::List>();
                list(black_box(POLICY)).is_ok() && list(black_box(LIMIT)).is_ok()
            }
        }),
    ]
}

/// Four headers of one response.
fn hints() -> Vec<Subject> {
    vec![each("rust/headers/four-x", "tidegate", true, || {
        || {
            let mut hints = Hints::new();
            hints.header(b"X-RateLimit-Limit", black_box(b"300"));
            hints.header(b"X-RateLimit-Remaining", black_box(b"287"));
            hints.header(b"X-RateLimit-Reset", black_box(b"1716134460"));
            hints.header(b"Retry-After", black_box(b"23"));
            hints.remaining() == Some(287)
        }
    })]
}

/// A policy file; `serde_json` only builds its tree, without a check of what it means.
fn policies() -> Vec<Subject> {
    let case = "rust/policy/load";
    const FILE: &str = include_str!("../../../core/policies/github.json");
    vec![
        each(case, "tidegate", true, || || Policy::from_json(black_box(FILE)).is_ok()),
        each(case, "serde_json", true, || {
            || serde_json::from_str::<serde_json::Value>(black_box(FILE)).is_ok()
        }),
    ]
}
