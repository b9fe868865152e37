//! Fixed windows: their edges, their clock, their bounds.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;
/// 2024-05-19T16:00:00Z.
const WALL: u64 = 1_716_134_400 * SECOND;

/// Bounds, edges, stepping clocks and the wrap of the window's number.
pub(super) fn edges() -> String {
    let mut sheet =
        Sheet::new("Fixed windows: bounds, edges, clocks that step, and the wrap of their number.");
    sheet.note("The bounds of a window.");
    for period in [0, MILLISECOND - 1, MILLISECOND, 366 * DAY, 366 * DAY + 1, u64::MAX] {
        sheet.step(format!("window 1 {period}"));
    }
    for limit in [0, SECOND, SECOND + 1, u64::MAX] {
        sheet.step(format!("window {limit} {SECOND}"));
    }
    sheet.step(format!("window {SECOND} {MILLISECOND}"));
    sheet.step("window 1000000001 0");
    sheet.note("A limit of nothing.");
    sheet.step(format!("window 0 {SECOND}"));
    for n in [0, 1, u64::MAX] {
        sheet.step(format!("acquire {WALL} {n}"));
    }
    for (limit, period) in [
        (1, MILLISECOND),
        (5, MILLISECOND),
        (300, 60 * SECOND),
        (100, 900 * SECOND),
        (3, 366 * DAY),
    ] {
        let start = WALL / period * period;
        sheet.note(&format!("{limit} per {period} ns: sizes, and both sides of the edge."));
        sheet.step(format!("window {limit} {period}"));
        for n in [0, 1, limit - 1, limit, limit + 1, u64::MAX] {
            sheet.step(format!("peek {start} {n}"));
        }
        sheet.step(format!("acquire {} {}", start + period - 1, limit + 1));
        sheet.step(format!("acquire {} {limit}", start + period - 1));
        sheet.step(format!("acquire {} 1", start + period - 1));
        sheet.step(format!("acquire {} 0", start + period - 1));
        sheet.step(format!("acquire {} {limit}", start + period));
        sheet.step(format!("acquire {} 1", start + period));
        sheet.step(format!("acquire {} 1", start + 3 * period));
    }
    clock(&mut sheet);
    numbers(&mut sheet);
    sheet.finish()
}

/// Back within a second the later window goes on; further back the window counts as used up.
fn clock(sheet: &mut Sheet) {
    for period in [MILLISECOND, 300 * MILLISECOND, SECOND, 60 * SECOND] {
        let start = WALL / period * period;
        for back in [1, period, SECOND - 1, SECOND, SECOND + 1, SECOND + period, 3600 * SECOND] {
            sheet.note(&format!(
                "Windows of {period} ns; at the start of one the clock steps back by {back} ns."
            ));
            sheet.step(format!("window 4 {period}"));
            sheet.step(format!("acquire {start} 2"));
            sheet.step(format!("peek {} 0", start - back));
            sheet.step(format!("acquire {} 1", start - back));
            sheet.step(format!("acquire {} 2", start - back));
            sheet.step(format!("acquire {start} 1"));
        }
    }
}

/// The number of a window is kept modulo 2³⁴.
fn numbers(sheet: &mut Sheet) {
    let wrap = (1 << 34) * MILLISECOND;
    sheet.note("Windows of 1 ms: the number wraps after 2^34 of them; half of that looks like a step back.");
    sheet.step(format!("window 2 {MILLISECOND}"));
    for wall in [wrap - 1, wrap, wrap + MILLISECOND, 3 * wrap / 2, 3 * wrap / 2 + MILLISECOND] {
        sheet.step(format!("acquire {wall} 2"));
        sheet.step(format!("acquire {wall} 1"));
    }
    sheet.note("A whole turn later the number is the same: what was used then counts now.");
    sheet.step(format!("window 2 {MILLISECOND}"));
    sheet.step(format!("acquire {wrap} 1"));
    sheet.step(format!("acquire {} 2", 2 * wrap));
    sheet.step(format!("acquire {} 1", 2 * wrap));
    sheet.note("An unused window knows no time.");
    sheet.step(format!("window 2 {SECOND}"));
    sheet.step("acquire 0 0");
    sheet.step(format!("acquire {WALL} 1"));
    sheet.note("The ends of the clock.");
    sheet.step(format!("window 2 {}", 366 * DAY));
    for wall in [0, u64::MAX - 1, u64::MAX] {
        sheet.step(format!("acquire {wall} 1"));
    }
}

/// Histories of requests of any size at any time.
pub(super) fn random() -> String {
    let mut sheet =
        Sheet::new("Histories of fixed windows: requests of any size, clocks that step.");
    let mut draw = Draw::new(2);
    for (limit, period) in [
        (10, MILLISECOND),
        (3, 10 * MILLISECOND),
        (20, SECOND),
        (60, 60 * SECOND),
        (1000, 7919 * 1_000_003),
    ] {
        sheet.note(&format!("{limit} per {period} ns."));
        sheet.step(format!("window {limit} {period}"));
        let mut wall = WALL + draw.below(DAY);
        let mut wait = 0;
        for _ in 0..60 {
            wall = match draw.below(20) {
                0..8 => wall,
                8..14 => wall + draw.below(period / 2),
                14..16 => wall + wait,
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

/// Windows with a skew: their edges, the ends of the clock, and the numbers around 1970.
pub(super) fn skewed() -> String {
    let mut sheet = Sheet::new(
        "Fixed windows with a skew: they start at multiples of the period plus the skew, whatever its\n\
         sign and length, and everything else is as without one.",
    );
    for (period, skew) in [
        (MILLISECOND, 0),
        (MILLISECOND, 1),
        (MILLISECOND, -1),
        (SECOND, 999_999_999),
        (SECOND, -999_999_999),
        (60 * SECOND, 60_000_000_000),
        (60 * SECOND, -90_000_000_000),
        (DAY, -7_200_000_000_000),
        (366 * DAY, i64::MAX),
        (366 * DAY, i64::MIN),
        (900 * SECOND, i64::MAX),
        (7919 * 1_000_003, i64::MIN),
    ] {
        let whole = i128::from(period);
        let ago = (i128::from(WALL) - i128::from(skew)).rem_euclid(whole) as u64;
        let start = WALL - ago;
        sheet.note(&format!("4 per {period} ns, {skew} ns askew: an edge is at {start}."));
        sheet.step(format!("window_skewed 4 {period} {skew}"));
        sheet.step(format!("acquire {} 4", start - 1));
        sheet.step(format!("acquire {} 1", start - 1));
        sheet.step(format!("acquire {start} 3"));
        sheet.step(format!("acquire {} 2", start + 1));
        sheet.step(format!("acquire {} 1", start - 1));
        sheet.step(format!("acquire {} 0", start + period - 1));
        sheet.step(format!("acquire {} 2", start + period));
        sheet.step(format!("acquire {} 1", start - SECOND - 1));
        sheet.step(format!("acquire {} 5", start - SECOND));
        for wall in [0, 1, SECOND, u64::MAX - 1, u64::MAX] {
            sheet.step(format!("acquire {wall} 1"));
        }
    }
    sheet.note("The bounds are those of a window; any skew is within them.");
    for (limit, period) in [(1, 0), (1, 366 * DAY + 1), (SECOND + 1, SECOND), (0, SECOND)] {
        sheet.step(format!("window_skewed {limit} {period} {}", i64::MIN));
    }
    sheet.finish()
}
