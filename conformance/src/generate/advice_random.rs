//! Whole responses, drawn from seeds: many headers of many families, some of them malformed.

use super::advice::{DIALECTS, show};
use super::draw::Draw;
use super::sheet::Sheet;

/// Responses in every dialect.
pub(super) fn responses() -> String {
    let mut sheet = Sheet::new("Drawn responses: headers of every family together, in any order.");
    let mut draw = Draw::new(40);
    for dialect in DIALECTS {
        sheet.note(dialect);
        for _ in 0..if dialect == "common" { 120 } else { 8 } {
            sheet.step(format!("dialect {dialect} - -"));
            for _ in 0..1 + draw.below(9) {
                let (name, value) = header(&mut draw);
                sheet.step(format!("tell {name} {value}"));
            }
            show(&mut sheet);
        }
    }
    sheet.finish()
}

fn header(draw: &mut Draw) -> (String, String) {
    let number = |draw: &mut Draw| {
        let bits = 1 << draw.below(12);
        draw.below(bits)
    };
    let part = *draw.one_of(&["limit", "remaining", "reset"]);
    let value = |draw: &mut Draw, reset: bool| match draw.below(8) {
        0 if reset => format!("{}s", number(draw)),
        1 if reset => (1_716_134_400 + number(draw)).to_string(),
        2 if reset => format!("2024-05-19T16:{:02}:00Z", draw.below(61)),
        3 => format!("{}.{}", number(draw), draw.below(100)),
        4 => "garbage".to_owned(),
        _ => number(draw).to_string(),
    };
    match draw.below(14) {
        0 => ("Retry-After".to_owned(), value(draw, false)),
        1 => ("retry-after-ms".to_owned(), (1_000 * number(draw)).to_string()),
        2 => ("Date".to_owned(), format!("Sun, 19 May 2024 15:59:{:02} GMT", draw.below(61))),
        3 | 4 => (format!("X-RateLimit-{part}"), value(draw, part == "reset")),
        5 => ("X-RateLimit-Used".to_owned(), value(draw, false)),
        6 => {
            let series = *draw.one_of(&["requests", "tokens", "minute"]);
            (format!("x-ratelimit-{part}-{series}"), value(draw, part == "reset"))
        }
        7 => {
            let series = *draw.one_of(&["requests", "input-tokens"]);
            (format!("anthropic-ratelimit-{series}-{part}"), value(draw, part == "reset"))
        }
        8 => (format!("RateLimit-{part}"), value(draw, part == "reset")),
        9 | 10 => ("RateLimit".to_owned(), list(draw, "rt")),
        11 | 12 => ("RateLimit-Policy".to_owned(), list(draw, "qw")),
        _ if draw.one_in(6) => ("Age".to_owned(), draw.below(2).to_string()),
        _ => (
            "X-Shopify-Shop-Api-Call-Limit".to_owned(),
            format!("{}/{}", number(draw), number(draw)),
        ),
    }
}

fn list(draw: &mut Draw, keys: &str) -> String {
    let mut members = Vec::new();
    for _ in 0..1 + draw.below(3) {
        let mut member = match draw.below(8) {
            0 => draw.below(20).to_string(),
            _ => format!("\"{}\"", draw.one_of(&["a", "b", "", "day"])),
        };
        for key in keys.chars() {
            if !draw.one_in(12) {
                member += &format!(";{key}={}", draw.below(40));
            }
        }
        match draw.below(8) {
            0 => member += ";pk=:YQ==:",
            1 if keys == "qw" => member += ";qu=\"concurrent-requests\"",
            2 if keys == "qw" => member += ";qu=\"content-bytes\"",
            _ => {}
        }
        members.push(member);
    }
    let comma = *draw.one_of(&[", ", ",", " , "]);
    members.join(comma)
}
