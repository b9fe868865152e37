//! The three forms of an HTTP-date (RFC 9110 section 5.6.7), strictly.
//!
//! Days are counted with the proleptic Gregorian calendar from March, so that the leap day comes
//! last (Hinnant, *chrono-Compatible Low-Level Date Algorithms*).

use crate::time::UnixTime;

/// The instant of a date in any of the three forms. A weekday must be a name but need not fit the
/// date; second 60 is the second after 59.
pub(super) fn parse(value: &[u8], reference: UnixTime) -> Option<UnixTime> {
    let mut text = Text(value);
    let parts = if value.get(3) == Some(&b',') {
        imf_fixdate(&mut text)?
    } else if value.get(3) == Some(&b' ') {
        asctime(&mut text)?
    } else {
        rfc850(&mut text, reference)?
    };
    if text.0.is_empty() { parts.instant() } else { None }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(text: &mut Text<'_>) -> Option<Parts> {
    text.one_of(&DAYS)?;
    text.literal(b", ")?;
    let day = text.number(2)?;
    text.literal(b" ")?;
    let month = text.one_of(&MONTHS)?;
    text.literal(b" ")?;
    let year = text.number(4)?;
    text.literal(b" ")?;
    let second = text.time()?;
    text.literal(b" GMT")?;
    Some(Parts { year, month, day, second })
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc850(text: &mut Text<'_>, reference: UnixTime) -> Option<Parts> {
    text.one_of(&LONG_DAYS)?;
    text.literal(b", ")?;
    let day = text.number(2)?;
    text.literal(b"-")?;
    let month = text.one_of(&MONTHS)?;
    text.literal(b"-")?;
    let short = text.number(2)?;
    text.literal(b" ")?;
    let second = text.time()?;
    text.literal(b" GMT")?;
    let this_century = short.saturating_add(2_000);
    let far = this_century > year_of(reference).saturating_add(50);
    let year = if far { short.saturating_add(1_900) } else { this_century };
    Some(Parts { year, month, day, second })
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(text: &mut Text<'_>) -> Option<Parts> {
    text.one_of(&DAYS)?;
    text.literal(b" ")?;
    let month = text.one_of(&MONTHS)?;
    text.literal(b" ")?;
    let day = if text.literal(b" ").is_some() { text.number(1)? } else { text.number(2)? };
    text.literal(b" ")?;
    let second = text.time()?;
    text.literal(b" ")?;
    let year = text.number(4)?;
    Some(Parts { year, month, day, second })
}

/// What is still to be read.
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl Text<'_> {
    pub(super) fn literal(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// The place in `names` of the one that comes next, from 1.
    fn one_of<Name: AsRef<[u8]>>(&mut self, names: &[Name]) -> Option<u64> {
        let place = names.iter().position(|name| self.0.starts_with(name.as_ref()))?;
        self.literal(names.get(place)?.as_ref())?;
        Some(place as u64 + 1)
    }

    /// A number of exactly so many digits.
    pub(super) fn number(&mut self, count: usize) -> Option<u64> {
        let (number, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        super::text::digits(number)
    }

    /// `08:49:37` as a second of the day; up to 86,400 with second 60.
    fn time(&mut self) -> Option<u64> {
        let hour = self.number(2)?;
        self.literal(b":")?;
        let minute = self.number(2)?;
        self.literal(b":")?;
        let second = self.number(2)?;
        (hour <= 23 && minute <= 59 && second <= 60).then_some(hour * 3_600 + minute * 60 + second)
    }
}

/// A date that was read: month from 1, second of the day.
pub(super) struct Parts {
    pub(super) year: u64,
    pub(super) month: u64,
    pub(super) day: u64,
    pub(super) second: u64,
}

impl Parts {
    pub(super) fn instant(&self) -> Option<UnixTime> {
        if self.day == 0 || self.day > days_in(self.month, self.year)? {
            return None;
        }
        let days = days_before(self.year, self.month, self.day).saturating_sub(DAYS_TO_1970);
        // A date before 1970 is 1970, whatever its time of day.
        let second = if self.year < 1970 { 0 } else { self.second };
        Some(UnixTime::from_secs(days * 86_400 + second))
    }
}

fn days_in(month: u64, year: u64) -> Option<u64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    days.get(month.checked_sub(1)? as usize).copied()
}

/// Days from 0000-03-01 to this one. OK for years of four digits: all sums are below 4 million; the
/// months before March of year 0 count as that March.
#[expect(clippy::integer_division_remainder_used, reason = "the divisors are constants")]
fn days_before(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) =
        if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
}

/// The year of an instant, by the mean length of a year and one correction.
#[expect(clippy::integer_division_remainder_used, reason = "the divisors are constants")]
fn year_of(instant: UnixTime) -> u64 {
    let days = instant.as_nanos() / 86_400_000_000_000 + DAYS_TO_1970;
    let guess = 1970 + (days - DAYS_TO_1970) * 400 / 146_097;
    if days_before(guess + 1, 1, 1) <= days {
        guess + 1
    } else if days_before(guess, 1, 1) > days {
        guess - 1
    } else {
        guess
    }
}

const DAYS_TO_1970: u64 = 719_468;
const DAYS: [[u8; 3]; 7] = [*b"Mon", *b"Tue", *b"Wed", *b"Thu", *b"Fri", *b"Sat", *b"Sun"];
const LONG_DAYS: [&[u8]; 7] =
    [b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday"];
const MONTHS: [[u8; 3]; 12] = [
    *b"Jan", *b"Feb", *b"Mar", *b"Apr", *b"May", *b"Jun", *b"Jul", *b"Aug", *b"Sep", *b"Oct",
    *b"Nov", *b"Dec",
];

#[cfg(test)]
mod tests {
    use super::{parse, year_of};
    use crate::time::UnixTime;

    fn seconds(text: &str) -> Option<u64> {
        parse(text.as_bytes(), UnixTime::from_secs(1_767_225_600)).map(UnixTime::as_secs_ceil)
    }

    #[test]
    fn known_instants() {
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(seconds("Sun, 24 Mar 2024 16:00:00 GMT"), Some(1_711_296_000));
        assert_eq!(seconds("Thu, 29 Feb 2023 00:00:00 GMT"), None);
        assert_eq!(seconds("Wed, 31 Dec 1969 23:59:59 GMT"), Some(0));
        assert_eq!(seconds("Sat, 31 Dec 2016 23:59:60 GMT"), Some(1_483_228_800));
    }

    #[test]
    fn years_of_instants() {
        for (second, year) in [(0, 1970), (1_767_225_600, 2026), (1_767_225_599, 2025)] {
            assert_eq!(year_of(UnixTime::from_secs(second)), year);
        }
    }
}
