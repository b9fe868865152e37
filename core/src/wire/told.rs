//! `Told`: what the headers of one response say, in words. `tidegate headers` in every language prints
//! this.

use core::fmt::{self, Display, Formatter};

use super::{Advice, Allowance, Hints, Reader, Reset, RetryAfter};
use crate::time::{InUnits, Span, UnixTime};

/// What a [`Reader`] has read, line by line, for people: each limit, how long to send nothing, and what
/// else a client heeds.
///
/// # Examples
///
/// ```
/// use tidegate::{UnixTime, wire::{Dialect, Reader}};
///
/// let mut reader = Reader::new(Some(Dialect::IETF));
/// reader.header(b"RateLimit-Policy", br#""burst";q=100;w=60"#);
/// reader.header(b"RateLimit", br#""burst";r=0;t=30"#);
/// assert_eq!(
///     reader.told(UnixTime::from_secs(1_716_134_400)).to_string(),
///     "limit burst: 0 of 100 requests left, each 1 min, more in 30 s; the tightest\nwait: 30 s\n",
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    reader: &'a Reader,
    server_now: UnixTime,
}

impl<'a> Told<'a> {
    pub(super) const fn new(reader: &'a Reader, server_now: UnixTime) -> Told<'a> {
        Told { reader, server_now }
    }

    fn hints(&self, f: &mut Formatter<'_>, hints: &Hints) -> fmt::Result {
        let limit = Allowance {
            name: "",
            partition: None,
            unit: hints.unit,
            limit: hints.limit,
            remaining: hints.remaining,
            used: None,
            reset: hints.reset.map(Reset::At),
            window: hints.window,
        };
        if limit.limit.or(limit.remaining).is_some() || limit.reset.is_some() {
            self.limit(f, &limit, true)?;
        }
        let spent = || limit.reset.filter(|_| limit.is_exhausted());
        self.wait(
            f,
            match hints.retry_after {
                Some(RetryAfter::Delay(delay)) => Some(delay),
                Some(RetryAfter::Date(date)) => Some(date.saturating_since(self.server_now)),
                None => spent().map(|reset| reset.wait(self.server_now)),
            },
        )?;
        ignored(f, hints.invalid, 0)
    }

    fn advice(&self, f: &mut Formatter<'_>, advice: &Advice) -> fmt::Result {
        let tightest = advice.tightest(self.server_now);
        for limit in advice.allowances() {
            self.limit(f, &limit, tightest == Some(limit))?;
        }
        self.wait(f, advice.wait(self.server_now))?;
        match advice.should_retry() {
            Some(true) => writeln!(f, "sending again: helps, the server says")?,
            Some(false) => writeln!(f, "sending again: useless, the server says")?,
            None => {}
        }
        if advice.global() == Some(true) {
            writeln!(f, "a denial: of the whole account")?;
        }
        if let Some(bucket) = advice.bucket() {
            writeln!(f, "bucket: {bucket}")?;
        }
        if let Some(scope) = advice.scope() {
            writeln!(f, "scope: {scope}")?;
        }
        if advice.is_cached() {
            writeln!(f, "out of a cache: says nothing of limits")?;
        }
        ignored(f, advice.invalid(), advice.dropped())
    }

    fn limit(&self, f: &mut Formatter<'_>, it: &Allowance<'_>, tightest: bool) -> fmt::Result {
        f.write_str("limit")?;
        if !it.name.is_empty() {
            write!(f, " {}", it.name)?;
        }
        let unit = it.unit.name();
        match (it.remaining, it.limit) {
            (Some(left), Some(limit)) => write!(f, ": {left} of {limit} {unit} left")?,
            (Some(left), None) => write!(f, ": {left} {unit} left")?,
            (None, Some(limit)) => write!(f, ": {limit} {unit}")?,
            (None, None) => write!(f, ": {unit}")?,
        }
        if let Some(used) = it.used {
            write!(f, ", {used} used")?;
        }
        if let Some(window) = it.window {
            write!(f, ", each {}", InUnits(window))?;
        }
        if let Some(reset) = it.reset {
            write!(f, ", more in {}", InUnits(reset.wait(self.server_now)))?;
        }
        if let Some(partition) = it.partition {
            write!(f, ", partition {partition:016x}")?;
        }
        f.write_str(if tightest { "; the tightest\n" } else { "\n" })
    }

    fn wait(&self, f: &mut Formatter<'_>, wait: Option<Span>) -> fmt::Result {
        match wait {
            Some(wait) => writeln!(f, "wait: {}", InUnits(wait)),
            None => writeln!(f, "wait: none"),
        }
    }
}

impl Display for Told<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.reader {
            Reader::Plain(hints) => self.hints(f, hints),
            Reader::Dialect(advice) => self.advice(f, advice),
        }
    }
}

fn ignored(f: &mut Formatter<'_>, invalid: u32, dropped: u32) -> fmt::Result {
    if invalid > 0 {
        writeln!(f, "malformed and ignored: {invalid}")?;
    }
    if dropped > 0 {
        writeln!(f, "without room and ignored: {dropped}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{format, string::String, string::ToString};

    use super::Reader;
    use crate::{time::UnixTime, wire::Dialect};

    fn told(dialect: Option<Dialect>, lines: &[(&str, &str)]) -> String {
        let mut reader = Reader::new(dialect);
        for (name, value) in lines {
            reader.header(name.as_bytes(), value.as_bytes());
        }
        reader.told(UnixTime::from_secs(1_716_134_400)).to_string()
    }

    #[test]
    fn nothing_is_said_by_nothing() {
        assert_eq!(told(None, &[]), "wait: none\n");
        assert_eq!(told(Some(Dialect::COMMON), &[]), "wait: none\n");
    }

    #[test]
    fn plain_headers_tell_one_limit() {
        let spent = [
            ("X-RateLimit-Limit", "300"),
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", "1716134460"),
            ("X-RateLimit-Window", "60"),
        ];
        let line = "limit: 0 of 300 requests left, each 1 min, more in 1 min; the tightest\n";
        assert_eq!(told(None, &spent), format!("{line}wait: 1 min\n"));
        let [limit, left, reset, window] = spent;
        let date = ("Retry-After", "Sun, 19 May 2024 16:00:05 GMT");
        let told = told(None, &[limit, left, reset, window, date, ("Date", "now")]);
        assert_eq!(told, format!("{line}wait: 5 s\nmalformed and ignored: 1\n"));
    }

    #[test]
    fn what_else_a_client_heeds_has_a_line_each() {
        let lines = [
            ("Retry-After", "2"),
            ("x-should-retry", "false"),
            ("X-RateLimit-Global", "true"),
            ("X-RateLimit-Bucket", "b1"),
            ("X-RateLimit-Scope", "shared"),
            ("X-RateLimit-Used", "7"),
            ("X-RateLimit-Remaining", "-1"),
        ];
        assert_eq!(
            told(Some(Dialect::COMMON), &lines),
            "limit: requests, 7 used\nwait: 2 s\nsending again: useless, the server says\n\
             a denial: of the whole account\nbucket: b1\nscope: shared\nmalformed and ignored: 1\n"
        );
        assert_eq!(
            told(Some(Dialect::COMMON), &[("Age", "3"), ("x-should-retry", "true")]),
            "wait: none\nsending again: helps, the server says\n\
             out of a cache: says nothing of limits\n"
        );
    }
}
