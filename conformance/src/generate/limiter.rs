//! Token buckets: exact at every rate, at every bound, and under any clock.

use super::draw::Draw;
use super::sheet::{Sheet, after};
use crate::reference::quota::HORIZON;

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;
/// The longest time that a bucket may take to refill.
const REFILL: u64 = 45 * 36_525 * 864 * SECOND;

/// Limit, period, burst: whole and broken intervals, from one a nanosecond to seven in a leap year.
const RATES: [(u64, u64, u64); 16] = [
    (3, SECOND, 3),
    (5, SECOND, 5),
    (8001, SECOND, 8001),
    (7_000_000, SECOND, 7),
    (300_000_000, SECOND, 1),
    (300_000_000, SECOND, 1000),
    (600_000_000, SECOND, 600_000_000),
    (999_999_937, SECOND, 64),
    (SECOND, SECOND, SECOND),
    (SECOND, SECOND, 1 << 32),
    (1, 1_000_000, 1),
    (1_000_000, 1_000_000, 2),
    (300, 60 * SECOND, 300),
    (5000, SECOND, 5000),
    (1, DAY, 1),
    (7, 366 * DAY, 7),
];

/// At each rate: full, empty, the exact wait and one nanosecond less, more than can ever be had.
pub(super) fn rates() -> String {
    let mut sheet = Sheet::new(
        "Token buckets at many rates: a full one gives its burst at once, an empty one gives each permit\n\
         at the exact nanosecond and not one earlier, and what exceeds the burst is never.",
    );
    for (limit, period, burst) in RATES {
        sheet.note(&format!("{limit} per {period} ns, {burst} at once."));
        sheet.step(format!("limiter {limit} {period} {burst}"));
        for n in [0, 1, burst - 1, burst, burst + 1, u64::MAX] {
            sheet.step(format!("peek 0 {n}"));
        }
        sheet.step(format!("acquire 0 {}", burst + 1));
        sheet.step(format!("acquire 0 {burst}"));
        sheet.step("acquire 0 0");
        let mut now = exact(&mut sheet, 0, 1);
        now = exact(&mut sheet, now, 1);
        now = exact(&mut sheet, now, burst);
        sheet.step(format!("acquire {} {burst}", now + 100 * DAY));
        sheet.step(format!("acquire {} 1", now + 100 * DAY));
    }
    sheet.finish()
}

/// Asks for `n` on a bucket that has less, then one nanosecond early, then in time.
fn exact(sheet: &mut Sheet, now: u64, n: u64) -> u64 {
    let denied = sheet.step(format!("acquire {now} {n}"));
    let wait = after(&denied, "retry_after").expect("the bucket has less");
    sheet.step(format!("acquire {} {n}", now + wait - 1));
    sheet.step(format!("acquire {} {n}", now + wait));
    now + wait
}

/// Each bound of a quota, on both sides, and which one is named when several are broken.
pub(super) fn bounds() -> String {
    let mut sheet = Sheet::new("The bounds of a quota, and a limit of nothing.");
    sheet.note("The period.");
    for period in [0, 999_999, 1_000_000, 366 * DAY, 366 * DAY + 1, u64::MAX] {
        sheet.step(format!("limiter 1 {period} 1"));
    }
    sheet.note("The limit: 10^9, and one a nanosecond.");
    for (limit, period) in [
        (SECOND, SECOND),
        (SECOND + 1, 2 * SECOND),
        (1_000_000, 1_000_000),
        (1_000_001, 1_000_000),
        (SECOND, SECOND - 1),
        (u64::MAX, SECOND),
    ] {
        sheet.step(format!("limiter {limit} {period} 1"));
    }
    sheet.note("The burst: not 0, not above 2^32, and within the word at every cost.");
    for burst in [0, 1, 1 << 32, (1 << 32) + 1, u64::MAX] {
        sheet.step(format!("limiter {SECOND} {SECOND} {burst}"));
    }
    for (limit, period, most) in [
        (1, DAY, REFILL / DAY),
        (1, 366 * DAY, REFILL / (366 * DAY)),
        (7, 366 * DAY, 7 * REFILL / (366 * DAY)),
        (300, 60 * SECOND, 1 << 32),
        (3, SECOND, 1 << 32),
    ] {
        sheet.step(format!("limiter {limit} {period} {most}"));
        sheet.step(format!("acquire 0 {most}"));
        sheet.step("acquire 0 1");
        sheet.step(format!("limiter {limit} {period} {}", most + 1));
    }
    sheet
        .note("Several at once: the period is named before the limit, the limit before the burst.");
    sheet.step("limiter 2000000000 0 0");
    sheet.step(format!("limiter 2000000000 {SECOND} 0"));
    sheet.step("limiter 0 0 0");
    sheet.note("A limit of nothing admits nothing, whatever its burst.");
    for burst in [0, 1, u64::MAX] {
        sheet.step(format!("limiter 0 {SECOND} {burst}"));
        for n in [0, 1, u64::MAX] {
            sheet.step(format!("acquire {DAY} {n}"));
        }
        sheet.step("peek 0 0");
    }
    sheet.finish()
}

/// Clocks that step, stop and run out.
pub(super) fn clock() -> String {
    let mut sheet = Sheet::new(
        "Clocks that step back or far ahead: never more than one burst, never a longer stall than one\n\
         full bucket.",
    );
    for (limit, period, burst) in
        [(3, SECOND, 3), (10, SECOND, 10), (1, DAY, 1), (5000, SECOND, 5000)]
    {
        let start = 1000 * SECOND;
        for back in [1, SECOND - 1, SECOND, SECOND + 1, 2 * SECOND, 1000 * SECOND] {
            sheet.note(&format!(
                "{limit} per {period} ns, {burst} at once; the empty bucket's clock steps back by {back} ns."
            ));
            sheet.step(format!("limiter {limit} {period} {burst}"));
            sheet.step(format!("acquire {start} {burst}"));
            for verb in ["peek", "acquire"] {
                sheet.step(format!("{verb} {} 0", start - back));
                sheet.step(format!("{verb} {} 1", start - back));
            }
            sheet.step(format!("acquire {} 1", start - back));
            sheet.step(format!("peek {start} {burst}"));
        }
    }
    let horizon = HORIZON as u64;
    for (limit, period, burst) in [(3, SECOND, 3), (SECOND, SECOND, 1000), (7, 366 * DAY, 314)] {
        sheet
            .note(&format!("{limit} per {period} ns: a jump to the end of the clock, and beyond."));
        sheet.step(format!("limiter {limit} {period} {burst}"));
        for now in [horizon - 1, horizon, horizon + 1, u64::MAX - 1, u64::MAX] {
            sheet.step(format!("peek {now} {burst}"));
            sheet.step(format!("acquire {now} 1"));
            sheet.step(format!("acquire {now} {burst}"));
        }
        sheet.step("acquire 0 1");
    }
    sheet.finish()
}

/// Histories of requests of any size at any time.
pub(super) fn random() -> String {
    let mut sheet =
        Sheet::new("Histories of token buckets: requests of any size, clocks that step.");
    let mut draw = Draw::new(1);
    for (limit, period, burst) in [
        (3, SECOND, 3),
        (7_000_000, SECOND, 100),
        (600_000_000, SECOND, 50),
        (999_999_937, SECOND, 1000),
        (300, 60 * SECOND, 20),
        (997, 7919 * 1_000_003, 31),
    ] {
        sheet.note(&format!("{limit} per {period} ns, {burst} at once."));
        sheet.step(format!("limiter {limit} {period} {burst}"));
        let mut now = draw.below(DAY);
        let mut wait = 0;
        for _ in 0..50 {
            now = match draw.below(20) {
                0..6 => now,
                6..14 => now + draw.below(2 * period / limit * burst + 2),
                14..17 => now + wait,
                17 => now + draw.below(DAY),
                18 => now.saturating_sub(draw.below(SECOND)),
                _ => now.saturating_sub(draw.below(3 * SECOND)),
            };
            let n = match draw.below(10) {
                0 => 0,
                1 => draw.below(burst + 2),
                2 => burst,
                _ => 1 + draw.below(burst / 4 + 1),
            };
            let verb = if draw.one_in(5) { "peek" } else { "acquire" };
            let result = sheet.step(format!("{verb} {now} {n}"));
            wait = after(&result, "retry_after").unwrap_or(0);
        }
    }
    sheet.finish()
}
