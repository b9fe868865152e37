//! Random error bodies at random paths, over names that meet.

use super::draw::Draw;
use super::sheet::Sheet;

/// A body and paths for each number.
pub(super) fn random() -> String {
    let mut sheet = Sheet::new("Random error bodies at random paths, over few names.");
    for number in 0..400 {
        let mut draw = Draw::new(number);
        let mut path = |most: u64| {
            if draw.one_in(3) {
                return "-".to_owned();
            }
            let steps = 1 + draw.below(most);
            let steps = (0..steps).map(|_| {
                let list = if draw.one_in(6) { "[]" } else { "" };
                format!("{}{list}", draw.one_of(&NAMES))
            });
            steps.collect::<Vec<_>>().join(".")
        };
        let mut paths: Vec<_> = (0..7).map(|_| path(2)).collect();
        paths.extend((0..2).map(|_| path(1)));
        let mut body = String::new();
        object(&mut draw, 3, &mut body);
        sheet.step(format!("body_with {} {body}", paths.join(" ")));
    }
    sheet.finish()
}

/// An object with a few members.
fn object(draw: &mut Draw, depth: u64, text: &mut String) {
    text.push('{');
    for place in 0..1 + draw.below(5) {
        let name = draw.one_of(&NAMES);
        text.push_str(if place > 0 { "," } else { "" });
        text.push_str(&format!("\"{name}\":"));
        value(draw, depth, text);
    }
    text.push('}');
}

fn value(draw: &mut Draw, depth: u64, text: &mut String) {
    match draw.below(if depth > 0 { 8 } else { 4 }) {
        0 | 1 => text.push_str(&format!("\"t{}\"", draw.below(100))),
        2 => text.push_str(&draw.below(100).to_string()),
        3 => text.push_str("null"),
        4 | 5 => {
            text.push('[');
            for place in 0..draw.below(4) {
                text.push_str(if place > 0 { "," } else { "" });
                value(draw, depth - 1, text);
            }
            text.push(']');
        }
        _ => object(draw, depth - 1, text),
    }
}

const NAMES: [&str; 5] = ["a", "code", "errors", "message", "type"];
