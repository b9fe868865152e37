//! Signature headers of webhooks, right and wrong.

use super::draw::Draw;
use super::sheet::Sheet;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SECOND: u64 = 1_000_000_000;

pub(super) fn random() -> String {
    let mut sheet = Sheet::new("Signature headers of webhooks, put together at random.");
    let mut draw = Draw::new(75);
    for block in 0..40 {
        sheet.note("A sender.");
        for _ in 0..15 {
            let time = match draw.below(8) {
                0 => String::new(),
                1 => draw.any().to_string(),
                2 => format!("-{}", draw.below(99)),
                3 => format!("{}x", draw.below(99)),
                _ => draw.below(u64::MAX / SECOND).to_string(),
            };
            let step = if block % 2 == 0 {
                timestamped(&mut draw, &time)
            } else {
                standard(&mut draw, &time)
            };
            let said = sheet.step(step);
            if let (false, Ok(time)) = (said.starts_with("error"), time.parse::<u64>()) {
                let (time, window) = (time.saturating_mul(SECOND), draw.below(400 * SECOND));
                for wall in [
                    time.saturating_sub(window),
                    time.saturating_add(window),
                    time.saturating_sub(window).saturating_sub(1),
                    time.saturating_add(window).saturating_add(1),
                ] {
                    sheet.step(format!("webhook_time {wall} {window}"));
                }
            }
        }
    }
    sheet.finish()
}

/// One letter is wrong, or missing, or too many, in one of some.
fn spoilt(draw: &mut Draw, mut text: String) -> String {
    match draw.below(12) {
        0 => {
            text.pop();
        }
        1 => text.push('A'),
        2 => text.replace_range(0..1, "!"),
        _ => {}
    }
    text
}

fn timestamped(draw: &mut Draw, time: &str) -> String {
    let mut parts = vec![format!("t={time}")];
    for _ in 0..draw.below(4) {
        let hex = (0..64).map(|_| {
            let digit = char::from_digit(draw.below(16) as u32, 16).expect("below 16");
            if draw.one_in(9) { digit.to_ascii_uppercase() } else { digit }
        });
        let hex = hex.collect();
        let version = *draw.one_of(&["v1", "v1", "v0", " v1 ", "v1 "]);
        parts.push(format!("{version}={}", spoilt(draw, hex)));
    }
    if draw.one_in(9) {
        parts.push("t=5".to_owned());
    }
    let first = draw.below(parts.len() as u64) as usize;
    parts.rotate_left(first);
    let between = *draw.one_of(&[",", ", ", ",,"]);
    format!("webhook_timestamped {}", parts.join(between))
}

fn standard(draw: &mut Draw, time: &str) -> String {
    let mut parts = Vec::new();
    for _ in 0..draw.below(4) {
        let mut text: String =
            (0..42).map(|_| char::from(DIGITS[draw.below(64) as usize])).collect();
        // The last two bits are 0 in all but a few.
        let last = draw.below(16) * 4 + if draw.one_in(9) { 1 } else { 0 };
        text.push(char::from(DIGITS[last as usize]));
        let text = spoilt(draw, text + "=");
        parts.push(format!("{},{text}", draw.one_of(&["v1", "v1", "v1a", "v2"])));
    }
    let id = *draw.one_of(&["msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", "m", "a.b", "\"\""]);
    let time = if time.is_empty() { "\"\"" } else { time };
    format!("webhook_standard {id} {time} {}", parts.join(" "))
}
