//! The headers that announce limits.

use crate::reference::{MAX, SECOND};

/// Fifteen digits.
const MOST: u128 = 999_999_999_999_999;
/// No value is longer.
const ROOM: usize = 384;

/// One limit.
#[derive(Clone, Debug)]
pub struct Announcement {
    /// Its name.
    pub name: String,
    /// How many a window.
    pub limit: u128,
    /// How many are left.
    pub remaining: u128,
    /// Until there are more.
    pub reset_after: u128,
    /// The length of a window.
    pub window: u128,
}

/// The headers, or none if there is no limit, a name is not printable ASCII or a value is too long.
pub fn headers(
    form: &str,
    limits: &[Announcement],
    retry_after: Option<u128>,
    now: u128,
) -> Option<Vec<(String, String)>> {
    let mut tightest = limits.first()?;
    for limit in limits {
        let tighter = limit.remaining < tightest.remaining
            || limit.remaining == tightest.remaining && limit.reset_after > tightest.reset_after;
        if tighter {
            tightest = limit;
        }
    }
    let number = |number: u128| number.min(MOST);
    let seconds = |nanos: u128| nanos.div_ceil(SECOND);
    let window = |limit: &Announcement| number(seconds(limit.window)).max(1);
    let joined = |member: &dyn Fn(&Announcement) -> String| {
        limits.iter().map(member).collect::<Vec<_>>().join(", ")
    };
    let unnamed = || joined(&|limit| format!("{};w={}", number(limit.limit), window(limit)));
    let (limit, remaining) = (number(tightest.limit), number(tightest.remaining));
    let reset = number(seconds(tightest.reset_after));
    let mut headers = Vec::new();
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    match form {
        "x" => {
            add("X-RateLimit-Limit", limit.to_string());
            add("X-RateLimit-Remaining", remaining.to_string());
            let end = (now + tightest.reset_after).min(MAX);
            add("X-RateLimit-Reset", seconds(end).to_string());
            add("X-RateLimit-Window", window(tightest).to_string());
        }
        "draft-6" => {
            add("RateLimit-Policy", unnamed());
            add("RateLimit-Limit", limit.to_string());
            add("RateLimit-Remaining", remaining.to_string());
            add("RateLimit-Reset", reset.to_string());
        }
        "draft-7" => {
            add("RateLimit-Policy", unnamed());
            add("RateLimit", format!("limit={limit}, remaining={remaining}, reset={reset}"));
        }
        _ => {
            let printable =
                |limit: &Announcement| limit.name.chars().all(|c| matches!(c, ' '..='~'));
            if !limits.iter().all(printable) {
                return None;
            }
            let name = |limit: &Announcement| {
                format!("\"{}\"", limit.name.replace('\\', "\\\\").replace('"', "\\\""))
            };
            add(
                "RateLimit-Policy",
                joined(&|it| format!("{};q={};w={}", name(it), number(it.limit), window(it))),
            );
            add(
                "RateLimit",
                joined(&|it| {
                    let reset = number(seconds(it.reset_after));
                    format!("{};r={};t={reset}", name(it), number(it.remaining))
                }),
            );
        }
    }
    if let Some(wait) = retry_after {
        add("Retry-After", seconds(wait).to_string());
    }
    headers.iter().all(|(_, value)| value.len() <= ROOM).then_some(headers)
}
