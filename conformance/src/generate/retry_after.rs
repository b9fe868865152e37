//! `Retry-After`: every form, and what only looks like one.

use super::draw::Draw;
use super::sheet::Sheet;

/// 2024-05-19T16:00:00Z.
const NOW: u64 = 1_716_134_400;
const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds, near-seconds and garbage.
pub(super) fn values() -> String {
    let mut sheet = Sheet::new("Retry-After in seconds, and what is neither seconds nor a date.");
    sheet.note("Whole seconds, any number of digits, saturating.");
    for value in [
        "0",
        "00",
        "1",
        "23",
        "45",
        "60",
        "3600",
        "0000000000000000000000000000000000007",
        "18446744073",
        "18446744074",
        "1000000000000000000",
        "18446744073709551615",
        "18446744073709551616",
        "340282366920938463463374607431768211456",
        "99999999999999999999999999999999999",
        " 5",
        "5 ",
        "\t42 ",
        " \t 7 \t ",
    ] {
        sheet.step(format!("retry_after {NOW} {value}"));
    }
    sheet.note("A field of any length.");
    for (character, count) in
        [("0", 10_240), ("9", 10_240), ("1", 1), ("7", 0), ("x", 10_240), ("-", 3)]
    {
        sheet.step(format!("retry_after_repeat {character} {count}"));
    }
    sheet.note("Garbage.");
    for value in [
        "",
        " ",
        "\t",
        "-1",
        "-0",
        "-10",
        "+1",
        "+0",
        "1.0",
        "2.0",
        "0.25",
        ".5",
        "1.",
        "1,5",
        "1e3",
        "0x10",
        "0b1",
        "inf",
        "Infinity",
        "nan",
        "NaN",
        "null",
        "true",
        "soon",
        "1 2",
        "1s",
        "120 s",
        "6m0s",
        "12ms",
        "5;",
        "5, 5",
        "5,",
        "\"5\"",
        "'5'",
        "１",
        "٣",
        "5\u{a0}",
        "5 -> 6",
        "->",
        "\u{feff}5",
        "1_000",
        "1'000",
        "Sun",
        "GMT",
        "2024-05-19T16:01:00Z",
        "2024-05-19",
        "1716134460.5",
        "::",
        "%35",
    ] {
        sheet.step(format!("retry_after {NOW} {value}"));
    }
    sheet.finish()
}

/// Dates: calendars and pivots.
pub(super) fn dates() -> String {
    let mut sheet = Sheet::new("Retry-After as an HTTP date, in the three forms of RFC 9110.");
    calendar(&mut sheet);
    pivots(&mut sheet);
    sheet.finish()
}

/// One change to each byte of a good date, and drawn dates.
pub(super) fn forms() -> String {
    let mut sheet =
        Sheet::new("The exact forms of HTTP dates: nothing is forgiven but spaces around them.");
    sheet.note("One byte less, one byte more, and one byte changed.");
    for good in [
        "Sun, 19 May 2024 16:01:00 GMT",
        "Sunday, 19-May-24 16:01:00 GMT",
        "Sun May 19 16:01:00 2024",
        "Sun May  9 16:01:00 2024",
    ] {
        sheet.step(format!("retry_after {NOW} {good}"));
        sheet.step(format!("retry_after {NOW}  \t{good}\t "));
        for at in 0..good.len() {
            let (before, rest) = good.split_at(at);
            sheet.step(format!("retry_after {NOW} {before}{}", &rest[1..]));
            if at % 2 == 0 {
                sheet.step(format!("retry_after {NOW} {before}x{}", &rest[1..]));
            } else {
                sheet.step(format!("retry_after {NOW} {before} {rest}"));
            }
        }
    }
    let mut draw = Draw::new(4);
    sheet.note("Drawn dates, some of them impossible.");
    for _ in 0..40 {
        let weekday = *draw.one_of(&WEEKDAYS);
        let month = *draw.one_of(&MONTHS);
        let (day, year) = (draw.below(33), 1965 + draw.below(300));
        let (hour, minute, second) = (draw.below(25), draw.below(61), draw.below(62));
        let time = format!("{hour:02}:{minute:02}:{second:02}");
        let short = &weekday[..3];
        let date = match draw.below(3) {
            0 => format!("{short}, {day:02} {month} {year} {time} GMT"),
            1 => format!("{weekday}, {day:02}-{month}-{:02} {time} GMT", year % 100),
            _ => format!("{short} {month} {day:2} {time} {year}"),
        };
        sheet.step(format!("retry_after {NOW} {date}"));
    }
    sheet.finish()
}

/// The lengths of months in ordinary, leap and secular years.
fn calendar(sheet: &mut Sheet) {
    sheet.note("The last day of February, and the day after it.");
    for year in [0, 1900, 1969, 1970, 1972, 2000, 2023, 2024, 2100, 2400, 2554, 9999] {
        for day in [28, 29, 30] {
            sheet.step(format!("retry_after {NOW} Mon, {day:02} Feb {year:04} 00:00:00 GMT"));
        }
    }
    sheet.note("The ends of every month, in the form that pads with a space or a zero.");
    for month in MONTHS {
        for day in [" 0", " 1", "01", "30", "31"] {
            sheet.step(format!("retry_after {NOW} Wed {month} {day} 12:34:56 2025"));
        }
    }
    sheet.note("The ends of the clock: second 60 is the second after 59.");
    for time in ["00:00:00", "23:59:59", "23:59:60", "23:59:61", "23:60:00", "24:00:00", "00:00:60"]
    {
        sheet.step(format!("retry_after {NOW} Sat, 31 Dec 2016 {time} GMT"));
    }
    sheet.note(
        "What a u64 of nanoseconds holds ends at 2554-07-21T23:34:33.7; later dates saturate.",
    );
    for date in ["21 Jul 2554 23:34:33", "21 Jul 2554 23:34:34", "31 Dec 9999 23:59:60"] {
        sheet.step(format!("retry_after {NOW} Sat, {date} GMT"));
    }
    sheet.note("Every weekday's name in full and in short; a wrong one for the date does no harm.");
    for weekday in WEEKDAYS {
        sheet.step(format!("retry_after {NOW} {}, 19 May 2024 16:01:00 GMT", &weekday[..3]));
        sheet.step(format!("retry_after {NOW} {weekday}, 19-May-24 16:01:00 GMT"));
        sheet.step(format!("retry_after {NOW} {weekday}, 19 May 2024 16:01:00 GMT"));
        sheet.step(format!("retry_after {NOW} {}, 19-May-24 16:01:00 GMT", &weekday[..3]));
    }
}

/// A year of two digits is at most fifty years ahead.
fn pivots(sheet: &mut Sheet) {
    for (reference, year) in [
        (0, 1970),
        (946_684_799, 1999),
        (946_684_800, 2000),
        (NOW, 2024),
        (1_798_761_599, 2026),
        (4_102_444_800, 2100),
        (u64::MAX, 2554),
    ] {
        sheet.note(&format!("Two digits of a year, read in {year}."));
        for digits in [0, 20, 49, 50, 51, 69, 70, 74, 75, 76, 77, 94, 99] {
            sheet.step(format!("retry_after {reference} Sunday, 06-Nov-{digits:02} 08:49:37 GMT"));
        }
    }
}
