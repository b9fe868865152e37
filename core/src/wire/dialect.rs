//! `Dialect`: which headers of a server are read, and what its numbers mean.

/// Which headers are read, and how a reset and a fraction are.
///
/// A dialect only leaves out: what a name means never depends on it, except that the same name
/// carries a time of day with one vendor and a wait with another, which [`ResetForm`] says.
/// `Retry-After`, `Date` and `Age` are read in every dialect.
///
/// # Examples
///
/// ```
/// use tidegate::wire::{Advice, Dialect, Field, Reset, ResetForm};
/// use tidegate::{Span, UnixTime};
///
/// let reset = |dialect, value: &[u8]| {
///     let mut advice = Advice::new(dialect);
///     advice.header(b"X-RateLimit-Reset", value);
///     advice.allowances().next().and_then(|allowance| allowance.reset)
/// };
/// assert_eq!(reset(Dialect::COMMON, b"60"), Some(Reset::After(Span::from_secs(60))));
/// assert_eq!(reset(Dialect::GITHUB, b"60"), Some(Reset::At(UnixTime::from_secs(60))));
/// assert_eq!(reset(Dialect::SLACK, b"60"), None);
/// assert_eq!(Dialect::named("github"), Some(Dialect::GITHUB));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    name: &'static str,
    families: u16,
    reset: ResetForm,
    decimals: bool,
}

/// What the value of a reset header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetForm {
    /// Told apart by its shape, and a number by its size: up to 366 days in seconds are a wait; from
    /// 10⁹ it is a time since 1970 in seconds, from 10¹¹ in milliseconds, from 10¹⁴ in microseconds.
    /// What lies between is neither. A time of day that is past stays a time of day.
    Auto,
    /// Seconds since 1970.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
    /// Seconds from the answer.
    Seconds,
    /// Milliseconds from the answer.
    Millis,
    /// A duration from the answer, as Go prints it: `1m30s`, `20ms`.
    Duration,
    /// An RFC 3339 time, whose seconds may be missing.
    Rfc3339,
}

impl ResetForm {
    /// The names of all forms: `auto`, `epoch_s`, `epoch_ms`, `s`, `ms`, `duration`, `rfc3339`.
    pub const NAMES: &'static [&'static str] =
        &["auto", "epoch_s", "epoch_ms", "s", "ms", "duration", "rfc3339"];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            ResetForm::Auto => "auto",
            ResetForm::EpochSeconds => "epoch_s",
            ResetForm::EpochMillis => "epoch_ms",
            ResetForm::Seconds => "s",
            ResetForm::Millis => "ms",
            ResetForm::Duration => "duration",
            ResetForm::Rfc3339 => "rfc3339",
        }
    }

    /// The form of this name.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::wire::ResetForm;
    ///
    /// assert_eq!(ResetForm::named("epoch_ms"), Some(ResetForm::EpochMillis));
    /// assert_eq!(ResetForm::named("EPOCH_MS"), None);
    /// ```
    pub fn named(name: &str) -> Option<ResetForm> {
        Some(match name {
            "auto" => ResetForm::Auto,
            "epoch_s" => ResetForm::EpochSeconds,
            "epoch_ms" => ResetForm::EpochMillis,
            "s" => ResetForm::Seconds,
            "ms" => ResetForm::Millis,
            "duration" => ResetForm::Duration,
            "rfc3339" => ResetForm::Rfc3339,
            _ => return None,
        })
    }
}

impl Dialect {
    /// Every header that is known, a reset told apart by its shape, fractions allowed.
    pub const COMMON: Dialect = Dialect::new("common", u16::MAX, ResetForm::Auto, true);
    /// `RateLimit` and `RateLimit-Policy` of the IETF drafts 3 to 10, and the three headers of draft 6.
    pub const IETF: Dialect = Dialect::new("ietf", IETF, ResetForm::Seconds, false);
    /// `X-RateLimit-*` with `-Used` and `-Resource`.
    pub const GITHUB: Dialect = Dialect::new("github", X, ResetForm::EpochSeconds, false);
    /// `RateLimit-*` with `-Observed`, `-Name`, `-ResetTime`; `-Reset` is a time of day.
    pub const GITLAB: Dialect =
        Dialect::new("gitlab", IETF | GITLAB, ResetForm::EpochSeconds, false);
    /// `X-RateLimit-*` with fractions, `-Reset-After`, `-Bucket`, `-Scope` and `-Global`.
    pub const DISCORD: Dialect = Dialect::new("discord", X, ResetForm::EpochSeconds, true);
    /// `X-Shopify-Shop-Api-Call-Limit: 32/40`, and `Retry-After: 2.0`.
    pub const SHOPIFY: Dialect = Dialect::new("shopify", SHOPIFY, ResetForm::Auto, true);
    /// `Stripe-Should-Retry`.
    pub const STRIPE: Dialect = Dialect::new("stripe", SHOULD_RETRY, ResetForm::Auto, false);
    /// `x-ratelimit-*-requests` and `-tokens` with durations, `retry-after-ms`, `x-should-retry`.
    pub const OPENAI: Dialect =
        Dialect::new("openai", SERIES | MILLIS | SHOULD_RETRY, ResetForm::Duration, true);
    /// `anthropic-ratelimit-requests-*`, `-tokens-*` and so on, with RFC 3339 times.
    pub const ANTHROPIC: Dialect =
        Dialect::new("anthropic", ANTHROPIC | SHOULD_RETRY | MILLIS, ResetForm::Rfc3339, true);
    /// `X-Ratelimit-*` with fractions; `-Reset` is a wait.
    pub const REDDIT: Dialect = Dialect::new("reddit", X, ResetForm::Seconds, true);
    /// `x-rate-limit-*` of Twitter, now X.
    pub const TWITTER: Dialect = Dialect::new("twitter", X, ResetForm::EpochSeconds, false);
    /// `X-Rate-Limit-*`.
    pub const OKTA: Dialect = Dialect::new("okta", X, ResetForm::EpochSeconds, false);
    /// `Retry-After` alone.
    pub const SLACK: Dialect = Dialect::new("slack", 0, ResetForm::Auto, false);
    /// `X-RateLimit-*` with RFC 3339 times, and the IETF's two with and without `Beta-`.
    pub const ATLASSIAN: Dialect =
        Dialect::new("atlassian", X | IETF | BETA, ResetForm::Rfc3339, false);
    /// `retry-after-ms`, `x-ms-retry-after-ms`.
    pub const AZURE: Dialect = Dialect::new("azure", MILLIS, ResetForm::Auto, false);
    /// `x-amz-retry-after`, in milliseconds.
    pub const AWS: Dialect = Dialect::new("aws", MILLIS, ResetForm::Auto, false);

    const fn new(name: &'static str, families: u16, reset: ResetForm, decimals: bool) -> Dialect {
        Dialect { name, families, reset, decimals }
    }

    /// The dialect of this name: `common`, `ietf`, or a vendor's name in lower case.
    pub fn named(name: &str) -> Option<Dialect> {
        NAMED.iter().find(|dialect| dialect.name == name).copied()
    }

    /// The same headers with another meaning of their reset.
    #[must_use]
    pub const fn with_reset(self, reset: ResetForm) -> Dialect {
        Dialect { reset, ..self }
    }

    /// The same headers with or without fractions, of waits, resets and counts: `Retry-After: 2.0`.
    #[must_use]
    pub const fn with_decimals(self, decimals: bool) -> Dialect {
        Dialect { decimals, ..self }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.name
    }

    pub(super) const fn reads(self, families: u16) -> bool {
        self.families & families != 0
    }

    /// How a reset is read.
    pub const fn reset(self) -> ResetForm {
        self.reset
    }

    /// Whether numbers may have fractions.
    pub const fn decimals(self) -> bool {
        self.decimals
    }
}

/// [`Dialect::COMMON`].
impl Default for Dialect {
    fn default() -> Dialect {
        Dialect::COMMON
    }
}

/// `X-RateLimit-*` and `X-Rate-Limit-*`.
pub(super) const X: u16 = 1;
/// `RateLimit*`.
pub(super) const IETF: u16 = 1 << 1;
/// `RateLimit-Observed`, `-Name`, `-ResetTime`.
pub(super) const GITLAB: u16 = 1 << 2;
/// `X-RateLimit-Limit-Minute`, `-requests`, `-tokens`.
pub(super) const SERIES: u16 = 1 << 3;
/// `anthropic-ratelimit-*`.
pub(super) const ANTHROPIC: u16 = 1 << 4;
/// `X-Shopify-Shop-Api-Call-Limit`.
pub(super) const SHOPIFY: u16 = 1 << 5;
/// Waits in milliseconds.
pub(super) const MILLIS: u16 = 1 << 6;
/// `x-should-retry`, `Stripe-Should-Retry`.
pub(super) const SHOULD_RETRY: u16 = 1 << 7;
/// The prefix `Beta-`.
pub(super) const BETA: u16 = 1 << 8;

const NAMED: [Dialect; 16] = [
    Dialect::COMMON,
    Dialect::IETF,
    Dialect::GITHUB,
    Dialect::GITLAB,
    Dialect::DISCORD,
    Dialect::SHOPIFY,
    Dialect::STRIPE,
    Dialect::OPENAI,
    Dialect::ANTHROPIC,
    Dialect::REDDIT,
    Dialect::TWITTER,
    Dialect::OKTA,
    Dialect::SLACK,
    Dialect::ATLASSIAN,
    Dialect::AZURE,
    Dialect::AWS,
];
