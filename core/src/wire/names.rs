//! Which header says what: one table of names for every dialect, in any case.

use super::dialect::{
    ANTHROPIC, BETA, Dialect, GITLAB, IETF, MILLIS, SERIES, SHOPIFY, SHOULD_RETRY, X,
};

/// What a header is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    RetryAfter,
    RetryMillis,
    Date,
    Age,
    ShouldRetry,
    Global,
    /// The name of the limit that the headers without a suffix are about.
    Resource,
    Bucket,
    Scope,
    /// One number of one limit.
    Count(From, &'static str, Part),
    /// `RateLimit-ResetTime`: an HTTP-date.
    ResetTime,
    /// `RateLimit-Limit`, which draft 3 lets carry policies.
    LegacyLimit,
    RateLimit,
    RateLimitPolicy,
    /// `32/40`.
    CallLimit,
}

/// Which group of headers a count was read from: of one group, only a limit's own name tells two
/// limits apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// `X-RateLimit-*`
    X,
    /// `X-RateLimit-*-requests`
    Series,
    /// `anthropic-ratelimit-*`
    Anthropic,
    Shopify,
    /// `RateLimit-Limit`, `-Remaining`, `-Reset`
    Legacy,
    /// `RateLimit: limit=10, remaining=1, reset=7`
    Dictionary,
    /// `RateLimit: "name";r=1;t=7`
    List,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Limit,
    Remaining,
    Used,
    Reset,
    ResetAfter,
    Window,
}

/// What the header of this name says in this dialect.
pub(super) fn fact(name: &[u8], dialect: Dialect) -> Option<Fact> {
    // Once in lower case, names are compared as they stand.
    let mut lower = [0; MAX_HEADER];
    let lower = lower.get_mut(..name.len())?;
    lower.iter_mut().zip(name).for_each(|(to, byte)| *to = byte.to_ascii_lowercase());
    let name: &[u8] = lower;
    let (families, fact) = match name.first()? {
        b'x' => x(name),
        b'r' => ratelimit(name).or_else(|| one_of(name, &OTHERS)),
        b'a' => anthropic(name).or_else(|| one_of(name, &OTHERS)),
        b'b' => Some((BETA, ratelimit(name.strip_prefix(b"beta-")?)?.1)),
        _ => one_of(name, &OTHERS),
    }?;
    (families == 0 || dialect.reads(families)).then_some(fact)
}

type Known = Option<(u16, Fact)>;

fn x(name: &[u8]) -> Known {
    let prefix = |prefix: &[u8]| name.strip_prefix(prefix);
    let Some(rest) = prefix(b"x-ratelimit-").or_else(|| prefix(b"x-rate-limit-")) else {
        let beta = prefix(b"x-beta-ratelimit-").and_then(|rest| one_of(rest, &X_PARTS));
        return beta.map(|(_, fact)| (BETA, fact)).or_else(|| one_of(name, &OTHERS));
    };
    one_of(rest, &X_PARTS).or_else(|| {
        let (part, series) = PARTS.iter().find_map(|(known, part)| {
            Some((*part, rest.strip_prefix(*known)?.strip_prefix(b"-")?))
        })?;
        Some((SERIES, Fact::Count(From::Series, known(series, &SERIES_NAMES)?, part)))
    })
}

fn ratelimit(name: &[u8]) -> Known {
    one_of(name.strip_prefix(b"ratelimit")?, &RATELIMIT)
}

/// `anthropic-ratelimit-input-tokens-remaining`
fn anthropic(name: &[u8]) -> Known {
    let rest = name.strip_prefix(b"anthropic-ratelimit-")?;
    let dash = rest.iter().rposition(|&byte| byte == b'-')?;
    let (series, part) = rest.split_at_checked(dash)?;
    let part = part.strip_prefix(b"-")?;
    let &(_, part) = PARTS.iter().find(|(known, _)| part == *known)?;
    Some((ANTHROPIC, Fact::Count(From::Anthropic, known(series, &ANTHROPIC_NAMES)?, part)))
}

fn one_of(name: &[u8], table: &[(&str, u16, Fact)]) -> Known {
    let row = table.iter().find(|(known, ..)| name == known.as_bytes());
    row.map(|&(_, families, fact)| (families, fact))
}

fn known(name: &[u8], names: &[&'static str]) -> Option<&'static str> {
    names.iter().find(|known| name == known.as_bytes()).copied()
}

/// After `X-RateLimit-`.
const X_PARTS: [(&str, u16, Fact); 10] = [
    ("remaining", X, Fact::Count(From::X, "", Part::Remaining)),
    ("limit", X, Fact::Count(From::X, "", Part::Limit)),
    ("reset", X, Fact::Count(From::X, "", Part::Reset)),
    ("used", X, Fact::Count(From::X, "", Part::Used)),
    ("window", X, Fact::Count(From::X, "", Part::Window)),
    ("reset-after", X, Fact::Count(From::X, "", Part::ResetAfter)),
    ("resource", X, Fact::Resource),
    ("bucket", X, Fact::Bucket),
    ("scope", X, Fact::Scope),
    ("global", X, Fact::Global),
];

/// After `RateLimit`.
const RATELIMIT: [(&str, u16, Fact); 8] = [
    ("", IETF, Fact::RateLimit),
    ("-policy", IETF, Fact::RateLimitPolicy),
    ("-limit", IETF, Fact::LegacyLimit),
    ("-remaining", IETF, Fact::Count(From::Legacy, "", Part::Remaining)),
    ("-reset", IETF, Fact::Count(From::Legacy, "", Part::Reset)),
    ("-observed", GITLAB, Fact::Count(From::Legacy, "", Part::Used)),
    ("-resettime", GITLAB, Fact::ResetTime),
    ("-name", GITLAB, Fact::Resource),
];

/// Whole names.
const OTHERS: [(&str, u16, Fact); 9] = [
    ("retry-after", 0, Fact::RetryAfter),
    ("date", 0, Fact::Date),
    ("age", 0, Fact::Age),
    ("retry-after-ms", MILLIS, Fact::RetryMillis),
    ("x-ms-retry-after-ms", MILLIS, Fact::RetryMillis),
    ("x-amz-retry-after", MILLIS, Fact::RetryMillis),
    ("x-should-retry", SHOULD_RETRY, Fact::ShouldRetry),
    ("stripe-should-retry", SHOULD_RETRY, Fact::ShouldRetry),
    ("x-shopify-shop-api-call-limit", SHOPIFY, Fact::CallLimit),
];

const PARTS: [(&[u8], Part); 3] =
    [(b"limit", Part::Limit), (b"remaining", Part::Remaining), (b"reset", Part::Reset)];

/// What may follow `X-RateLimit-Limit-`; a length of time is also the window.
const SERIES_NAMES: [&str; 6] = ["requests", "tokens", "second", "minute", "hour", "day"];

/// What may follow `anthropic-ratelimit-`.
const ANTHROPIC_NAMES: [&str; 4] = ["requests", "tokens", "input-tokens", "output-tokens"];

/// No name that is known is longer: `anthropic-ratelimit-output-tokens-remaining` has 43 bytes.
const MAX_HEADER: usize = 48;
