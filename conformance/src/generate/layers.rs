//! Several limits, all or nothing: stacks of all kinds, and weights for each layer.

use super::draw::Draw;
use super::sheet::{Sheet, after};

const SECOND: u64 = 1_000_000_000;
/// 2024-05-19T16:00:37.123456789Z.
const WALL: u64 = 1_716_134_437_123_456_789;

/// Histories of stacks of up to eight layers.
pub(super) fn random() -> String {
    let mut sheet = Sheet::new(
        "Histories of one to eight layers of any kind: all or nothing, the longest wait, the least left.",
    );
    let mut draw = Draw::new(13);
    for count in [1, 2, 2, 3, 4, 5, 8] {
        sheet.note(&format!("{count} layers."));
        sheet.step("layers");
        let mut most = Vec::new();
        for _ in 0..count {
            let limit = *draw.one_of(&[1, 5, 12, 40, 1000]);
            let period = *draw.one_of(&[SECOND / 10, SECOND, 5 * SECOND, 60 * SECOND]);
            let layer = match draw.below(5) {
                0 => format!("bucket {limit} {period} {limit}"),
                1 => format!("window {limit} {period}"),
                2 => format!("window_skewed {limit} {period} -{}", draw.below(period)),
                3 => format!("window_first {limit} {period}"),
                _ => format!("strict {limit} {period}"),
            };
            sheet.step(format!("layer {layer}"));
            most.push(limit);
        }
        let (mut since, mut wait) = (10 * SECOND, 0);
        for _ in 0..45 {
            since = match draw.below(20) {
                0..6 => since,
                6..13 => since + draw.below(SECOND),
                13..16 => since + wait,
                16 => since + wait.saturating_sub(1),
                17 => since + draw.below(60 * SECOND),
                18 => since - draw.below(SECOND),
                _ => since - draw.below(9 * SECOND).min(since),
            };
            let numbers: Vec<String> = most
                .iter()
                .map(|&limit| match draw.below(30) {
                    0 => limit + 1,
                    1..5 => 0,
                    5..8 => draw.below(limit + 1),
                    _ => 1 + draw.below(limit / 5),
                })
                .map(|n| n.to_string())
                .collect();
            let verb = if draw.one_in(5) { "peek_all" } else { "acquire_all" };
            let wall = WALL + since;
            let result = sheet.step(format!("{verb} {since} {wall} {}", numbers.join(" ")));
            wait = after(&result, "retry_after").unwrap_or(0);
        }
    }
    sheet.finish()
}
