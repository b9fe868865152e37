//! What a policy file says of trying again: statuses, delays, budgets, breaker, hedging.

use super::{
    error::Problem,
    reader::{Read, Reader},
};
use crate::{
    api::{Breaker, Budget, Hedge},
    error::Error,
    retry::{Backoff, Jitter, RetryCosts, RetryPolicy, StatusSet},
    time::Span,
};

pub(super) fn retry(reader: &mut Reader<'_>) -> Read<RetryPolicy> {
    let mut rules = RetryPolicy::DEFAULT;
    reader.object(RETRY, 0, &mut |reader, member| {
        match member {
            "max_attempts" => {
                let what = "a whole number from 1 to 1000";
                rules.max_attempts = reader.count(1, 1_000, what)?;
            }
            "statuses" => rules.statuses = statuses(reader)?,
            "denied_if_told" => rules.denied_if_told = statuses(reader)?,
            "default_429" => rules.default_429 = Some(reader.duration()?),
            "backoff" => rules.backoff = backoff(reader)?,
            "server_jitter" => rules.server_jitter = reader.duration()?,
            "max_server_delay" => rules.max_server_delay = reader.duration()?,
            "attempt_timeout" => rules.attempt_timeout = Some(positive(reader)?),
            _ => rules.max_wait = reader.duration()?,
        }
        Ok(())
    })?;
    Ok(rules)
}

fn positive(reader: &mut Reader<'_>) -> Read<Span> {
    match reader.duration()? {
        Span::ZERO => Err(reader.problem(Problem::Expected("a duration above 0"))),
        span => Ok(span),
    }
}

/// `429`, or `"500-599"` for all from the first to the last.
fn statuses(reader: &mut Reader<'_>) -> Read<StatusSet> {
    const WHAT: &str = "a status from 400 to 599, or two of them as in \"500-599\"";
    let mut set = StatusSet::EMPTY;
    reader.array(usize::MAX, &mut |reader, _| {
        if reader.peek() != Some(b'"') {
            let status = reader.count(400, 599, WHAT)?;
            set = set.with(status as u16); // OK because it is below 600
            return Ok(());
        }
        let range = reader.text::<7>()?;
        let ends = range.as_str().split_at_checked(3).and_then(|(first, rest)| {
            let last = rest.strip_prefix('-')?.parse::<u16>().ok()?;
            let first = first.parse::<u16>().ok()?;
            (400 <= first && first <= last && last <= 599).then_some((first, last))
        });
        let (first, last) = ends.ok_or_else(|| reader.problem(Problem::Expected(WHAT)))?;
        set = set.with_range(first, last);
        Ok(())
    })?;
    Ok(set)
}

fn backoff(reader: &mut Reader<'_>) -> Read<Backoff> {
    let start = reader.here();
    let (mut kind, mut initial, mut cap) = (EXPONENTIAL, RetryPolicy::DEFAULT_INITIAL, None);
    let (mut factor, mut step, mut power) = ((2, 1), Span::ZERO, 2);
    let (mut delays, mut jitter, mut spread) =
        (heapless::Vec::<Span, 8>::new(), EQUAL, Spread::Missing);
    let mut first_at_once = false;
    let mut given = Given::new();
    reader.object(BACKOFF, 0, &mut |reader, member| {
        let _ = given.push(member);
        match member {
            "kind" => kind = reader.one_of(GROWTHS)?,
            "initial" => initial = reader.duration()?,
            "cap" => cap = Some(reader.duration()?),
            "factor" => factor = ratio(reader)?,
            "step" => step = reader.duration()?,
            "power" => power = reader.count(1, 16, "a whole number from 1 to 16")?,
            "delays" => reader.array(delays.capacity(), &mut |reader, _| {
                // OK: no more are read than there is room for.
                let _ = delays.push(reader.duration()?);
                Ok(())
            })?,
            "jitter" => jitter = reader.one_of(JITTERS)?,
            "spread" => spread = Spread::read(reader)?,
            _ => first_at_once = reader.boolean()?,
        }
        Ok(())
    })?;
    of_kind(reader, start, &given, GROWTH_MEMBERS, kind)?;
    let jitter = match (jitter, spread) {
        (0, Spread::Missing) => Jitter::None,
        (1, Spread::Missing) => Jitter::Full,
        (EQUAL, Spread::Missing) => Jitter::Equal,
        (3, Spread::Time(span)) => Jitter::Additive(span),
        (4, Spread::Part(millionths)) => Jitter::Around(millionths),
        (5, Spread::Part(millionths)) => Jitter::Above(millionths),
        (6, Spread::Missing) => Jitter::Decorrelated,
        (7, Spread::Missing) => Jitter::DecorrelatedV2,
        (3, _) => return Err(reader.problem_here(start, Problem::Expected(NEEDS_TIME))),
        (4 | 5, _) => return Err(reader.problem_here(start, Problem::Expected(NEEDS_PART))),
        _ => return Err(reader.problem_here(start, Problem::Expected(NEEDS_NONE))),
    };
    let cap = cap.unwrap_or(RetryPolicy::DEFAULT_CAP);
    let made = match kind {
        0 => Backoff::constant(initial, cap, jitter),
        1 => Backoff::linear(initial, step, cap, jitter),
        EXPONENTIAL => Backoff::exponential(initial, factor.0, factor.1, cap, jitter),
        3 => Backoff::polynomial(initial, power, cap, jitter),
        4 => Backoff::fibonacci(initial, cap, jitter),
        _ => Backoff::list(&delays, cap, jitter),
    };
    match made {
        Ok(backoff) if first_at_once => Ok(backoff.first_at_once()),
        Ok(backoff) => Ok(backoff),
        Err(error) => Err(reader.problem_here(start, Problem::OutOfRange(error))),
    }
}

/// How far a jitter goes.
#[derive(Clone, Copy)]
enum Spread {
    Missing,
    Time(Span),
    Part(u32),
}

impl Spread {
    fn read(reader: &mut Reader<'_>) -> Read<Spread> {
        if reader.peek() == Some(b'"') {
            return Ok(Spread::Time(reader.duration()?));
        }
        let what = "a duration, or a part from 0 to 1 with at most six digits behind the point";
        Ok(Spread::Part(reader.millionths(1_000_000, what)?))
    }
}

/// The members of an object that were there. OK to ignore its capacity: none has as many.
pub(super) type Given = heapless::Vec<&'static str, 16>;

/// Nothing was given that its kind has no use for: it would do nothing, and be thought to.
pub(super) fn of_kind(
    reader: &Reader<'_>,
    start: usize,
    given: &Given,
    members: &[&'static [&'static str]],
    kind: usize,
) -> Read<()> {
    let of_this = members.get(kind).copied().unwrap_or_default();
    let of_any = |member: &&str| members.iter().any(|names| names.contains(member));
    if given.iter().any(|member| of_any(member) && !of_this.contains(member)) {
        return Err(reader.problem_here(start, Problem::NotOfKind(of_this)));
    }
    Ok(())
}

/// `2`, `1.5`, or `"3/2"`.
fn ratio(reader: &mut Reader<'_>) -> Read<(u32, u32)> {
    const WHAT: &str = "a number of 1 or more, or a ratio as in \"3/2\"";
    let found = if reader.peek() == Some(b'"') {
        let text = reader.text::<21>()?;
        let text = Some(text.as_str()).filter(|text| !text.contains(['+']));
        text.and_then(|text| text.split_once(['/'])).and_then(|(numerator, denominator)| {
            Some((numerator.parse().ok()?, denominator.parse().ok()?))
        })
    } else {
        let (numerator, denominator) = reader.decimal(WHAT)?;
        u32::try_from(numerator).ok().zip(u32::try_from(denominator).ok())
    };
    found.ok_or_else(|| reader.problem(Problem::Expected(WHAT)))
}

pub(super) fn budget(reader: &mut Reader<'_>) -> Read<Budget> {
    const TOKENS: &str = "a whole number up to 1000000000";
    let start = reader.here();
    let (mut kind, mut capacity, mut costs) = (0, 500, RetryCosts::AWS_2_0);
    let (mut window, mut part, mut reserve) = (Span::from_secs(10), 200_000, 100);
    let (mut max_tokens, mut ratio) = (10, 100);
    let number = |reader: &mut Reader<'_>| reader.count(0, 1_000_000_000, TOKENS);
    let mut given = Given::new();
    reader.object(BUDGET, 1, &mut |reader, member| {
        let _ = given.push(member);
        match member {
            "kind" => kind = reader.one_of(BUDGETS)?,
            "capacity" => capacity = number(reader)?,
            "failure" => costs.failure = number(reader)?,
            "transient" => costs.transient = number(reader)?,
            "throttled" => costs.throttled = number(reader)?,
            "first_success" => costs.first_success = number(reader)?,
            "window" => window = reader.duration()?,
            "part" => {
                let what = "a number from 0 to 1000 with at most six digits behind the point";
                part = reader.millionths(1_000_000_000, what)?;
            }
            "reserve" => reserve = number(reader)?,
            "max_tokens" => max_tokens = number(reader)?,
            _ => {
                let what = "a number up to 1000 with at most three digits behind the point";
                ratio = reader.scaled(1_000, 1_000_000, what)?;
            }
        }
        Ok(())
    })?;
    of_kind(reader, start, &given, BUDGET_MEMBERS, kind)?;
    let made = match kind {
        0 => Ok(Budget::UNLIMITED),
        1 => Ok(Budget::quota(capacity, costs)),
        2 => Budget::ratio(window, part, reserve),
        _ => Budget::throttle(max_tokens, ratio),
    };
    made.map_err(|error: Error| reader.problem_here(start, Problem::OutOfRange(error)))
}

pub(super) fn breaker(reader: &mut Reader<'_>) -> Read<Breaker> {
    const COUNT: &str = "a whole number from 1 to 1000000000";
    let start = reader.here();
    let (mut kind, mut failures, mut probes, mut open_for) = (0, 5, 1, Span::from_secs(30));
    let (mut window, mut part, mut least) = (Span::from_secs(10), 500_000, 20);
    let number = |reader: &mut Reader<'_>| reader.count(1, 1_000_000_000, COUNT);
    let mut given = Given::new();
    reader.object(BREAKER, 1, &mut |reader, member| {
        let _ = given.push(member);
        match member {
            "kind" => kind = reader.one_of(BREAKERS)?,
            "failures" => failures = number(reader)?,
            "probes" => probes = number(reader)?,
            "open_for" => open_for = reader.duration()?,
            "window" => window = reader.duration()?,
            "part" => {
                let what = "a part from 0 to 1 with at most six digits behind the point";
                part = reader.millionths(1_000_000, what)?;
            }
            _ => least = number(reader)?,
        }
        Ok(())
    })?;
    of_kind(reader, start, &given, BREAKER_MEMBERS, kind)?;
    let made = match kind {
        0 => Breaker::consecutive(failures, open_for, probes),
        _ => Breaker::ratio(window, part, least, open_for, probes),
    };
    made.map_err(|error: Error| reader.problem_here(start, Problem::OutOfRange(error)))
}

pub(super) fn hedge(reader: &mut Reader<'_>) -> Read<Hedge> {
    let mut hedge = Hedge { after: Span::ZERO, most: 1 };
    reader.object(HEDGE, 1, &mut |reader, member| {
        match member {
            "after" => hedge.after = positive(reader)?,
            _ => hedge.most = reader.count(1, 10, "a whole number from 1 to 10")?,
        }
        Ok(())
    })?;
    Ok(hedge)
}

const RETRY: &[&str] = &[
    "max_attempts",
    "statuses",
    "denied_if_told",
    "default_429",
    "backoff",
    "server_jitter",
    "max_server_delay",
    "attempt_timeout",
    "max_wait",
];
const BACKOFF: &[&str] = &[
    "kind",
    "initial",
    "cap",
    "factor",
    "step",
    "power",
    "delays",
    "jitter",
    "spread",
    "first_at_once",
];
const GROWTHS: &[&str] = &["constant", "linear", "exponential", "polynomial", "fibonacci", "list"];
/// What each of them has, beside what all have.
const GROWTH_MEMBERS: &[&[&str]] = &[
    &["initial"],
    &["initial", "step"],
    &["initial", "factor"],
    &["initial", "power"],
    &["initial"],
    &["delays"],
];
const EXPONENTIAL: usize = 2;
const JITTERS: &[&str] =
    &["none", "full", "equal", "additive", "around", "above", "decorrelated", "decorrelated_v2"];
const EQUAL: usize = 2;
const NEEDS_TIME: &str = "a backoff whose jitter has a spread that is a duration";
const NEEDS_PART: &str = "a backoff whose jitter has a spread that is a part from 0 to 1";
const NEEDS_NONE: &str = "a backoff without spread, which its jitter has no use for";
const BUDGET: &[&str] = &[
    "kind",
    "capacity",
    "failure",
    "transient",
    "throttled",
    "first_success",
    "window",
    "part",
    "reserve",
    "max_tokens",
    "ratio",
];
const BUDGETS: &[&str] = &["unlimited", "quota", "ratio", "throttle"];
const BUDGET_MEMBERS: &[&[&str]] = &[
    &[],
    &["capacity", "failure", "transient", "throttled", "first_success"],
    &["window", "part", "reserve"],
    &["max_tokens", "ratio"],
];
const BREAKER: &[&str] = &["kind", "failures", "probes", "open_for", "window", "part", "least"];
const BREAKERS: &[&str] = &["consecutive", "ratio"];
const BREAKER_MEMBERS: &[&[&str]] = &[&["failures"], &["window", "part", "least"]];
const HEDGE: &[&str] = &["after", "most"];
