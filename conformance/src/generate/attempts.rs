//! Operations across their attempts: drawn rules, purses, clocks and ends.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const SECOND: u64 = 1_000_000_000;

/// A bound, or none.
fn bound(draw: &mut Draw, most: u64) -> String {
    if draw.one_in(3) { "-".to_owned() } else { (1 + draw.below(most)).to_string() }
}

/// What three operations do that share a purse and a breaker.
pub(super) fn histories() -> String {
    let mut sheet = Sheet::new("Operations across their attempts, under drawn rules and clocks.");
    let mut draw = Draw::new(71);
    for _ in 0..60 {
        sheet.note("Rules, and what their operations share.");
        let jitter = *draw.one_of(&["none 0", "full 0", "equal 0", "decorrelated 0"]);
        sheet.step(format!("backoff {} 2 {} {jitter}", 1 + draw.below(SECOND), 20 * SECOND));
        if draw.one_in(4) {
            sheet.step("backoff_at_once");
        }
        sheet.step(format!("budget_aws {} 2.{}", draw.below(60), draw.below(2)));
        let (part, reserve) = (draw.below(1_000_000), draw.below(4));
        sheet.step(format!("budget_finagle {} {part} {reserve}", 10 * SECOND));
        sheet.step(format!("budget_grpc {} {}", 1 + draw.below(6), 1 + draw.below(2_000)));
        let failures = 1 + draw.below(6);
        sheet.step(format!("breaker consecutive {failures} {} 1", 1 + draw.below(9 * SECOND)));
        let purse = *draw.one_of(&["none", "quota", "ratio", "throttle"]);
        let breaker = *draw.one_of(&["none", "breaker"]);
        let (attempts, delay) = (bound(&mut draw, 6), bound(&mut draw, 5 * SECOND));
        let (timeout, one) = (bound(&mut draw, 6 * SECOND), bound(&mut draw, 9 * SECOND));
        let spread = draw.below(SECOND);
        sheet.step(format!("rules {attempts} {timeout} {one} {spread} {delay} {purse} {breaker}"));
        let mut now = draw.below(1 << 50);
        for id in 0..3 {
            sheet.step(format!("attempts {id} {} {id} {now}", draw.any()));
        }
        for _ in 0..40 {
            let id = draw.below(3);
            now += draw.below(SECOND / 2);
            let said = sheet.step(format!("attempt {id} {now}"));
            if let Some(until) = after(&said, "wait") {
                // At that instant it may, and not one nanosecond earlier.
                sheet.step(format!("attempt {id} {}", until - 1));
                now = now.max(until);
                sheet.step(format!("attempt {id} {now}"));
            }
            if said.starts_with("give_up") || said == "done" {
                sheet.step(format!("attempts {id} {} {id} {now}", draw.any()));
                now += draw.below(2 * SECOND);
                sheet.step(format!("attempt {id} {now}"));
            }
            sheet.step(format!("attempt_left {id} {now}"));
            match draw.below(9) {
                0 => sheet.step(format!("attempt_succeeded {id} {now}")),
                1 if draw.one_in(3) => sheet.step(format!("attempt_aborted {id}")),
                _ => {
                    let cause = *draw.one_of(&["failure", "transient", "throttled"]);
                    let told = bound(&mut draw, 4 * SECOND);
                    let told = if draw.one_in(2) { "-".to_owned() } else { told };
                    sheet.step(format!("attempt_failed {id} {cause} {told} {now}"))
                }
            };
        }
    }
    sheet.finish()
}
