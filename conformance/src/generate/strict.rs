//! Strict windows: how many segments there are, exact waits, clocks, bounds.

use super::draw::Draw;
use super::sheet::{Sheet, after};
use crate::reference::strict::Strict;

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;

/// Limits and periods: from 1 to 32 segments, periods that they do not divide.
const WINDOWS: [(u64, u64); 14] = [
    (1, MILLISECOND),
    (SECOND, MILLISECOND),
    (100, MILLISECOND + 1),
    (1, 366 * DAY),
    (3, SECOND),
    (10, SECOND),
    (100, 60 * SECOND),
    (300, 60 * SECOND),
    (1000, SECOND + 7),
    (5000, SECOND),
    (999_999_937, 60 * SECOND),
    (SECOND, 366 * DAY),
    (7, 999_999_937),
    (16_777_216, DAY),
];

/// Bounds; each window full, its exact waits, its segments' edges; clocks that step.
pub(super) fn bounds() -> String {
    let mut sheet = Sheet::new(
        "Strict windows: bounds, the exact wait and one nanosecond less, the edges of segments, clocks.",
    );
    sheet.note("The bounds of a window.");
    for period in [0, MILLISECOND - 1, MILLISECOND, 366 * DAY, 366 * DAY + 1, u64::MAX] {
        sheet.step(format!("strict 1 {period}"));
    }
    for limit in [0, SECOND, SECOND + 1, u64::MAX] {
        sheet.step(format!("strict {limit} {SECOND}"));
    }
    sheet.note("A limit of nothing.");
    sheet.step(format!("strict 0 {SECOND}"));
    for n in [0, 1, u64::MAX] {
        sheet.step(format!("acquire {SECOND} {n}"));
    }
    for (limit, period) in WINDOWS {
        let shape = Strict::new(limit, period).expect("within bounds");
        let (segments, segment) = (shape.segments as u64, shape.segment as u64);
        sheet.note(&format!("{limit} per {period} ns: {segments} segments of {segment} ns."));
        sheet.step(format!("strict {limit} {period}"));
        let start = 345 * segment;
        for n in [0, limit, limit + 1, u64::MAX] {
            sheet.step(format!("peek {start} {n}"));
        }
        // One early in a segment, what is left at the end of the next one.
        sheet.step(format!("acquire {start} 1"));
        let mut now = start + 2 * segment - 1;
        if limit > 1 {
            sheet.step(format!("acquire {now} {}", limit - 1));
        }
        for n in [1, 2.min(limit), limit, limit] {
            let denied = sheet.step(format!("acquire {now} {n}"));
            let wait = after(&denied, "retry_after").unwrap_or(1);
            sheet.step(format!("acquire {} {n}", now + wait - 1));
            sheet.step(format!("acquire {} {n}", now + wait));
            sheet.step(format!("peek {} 0", now + wait));
            now += wait;
        }
        sheet.step(format!("acquire {} {limit}", now + 2 * period));
    }
    for period in [MILLISECOND, SECOND, 60 * SECOND] {
        for back in [1, period, SECOND, SECOND + 1, SECOND + period, 100 * SECOND] {
            sheet.note(&format!(
                "Windows of {period} ns; at the start of a segment the clock steps back by {back} ns."
            ));
            sheet.step(format!("strict 4 {period}"));
            let shape = Strict::new(4, period).expect("within bounds");
            let start = 200 * SECOND / shape.segment as u64 * shape.segment as u64;
            sheet.step(format!("acquire {start} 2"));
            sheet.step(format!("peek {} 0", start - back));
            sheet.step(format!("acquire {} 1", start - back));
            sheet.step(format!("acquire {} 2", start - back));
            sheet.step(format!("acquire {start} 1"));
        }
    }
    sheet.note("The ends of the clock.");
    for period in [MILLISECOND, 366 * DAY] {
        sheet.step(format!("strict 2 {period}"));
        for now in [0, u64::MAX - 1, u64::MAX, 0, 1] {
            sheet.step(format!("acquire {now} 1"));
            sheet.step(format!("acquire {now} 2"));
        }
    }
    sheet.finish()
}

/// Histories of requests of any size at any time.
pub(super) fn random() -> String {
    let mut sheet =
        Sheet::new("Histories of strict windows: requests of any size, clocks that step.");
    let mut draw = Draw::new(12);
    for (limit, period) in [
        (10, MILLISECOND),
        (3, 10 * MILLISECOND),
        (20, SECOND),
        (1000, 7919 * 1_000_003),
        (SECOND, SECOND),
    ] {
        sheet.note(&format!("{limit} per {period} ns."));
        sheet.step(format!("strict {limit} {period}"));
        let mut now = DAY + draw.below(DAY);
        let mut wait = 0;
        for _ in 0..60 {
            now = match draw.below(20) {
                0..6 => now,
                6..13 => now + draw.below(period / 4),
                13 | 14 => now + wait,
                15 => now + wait.saturating_sub(1),
                16 => now + draw.below(5 * period),
                17 | 18 => now - draw.below(SECOND),
                _ => now - draw.below(10 * SECOND),
            };
            let n = match draw.below(10) {
                0 => 0,
                1 => draw.below(limit + 2),
                _ => 1 + draw.below(limit / 3),
            };
            let verb = if draw.one_in(5) { "peek" } else { "acquire" };
            let result = sheet.step(format!("{verb} {now} {n}"));
            wait = after(&result, "retry_after").unwrap_or(0);
        }
    }
    sheet.finish()
}
