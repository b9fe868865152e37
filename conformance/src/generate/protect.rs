//! Budgets, adaptive rates and breakers: their bounds, and histories drawn from seeds.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const SECOND: u64 = 1_000_000_000;
const MILLI: u64 = 1_000_000;

/// Each bound of each part, on both sides.
pub(super) fn bounds() -> String {
    let mut sheet = Sheet::new("The bounds of budgets and breakers.");
    let windows = [0, SECOND - 1, SECOND, 3_600 * SECOND, 3_600 * SECOND + 1, u64::MAX];
    for window in windows {
        sheet.step(format!("budget_finagle {window} 200000 10"));
        sheet.step(format!("budget_sre {window} 2000 900000"));
        sheet.step(format!("breaker ratio {window} 500000 10 {SECOND} 1"));
    }
    for part in [0, 1, 1_000_000, 1_000_001, 1_000_000_000, 1_000_000_001, u32::MAX] {
        sheet.step(format!("budget_finagle {SECOND} {part} 0"));
        sheet.step(format!("budget_sre {SECOND} {part} 1000000"));
        sheet.step(format!("budget_sre {SECOND} 2000 {part}"));
        sheet.step(format!("budget_grpc 10 {part}"));
        sheet.step(format!("breaker ratio {SECOND} {part} 1 1 1"));
        sheet.step(format!("breaker consecutive {part} 1 1"));
        sheet.step(format!("breaker consecutive 1 1 {part}"));
        sheet.step(format!("breaker ratio {SECOND} 1 {part} 1 1"));
    }
    for tokens in [0, 1, 999, 1_000, 1_001, u32::MAX] {
        sheet.step(format!("budget_grpc {tokens} 100"));
    }
    for k in [999, 1_000, 1_000_000, 1_000_001] {
        sheet.step(format!("budget_sre {SECOND} {k} 0"));
    }
    sheet.step("breaker consecutive 1 0 1");
    sheet.step(format!("breaker consecutive 1 {} 1", u64::MAX));
    sheet.note("What is refused leaves what was there.");
    sheet.step("budget_grpc 2 500");
    sheet.step("budget_grpc 0 500");
    sheet.step("throttle_replace 3 0");
    sheet.step("throttle_failed");
    sheet.step("budget_finagle 1000000000 0 1");
    sheet.step("budget_finagle 0 0 5");
    sheet.step("withdraw 0");
    sheet.step("withdraw 0");
    sheet.note("At the end of time, and back.");
    for now in [u64::MAX, u64::MAX - SECOND, 0, u64::MAX] {
        sheet.step(format!("deposit {now} 1"));
        sheet.step(format!("withdraw {now}"));
        sheet.step(format!("withdraw {now}"));
        sheet.step(format!("sre_send 1 0 5 {now}"));
        sheet.step(format!("sre_accepted {now} 2"));
    }
    sheet.note("A quota without tokens, and one of all that there are.");
    for capacity in [0, 4, 5, u32::MAX] {
        for table in ["2.0", "2.1"] {
            sheet.step(format!("budget_aws {capacity} {table}"));
            for step in ["spend failure", "spend throttled", "spend transient"] {
                sheet.step(step);
            }
            sheet.step(format!("spend_succeeded {}", u32::MAX));
            sheet.step("spend_succeeded 0");
            sheet.step("spend_cancelled 0");
        }
    }
    sheet.finish()
}

/// The clock of a history: mostly on, sometimes late by less than a second, rarely far back.
fn moved(draw: &mut Draw, now: &mut u64, step: u64) -> u64 {
    *now += draw.below(step);
    if draw.one_in(60) {
        *now = draw.below(*now + 1);
    }
    if draw.one_in(8) { now.saturating_sub(draw.below(SECOND)) } else { *now }
}

/// Spending, earning and forgetting.
pub(super) fn budgets() -> String {
    let mut sheet = Sheet::new("Budgets of retries under drawn histories and clocks.");
    let mut draw = Draw::new(42);
    for round in 0..24 {
        let table = if round % 2 == 0 { "2.0" } else { "2.1" };
        sheet.note("AWS' quota and gRPC's throttle.");
        sheet.step(format!("budget_aws {} {table}", draw.below(120)));
        sheet.step(format!("budget_grpc {} {}", 1 + draw.below(20), 1 + draw.below(2_000)));
        let mut costs = vec![0];
        for _ in 0..20 {
            let cause = *draw.one_of(&["failure", "transient", "throttled"]);
            let spent = sheet.step(format!("spend {cause}"));
            costs.extend(after(&spent, "cost"));
            if draw.one_in(3) {
                sheet.step(format!("spend_succeeded {}", draw.one_of(&costs)));
            }
            if draw.one_in(9) {
                sheet.step(format!("spend_cancelled {}", draw.one_of(&costs)));
            }
            sheet.step(if draw.one_in(2) { "throttle_failed" } else { "throttle_succeeded" });
            if draw.one_in(15) {
                sheet.step(format!("throttle_replace {} {}", 1 + draw.below(9), 1_600));
            }
        }
    }
    for _ in 0..30 {
        sheet.note("Finagle's ratio and Google's throttling.");
        let window = SECOND + draw.below(20 * SECOND);
        sheet.step(format!("budget_finagle {window} {} {}", draw.below(2_000_000), draw.below(3)));
        sheet.step(format!(
            "budget_sre {window} {} {}",
            1_000 + draw.below(2_000),
            500_000 + draw.below(500_001)
        ));
        let mut now = draw.below(1 << 50);
        for _ in 0..30 {
            let at = moved(&mut draw, &mut now, window / 8);
            match draw.below(4) {
                0 => sheet.step(format!("deposit {at} {}", 1 + draw.below(6))),
                1 => sheet.step(format!("withdraw {at}")),
                2 => sheet.step(format!("sre_send {} {} 7 {at}", draw.any(), draw.below(99))),
                _ => sheet.step(format!("sre_accepted {at} {}", draw.below(5))),
            };
        }
    }
    sheet.finish()
}

/// Refusals that come and go.
pub(super) fn adaptive() -> String {
    let mut sheet = Sheet::new("AWS' adaptive rate under drawn histories and clocks.");
    let mut draw = Draw::new(43);
    for _ in 0..25 {
        let mut now = draw.below(1 << 50);
        let step = *draw.one_of(&[20_000, 30 * MILLI, 400 * MILLI, 3 * SECOND]);
        let refusals = 2 + draw.below(20);
        sheet.note("A client.");
        sheet.step(format!("adaptive {now}"));
        for _ in 0..40 {
            let at = moved(&mut draw, &mut now, step);
            let sent = sheet.step(format!("adaptive_send {at}"));
            if let Some(wait) = after(&sent, "wait") {
                // At that instant it may, and not one nanosecond earlier.
                sheet.step(format!("adaptive_send {}", at + wait - 1));
                sheet.step(format!("adaptive_send {}", at + wait));
                now = now.max(at + wait);
            }
            let kind = if draw.one_in(refusals) { "refused" } else { "accepted" };
            sheet.step(format!("adaptive_answered {now} {kind}"));
        }
    }
    sheet.finish()
}

/// Failures, probes, and reports that come late, twice or never.
pub(super) fn breakers() -> String {
    let mut sheet = Sheet::new("Breakers under drawn histories and clocks.");
    let mut draw = Draw::new(44);
    for round in 0..40 {
        let (open_for, probes) = (1 + draw.below(10 * SECOND), 1 + draw.below(3));
        let kind = if round % 2 == 0 {
            format!("consecutive {}", 1 + draw.below(4))
        } else {
            let window = SECOND + draw.below(9 * SECOND);
            format!("ratio {window} {} {}", 1 + draw.below(1_000_000), 1 + draw.below(8))
        };
        sheet.note("A breaker.");
        sheet.step(format!("breaker {kind} {open_for} {probes}"));
        let mut now = draw.below(1 << 50);
        let mut passages = Vec::new();
        let good = 1 + draw.below(3);
        for id in 0..40 {
            let at = moved(&mut draw, &mut now, SECOND);
            let asked = sheet.step(format!("breaker_call {id} {at}"));
            match after(&asked, "wait") {
                Some(wait) if draw.one_in(2) => {
                    sheet.step(format!("breaker_call {id} {}", at + wait - 1));
                    now = at + wait;
                    let asked = sheet.step(format!("breaker_call {id} {now}"));
                    if asked == "pass" {
                        passages.push(id);
                    }
                }
                Some(_) => {}
                None => passages.push(id),
            }
            if passages.is_empty() || draw.one_in(4) {
                continue;
            }
            let id = *draw.one_of(&passages);
            let report = match draw.below(8) {
                0 => "cancelled",
                n if n <= good => "succeeded",
                _ => "failed",
            };
            sheet.step(format!("breaker_{report} {id} {now}"));
        }
    }
    sheet.finish()
}
