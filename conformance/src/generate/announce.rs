//! Announcing limits, and reading what was announced.

use super::advice::{NOW, show};
use super::draw::Draw;
use super::sheet::Sheet;

const FORMS: [&str; 4] = ["x", "draft-6", "draft-7", "draft-10"];

/// Every form, with limits at the bounds and drawn ones; each is read back.
pub(super) fn forms() -> String {
    let mut sheet =
        Sheet::new("Limits announced in every form. Times round up; the tightest stands alone.");
    let max = u64::MAX;
    for form in FORMS {
        sheet.note(form);
        for limits in [
            "basic 100 99 58000000000 60000000000",
            "basic 100 0 1 1",
            "basic 0 0 0 0",
            "\"\" 1 1 1000000000 1000000001",
            "a\"b\\c 1 1 1 1",
            "a 100 5 1000000000 60000000000 b 1000 5 2000000000 3600000000000",
            "a 100 5 2000000000 60000000000 b 1000 4 1000000000 3600000000000",
            "same 1 1 1 1 same 1 1 1 1",
            "é 1 1 1 1",
        ] {
            for wait in ["-", "0", "1", "29500000000"] {
                sheet.step(format!("announce {form} {NOW} {wait} {limits}"));
            }
        }
        sheet.step(format!("announce {form} {NOW} -"));
        sheet.step(format!("announce {form} {NOW} 5000000000"));
        sheet.step(format!("announce {form} {max} {max} m {max} {max} {max} {max}"));
        sheet.note(&format!("{form}: as many as there is room for, and more."));
        for count in [7, 8, 9, 12, 13, 40] {
            let limits =
                " twelve-chars 999999999999999 999999999999999 31622400000000000 31622400000000000"
                    .repeat(count);
            sheet.step(format!("announce {form} {NOW} -{limits}"));
        }
    }
    let mut draw = Draw::new(41);
    for form in FORMS {
        sheet.note(&format!("{form}: announced and read back."));
        for _ in 0..30 {
            let count = 1 + draw.below(4);
            let mut limits = String::new();
            for place in 0..count {
                let bits = 1 << draw.below(48);
                let (limit, left) = (draw.below(bits), draw.below(bits));
                let (reset, window) =
                    (draw.below(100_000_000_000_000), draw.below(100_000_000_000_000));
                limits += &format!(" p{place} {limit} {left} {reset} {window}");
            }
            let wait =
                if draw.one_in(2) { "-".to_owned() } else { draw.below(1 << 40).to_string() };
            let written = sheet.step(format!("announce {form} {NOW} {wait}{limits}"));
            sheet.step("dialect common - -");
            for header in written.split(';') {
                let (name, value) = header.split_once('=').expect("a name and a value");
                sheet.step(format!("tell {name} {}", decoded(value)));
            }
            show(&mut sheet);
        }
    }
    sheet.finish()
}

/// The text of an answer.
fn decoded(value: &str) -> String {
    let mut parts = value.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(2);
        text.push(char::from(u8::from_str_radix(code, 16).expect("two hexadecimal digits")));
        text += rest;
    }
    text
}
