//! Backoff: its bounds, its growth, its jitter.

use super::draw::Draw;
use super::sheet::Sheet;

const SECOND: u64 = 1_000_000_000;

/// The bounds of each part.
pub(super) fn bounds() -> String {
    let mut sheet = Sheet::new("The bounds of a backoff.");
    let max = u64::MAX;
    for (initial, factor, cap) in [
        (0, 2, 10),
        (1, 0, 10),
        (1, 1, 0),
        (1, 1, 1),
        (11, 2, 10),
        (10, 2, 10),
        (max, u32::MAX, max),
        (max, 1, max - 1),
    ] {
        for (jitter, most) in [("none", 0), ("full", 0), ("equal", 0), ("additive", cap)] {
            sheet.step(format!("backoff {initial} {factor} {cap} {jitter} {most}"));
        }
    }
    sheet.note("A jitter up to the cap, and one above it.");
    for most in [0, 9, 10, 11, max] {
        sheet.step(format!("backoff 1 2 10 additive {most}"));
    }
    sheet.note("What is refused leaves the backoff before it.");
    sheet.step("backoff 7 1 7 none 0");
    sheet.step("backoff 0 0 0 none 0");
    sheet.step("delay 0 0 0");
    sheet.note("The extremes: nothing overflows, nothing is 0 that should not be.");
    for (jitter, most) in [
        ("none", 0),
        ("full", 0),
        ("equal", 0),
        ("additive", 0),
        ("additive", 1),
        ("additive", max),
    ] {
        for (initial, factor, cap) in
            [(1, 1, 1), (1, 2, max), (max, u32::MAX, max), (1, u32::MAX, max)]
        {
            if most > cap {
                continue;
            }
            sheet.step(format!("backoff {initial} {factor} {cap} {jitter} {most}"));
            for (seed, call, attempt) in [
                (0, 0, 0),
                (0, 0, 1),
                (0, 0, u32::MAX),
                (max, max, u32::MAX),
                (max, 0, 63),
                (0, max, 64),
            ] {
                sheet.step(format!("delay {seed} {call} {attempt}"));
            }
        }
    }
    sheet.finish()
}

/// Every attempt from the first to far past the cap.
pub(super) fn attempts() -> String {
    let mut sheet = Sheet::new(
        "Delays of many attempts; at the cap they are still spread, and never above it.",
    );
    for (seed, text) in [
        (7, "backoff 1000000000 2 60000000000 additive 1000000000"),
        (8, "backoff 1000000000 2 60000000000 full 0"),
        (9, "backoff 1000000000 2 60000000000 equal 0"),
        (10, "backoff 1 3 18446744073709551615 none 0"),
    ] {
        sheet.note("From the first retry to the seventieth.");
        sheet.step(text);
        for attempt in 0..=70 {
            sheet.step(format!("delay {seed} 0 {attempt}"));
        }
        sheet.step(format!("delay {seed} 0 {}", u32::MAX));
    }
    sheet.note("The waits of both documents: 2^n seconds and up to one more, within a minute.");
    sheet.step("backoff 1000000000 2 60000000000 additive 1000000000");
    for call in 0..6 {
        for attempt in 0..7 {
            sheet.step(format!("delay 2024 {call} {attempt}"));
        }
    }
    sheet.finish()
}

/// Any parts, any seed.
pub(super) fn random() -> String {
    let mut sheet = Sheet::new("Delays of drawn backoffs.");
    let mut draw = Draw::new(3);
    for _ in 0..30 {
        let initial = 1 + draw.below(10 * SECOND);
        let cap = initial + draw.below(1000 * SECOND);
        let factor = 1 + draw.below(5);
        let jitter = *draw.one_of(&["none", "full", "equal", "additive"]);
        let most = if jitter == "additive" { draw.below(cap + 1) } else { 0 };
        sheet.step(format!("backoff {initial} {factor} {cap} {jitter} {most}"));
        for _ in 0..5 {
            let (seed, call, attempt) = (draw.any(), draw.any(), draw.below(12));
            sheet.step(format!("delay {seed} {call} {attempt}"));
        }
    }
    sheet.finish()
}
