//! One header line: what its value adds to an [`Advice`].

use super::{
    advice::{Advice, Count, Name},
    allowance::Reset,
    date,
    decimal::{Decimal, duration},
    dialect::ResetForm,
    names::{Fact, From, Part},
    read::{REFERENCE, RetryAfter},
    rfc3339,
    text::digits,
};
use crate::time::{NANOS_PER_SEC, Span, UnixTime};

impl Advice {
    /// Takes a value, or nothing of it.
    pub(super) fn take(&mut self, fact: Fact, value: &[u8]) -> Option<()> {
        match fact {
            Fact::RetryAfter => {
                let strict = RetryAfter::parse(value);
                let decimal = || self.decimal(value).map(|it| it.of(NANOS_PER_SEC));
                self.retry_after = Some(strict.or_else(|| decimal().map(RetryAfter::Delay))?);
            }
            Fact::RetryMillis => self.retry_millis = Some(self.decimal(value)?.of(NANOS_PER_MILLI)),
            Fact::Date => self.date = Some(date::parse(value, REFERENCE)?),
            Fact::Age => self.cached = digits(value)? > 0,
            Fact::ShouldRetry => self.should_retry = Some(boolean(value)?),
            Fact::Global => self.global = Some(boolean(value)?),
            Fact::Resource => self.resource = Some(visible(value)?),
            Fact::Bucket => self.bucket = Some(visible(value)?),
            Fact::Scope => self.scope = Some(visible(value)?),
            Fact::Count(from, series, part) => self.count_part(from, series, part, value)?,
            Fact::ResetTime => {
                let reset = instant(date::parse(value, REFERENCE)?)?;
                if let Some(count) = self.count(From::Legacy, "", None) {
                    count.reset = Some(reset);
                }
            }
            Fact::CallLimit => {
                let slash = value.iter().position(|&byte| byte == b'/')?;
                let (used, limit) = value.split_at_checked(slash)?;
                let limit = capped(digits(limit.strip_prefix(b"/")?)?);
                let used = capped(digits(used)?);
                if let Some(count) = self.count(From::Shopify, "", None) {
                    (count.used, count.limit) = (Some(used), Some(limit));
                }
            }
            Fact::LegacyLimit => self.legacy_limit(value)?,
            Fact::RateLimit => self.rate_limit(value)?,
            Fact::RateLimitPolicy => self.rate_limit_policy(value)?,
        }
        Some(())
    }

    fn count_part(&mut self, from: From, series: &str, part: Part, value: &[u8]) -> Option<()> {
        let (mut number, mut reset) = (0, None);
        match part {
            Part::Limit | Part::Remaining => number = capped(self.decimal(value)?.whole),
            Part::Used => number = capped(self.decimal(value)?.ceil()),
            Part::Reset => reset = Some(self.reset(value)?),
            Part::ResetAfter => number = self.decimal(value)?.of(NANOS_PER_SEC).as_nanos(),
            Part::Window => {
                number = Span::from_secs(digits(value).filter(|&it| it > 0)?).as_nanos();
            }
        }
        let span = Span::from_nanos(number).min(LONGEST);
        let Some(count) = self.count(from, series, None) else { return Some(()) };
        match part {
            Part::Limit => count.limit = Some(number),
            Part::Remaining => count.remaining = Some(number),
            Part::Used => count.used = Some(number),
            Part::Reset => count.reset = reset,
            Part::ResetAfter => count.reset_after = Some(span),
            Part::Window => count.window = Some(span),
        }
        count.window = count.window.or_else(|| window_of(series));
        Some(())
    }

    /// The count of this limit, a new one if there is room.
    pub(super) fn count(
        &mut self,
        from: From,
        name: &str,
        partition: Option<u64>,
    ) -> Option<&mut Count> {
        let is = |count: &Count| {
            count.from == from && count.partition == partition && count.name == name
        };
        let place = match self.counts.iter().position(is) {
            Some(place) => place,
            None if self.counts.is_full() => {
                self.dropped = self.dropped.saturating_add(1);
                return None;
            }
            None => {
                let name = Name::try_from(name).ok()?;
                self.counts.push(Count { name, partition, ..Count::new(from) }).ok()?;
                self.counts.len().saturating_sub(1)
            }
        };
        self.counts.get_mut(place)
    }

    fn decimal(&self, value: &[u8]) -> Option<Decimal> {
        if self.dialect.decimals() {
            return Decimal::parse(value);
        }
        digits(value).and_then(|_| Decimal::parse(value))
    }

    fn reset(&self, value: &[u8]) -> Option<Reset> {
        let number = || self.decimal(value);
        let wait = |unit| Some(Reset::After(number()?.of(unit).min(LONGEST)));
        let epoch = |unit| instant(UnixTime::from_nanos(number()?.of(unit).as_nanos()));
        match self.dialect.reset() {
            ResetForm::Seconds => wait(NANOS_PER_SEC),
            ResetForm::Millis => wait(NANOS_PER_MILLI),
            ResetForm::EpochSeconds => epoch(NANOS_PER_SEC),
            ResetForm::EpochMillis => epoch(NANOS_PER_MILLI),
            ResetForm::Duration => Some(Reset::After(duration(value)?.min(LONGEST))),
            ResetForm::Rfc3339 => instant(rfc3339::parse(value)?),
            ResetForm::Auto => match number() {
                Some(number) if number.of(NANOS_PER_SEC) <= LONGEST => wait(NANOS_PER_SEC),
                Some(number) => match number.whole {
                    0..1_000_000_000 => None,
                    1_000_000_000..100_000_000_000 => epoch(NANOS_PER_SEC),
                    100_000_000_000..100_000_000_000_000 => epoch(NANOS_PER_MILLI),
                    _ => epoch(1_000),
                },
                None => {
                    let after = duration(value).map(|span| Reset::After(span.min(LONGEST)));
                    let time = || rfc3339::parse(value).or_else(|| date::parse(value, REFERENCE));
                    after.or_else(|| instant(time()?))
                }
            },
        }
    }
}

/// An instant that a limit may last to.
fn instant(instant: UnixTime) -> Option<Reset> {
    (instant <= LATEST).then_some(Reset::At(instant))
}

/// A number no larger than a structured field can hold.
pub(super) fn capped(number: u64) -> u64 {
    number.min(MAX_NUMBER)
}

fn boolean(value: &[u8]) -> Option<bool> {
    let is = |word: &[u8]| value.eq_ignore_ascii_case(word);
    if is(b"true") { Some(true) } else { is(b"false").then_some(false) }
}

/// A text of visible ASCII characters, if it fits.
fn visible<const N: usize>(value: &[u8]) -> Option<heapless::String<N>> {
    let visible = !value.is_empty() && value.iter().all(u8::is_ascii_graphic);
    let text = core::str::from_utf8(value).ok().filter(|_| visible)?;
    heapless::String::try_from(text).ok()
}

/// The window that a name of a length of time means.
fn window_of(series: &str) -> Option<Span> {
    let seconds = match series {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    Some(Span::from_secs(seconds))
}

const NANOS_PER_MILLI: u64 = 1_000_000;
/// 366 days, as the longest period of a quota.
pub(super) const LONGEST: Span = Span::from_secs(31_622_400);
/// 2100-01-01: a later reset is a mistake.
const LATEST: UnixTime = UnixTime::from_secs(4_102_444_800);
/// Fifteen digits (RFC 9651 section 3.3.1).
pub(super) const MAX_NUMBER: u64 = 999_999_999_999_999;
