//! When there will be more, in every form that servers write it in.

use crate::reference::retry_after::{REFERENCE_YEAR, digits};
use crate::reference::{MAX, SECOND, date};

/// 366 days; a longer wait is as long as this.
pub const LONGEST: u128 = 366 * 86_400 * SECOND;
/// The year 2100; a later time is a mistake.
const LATEST: u128 = 4_102_444_800 * SECOND;

/// When there will be more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// At a time.
    At(u128),
    /// After a wait.
    After(u128),
}

impl Reset {
    /// The wait, at a time of the server's clock.
    pub fn wait(self, now: u128) -> u128 {
        match self {
            Reset::At(time) => time.saturating_sub(now),
            Reset::After(wait) => wait,
        }
    }
}

/// What the value of a reset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By its shape and size.
    Auto,
    /// A time, so many of the unit since 1970.
    Epoch(u128),
    /// A wait of so many of the unit.
    Wait(u128),
    /// A wait with units.
    Duration,
    /// RFC 3339.
    Rfc3339,
}

/// Reads the value of a reset.
pub fn parse(value: &[u8], form: Form, decimals: bool) -> Option<Reset> {
    match form {
        Form::Epoch(unit) => at(number(value, decimals)?.nanos(unit)),
        Form::Wait(unit) => Some(after(number(value, decimals)?.nanos(unit))),
        Form::Duration => duration(value).map(after),
        Form::Rfc3339 => at(rfc3339(value)?),
        Form::Auto => {
            if let Some(number) = number(value, decimals) {
                let seconds = number.nanos(SECOND);
                if seconds <= LONGEST {
                    return Some(after(seconds));
                }
                // By the number of digits before the point: 10 and 11, 12 to 14, or more.
                return match number.whole {
                    0..1_000_000_000 => None,
                    1_000_000_000..100_000_000_000 => at(seconds),
                    100_000_000_000..100_000_000_000_000 => at(number.nanos(SECOND / 1_000)),
                    _ => at(number.nanos(SECOND / 1_000_000)),
                };
            }
            if let Some(wait) = duration(value) {
                return Some(after(wait));
            }
            rfc3339(value).or_else(|| http_date(value)).and_then(at)
        }
    }
}

/// An HTTP-date as a time.
pub fn http_date(value: &[u8]) -> Option<u128> {
    Some(u128::from(date::parse(value, REFERENCE_YEAR)?) * SECOND)
}

/// A time that a limit may last to.
pub fn at(time: u128) -> Option<Reset> {
    (time <= LATEST).then_some(Reset::At(time))
}

/// A wait, no longer than the longest.
pub fn after(wait: u128) -> Reset {
    Reset::After(wait.min(LONGEST))
}

/// A number that may have a fraction.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Before the point, saturating at 2⁶⁴ - 1.
    pub whole: u128,
    /// After it, in billionths, rounded up.
    pub billionths: u128,
}

impl Number {
    /// So many of a unit of nanoseconds, rounded up.
    pub fn nanos(self, unit: u128) -> u128 {
        let billionth = 1_000_000_000;
        (self.whole * unit + (self.billionths * unit).div_ceil(billionth)).min(MAX)
    }

    /// Rounded up.
    pub fn ceil(self) -> u128 {
        if self.billionths == 0 { self.whole } else { self.whole + 1 }
    }
}

/// Digits, or where decimals are allowed digits, a point and digits.
pub fn number(value: &[u8], decimals: bool) -> Option<Number> {
    let text = std::str::from_utf8(value).ok()?;
    let whole = |text: &str| digits(text.as_bytes()).map(|whole| whole.min(MAX));
    let Some((before, fraction)) = text.split_once('.').filter(|_| decimals) else {
        return Some(Number { whole: whole(text)?, billionths: 0 });
    };
    digits(fraction.as_bytes())?;
    let padded = format!("{fraction:0<9}");
    let (kept, beyond) = padded.split_at(9);
    let mut billionths = kept.parse::<u128>().ok()?;
    if beyond.bytes().any(|digit| digit != b'0') {
        billionths += 1;
    }
    Some(Number { whole: whole(before)?, billionths })
}

/// `1m30s`: numbers with units that become shorter.
pub fn duration(value: &[u8]) -> Option<u128> {
    let text = std::str::from_utf8(value).ok()?;
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let (mut rest, mut sum, mut last) = (text, 0, u128::MAX);
    while !rest.is_empty() || last == u128::MAX {
        let (amount, tail) = rest.split_at(rest.find(|c| !is_number(c))?);
        let (unit, tail) = tail.split_at(tail.find(is_number).unwrap_or(tail.len()));
        let unit = match unit {
            "d" => 86_400 * SECOND,
            "h" => 3_600 * SECOND,
            "m" => 60 * SECOND,
            "s" => SECOND,
            "ms" => 1_000_000,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
            "ns" => 1,
            _ => return None,
        };
        if unit >= last {
            return None;
        }
        last = unit;
        sum = (sum + number(amount.as_bytes(), true)?.nanos(unit)).min(MAX);
        rest = tail;
    }
    Some(sum)
}

/// `2025-10-25T12:00:00.5+02:00`; the seconds may be missing.
pub fn rfc3339(value: &[u8]) -> Option<u128> {
    let text = std::str::from_utf8(value).ok().filter(|text| text.is_ascii())?;
    let (day, time) = text.split_once(['T', 't'])?;
    let (clock, offset) = match time.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => {
            let (clock, offset) = time.split_at(time.rfind(['+', '-'])?);
            let seconds = i128::from(minutes(&offset[1..])?) * 60;
            (clock, if offset.starts_with('-') { seconds } else { -seconds })
        }
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) if clock.len() > 5 && fraction.len() <= 20 => {
            (clock, number(format!("0.{fraction}").as_bytes(), true)?.nanos(SECOND))
        }
        Some(_) => return None,
        None => (clock, 0),
    };
    let clock = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() };
    let [year, month, day] = day.split('-').collect::<Vec<_>>().try_into().ok()?;
    if [year.len(), month.len(), day.len()] != [4, 2, 2] {
        return None;
    }
    // The calendar is that of HTTP-dates, so it is asked with one.
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month: usize = digits(month.as_bytes())?.try_into().ok()?;
    let month = MONTHS.get(3 * month.checked_sub(1)?..3 * month)?;
    let http = format!("Mon, {day} {month} {year} {clock} GMT");
    let local = date::parse(http.as_bytes(), REFERENCE_YEAR)?;
    if digits(year.as_bytes())? < 1970 {
        return Some(0);
    }
    let nanos = (i128::from(local) + offset) * SECOND as i128 + fraction as i128;
    Some((nanos.max(0) as u128).min(MAX))
}

/// The minutes of `HH:MM`.
fn minutes(text: &str) -> Option<u64> {
    let (hours, minutes) = text.split_once(':')?;
    if (hours.len(), minutes.len()) != (2, 2) {
        return None;
    }
    let (hours, minutes) = (digits(hours.as_bytes())?, digits(minutes.as_bytes())?);
    (hours <= 23 && minutes <= 59).then_some((hours * 60 + minutes) as u64)
}
