//! Limiters and backoffs of 32 bits: every bound, clocks that go round, step back and stand still.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const MAX: u32 = u32::MAX;
const MOST: u32 = 1 << 30;

/// Count, period, burst: whole and broken intervals, up to the longest bucket.
const QUOTAS: [(u32, u32, u32); 10] = [
    (1, 1, 1),
    (1, 1, MOST),
    (1, MOST, 1),
    (5, 1_000, 2),
    (3, 1_000, 3),
    (10, 32_768, 5),
    (7, 1_000_000, 1_000),
    (1_000, 1_000, 64),
    (999, 1_000, 500),
    (48, 48_000_000, 1_000),
];

/// At each quota and each place of the circle: full, empty, the exact wait and one tick less.
pub(super) fn limiter_quotas() -> String {
    let mut sheet = Sheet::new(
        "Buckets of 32 bits: a full one gives its burst at once, an empty one gives each token at the\n\
         exact tick and not one earlier, also while the clock goes round.",
    );
    for (count, period, burst) in QUOTAS {
        let interval = period.div_ceil(count);
        let window = interval * burst;
        for start in [0, 1, MAX - window + 1, MAX - window / 2, MAX, 1 << 31] {
            sheet.note(&format!("{count} per {period} ticks, {burst} at once, from tick {start}."));
            sheet.step(format!("limiter32 {count} {period} {burst}"));
            for n in [0, 1, burst, burst + 1, MAX] {
                sheet.step(format!("peek32 {start} {n}"));
            }
            sheet.step(format!("acquire32 {start} {burst}"));
            sheet.step(format!("acquire32 {start} 0"));
            let now = exact(&mut sheet, start, 1);
            let now = exact(&mut sheet, now, burst);
            sheet.step(format!("acquire32 {} 1", now.wrapping_add(interval.div_ceil(2))));
        }
    }
    sheet.finish()
}

/// Asks for `n` on a bucket that has less, then one tick early, then in time.
fn exact(sheet: &mut Sheet, now: u32, n: u32) -> u32 {
    let denied = sheet.step(format!("acquire32 {now} {n}"));
    let wait = after(&denied, "retry_after").expect("the bucket has less") as u32;
    let due = now.wrapping_add(wait);
    sheet.step(format!("acquire32 {} {n}", due.wrapping_sub(1)));
    sheet.step(format!("acquire32 {due} {n}"));
    due
}

/// Each bound of a quota, on both sides, and which one is named when several are broken.
pub(super) fn limiter_bounds() -> String {
    let mut sheet = Sheet::new("The bounds of a quota of 32 bits, and a limit of nothing.");
    sheet.note("The ticks: one for each token.");
    for (count, period) in [(1, 0), (1, 1), (2, 1), (1_000, 999), (1_000, 1_000), (MAX, MAX)] {
        sheet.step(format!("limiter32 {count} {period} 1"));
    }
    sheet.note("The burst: not 0, and within 2^30 ticks; the interval is rounded up before.");
    for (count, period, burst) in [
        (1, 1, 0),
        (1, 1, MOST),
        (1, 1, MOST + 1),
        (1, MOST, 1),
        (1, MOST + 1, 1),
        (1, MOST, 2),
        (3, 10, MOST / 4),
        (3, 10, MOST / 4 + 1),
        (MAX, MAX, MAX),
        (1, MAX, MAX),
        (2, 1, 0),
    ] {
        sheet.step(format!("limiter32 {count} {period} {burst}"));
        sheet.step(format!("peek32 7 {}", burst.max(1)));
    }
    sheet.note("What is refused leaves the bucket before it.");
    sheet.step("limiter32 1 100 2");
    sheet.step("acquire32 50 2");
    sheet.step("limiter32 1 100 0");
    sheet.step("acquire32 50 1");
    sheet.note("A count of nothing denies everything but nothing.");
    for (period, burst) in [(0, 0), (1, 1), (MAX, MAX)] {
        sheet.step(format!("limiter32 0 {period} {burst}"));
        for n in [0, 1, MAX] {
            sheet.step(format!("acquire32 9 {n}"));
            sheet.step(format!("peek32 9 {n}"));
        }
    }
    sheet.finish()
}

/// Idle for turns of the clock, steps back, both edges of the rule.
pub(super) fn limiter_clock() -> String {
    let mut sheet = Sheet::new(
        "What the word is ahead of now on the circle: up to one full bucket a debt, up to two a late\n\
         caller, and beyond that the past.",
    );
    for (count, period, burst) in [(1, 100, 3), (3, 1_000, 2), (1, MOST / 4, 4), (1, 1, 1)] {
        let window = period.div_ceil(count) * burst;
        for start in [0, 12_345, MAX - 17] {
            sheet.note(&format!("{count} per {period} ticks, {burst} at once, from tick {start}."));
            sheet.step(format!("limiter32 {count} {period} {burst}"));
            sheet.step(format!("acquire32 {start} {burst}"));
            let full_at = start.wrapping_add(window);
            for ahead in [
                1,
                window - 1,
                window,
                window + 1,
                2 * window - 1,
                2 * window,
                2 * window + 1,
                3 * window,
                MAX,
            ] {
                let now = full_at.wrapping_sub(ahead);
                sheet.step(format!("peek32 {now} 1"));
                sheet.step(format!("peek32 {now} {burst}"));
            }
            sheet.step(format!("acquire32 {} 1", start.wrapping_sub(window / 2)));
            sheet.step(format!("acquire32 {} {burst}", full_at.wrapping_add(1 << 31)));
            sheet.step(format!("acquire32 {} {burst}", full_at.wrapping_add(1 << 31)));
        }
    }
    sheet.finish()
}

/// Histories drawn from seeds: short and long pauses, turns of the clock, steps back.
pub(super) fn limiter_random() -> String {
    let mut sheet = Sheet::new("Drawn histories of buckets of 32 bits.");
    let mut draw = Draw::new(32);
    for (count, period, burst) in QUOTAS {
        let interval = period.div_ceil(count);
        let window = interval * burst;
        let mut now = draw.any() as u32;
        sheet.note(&format!("{count} per {period} ticks, {burst} at once."));
        sheet.step(format!("limiter32 {count} {period} {burst}"));
        for _ in 0..40 {
            now = match draw.below(8) {
                0 => now,
                1 | 2 => now.wrapping_add(draw.below(u64::from(interval) * 2 + 1) as u32),
                3 | 4 => now.wrapping_add(draw.below(u64::from(window) + 2) as u32),
                5 => now.wrapping_sub(draw.below(u64::from(window)) as u32),
                6 => now.wrapping_add(draw.any() as u32),
                _ => now.wrapping_add(1),
            };
            let n = if draw.one_in(3) { draw.below(u64::from(burst) + 2) } else { 1 };
            let verb = if draw.one_in(5) { "peek32" } else { "acquire32" };
            sheet.step(format!("{verb} {now} {n}"));
        }
    }
    sheet.finish()
}

/// The bounds of a backoff, its growth and its jitter.
pub(super) fn backoff() -> String {
    let mut sheet = Sheet::new("Backoffs of 32 bits: bounds, growth, and jitter within the cap.");
    for (initial, factor, cap, jitter, most) in [
        (0, 2, 10, "none", 0),
        (1, 0, 10, "full", 0),
        (1, 1, 0, "equal", 0),
        (11, 2, 10, "none", 0),
        (1, 2, 10, "additive", 11),
        (1, 2, 10, "additive", MAX),
        (1, 2, 10, "none", MAX),
        (1, 2, 10, "additive", 10),
        (0, 0, 0, "none", 0),
    ] {
        sheet.step(format!("backoff32 {initial} {factor} {cap} {jitter} {most}"));
    }
    sheet.note("What was refused last left the one before it.");
    sheet.step("delay32 0 0 0");
    for (initial, factor, cap, jitter, most) in [
        (1_000, 2, 60_000, "none", 0),
        (1_000, 2, 60_000, "full", 0),
        (1_000, 2, 60_000, "equal", 0),
        (1_000, 2, 60_000, "additive", 1_000),
        (1, 3, MAX, "none", 0),
        (1, MAX, MAX, "full", 0),
        (MAX, MAX, MAX, "additive", MAX),
        (MAX, 1, MAX, "equal", 0),
        (1, 1, 1, "full", 0),
        (1, 1, 1, "additive", 1),
        (7, 1, 7, "additive", 3),
    ] {
        sheet.note("The first retries, late ones, and the last of all.");
        sheet.step(format!("backoff32 {initial} {factor} {cap} {jitter} {most}"));
        for attempt in (0..9).chain([20, 21, 31, 32, 33, 63, 64, MAX]) {
            sheet.step(format!("delay32 7 0 {attempt}"));
        }
        for (seed, call) in [(0, 0), (MAX, MAX), (7, 1), (8, 0), (0, MAX)] {
            sheet.step(format!("delay32 {seed} {call} 3"));
        }
    }
    let mut draw = Draw::new(33);
    for _ in 0..20 {
        let initial = 1 + draw.below(10_000);
        let (factor, cap) = (1 + draw.below(5), initial + draw.below(1_000_000));
        let jitter = *draw.one_of(&["none", "full", "equal", "additive"]);
        let most = if jitter == "additive" { draw.below(cap + 1) } else { 0 };
        sheet.note("Any parts, any seed.");
        sheet.step(format!("backoff32 {initial} {factor} {cap} {jitter} {most}"));
        for _ in 0..5 {
            let (seed, call) = (draw.any() as u32, draw.any() as u32);
            sheet.step(format!("delay32 {seed} {call} {}", draw.below(12)));
        }
    }
    sheet.finish()
}
