//! What a bucket can do beyond taking, in any order and at any time.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const SECOND: u64 = 1_000_000_000;

/// Limit, period, burst: whole and broken intervals, deep and shallow.
const QUOTAS: [(u64, u64, u64); 8] = [
    (1, SECOND, 1),
    (3, SECOND, 3),
    (10, SECOND, 4),
    (300, 60 * SECOND, 50),
    (7_000_000, SECOND, 100),
    (999_999_937, SECOND, 1000),
    (2, 366 * 86_400 * SECOND, 3),
    (997, 7919 * 1_000_003, 31),
];

/// Every verb of a bucket, drawn at random; each history with a quota of its own.
pub(super) fn random() -> String {
    let mut sheet = Sheet::new("Histories of every verb of a bucket, with clocks that step.");
    let mut draw = Draw::new(7);
    for (limit, period, burst) in QUOTAS {
        sheet.note(&format!("{limit} per {period} ns, {burst} at once."));
        sheet.step(format!("limiter {limit} {period} {burst}"));
        let mut history = History {
            now: draw.below(100 * SECOND) + 10 * SECOND,
            interval: period / limit,
            burst,
            wait: 0,
            reserved: Vec::new(),
        };
        sheet.step(format!("snapshot {}", history.now));
        for _ in 0..60 {
            history.step(&mut sheet, &mut draw);
        }
    }
    sheet.finish()
}

/// Cancelling, in every order, of up to four reservations of one and two permits.
pub(super) fn cancels() -> String {
    let mut sheet = Sheet::new(
        "Reservations cancelled in every order: what is given back, and where the next one comes to lie.",
    );
    for (burst, sizes) in [(1, [1, 1, 1]), (3, [2, 1, 1]), (3, [3, 3, 1]), (5, [5, 2, 1])] {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            sheet.note(&format!("A burst of {burst}, sizes {sizes:?}, cancelled as {order:?}."));
            sheet.step(format!("limiter 1 {SECOND} {burst}"));
            sheet.step(format!("acquire 0 {burst}"));
            for (id, n) in sizes.iter().enumerate() {
                sheet.step(format!("reserve {id} 0 {n} {}", 99 * SECOND));
            }
            for (step, id) in order.iter().enumerate() {
                let now = step as u64 * SECOND / 2;
                sheet.step(format!("cancel {id} {now}"));
                sheet.step(format!("peek {now} 1"));
            }
        }
    }
    sheet.finish()
}

struct History {
    now: u64,
    interval: u64,
    burst: u64,
    wait: u64,
    reserved: Vec<(u64, u64)>,
}

impl History {
    fn step(&mut self, sheet: &mut Sheet, draw: &mut Draw) {
        self.now = match draw.below(24) {
            0..9 => self.now,
            9..18 => self.now + draw.below(2 * self.interval + 2),
            18..21 => self.now + self.wait,
            21 => self.now + draw.below(self.interval * self.burst + 2),
            22 => self.now.saturating_sub(draw.below(SECOND)),
            _ => self.now.saturating_sub(draw.below(3 * SECOND)),
        };
        let (now, burst) = (self.now, self.burst);
        let n = if draw.one_in(6) { draw.below(burst + 2) } else { 1 + draw.below(burst / 3 + 1) };
        let span = draw.below(3 * self.interval * burst + 2);
        let result = match draw.below(16) {
            0..3 => sheet.step(format!("acquire {now} {n}")),
            3 => sheet.step(format!("peek {now} {n}")),
            4 => sheet.step(format!("up_to {now} {n}")),
            5..8 => {
                let id = draw.below(8);
                let result = sheet.step(format!("reserve {id} {now} {n} {span}"));
                if result.starts_with("reserved") {
                    self.reserved.retain(|(other, _)| *other != id);
                    self.reserved.push((id, n));
                }
                result
            }
            8..11 if !self.reserved.is_empty() => {
                let index = draw.below(self.reserved.len() as u64) as usize;
                let (id, n) = self.reserved.remove(index);
                match draw.below(3) {
                    0 => sheet.step(format!("settle {id} {now} {}", draw.below(2 * n + 2))),
                    _ => sheet.step(format!("cancel {id} {now}")),
                }
            }
            11 => {
                let taken_at = now.saturating_sub(draw.below(2 * self.interval));
                sheet.step(format!("refund {now} {taken_at} {n}"))
            }
            12 => match draw.below(3) {
                0 => sheet.step(format!("drain {now}")),
                1 => sheet.step(format!("pause {now} {}", now + span)),
                _ => sheet.step(format!("observe {now} {burst} {} {span}", draw.below(burst + 1))),
            },
            13 => sheet.step(format!("snapshot {now}")),
            14 if draw.one_in(3) => {
                self.reserved.clear();
                sheet.step(format!("restore {now} {span}"))
            }
            15 if draw.one_in(2) => {
                let carry = draw.one_of(&["keep", "proportional", "reset"]);
                let (limit, period, burst) = *draw.one_of(&QUOTAS);
                self.interval = period / limit;
                self.burst = burst;
                sheet.step(format!("reconfigure {now} {limit} {period} {burst} {carry}"))
            }
            _ => sheet.step(format!("acquire {now} 1")),
        };
        let wait = after(&result, "retry_after").or(after(&result, "wait"));
        self.wait = wait.unwrap_or(0).min(1 << 60);
    }
}
