//! The headers that tell a client its limits, in the form that it understands, in fixed buffers.
//!
//! What is written here is read back by [`Advice`](super::Advice) the same, but that times are whole
//! seconds: they are rounded up, so that nobody is told to come too early.

use core::fmt::Write;

use super::{
    header::{MAX_NUMBER, capped},
    write::HeaderValue,
};
use crate::time::{Span, UnixTime};

/// One limit to announce.
///
/// # Examples
///
/// ```
/// use tidegate::wire::{Announcement, Form};
/// use tidegate::{Span, UnixTime};
///
/// let limit = Announcement {
///     name: "burst",
///     limit: 100,
///     remaining: 0,
///     reset_after: Span::from_millis(29_500),
///     window: Span::from_secs(60),
/// };
/// let now = UnixTime::from_secs(1_716_134_400);
/// let headers = Form::Draft10.headers(&[limit], Some(Span::from_millis(29_500)), now).unwrap();
/// let told: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
/// assert_eq!(told, [
///     "RateLimit-Policy: \"burst\";q=100;w=60",
///     "RateLimit: \"burst\";r=0;t=30",
///     "Retry-After: 30",
/// ]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announcement<'a> {
    /// What the latest draft calls it; printable ASCII. The other forms have no names.
    pub name: &'a str,
    /// How many a window; numbers are written up to 10¹⁵ − 1.
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// How long until there will be more.
    pub reset_after: Span,
    /// The length of a window, written as at least a second.
    pub window: Span,
}

/// In which headers limits are announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `X-RateLimit-Limit`, `-Remaining`, `-Reset` as a time of day in seconds, `-Window`: of one
    /// limit, the one with the least left and of those the one that lasts longest.
    XRateLimit,
    /// `RateLimit-Policy: 100;w=60` of all; `RateLimit-Limit`, `-Remaining`, `-Reset` of the same one.
    Draft6,
    /// `RateLimit-Policy: 100;w=60` of all; `RateLimit: limit=100, remaining=50, reset=30` of the same.
    Draft7,
    /// `RateLimit-Policy: "name";q=100;w=60` and `RateLimit: "name";r=50;t=30` of all, as in drafts 8
    /// to 10.
    Draft10,
}

/// A value with room for eight limits with names of twelve characters.
pub type AnnouncedValue = heapless::String<384>;

/// Names and values, in the order in which they are sent.
pub type Announced = heapless::Vec<(&'static str, AnnouncedValue), 5>;

impl Form {
    /// The form of this name: `x`, `draft-6`, `draft-7`, `draft-10`.
    pub fn named(name: &str) -> Option<Form> {
        Some(match name {
            "x" => Form::XRateLimit,
            "draft-6" => Form::Draft6,
            "draft-7" => Form::Draft7,
            "draft-10" => Form::Draft10,
            _ => return None,
        })
    }

    /// The headers of these limits at `now`, and `Retry-After` if a wait is given.
    ///
    /// `None`: there is no limit, a name is not printable ASCII, or a value does not fit. Times are
    /// rounded up to whole seconds.
    pub fn headers(
        self,
        limits: &[Announcement<'_>],
        retry_after: Option<Span>,
        now: UnixTime,
    ) -> Option<Announced> {
        let mut headers = Announced::new();
        self.limits(&mut headers, limits, now)?;
        if let Some(wait) = retry_after {
            number(&mut headers, "Retry-After", wait.as_secs_ceil())?;
        }
        Some(headers)
    }

    fn limits(
        self,
        headers: &mut Announced,
        limits: &[Announcement<'_>],
        now: UnixTime,
    ) -> Option<()> {
        let latest =
            |limit: &&Announcement<'_>| (limit.remaining, core::cmp::Reverse(limit.reset_after));
        let tightest = limits.iter().min_by_key(latest)?;
        let (limit, remaining) = (capped(tightest.limit), capped(tightest.remaining));
        let reset = tightest.reset_after.as_secs_ceil().min(MAX_NUMBER);
        match self {
            Form::XRateLimit => {
                let end = now.saturating_add(tightest.reset_after).as_secs_ceil();
                number(headers, "X-RateLimit-Limit", limit)?;
                number(headers, "X-RateLimit-Remaining", remaining)?;
                number(headers, "X-RateLimit-Reset", end)?;
                number(headers, "X-RateLimit-Window", tightest.window_secs())
            }
            Form::Draft6 => {
                policies(headers, limits)?;
                number(headers, "RateLimit-Limit", limit)?;
                number(headers, "RateLimit-Remaining", remaining)?;
                number(headers, "RateLimit-Reset", reset)
            }
            Form::Draft7 => {
                policies(headers, limits)?;
                let mut value = AnnouncedValue::new();
                write!(value, "limit={limit}, remaining={remaining}, reset={reset}").ok()?;
                headers.push(("RateLimit", value)).ok()
            }
            Form::Draft10 => {
                list(headers, "RateLimit-Policy", limits, &mut |value, limit| {
                    quoted(value, limit.name)?;
                    let (q, w) = (capped(limit.limit), limit.window_secs());
                    write!(value, ";q={q};w={w}").ok()
                })?;
                list(headers, "RateLimit", limits, &mut |value, limit| {
                    quoted(value, limit.name)?;
                    let reset = limit.reset_after.as_secs_ceil().min(MAX_NUMBER);
                    write!(value, ";r={};t={reset}", capped(limit.remaining)).ok()
                })
            }
        }
    }
}

impl Announcement<'_> {
    fn window_secs(&self) -> u64 {
        capped(self.window.as_secs_ceil()).max(1)
    }
}

/// `RateLimit-Policy` before draft 8.
fn policies(headers: &mut Announced, limits: &[Announcement<'_>]) -> Option<()> {
    list(headers, "RateLimit-Policy", limits, &mut |value, limit| {
        write!(value, "{};w={}", capped(limit.limit), limit.window_secs()).ok()
    })
}

type Member<'f> = &'f mut dyn FnMut(&mut AnnouncedValue, &Announcement<'_>) -> Option<()>;

fn list(
    headers: &mut Announced,
    name: &'static str,
    limits: &[Announcement<'_>],
    member: Member<'_>,
) -> Option<()> {
    let mut value = AnnouncedValue::new();
    for limit in limits {
        if !value.is_empty() {
            value.push_str(", ").ok()?;
        }
        member(&mut value, limit)?;
    }
    headers.push((name, value)).ok()
}

/// A string of a structured field.
fn quoted(value: &mut AnnouncedValue, text: &str) -> Option<()> {
    value.push('"').ok()?;
    for character in text.chars() {
        (' '..='~').contains(&character).then_some(())?;
        if matches!(character, '"' | '\\') {
            value.push('\\').ok()?;
        }
        value.push(character).ok()?;
    }
    value.push('"').ok()
}

fn number(headers: &mut Announced, name: &'static str, number: u64) -> Option<()> {
    let mut digits = HeaderValue::new();
    write!(digits, "{number}").ok()?;
    headers.push((name, AnnouncedValue::try_from(digits.as_str()).ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::{Announcement, Form};
    use crate::{
        retry::mix,
        time::{Span, UnixTime},
        wire::{Advice, Dialect, Reset},
    };

    fn read(form: Form, limits: &[Announcement<'_>], wait: Option<Span>, now: UnixTime) -> Advice {
        let mut advice = Advice::new(Dialect::COMMON);
        for (name, value) in form.headers(limits, wait, now).unwrap() {
            assert_eq!(advice.header(name.as_bytes(), value.as_bytes()), crate::Field::Read);
        }
        advice
    }

    #[test]
    fn what_is_written_is_read_back() {
        let now = UnixTime::from_nanos(1_716_134_437_000_000_001);
        for draw in 0..2_000_u32 {
            let number = |place, most| mix(9, place, draw) % most;
            // Longer than what is a wait by its size would be a time of day.
            let second = 1_000_000_000;
            let limit = |place: u64| Announcement {
                name: [r#"a "b\" c"#, "daily", "", "~"][place as usize],
                // Two without a name of the same limit and window would be one policy.
                limit: 4 * number(place, 1 << number(place + 40, 48)) + place,
                remaining: number(place + 4, 1 << number(place + 44, 50)),
                reset_after: Span::from_nanos(number(place + 8, 31_622_400 * second)),
                window: Span::from_nanos(1 + number(place + 12, 31_622_400 * second)),
            };
            let all = [limit(0), limit(1), limit(2), limit(3)];
            let limits = &all[..1 + number(20, 4) as usize];
            let wait = (number(21, 2) == 0).then(|| Span::from_nanos(number(22, u64::MAX)));
            let ceil = |span: Span| Span::from_secs(span.as_secs_ceil());
            let tightest = *limits
                .iter()
                .min_by_key(|it| (it.remaining, core::cmp::Reverse(it.reset_after)))
                .unwrap();

            for form in [Form::XRateLimit, Form::Draft6, Form::Draft7, Form::Draft10] {
                let advice = read(form, limits, wait, now);
                let seen = advice.tightest(now).unwrap();
                assert_eq!(seen.limit, Some(tightest.limit), "{form:?} {limits:?}");
                assert_eq!(seen.remaining, Some(tightest.remaining));
                assert_eq!(seen.window, Some(ceil(tightest.window)));
                let end = now.saturating_add(tightest.reset_after).as_secs_ceil();
                let reset = match form {
                    Form::XRateLimit => Reset::At(UnixTime::from_secs(end)),
                    _ => Reset::After(ceil(tightest.reset_after)),
                };
                assert_eq!(seen.reset, Some(reset));
                let told = advice.retry_after();
                assert_eq!(told, wait.map(|wait| crate::RetryAfter::Delay(ceil(wait))));
                assert_eq!((advice.invalid(), advice.dropped()), (0, 0));
            }
            let advice = read(Form::Draft10, limits, wait, now);
            for (written, seen) in limits.iter().zip(advice.allowances()) {
                assert_eq!((seen.name, seen.limit), (written.name, Some(written.limit)));
                assert_eq!(seen.remaining, Some(written.remaining));
                assert_eq!(seen.reset, Some(Reset::After(ceil(written.reset_after))));
                assert_eq!(seen.window, Some(ceil(written.window)));
            }
            assert_eq!(advice.allowances().count(), limits.len());
        }
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let limit = |name| Announcement {
            name,
            limit: u64::MAX,
            remaining: u64::MAX,
            reset_after: Span::MAX,
            window: Span::MAX,
        };
        let headers = |limits: &[_]| Form::Draft10.headers(limits, None, UnixTime::ZERO);
        assert_eq!(headers(&[]), None);
        assert_eq!(headers(&[limit("caf\u{e9}")]), None);
        assert_eq!(headers(&[limit("a\n")]), None);
        assert_eq!(headers(&[limit("twelve chars"); 9]), None);
        assert!(headers(&[limit("twelve chars"); 8]).is_some());
    }
}
