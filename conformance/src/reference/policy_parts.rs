//! The policy that a file says, once all of it fits the table.

use crate::reference::SECOND;
use crate::reference::backoff::{Backoff, Jitter, Spread};
use crate::reference::breaker::Trip;
use crate::reference::dialect::Dialect;
use crate::reference::growth::Growth;
use crate::reference::located::Value;
use crate::reference::policy::{
    BudgetRule, Category, Class, Code, Hedge, Limit, LimitKind, Policy, RetryRules, Route,
};
use crate::reference::policy_value::{
    duration, factor, flag, list, number, part, parts, span, statuses, whole, word,
};
use crate::reference::reset::Form;

/// What a file says that fits the table.
pub(super) fn policy(value: &Value) -> Policy {
    let category = |value: &Value| Category {
        name: word(value, "name", "").to_owned(),
        limits: list(value, "limits").map(limit).collect(),
    };
    let route = |value: &Value| Route {
        methods: value.get("methods").map(|methods| {
            methods.items().iter().filter_map(|it| it.text().map(str::to_owned)).collect()
        }),
        pattern: word(value, "path", "").to_owned(),
        category: word(value, "category", "").to_owned(),
    };
    let code = |value: &Value| Code {
        status: value.get("status").and_then(whole).map(|status| status as u16),
        code: word(value, "code", "").to_owned(),
        class: match word(value, "class", "") {
            "transient" => Class::Transient,
            "refresh_credentials" => Class::RefreshCredentials,
            "throttled" => Class::Throttled,
            "throttled_all" => Class::ThrottledAll,
            _ => Class::Permanent,
        },
    };
    let role =
        |value: &Value| (word(value, "name", "").to_owned(), number(value, "multiplier", 1) as u64);
    Policy {
        categories: list(value, "categories").map(category).collect(),
        shared: list(value, "shared").map(limit).collect(),
        routes: list(value, "routes").map(route).collect(),
        roles: list(value, "roles").map(role).collect(),
        codes: list(value, "codes").map(code).collect(),
        dialect: value.get("dialect").and_then(dialect),
        retry: value.get("retry").map_or_else(RetryRules::usual, retry),
        budget: value.get("budget").map_or(BudgetRule::Unlimited, budget),
        breaker: value.get("breaker").map(breaker),
        hedge: value
            .get("hedge")
            .map(|hedge| Hedge { after: span(hedge, "after", 0), most: number(hedge, "most", 1) }),
    }
}

pub(super) fn limit(value: &Value) -> Limit {
    let limit = number(value, "limit", 0) as u64;
    Limit {
        name: word(value, "name", "").to_owned(),
        kind: match word(value, "kind", "") {
            "fixed_window" => LimitKind::Fixed,
            "first_use_window" => LimitKind::FirstUse,
            "strict_window" => LimitKind::Strict,
            _ => LimitKind::Bucket,
        },
        limit,
        per: span(value, "per", 0) as u64,
        burst: number(value, "burst", u128::from(limit.max(1))) as u64,
        unit: word(value, "unit", "requests").to_owned(),
    }
}

pub(super) fn dialect(value: &Value) -> Option<Dialect> {
    let name = value.text().unwrap_or_else(|| word(value, "name", ""));
    let mut dialect = Dialect::named(name)?;
    match word(value, "reset", "") {
        "auto" => dialect.reset = Form::Auto,
        "epoch_s" => dialect.reset = Form::Epoch(SECOND),
        "epoch_ms" => dialect.reset = Form::Epoch(SECOND / 1_000),
        "s" => dialect.reset = Form::Wait(SECOND),
        "ms" => dialect.reset = Form::Wait(SECOND / 1_000),
        "duration" => dialect.reset = Form::Duration,
        "rfc3339" => dialect.reset = Form::Rfc3339,
        _ => {}
    }
    dialect.decimals = flag(value, "decimals").unwrap_or(dialect.decimals);
    Some(dialect)
}

pub(super) fn retry(value: &Value) -> RetryRules {
    let usual = RetryRules::usual();
    let set = |name, usual| match value.get(name) {
        Some(list) => list.items().iter().filter_map(statuses).map(|(a, b)| a..=b).collect(),
        None => usual,
    };
    RetryRules {
        max_attempts: number(value, "max_attempts", usual.max_attempts.into()) as u32,
        statuses: set("statuses", usual.statuses),
        denied_if_told: set("denied_if_told", usual.denied_if_told),
        default_429: value.get("default_429").and_then(duration),
        backoff: value.get("backoff").and_then(backoff).unwrap_or(usual.backoff),
        server_jitter: span(value, "server_jitter", usual.server_jitter),
        max_server_delay: span(value, "max_server_delay", usual.max_server_delay),
        attempt_timeout: value.get("attempt_timeout").and_then(duration),
        max_wait: span(value, "max_wait", usual.max_wait),
    }
}

/// A backoff whose parts agree.
pub(super) fn backoff(value: &Value) -> Option<Backoff> {
    let first = span(value, "initial", SECOND / 2);
    let growth = match word(value, "kind", "exponential") {
        "constant" => Growth::Linear(first, 0),
        "linear" => Growth::Linear(first, span(value, "step", 0)),
        "polynomial" => Growth::Polynomial(first, number(value, "power", 2) as u32),
        "fibonacci" => Growth::Fibonacci(first),
        "list" => Growth::List(list(value, "delays").filter_map(duration).collect()),
        _ => {
            let (top, bottom) = value.get("factor").and_then(factor).unwrap_or((2, 1));
            Growth::Ratio(first, top, bottom)
        }
    };
    let spread = value.get("spread");
    let time = spread.and_then(duration);
    let part = spread.and_then(|spread| parts(spread, 1_000_000));
    let spread = match word(value, "jitter", "equal") {
        "additive" => Spread::Plain(Jitter::Additive(time?)),
        "around" => Spread::Around(part?),
        "above" => Spread::Above(part?),
        _ if spread.is_some() => return None,
        "none" => Spread::Plain(Jitter::None),
        "full" => Spread::Plain(Jitter::Full),
        "decorrelated" => Spread::Decorrelated,
        "decorrelated_v2" => Spread::DecorrelatedV2,
        _ => Spread::Plain(Jitter::Equal),
    };
    let mut backoff = Backoff::new(growth, span(value, "cap", 20 * SECOND) as u64, spread).ok()?;
    backoff.at_once = flag(value, "first_at_once") == Some(true);
    Some(backoff)
}

pub(super) fn budget(value: &Value) -> BudgetRule {
    match word(value, "kind", "") {
        "quota" => BudgetRule::Quota {
            capacity: number(value, "capacity", 500) as u32,
            costs: [("failure", 5), ("transient", 10), ("throttled", 5)]
                .map(|(name, usual)| number(value, name, usual)),
            first_success: number(value, "first_success", 1),
        },
        "ratio" => BudgetRule::Ratio {
            window: span(value, "window", 10 * SECOND) as u64,
            millionths: part(value, "part", 1_000_000, 200_000) as u32,
            reserve: number(value, "reserve", 100) as u32,
        },
        "throttle" => BudgetRule::Throttle {
            tokens: number(value, "max_tokens", 10) as u32,
            ratio: part(value, "ratio", 1_000, 100) as u32,
        },
        _ => BudgetRule::Unlimited,
    }
}

pub(super) fn breaker(value: &Value) -> (Trip, u64, u32) {
    let trip = match word(value, "kind", "") {
        "ratio" => Trip::Ratio {
            window: span(value, "window", 10 * SECOND) as u64,
            millionths: part(value, "part", 1_000_000, 500_000) as u32,
            least: number(value, "least", 20) as u32,
        },
        _ => Trip::Consecutive(number(value, "failures", 5) as u32),
    };
    (trip, span(value, "open_for", 30 * SECOND) as u64, number(value, "probes", 1) as u32)
}
