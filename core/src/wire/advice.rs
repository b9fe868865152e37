//! `Advice`: what one response's headers say, in any dialect, of any number of limits.
//!
//! What is known of the reading, for all dialects:
//!
//! * `Retry-After` beats everything else; in milliseconds it is the same wait more exactly, and the
//!   longer of the two counts.
//! * Of several limits the tightest counts: the one with the least left, and of those the one that
//!   lasts longest. What is used up stops requests whatever it counts.
//! * `-Reset-After` beats `-Reset`: a wait needs no clock.
//! * Of a repeated header the last valid value counts. The lines of a structured field are one list;
//!   if one of them is malformed, the whole field is ignored, before and after it.
//! * An answer from a cache (`Age` above 0) says nothing of limits.

use super::{
    allowance::{Allowance, Reset, Unit},
    dialect::Dialect,
    hints::{Field, Hints},
    names::{Fact, From, fact},
    read::RetryAfter,
    text::trim,
};
use crate::time::{Span, UnixTime};

/// The headers of one response, read one by one, as they come.
///
/// Fixed bounds hold whatever is sent: eight limits and eight policies, names of 32 bytes, 64 for a
/// bucket; what is beyond is left out whole and counted. A value of more than 1,024 bytes is
/// malformed. What is malformed is ignored and counted, never half used.
///
/// # Examples
///
/// ```
/// use tidegate::wire::{Advice, Dialect, Reset};
/// use tidegate::{Span, UnixTime};
///
/// let mut advice = Advice::new(Dialect::COMMON);
/// advice.header(b"RateLimit-Policy", br#""burst";q=100;w=60, "daily";q=1000;w=86400"#);
/// advice.header(b"RateLimit", br#""burst";r=7;t=30"#);
/// advice.header(b"RateLimit", br#""daily";r=0;t=36400"#);
/// let now = UnixTime::from_secs(1_716_134_437);
/// let tightest = advice.tightest(now).unwrap();
/// assert_eq!((tightest.name, tightest.limit), ("daily", Some(1_000)));
/// assert_eq!(tightest.reset, Some(Reset::After(Span::from_secs(36_400))));
/// assert_eq!(advice.wait(now), Some(Span::from_secs(36_400)));
/// advice.header(b"Retry-After", b"20");
/// assert_eq!(advice.wait(now), Some(Span::from_secs(20)));
/// ```
#[derive(Clone, Debug)]
pub struct Advice {
    pub(super) dialect: Dialect,
    pub(super) retry_after: Option<RetryAfter>,
    pub(super) retry_millis: Option<Span>,
    pub(super) date: Option<UnixTime>,
    pub(super) should_retry: Option<bool>,
    pub(super) global: Option<bool>,
    pub(super) cached: bool,
    pub(super) resource: Option<Name>,
    pub(super) bucket: Option<heapless::String<MAX_BUCKET>>,
    pub(super) scope: Option<Name>,
    pub(super) counts: heapless::Vec<Count, MAX_LIMITS>,
    pub(super) policies: heapless::Vec<Policy, MAX_LIMITS>,
    /// Fields of which a line was malformed.
    pub(super) broken: heapless::Vec<Fact, 3>,
    pub(super) dropped: u32,
    invalid: u32,
}

/// The name of a limit.
pub(super) type Name = heapless::String<MAX_NAME>;

/// What was counted of one limit.
#[derive(Clone, Debug)]
pub(super) struct Count {
    pub(super) from: From,
    pub(super) name: Name,
    pub(super) partition: Option<u64>,
    pub(super) limit: Option<u64>,
    pub(super) remaining: Option<u64>,
    pub(super) used: Option<u64>,
    pub(super) reset: Option<Reset>,
    pub(super) reset_after: Option<Span>,
    pub(super) window: Option<Span>,
}

/// What a server promises of one limit, and where that stood.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) field: Fact,
    pub(super) name: Name,
    pub(super) partition: Option<u64>,
    pub(super) limit: u64,
    pub(super) window: Option<Span>,
    pub(super) unit: Unit,
    /// Whether it has a name, which may be empty: before draft 8 there were none.
    pub(super) named: bool,
}

impl Advice {
    /// Nothing said, in this dialect.
    pub const fn new(dialect: Dialect) -> Advice {
        Advice {
            dialect,
            retry_after: None,
            retry_millis: None,
            date: None,
            should_retry: None,
            global: None,
            cached: false,
            resource: None,
            bucket: None,
            scope: None,
            counts: heapless::Vec::new(),
            policies: heapless::Vec::new(),
            broken: heapless::Vec::new(),
            dropped: 0,
            invalid: 0,
        }
    }

    /// Takes one header line. Names are compared without regard to case.
    pub fn header(&mut self, name: &[u8], value: &[u8]) -> Field {
        let Some(fact) = fact(name, self.dialect) else { return Field::Unknown };
        let (value, dropped) = (trim(value), self.dropped);
        let read = if value.len() > MAX_VALUE { None } else { self.take(fact, value) };
        if read.is_some() {
            return Field::Read;
        }
        if matches!(fact, Fact::RateLimit | Fact::RateLimitPolicy | Fact::LegacyLimit) {
            self.dropped = dropped;
            self.break_field(fact);
        }
        self.invalid = self.invalid.saturating_add(1);
        Field::Invalid
    }

    /// `Retry-After`, or the same in milliseconds; of two waits the longer.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match (self.retry_after, self.retry_millis) {
            (Some(RetryAfter::Delay(delay)), Some(millis)) => {
                Some(RetryAfter::Delay(delay.max(millis)))
            }
            (None, Some(millis)) => Some(RetryAfter::Delay(millis)),
            (told, _) => told,
        }
    }

    /// `Date`: when the server made the answer, a whole second of its clock, rounded down.
    pub const fn date(&self) -> Option<UnixTime> {
        self.date
    }

    /// Whether the server says that sending again helps: `x-should-retry`, `Stripe-Should-Retry`.
    pub const fn should_retry(&self) -> Option<bool> {
        self.should_retry
    }

    /// Whether the limit that denied is one of the whole account: `X-RateLimit-Global`.
    pub const fn global(&self) -> Option<bool> {
        self.global
    }

    /// Whether the answer came out of a cache: `Age` was above 0.
    pub const fn is_cached(&self) -> bool {
        self.cached
    }

    /// `X-RateLimit-Bucket`: which limit several routes share.
    pub fn bucket(&self) -> Option<&str> {
        self.bucket.as_deref()
    }

    /// `X-RateLimit-Scope`: whose limit it is.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// How many headers were known by name and invalid by value.
    pub const fn invalid(&self) -> u32 {
        self.invalid
    }

    /// How many values were valid and found no room.
    pub const fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Every limit that was told, in the order in which they were first told; first those of which
    /// something was counted, each with its policy, then the policies of which nothing was.
    pub fn allowances(&self) -> impl Iterator<Item = Allowance<'_>> {
        let is_said = |count: &&Count| !self.cached && count.is_said();
        let counted = self.counts.iter().filter(is_said);
        let counted = counted.map(|count| self.allowance(count));
        let rest = self.policies.iter().enumerate().filter(|(place, _)| {
            let taken = |count: &Count| self.policy_of(count).is_some_and(|(at, _)| at == *place);
            !self.cached && !self.counts.iter().any(taken)
        });
        counted.chain(rest.map(|(_, policy)| policy.allowance()))
    }

    /// The limit that stops a client first: the least that is left, and of the same the longest wait.
    /// `server_now` is what is known of the server's clock.
    pub fn tightest(&self, server_now: UnixTime) -> Option<Allowance<'_>> {
        let urgent = self.allowances().filter_map(|it| Some((it.urgency(server_now)?, it)));
        urgent.min_by_key(|&(urgency, _)| urgency).map(|(_, it)| it)
    }

    /// How long to send nothing: what `Retry-After` says, or else until the last of the limits that
    /// are used up has more. `None` if nothing says so.
    pub fn wait(&self, server_now: UnixTime) -> Option<Span> {
        match self.retry_after() {
            Some(RetryAfter::Delay(delay)) => Some(delay),
            Some(RetryAfter::Date(date)) => Some(date.saturating_since(server_now)),
            None => self.exhausted().map(|reset| reset.wait(server_now)).max(),
        }
    }

    /// The same for a [`Call`](crate::Call): the tightest limit as the one limit that it mirrors.
    ///
    /// A reset that counts from the answer becomes an instant only if the server told its clock, and
    /// is then up to two seconds late and never early: `Date` is rounded down and the wait up. The
    /// wait of a limit that is used up stands for a missing `Retry-After`.
    pub fn hints(&self, server_now: UnixTime) -> Hints {
        let first = || self.allowances().find(|it| it.unit == Unit::Requests);
        let shown = self.tightest(server_now).or_else(first);
        let reset = shown.and_then(|it| it.reset).and_then(|reset| match reset {
            Reset::At(instant) => Some(instant),
            Reset::After(wait) => {
                self.date.map(|date| date.saturating_add(GRANULE).saturating_add(wait))
            }
        });
        let relative = self.exhausted().any(|reset| matches!(reset, Reset::After(_)));
        let delay = if relative { self.wait(server_now).map(RetryAfter::Delay) } else { None };
        Hints {
            retry_after: self.retry_after().or(delay),
            date: self.date,
            limit: shown.and_then(|it| it.limit),
            remaining: shown.and_then(|it| it.remaining),
            reset,
            window: shown.and_then(|it| it.window),
            unit: shown.map_or(Unit::Requests, |it| it.unit),
            should_retry: self.should_retry(),
            global: self.global() == Some(true),
            invalid: self.invalid,
        }
    }

    /// The resets of all limits that are used up.
    fn exhausted(&self) -> impl Iterator<Item = Reset> {
        self.allowances().filter(Allowance::is_exhausted).filter_map(|it| it.reset)
    }

    fn allowance<'a>(&'a self, count: &'a Count) -> Allowance<'a> {
        let policy = self.policy_of(count).map(|(_, policy)| policy);
        let unnamed = matches!(count.from, From::X | From::Legacy | From::Dictionary);
        let name = match &self.resource {
            Some(resource) if unnamed => resource,
            _ => &count.name,
        };
        let left = || Some(count.limit?.saturating_sub(count.used?));
        let tokens = count.name.ends_with("tokens") && count.from != From::List;
        Allowance {
            name,
            partition: count.partition,
            unit: match policy {
                Some(policy) => policy.unit,
                None if tokens => Unit::Tokens,
                None => Unit::Requests,
            },
            limit: count.limit.or(policy.map(|policy| policy.limit)),
            remaining: count.remaining.or_else(left),
            used: count.used,
            reset: count.reset_after.map(Reset::After).or(count.reset),
            window: count.window.or(policy.and_then(|policy| policy.window)),
        }
    }

    /// The policy that a count is about, and its place: the same name and partition, or, where there
    /// were no names yet, the same limit.
    fn policy_of(&self, count: &Count) -> Option<(usize, &Policy)> {
        self.policies.iter().enumerate().find(|(_, policy)| match count.from {
            From::List => {
                let (one, other) = (policy.partition, count.partition);
                let same = one == other || one.is_none() || other.is_none();
                policy.named && policy.name == count.name && same
            }
            From::Legacy | From::Dictionary => !policy.named && count.limit == Some(policy.limit),
            _ => false,
        })
    }

    /// Forgets a field of which a line is malformed, and what it will still say.
    fn break_field(&mut self, field: Fact) {
        if !self.broken.contains(&field) {
            // OK to ignore: there are three such fields.
            let _ = self.broken.push(field);
        }
        self.policies.retain(|policy| policy.field != field);
        if field == Fact::RateLimit {
            self.counts.retain(|count| !matches!(count.from, From::List | From::Dictionary));
        }
        for count in self.counts.iter_mut().filter(|count| count.from == From::Legacy) {
            count.limit = count.limit.filter(|_| field != Fact::LegacyLimit);
        }
    }
}

/// Nothing said, in [`Dialect::COMMON`].
impl Default for Advice {
    fn default() -> Advice {
        Advice::new(Dialect::COMMON)
    }
}

impl Count {
    pub(super) const fn new(from: From) -> Count {
        Count {
            from,
            name: Name::new(),
            partition: None,
            limit: None,
            remaining: None,
            used: None,
            reset: None,
            reset_after: None,
            window: None,
        }
    }

    /// Whether anything is left of it after a field was forgotten.
    fn is_said(&self) -> bool {
        let numbers = self.limit.or(self.remaining).or(self.used).is_some();
        numbers || self.reset.is_some() || self.reset_after.or(self.window).is_some()
    }
}

impl Policy {
    fn allowance(&self) -> Allowance<'_> {
        Allowance {
            name: &self.name,
            partition: self.partition,
            unit: self.unit,
            limit: Some(self.limit),
            remaining: None,
            used: None,
            reset: None,
            window: self.window,
        }
    }
}

pub(super) const MAX_LIMITS: usize = 8;
pub(super) const MAX_NAME: usize = 32;
/// Discord's are hashes of 32 characters, and some have a suffix.
pub(super) const MAX_BUCKET: usize = 64;
/// Far more than eight policies need.
const MAX_VALUE: usize = 1_024;
/// `Date` is rounded down to it.
const GRANULE: Span = Span::from_secs(1);
/// It lies on the stack of whoever reads headers.
const _: () = assert!(size_of::<Advice>() <= 2_560);
