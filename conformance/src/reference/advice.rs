//! What the headers of one response say of any number of limits, in any dialect.

use crate::reference::dialect::Dialect;
use crate::reference::hints::{Field, Hints};
use crate::reference::reset::{self, LONGEST, Reset, after, at};
use crate::reference::retry_after::{self, REFERENCE_YEAR, RetryAfter, digits, trim};
use crate::reference::structured::{self, Item, Member};
use crate::reference::{MAX, SECOND};

/// Limits and policies that are kept.
const ROOM: usize = 8;
/// Bytes of a value.
const VALUE: usize = 1_024;
/// Bytes of a name.
const NAME: usize = 32;
/// Bytes of a bucket.
const BUCKET: usize = 64;
/// Fifteen digits.
const MOST: u128 = 999_999_999_999_999;

/// One limit, as it is told.
#[derive(Clone, Debug, Default)]
pub struct Allowance {
    group: &'static str,
    /// Its name.
    pub name: String,
    /// The digits of its partition key.
    pub partition: Option<String>,
    /// What is counted; empty until it is known.
    pub unit: &'static str,
    /// How many a window.
    pub limit: Option<u128>,
    /// How many are left.
    pub remaining: Option<u128>,
    /// How many were used.
    pub used: Option<u128>,
    /// When there will be more.
    pub reset: Option<Reset>,
    /// The same, told as a wait; it goes before.
    reset_after: Option<Reset>,
    /// The length of a window.
    pub window: Option<u128>,
}

/// Everything that was told.
#[derive(Clone, Debug)]
pub struct Advice {
    dialect: Dialect,
    retry_after: Option<RetryAfter>,
    retry_millis: Option<u128>,
    /// `Date`
    pub date: Option<u128>,
    /// Whether sending again helps.
    pub should_retry: Option<bool>,
    /// Whether the limit is the account's.
    pub global: Option<bool>,
    /// Whether a cache answered.
    pub cached: bool,
    resource: Option<String>,
    /// The bucket's name.
    pub bucket: Option<String>,
    /// Whose limit it is.
    pub scope: Option<String>,
    counts: Vec<Allowance>,
    policies: Vec<Allowance>,
    broken: Vec<String>,
    /// What found no room.
    pub dropped: u32,
    /// What was malformed.
    pub invalid: u32,
}

impl Advice {
    /// Nothing yet.
    pub fn new(dialect: Dialect) -> Advice {
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
            counts: Vec::new(),
            policies: Vec::new(),
            broken: Vec::new(),
            dropped: 0,
            invalid: 0,
        }
    }

    /// Nothing yet, in the same dialect.
    #[must_use]
    pub fn anew(&self) -> Advice {
        Advice::new(self.dialect.clone())
    }

    /// Takes one field line.
    pub fn header(&mut self, name: &[u8], value: &[u8]) -> Field {
        let name = String::from_utf8_lossy(name);
        let Some(fact) = self.dialect.fact(&name) else { return Field::Unknown };
        let value = trim(value);
        let read = if value.len() <= VALUE { self.take(&fact, value) } else { None };
        if read.is_some() {
            return Field::Read;
        }
        self.invalid += 1;
        match fact.as_str() {
            "rate-limit" => {
                self.counts.retain(|it| it.group != "list" && it.group != "dictionary");
            }
            "rate-limit-policy" | "legacy-limit" => {}
            _ => return Field::Invalid,
        }
        self.policies.retain(|it| it.group != fact);
        if fact == "legacy-limit" {
            for count in self.counts.iter_mut().filter(|it| it.group == "legacy") {
                count.limit = None;
            }
        }
        self.broken.push(fact);
        Field::Invalid
    }

    fn take(&mut self, fact: &str, value: &[u8]) -> Option<()> {
        let decimals = self.dialect.decimals;
        let number = || reset::number(value, decimals);
        let capped = |number: u128| number.min(MOST);
        if self.broken.iter().any(|broken| broken == fact) {
            return None;
        }
        match fact {
            "retry-after" => {
                let plain = retry_after::parse(value, REFERENCE_YEAR);
                let decimal = || Some(RetryAfter::Delay(number()?.nanos(SECOND)));
                self.retry_after = Some(plain.or_else(decimal)?);
            }
            "retry-millis" => self.retry_millis = Some(number()?.nanos(SECOND / 1_000)),
            "date" => self.date = Some(retry_after::date(value, REFERENCE_YEAR)?),
            "age" => self.cached = digits(value)? > 0,
            "should-retry" => self.should_retry = Some(boolean(value)?),
            "global" => self.global = Some(boolean(value)?),
            "resource" => self.resource = Some(visible(value, NAME)?),
            "scope" => self.scope = Some(visible(value, NAME)?),
            "bucket" => self.bucket = Some(visible(value, BUCKET)?),
            "reset-time" => {
                let reset = at(reset::http_date(value)?)?;
                self.with("legacy", "", None, |count| count.reset = Some(reset));
            }
            "call-limit" => {
                let text = std::str::from_utf8(value).ok()?;
                let (used, limit) = text.split_once('/')?;
                let (used, limit) = (digits(used.as_bytes())?, digits(limit.as_bytes())?);
                self.with("shopify", "", None, |count| {
                    count.used = Some(capped(used));
                    count.limit = Some(capped(limit));
                });
            }
            "legacy-limit" => self.legacy_limit(&structured::list(value)?)?,
            "rate-limit-policy" => self.rate_limit_policy(&structured::list(value)?)?,
            "rate-limit" if value.starts_with(b"\"") => {
                self.rate_limit(&structured::list(value)?)?;
            }
            "rate-limit" => self.combined(&structured::dictionary(value)?)?,
            _ => {
                let [group, name, part] = fact.split(' ').collect::<Vec<_>>().try_into().ok()?;
                let group =
                    ["x", "series", "anthropic", "legacy"].into_iter().find(|it| *it == group)?;
                let form = self.dialect.reset;
                let mut told = Allowance::default();
                match part {
                    "limit" => told.limit = Some(capped(number()?.whole)),
                    "remaining" => told.remaining = Some(capped(number()?.whole)),
                    "used" => told.used = Some(capped(number()?.ceil())),
                    "reset" => told.reset = Some(reset::parse(value, form, decimals)?),
                    "reset-after" => told.reset_after = Some(after(number()?.nanos(SECOND))),
                    _ => {
                        let seconds = digits(value).filter(|seconds| *seconds > 0)?;
                        told.window = Some(seconds.saturating_mul(SECOND).min(LONGEST));
                    }
                }
                let named = match name {
                    "second" => Some(SECOND),
                    "minute" => Some(60 * SECOND),
                    "hour" => Some(3_600 * SECOND),
                    "day" => Some(86_400 * SECOND),
                    _ => None,
                };
                self.with(group, name, None, |count| {
                    count.limit = told.limit.or(count.limit);
                    count.remaining = told.remaining.or(count.remaining);
                    count.used = told.used.or(count.used);
                    count.reset = told.reset.or(count.reset);
                    count.reset_after = told.reset_after.or(count.reset_after);
                    count.window = told.window.or(count.window).or(named);
                    if name.ends_with("tokens") {
                        count.unit = "tokens";
                    }
                });
            }
        }
        Some(())
    }

    /// Draft 8 and later: who has how much left.
    fn rate_limit(&mut self, members: &[Member]) -> Option<()> {
        let mut read = Vec::new();
        for member in members {
            let Item::Text(name) = &member.item else { return None };
            let reset = natural(member.parameter("t"))?.map(|seconds| after(seconds * SECOND));
            let remaining = natural(member.parameter("r"))??;
            read.push((name, partition(member)?, remaining, reset));
        }
        for (name, partition, remaining, reset) in read {
            self.with("list", name, partition, |count| {
                (count.remaining, count.reset) = (Some(remaining), reset);
            });
        }
        Some(())
    }

    /// Draft 7: one limit.
    fn combined(&mut self, members: &[Member]) -> Option<()> {
        let last = |name: &str| {
            let member = members.iter().rev().find(|it| it.key.as_deref() == Some(name));
            natural(member.map(|member| &member.item))
        };
        let (limit, remaining) = (last("limit")?, last("remaining")?);
        let reset = last("reset")?.map(|seconds| after(seconds * SECOND));
        if !members.is_empty() && limit.is_none() && remaining.is_none() && reset.is_none() {
            return None;
        }
        self.with("dictionary", "", None, |count| {
            count.limit = limit.or(count.limit);
            count.remaining = remaining.or(count.remaining);
            count.reset = reset.or(count.reset);
        });
        Some(())
    }

    fn rate_limit_policy(&mut self, members: &[Member]) -> Option<()> {
        let mut read = Vec::new();
        for member in members {
            let policy = policy(member, "rate-limit-policy")?;
            if policy.unit.is_empty() && policy.window.is_none() {
                return None;
            }
            read.push(policy);
        }
        read.into_iter().for_each(|policy| self.promise(policy));
        Some(())
    }

    /// Draft 3: the limit, and policies after it.
    fn legacy_limit(&mut self, members: &[Member]) -> Option<()> {
        let mut read = Vec::new();
        for member in members {
            let policy = policy(member, "legacy-limit").filter(|it| it.unit.is_empty())?;
            if policy.window.is_none() && !read.is_empty() {
                return None;
            }
            read.push(policy);
        }
        for policy in read {
            if policy.window.is_some() {
                self.promise(policy);
            } else {
                self.with("legacy", "", None, |count| count.limit = policy.limit);
            }
        }
        Some(())
    }

    fn promise(&mut self, policy: Allowance) {
        if policy.name.len() > NAME {
            self.dropped += 1;
            return;
        }
        let same = |old: &Allowance| {
            let named = !policy.unit.is_empty();
            old.group == policy.group
                && old.unit.is_empty() != named
                && old.name == policy.name
                && old.partition == policy.partition
                && (named || (old.limit, old.window) == (policy.limit, policy.window))
        };
        match self.policies.iter().position(same) {
            Some(place) => self.policies[place] = policy,
            None if self.policies.len() < ROOM => self.policies.push(policy),
            None => self.dropped += 1,
        }
    }

    /// Changes what is known of one limit, if there is room for it.
    fn with(
        &mut self,
        group: &'static str,
        name: &str,
        partition: Option<String>,
        change: impl FnOnce(&mut Allowance),
    ) {
        let same =
            |it: &Allowance| it.group == group && it.name == name && it.partition == partition;
        let place = self.counts.iter().position(same);
        if place.is_none() && (self.counts.len() == ROOM || name.len() > NAME) {
            self.dropped += 1;
            return;
        }
        let place = place.unwrap_or_else(|| {
            let name = name.to_owned();
            let partition = partition.clone();
            self.counts.push(Allowance { group, name, partition, ..Allowance::default() });
            self.counts.len() - 1
        });
        change(&mut self.counts[place]);
    }

    /// `Retry-After`, in seconds or milliseconds.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match self.retry_after {
            Some(RetryAfter::Date(date)) => Some(RetryAfter::Date(date)),
            Some(RetryAfter::Delay(delay)) => {
                Some(RetryAfter::Delay(delay.max(self.retry_millis.unwrap_or(0))))
            }
            None => self.retry_millis.map(RetryAfter::Delay),
        }
    }

    /// Every limit: those that were counted, with their policies, and then the other policies.
    pub fn allowances(&self) -> Vec<Allowance> {
        if self.cached {
            return Vec::new();
        }
        let mut all = Vec::new();
        let mut free = vec![true; self.policies.len()];
        for count in &self.counts {
            let numbers = [count.limit, count.remaining, count.used, count.window];
            let policy = self.policies.iter().position(|policy| is_about(policy, count));
            if let Some(place) = policy {
                free[place] = false;
            }
            if numbers == [None; 4] && count.reset.is_none() && count.reset_after.is_none() {
                continue;
            }
            let policy = policy.map(|place| &self.policies[place]);
            let mut shown = count.clone();
            if let (Some(resource), "x" | "legacy" | "dictionary") = (&self.resource, count.group) {
                shown.name.clone_from(resource);
            }
            if let Some(policy) = policy {
                shown.unit = policy.unit;
                shown.limit = count.limit.or(policy.limit);
                shown.window = count.window.or(policy.window);
            }
            if let (None, Some(limit), Some(used)) = (count.remaining, count.limit, count.used) {
                shown.remaining = Some(limit.saturating_sub(used));
            }
            shown.reset = count.reset_after.or(count.reset);
            all.push(shown);
        }
        all.extend(
            self.policies.iter().zip(free).filter(|(_, free)| *free).map(|(it, _)| it.clone()),
        );
        for shown in all.iter_mut().filter(|it| it.unit.is_empty()) {
            shown.unit = "requests";
        }
        all
    }

    /// The limit with the least left, and of those the one that lasts longest; the first of two alike.
    pub fn tightest(&self, now: u128) -> Option<Allowance> {
        let mut tightest: Option<(u128, u128, Allowance)> = None;
        for allowance in self.allowances() {
            let Some(left) = allowance.remaining else { continue };
            if allowance.unit != "requests" && !is_exhausted(&allowance) {
                continue;
            }
            let wait = allowance.reset.map_or(0, |reset| reset.wait(now));
            let tighter = match &tightest {
                None => true,
                Some((least, longest, _)) => left < *least || left == *least && wait > *longest,
            };
            if tighter {
                tightest = Some((left, wait, allowance));
            }
        }
        tightest.map(|(_, _, allowance)| allowance)
    }

    /// How long to send nothing.
    pub fn wait(&self, now: u128) -> Option<u128> {
        match self.retry_after() {
            Some(RetryAfter::Delay(delay)) => Some(delay),
            Some(RetryAfter::Date(date)) => Some(date.saturating_sub(now)),
            None => self.exhausted().map(|reset| reset.wait(now)).max(),
        }
    }

    /// The same as the hints that a call takes.
    pub fn hints(&self, now: u128) -> Hints {
        let first = || self.allowances().into_iter().find(|it| it.unit == "requests");
        let shown = self.tightest(now).or_else(first).unwrap_or_default();
        let reset = match (shown.reset, self.date) {
            (Some(Reset::At(time)), _) => Some(time),
            (Some(Reset::After(wait)), Some(date)) => Some((date + SECOND + wait).min(MAX)),
            _ => None,
        };
        let waits = self.exhausted().any(|reset| matches!(reset, Reset::After(_)));
        let delay = self.wait(now).filter(|_| waits).map(RetryAfter::Delay);
        Hints {
            limit: shown.limit,
            remaining: shown.remaining,
            reset,
            window: shown.window,
            retry_after: self.retry_after().or(delay),
            date: self.date,
            unit: shown.unit,
            should_retry: self.should_retry,
            global: self.global == Some(true),
            invalid: self.invalid,
        }
    }

    fn exhausted(&self) -> impl Iterator<Item = Reset> {
        self.allowances().into_iter().filter(is_exhausted).filter_map(|it| it.reset)
    }
}

/// Nothing is left, and time makes room.
fn is_exhausted(allowance: &Allowance) -> bool {
    allowance.remaining == Some(0) && allowance.unit != "concurrent-requests"
}

/// Whether a policy says what a count is of. The unit of a policy without a name is empty.
fn is_about(policy: &Allowance, count: &Allowance) -> bool {
    match count.group {
        "list" => {
            let both = policy.partition.is_some() && count.partition.is_some();
            !policy.unit.is_empty()
                && policy.name == count.name
                && (!both || policy.partition == count.partition)
        }
        "legacy" | "dictionary" => policy.unit.is_empty() && policy.limit == count.limit,
        _ => false,
    }
}

fn policy(member: &Member, group: &'static str) -> Option<Allowance> {
    let window = match natural(member.parameter("w"))? {
        Some(0) => return None,
        seconds => seconds.map(|seconds| (seconds * SECOND).min(LONGEST)),
    };
    match &member.item {
        Item::Text(name) => Some(Allowance {
            group,
            name: name.clone(),
            partition: partition(member)?,
            unit: match member.parameter("qu") {
                None => "requests",
                Some(Item::Text(unit)) => match unit.as_str() {
                    "request" | "requests" => "requests",
                    "content-bytes" => "content-bytes",
                    "concurrent-requests" => "concurrent-requests",
                    _ => "other",
                },
                Some(_) => return None,
            },
            limit: Some(natural(member.parameter("q"))??),
            window,
            ..Allowance::default()
        }),
        item => {
            let limit = natural(Some(item))?;
            Some(Allowance { group, limit, window, ..Allowance::default() })
        }
    }
}

/// The partition key, if there is one; the outer `None` is something else under its name.
fn partition(member: &Member) -> Option<Option<String>> {
    match member.parameter("pk") {
        None => Some(None),
        Some(Item::Bytes(digits)) => Some(Some(digits.clone())),
        Some(_) => None,
    }
}

/// A whole number from 0, if there is one; the outer `None` is something else in its place.
fn natural(item: Option<&Item>) -> Option<Option<u128>> {
    match item {
        None => Some(None),
        Some(Item::Integer(number)) => Some(Some(u128::try_from(*number).ok()?)),
        Some(_) => None,
    }
}

fn boolean(value: &[u8]) -> Option<bool> {
    match value.to_ascii_lowercase().as_slice() {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// A text without blanks, of at most so many bytes.
fn visible(value: &[u8], most: usize) -> Option<String> {
    let fits =
        (1..=most).contains(&value.len()) && value.iter().all(|byte| matches!(byte, b'!'..=b'~'));
    fits.then(|| String::from_utf8_lossy(value).into_owned())
}
