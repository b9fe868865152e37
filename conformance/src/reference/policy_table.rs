//! What may stand in a policy file, as a table: members, names, bounds, and which of them must agree.

use crate::reference::breaker::Breaker;
use crate::reference::budget::Budget;
use crate::reference::located::Value;
use crate::reference::policy::{BudgetRule, LimitKind};
use crate::reference::policy_parts::{backoff, breaker, budget, limit};
use crate::reference::throttle::Throttle;

/// What may stand in a place.
pub(super) enum Rule {
    /// A text of 1 to so many bytes.
    Text(usize),
    /// The same, up to 63, that begins with a slash.
    Pattern,
    /// Any text.
    AnyText,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// True or false.
    Flag,
    /// Digits from one number to another.
    Whole(u128, u128),
    /// A duration of at least so much.
    Duration(u128),
    /// A decimal number which is whole in units of one part of so many, up to so many of them.
    Parts(u128, u128),
    /// A duration or a part.
    Spread,
    /// A number or a ratio.
    Factor,
    /// A status or a range of them.
    Status,
    /// The name of a dialect, or more of it.
    Dialect,
    /// At most so many.
    List(usize, &'static Rule),
    /// The limits of one category.
    Limits,
    /// At least one category.
    Categories,
    /// Members, and whether each must be there; and whether they agree.
    Object(&'static [(&'static str, bool, Rule)], fn(&Value) -> bool),
}

/// What a kind has no use for is not there.
fn lacks(value: &Value, members: &[&str]) -> bool {
    members.iter().all(|member| value.get(member).is_none())
}

const MANY: usize = usize::MAX;
const BILLION: u128 = 1_000_000_000;

/// The whole.
pub(super) static POLICY: Rule = Rule::Object(
    &[
        ("name", true, Rule::Text(31)),
        ("categories", true, Rule::Categories),
        ("$schema", false, Rule::AnyText),
        ("about", false, Rule::AnyText),
        ("source", false, Rule::AnyText),
        ("shared", false, Rule::List(2, &LIMIT)),
        ("routes", false, Rule::List(24, &ROUTE)),
        ("roles", false, Rule::List(4, &ROLE)),
        ("codes", false, Rule::List(40, &CODE)),
        ("dialect", false, Rule::Dialect),
        ("window_header", false, Rule::Flag),
        ("denied_code", false, Rule::Text(31)),
        ("shared_code", false, Rule::Text(31)),
        ("retry", false, RETRY),
        ("budget", false, BUDGET),
        ("breaker", false, BREAKER),
        ("hedge", false, HEDGE),
        ("pages", false, PAGES),
        ("batches", false, Rule::List(4, &BATCH)),
        ("body", false, BODY),
        ("key", false, Rule::Text(31)),
        ("envelope", false, Rule::OneOf(&["problem", "stackflow", "velaflows"])),
    ],
    |_| true,
);
/// One of the categories.
pub(super) static CATEGORY: Rule = Rule::Object(
    &[
        ("name", true, Rule::Text(31)),
        ("limits", true, Rule::Limits),
        ("cache", false, Rule::Duration(0)),
    ],
    |_| true,
);
/// One limit.
pub(super) static LIMIT: Rule = Rule::Object(
    &[
        (
            "kind",
            true,
            Rule::OneOf(&["token_bucket", "fixed_window", "first_use_window", "strict_window"]),
        ),
        ("limit", true, Rule::Whole(0, BILLION)),
        ("per", true, Rule::Duration(0)),
        ("burst", false, Rule::Whole(1, 1 << 32)),
        ("unit", false, Rule::OneOf(&["requests", "tokens", "content-bytes", "other"])),
        ("name", false, Rule::Text(31)),
    ],
    |value| {
        let limit = limit(value);
        let is_bucket = limit.kind == LimitKind::Bucket;
        let is_fixed = limit.kind == LimitKind::Fixed;
        limit.fits(1)
            && (is_bucket || value.get("burst").is_none())
            && (!is_fixed || limit.unit == "requests")
    },
);
static ROUTE: Rule = Rule::Object(
    &[
        ("path", true, Rule::Pattern),
        ("category", true, Rule::Text(31)),
        ("methods", false, Rule::List(MANY, &METHOD)),
    ],
    |_| true,
);
static METHOD: Rule = Rule::OneOf(&METHODS);
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
static ROLE: Rule = Rule::Object(
    &[("name", true, Rule::Text(31)), ("multiplier", true, Rule::Whole(1, 1_000_000))],
    |_| true,
);
static CODE: Rule = Rule::Object(
    &[
        ("code", true, Rule::Text(47)),
        (
            "class",
            true,
            Rule::OneOf(&[
                "permanent",
                "transient",
                "refresh_credentials",
                "throttled",
                "throttled_all",
            ]),
        ),
        ("status", false, Rule::Whole(400, 599)),
    ],
    |_| true,
);
static STATUS: Rule = Rule::Status;
static DURATION: Rule = Rule::Duration(0);
/// A dialect, and more of it than its name.
pub(super) static DIALECT: Rule = Rule::Object(
    &[
        ("name", true, Rule::OneOf(&VENDORS)),
        (
            "reset",
            false,
            Rule::OneOf(&["auto", "epoch_s", "epoch_ms", "s", "ms", "duration", "rfc3339"]),
        ),
        ("decimals", false, Rule::Flag),
    ],
    |_| true,
);
/// The dialects but the plain one.
pub(super) const VENDORS: [&str; 16] = [
    "common",
    "ietf",
    "github",
    "gitlab",
    "discord",
    "shopify",
    "stripe",
    "openai",
    "anthropic",
    "reddit",
    "twitter",
    "okta",
    "slack",
    "atlassian",
    "azure",
    "aws",
];
const RETRY: Rule = Rule::Object(
    &[
        ("max_attempts", false, Rule::Whole(1, 1000)),
        ("statuses", false, Rule::List(MANY, &STATUS)),
        ("denied_if_told", false, Rule::List(MANY, &STATUS)),
        ("default_429", false, Rule::Duration(0)),
        ("backoff", false, BACKOFF),
        ("server_jitter", false, Rule::Duration(0)),
        ("max_server_delay", false, Rule::Duration(0)),
        ("attempt_timeout", false, Rule::Duration(1)),
        ("max_wait", false, Rule::Duration(0)),
    ],
    |_| true,
);
const BACKOFF: Rule = Rule::Object(
    &[
        (
            "kind",
            false,
            Rule::OneOf(&["constant", "linear", "exponential", "polynomial", "fibonacci", "list"]),
        ),
        ("initial", false, Rule::Duration(0)),
        ("cap", false, Rule::Duration(0)),
        ("factor", false, Rule::Factor),
        ("step", false, Rule::Duration(0)),
        ("power", false, Rule::Whole(1, 16)),
        ("delays", false, Rule::List(8, &DURATION)),
        (
            "jitter",
            false,
            Rule::OneOf(&[
                "none",
                "full",
                "equal",
                "additive",
                "around",
                "above",
                "decorrelated",
                "decorrelated_v2",
            ]),
        ),
        ("spread", false, Rule::Spread),
        ("first_at_once", false, Rule::Flag),
    ],
    |value| {
        let kind = value.get("kind").and_then(Value::text).unwrap_or("exponential");
        let useless: &[&str] = match kind {
            "constant" | "fibonacci" => &["step", "factor", "power", "delays"],
            "linear" => &["factor", "power", "delays"],
            "polynomial" => &["step", "factor", "delays"],
            "list" => &["initial", "step", "factor", "power"],
            _ => &["step", "power", "delays"],
        };
        lacks(value, useless) && backoff(value).is_some()
    },
);
const BUDGET: Rule = Rule::Object(
    &[
        ("kind", true, Rule::OneOf(&["unlimited", "quota", "ratio", "throttle"])),
        ("capacity", false, Rule::Whole(0, BILLION)),
        ("failure", false, Rule::Whole(0, BILLION)),
        ("transient", false, Rule::Whole(0, BILLION)),
        ("throttled", false, Rule::Whole(0, BILLION)),
        ("first_success", false, Rule::Whole(0, BILLION)),
        ("window", false, Rule::Duration(0)),
        ("part", false, Rule::Parts(1_000_000, BILLION)),
        ("reserve", false, Rule::Whole(0, BILLION)),
        ("max_tokens", false, Rule::Whole(0, BILLION)),
        ("ratio", false, Rule::Parts(1_000, 1_000_000)),
    ],
    |value| {
        let quota = ["capacity", "failure", "transient", "throttled", "first_success"];
        let (part, tokens) = (["window", "part", "reserve"], ["max_tokens", "ratio"]);
        match budget(value) {
            BudgetRule::Unlimited => {
                lacks(value, &quota) && lacks(value, &part) && lacks(value, &tokens)
            }
            BudgetRule::Quota { .. } => lacks(value, &part) && lacks(value, &tokens),
            BudgetRule::Ratio { window, millionths, reserve } => {
                lacks(value, &quota)
                    && lacks(value, &tokens)
                    && Budget::new(window, millionths, reserve).is_ok()
            }
            BudgetRule::Throttle { tokens, ratio } => {
                lacks(value, &quota) && lacks(value, &part) && Throttle::new(tokens, ratio).is_ok()
            }
        }
    },
);
const BREAKER: Rule = Rule::Object(
    &[
        ("kind", true, Rule::OneOf(&["consecutive", "ratio"])),
        ("failures", false, Rule::Whole(1, BILLION)),
        ("probes", false, Rule::Whole(1, BILLION)),
        ("open_for", false, Rule::Duration(0)),
        ("window", false, Rule::Duration(0)),
        ("part", false, Rule::Parts(1_000_000, 1_000_000)),
        ("least", false, Rule::Whole(1, BILLION)),
    ],
    |value| {
        let useless: &[&str] = match value.get("kind").and_then(Value::text) {
            Some("ratio") => &["failures"],
            _ => &["window", "part", "least"],
        };
        let (trip, open_for, probes) = breaker(value);
        lacks(value, useless) && Breaker::new(trip, open_for, probes).is_ok()
    },
);
const HEDGE: Rule = Rule::Object(
    &[("after", true, Rule::Duration(1)), ("most", false, Rule::Whole(1, 10))],
    |_| true,
);
const PAGES: Rule = Rule::Object(
    &[
        ("style", true, Rule::OneOf(&["number", "offset", "cursor", "link"])),
        ("parameter", false, Rule::Text(31)),
        ("size", false, Rule::Text(31)),
        ("default_size", false, Rule::Whole(1, 1_000_000)),
        ("max_size", false, Rule::Whole(1, 1_000_000)),
        ("first", false, Rule::Whole(0, 1)),
        ("items", false, Rule::Text(31)),
        ("more", false, Rule::Text(31)),
        ("next", false, Rule::Text(31)),
        ("last", false, Rule::Text(31)),
    ],
    |value| match value.get("style").and_then(Value::text) {
        Some("cursor") => true,
        Some("link") => lacks(value, &["more", "next", "last"]),
        _ => lacks(value, &["next", "last"]),
    },
);
const BODY: Rule = Rule::Object(
    &[
        ("code", false, Rule::List(2, &PATH)),
        ("message", false, Rule::List(2, &PATH)),
        ("request_id", false, Rule::List(2, &PATH)),
        ("fields", false, Rule::Text(48)),
        ("field_path", false, Rule::Text(48)),
        ("field_issue", false, Rule::Text(48)),
    ],
    |_| true,
);
static PATH: Rule = Rule::Text(48);
static BATCH: Rule = Rule::Object(
    &[
        ("path", true, Rule::Pattern),
        ("items", true, Rule::Text(31)),
        ("max_items", true, Rule::Whole(1, 1_000_000)),
    ],
    |_| true,
);
