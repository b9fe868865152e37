//! Windows that start with their first request: starts, ends, clocks, bounds.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;
/// 2024-05-19T16:00:37.123456789Z.
const WALL: u64 = 1_716_134_437_123_456_789;

/// Bounds, both sides of the end, and clocks that step.
pub(super) fn edges() -> String {
    let mut sheet = Sheet::new(
        "Windows from their first request: bounds, both sides of the end, clocks that step.",
    );
    sheet.note("The bounds of a window.");
    for period in [0, MILLISECOND - 1, MILLISECOND, 366 * DAY, 366 * DAY + 1, u64::MAX] {
        sheet.step(format!("window_first 1 {period}"));
    }
    for limit in [0, SECOND, SECOND + 1, u64::MAX] {
        sheet.step(format!("window_first {limit} {SECOND}"));
    }
    sheet.note("A limit of nothing.");
    sheet.step(format!("window_first 0 {SECOND}"));
    for n in [0, 1, u64::MAX] {
        sheet.step(format!("acquire {WALL} {n}"));
    }
    for (limit, period) in [(1, MILLISECOND), (300, 60 * SECOND), (SECOND, 366 * DAY)] {
        sheet
            .note(&format!("{limit} per {period} ns: sizes, the end, and the start after a rest."));
        sheet.step(format!("window_first {limit} {period}"));
        for n in [0, 1, limit, limit + 1, u64::MAX] {
            sheet.step(format!("peek {WALL} {n}"));
        }
        sheet.step(format!("acquire {WALL} {}", limit + 1));
        sheet.step(format!("acquire {WALL} 1"));
        sheet.step(format!("acquire {} {}", WALL + period - 1, limit - 1));
        sheet.step(format!("acquire {} 1", WALL + period - 1));
        sheet.step(format!("acquire {} 0", WALL + period));
        sheet.step(format!("peek {} 1", WALL + period));
        sheet.step(format!("acquire {} {limit}", WALL + period + 5));
        sheet.step(format!("acquire {} 1", WALL + 2 * period));
        sheet.step(format!("acquire {} 1", WALL + 2 * period + 5));
    }
    for period in [MILLISECOND, 300 * MILLISECOND, SECOND, 60 * SECOND] {
        for back in [1, period, SECOND - 1, SECOND, SECOND + 1, SECOND + period, 3600 * SECOND] {
            sheet.note(&format!(
                "Windows of {period} ns; after the start of one the clock steps back by {back} ns."
            ));
            sheet.step(format!("window_first 4 {period}"));
            sheet.step(format!("acquire {WALL} 2"));
            sheet.step(format!("peek {} 0", WALL - back));
            sheet.step(format!("acquire {} 1", WALL - back));
            sheet.step(format!("acquire {} 2", WALL - back));
            sheet.step(format!("acquire {WALL} 1"));
        }
    }
    sheet.note("The ends of the clock.");
    sheet.step(format!("window_first 2 {SECOND}"));
    for wall in [0, SECOND - 1, SECOND, u64::MAX - SECOND, u64::MAX - 1, u64::MAX, 0, 1] {
        sheet.step(format!("acquire {wall} 1"));
        sheet.step(format!("acquire {wall} 2"));
    }
    sheet.finish()
}

/// Histories of requests of any size at any time.
pub(super) fn random() -> String {
    let mut sheet = Sheet::new(
        "Histories of windows from their first request: requests of any size, clocks that step.",
    );
    let mut draw = Draw::new(11);
    for (limit, period) in [(10, MILLISECOND), (20, SECOND), (1000, 7919 * 1_000_003)] {
        sheet.note(&format!("{limit} per {period} ns."));
        sheet.step(format!("window_first {limit} {period}"));
        let mut wall = WALL + draw.below(DAY);
        let mut wait = 0;
        for _ in 0..60 {
            wall = match draw.below(20) {
                0..8 => wall,
                8..14 => wall + draw.below(period / 2),
                14 => wall + wait,
                15 => wall + wait.saturating_sub(1),
                16 => wall + draw.below(10 * period),
                17 | 18 => wall - draw.below(SECOND),
                _ => wall - draw.below(10 * SECOND),
            };
            let n = match draw.below(10) {
                0 => 0,
                1 => draw.below(limit + 2),
                _ => 1 + draw.below(limit / 3),
            };
            let verb = if draw.one_in(5) { "peek" } else { "acquire" };
            let result = sheet.step(format!("{verb} {wall} {n}"));
            wait = after(&result, "retry_after").unwrap_or(0);
        }
    }
    sheet.finish()
}
