//! Many keys: histories of several plans in one table, late callers, and clocks that step.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const SECOND: u64 = 1_000_000_000;

/// Plans of a key: limit, period, burst.
const PLANS: [(u64, u64, u64); 5] = [
    (10, SECOND, 5),
    (7, 3 * SECOND, 20),
    (999_999_937, SECOND, 3),
    (600_000_000, SECOND, 4),
    (300, 7 * SECOND, 1),
];

/// Keys that come and go at random.
pub(super) fn random() -> String {
    let mut sheet =
        Sheet::new("Many keys: several plans in one table, and callers up to a second late.");
    let mut draw = Draw::new(9);
    for full in ["deny", "share", "allow"] {
        sheet.note(&format!("Room for all keys, so it does not matter that the policy is {full}."));
        sheet.step(format!("keyed 1024 {} {full}", draw.below(u64::MAX)));
        let mut clock = SECOND;
        let mut wait = 0;
        for _ in 0..120 {
            clock += match draw.below(5) {
                0 => 0,
                1 => draw.below(5),
                2 => draw.below(SECOND / 5),
                3 => wait,
                _ => draw.below(5 * SECOND),
            };
            let now = if draw.one_in(4) { clock - draw.below(SECOND) } else { clock };
            let key = draw.below(10);
            let (limit, period, burst) = PLANS[key as usize % PLANS.len()];
            let key = if key < 5 { format!("#{}", key * key) } else { format!("user-{key}") };
            let n = if draw.one_in(8) { draw.below(burst + 2) } else { 1 + draw.below(burst) };
            let verb = if draw.one_in(5) { "peek_key" } else { "acquire_key" };
            let result = sheet.step(format!("{verb} {now} {key} {limit} {period} {burst} {n}"));
            wait = after(&result, "retry_after").unwrap_or(0);
        }
        sheet.step("keyed_full");
    }
    for back in [1, SECOND - 1, SECOND, SECOND + 1, 3600 * SECOND] {
        sheet.note(&format!("The clock steps back by {back} ns."));
        sheet.step("keyed 1024 3 deny");
        let now = 10_000 * SECOND;
        for key in ["#1", "a"] {
            sheet.step(format!("acquire_key {now} {key} 2 {SECOND} 2 2"));
        }
        let now = now - back;
        for (verb, key) in
            [("peek_key", "#1"), ("acquire_key", "#1"), ("acquire_key", "a"), ("acquire_key", "b")]
        {
            sheet.step(format!("{verb} {now} {key} 2 {SECOND} 2 1"));
        }
        sheet.step(format!("acquire_key {} #1 2 {SECOND} 2 1", now + SECOND / 2));
        sheet.step(format!("acquire_key {} a 2 {SECOND} 2 1", now + SECOND));
    }
    sheet.finish()
}
