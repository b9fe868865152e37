//! The three forms of an HTTP date (RFC 9110 section 5.6.7), counted year by year and month by month.

const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The seconds since 1970 of an HTTP date; 0 for anything earlier. Two-digit years are taken as at most
/// 50 years after `reference_year`. `None` if the text has none of the three forms exactly.
pub fn parse(text: &[u8], reference_year: u64) -> Option<u64> {
    let text = core::str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
    fixdate(text).or_else(|| rfc850(text, reference_year)).or_else(|| asctime(text))
}

/// The year in which a second since 1970 lies.
pub fn year_of(seconds: u64) -> u64 {
    let mut year = 1970;
    let mut days = seconds / 86_400;
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    year
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn fixdate(text: &str) -> Option<u64> {
    let text = after_weekday(text)?.strip_prefix(", ")?.strip_suffix(" GMT")?;
    let [day, month, year, time] = split(text, ' ')?;
    seconds(number(year, 4)?, month, number(day, 2)?, time)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc850(text: &str, reference_year: u64) -> Option<u64> {
    let (name, text) = text.split_once(", ")?;
    if !WEEKDAYS.contains(&name) {
        return None;
    }
    let [date, time] = split(text.strip_suffix(" GMT")?, ' ')?;
    let [day, month, year] = split(date, '-')?;
    let mut year = 2000 + number(year, 2)?;
    if year > reference_year + 50 {
        year -= 100;
    }
    seconds(year, month, number(day, 2)?, time)
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(text: &str) -> Option<u64> {
    let text = after_weekday(text)?.strip_prefix(' ')?;
    if text.len() != "Nov  6 08:49:37 1994".len() {
        return None;
    }
    let (month, text) = text.split_at(3);
    let (day, text) = text.strip_prefix(' ')?.split_at(2);
    let [time, year] = split(text.strip_prefix(' ')?, ' ')?;
    let day = match day.strip_prefix(' ') {
        Some(digit) => number(digit, 1)?,
        None => number(day, 2)?,
    };
    seconds(number(year, 4)?, month, day, time)
}

/// What follows a weekday shortened to three letters.
fn after_weekday(text: &str) -> Option<&str> {
    WEEKDAYS.iter().find_map(|name| text.strip_prefix(&name[..3]))
}

/// Exactly `N` parts.
fn split<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    text.split(separator).collect::<Vec<_>>().try_into().ok()
}

/// Exactly so many decimal digits.
fn number(text: &str, digits: usize) -> Option<u64> {
    let decimal = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if decimal { text.parse().ok() } else { None }
}

/// The seconds since 1970 of a date and `HH:MM:SS`.
fn seconds(year: u64, month: &str, day: u64, time: &str) -> Option<u64> {
    let month = MONTHS.iter().position(|name| *name == month)?;
    let [hour, minute, second] = split(time, ':')?;
    let (hour, minute, second) = (number(hour, 2)?, number(minute, 2)?, number(second, 2)?);
    let in_range = (1..=days_in_month(year, month)).contains(&day)
        && hour <= 23
        && minute <= 59
        && second <= 60;
    if !in_range {
        return None;
    }
    if year < 1970 {
        return Some(0);
    }
    let years: u64 = (1970..year).map(days_in_year).sum();
    let months: u64 = (0..month).map(|month| days_in_month(year, month)).sum();
    Some((years + months + day - 1) * 86_400 + hour * 3600 + minute * 60 + second)
}

fn days_in_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u64, month: usize) -> u64 {
    if month == 1 && is_leap(year) { 29 } else { DAYS[month] }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::{parse, year_of};

    #[test]
    fn known_epochs() {
        // The example of RFC 9110 in its three forms, and the sample times of both API documents.
        for (text, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Sun, 19 May 2024 16:01:00 GMT", 1_716_134_460),
            ("Sun, 24 Mar 2024 16:00:00 GMT", 1_711_296_000),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
            ("Fri, 01 Jan 2100 00:00:00 GMT", 4_102_444_800),
        ] {
            assert_eq!(parse(text.as_bytes(), 2026), Some(seconds), "{text}");
        }
    }

    #[test]
    fn years() {
        assert_eq!(year_of(0), 1970);
        assert_eq!(year_of(946_684_799), 1999);
        assert_eq!(year_of(946_684_800), 2000);
    }
}
