//! Error bodies that are no envelope: every place at which a part is looked for.

use super::sheet::Sheet;

/// The shapes that are no envelope: a member at each place, alone and beside those that go before it.
pub(super) fn shapes() -> String {
    let mut sheet =
        Sheet::new("Error bodies of any shape: where each part is looked for, and when.");
    // The value of a member, once by itself and once in `error`.
    let at = |path: &str, value: &str| match path.strip_prefix("error.") {
        Some(name) => format!(r#""error":{{"{name}":{value}}}"#),
        None => format!(r#""{path}":{value}"#),
    };
    let parts: [(&str, &[&str]); 3] = [
        ("code", &["error.code", "code", "__type", "error.type", "type"]),
        ("message", &["error.message", "message", "Message", "detail", "title", "errors"]),
        (
            "request id",
            &["requestId", "request_id", "error.requestId", "error.request_id", "instance"],
        ),
    ];
    for (part, paths) in parts {
        sheet.note(&format!("Each place of a {part} alone, as a text, and as what it is not."));
        for path in paths {
            for value in ["\"v\"", "\"\"", "7", "-7", "7.0", "null", "{}", "[\"v\"]"] {
                sheet.step(format!("body {{{}}}", at(path, value)));
            }
        }
        sheet.note(&format!("Of two places of a {part} one goes before, in any order."));
        for (first, second) in pairs(paths) {
            let is_inner = |path: &str| path.starts_with("error.");
            if is_inner(first) && is_inner(second) {
                let (a, b) = (&first["error.".len()..], &second["error.".len()..]);
                sheet.step(format!(r#"body {{"error":{{"{a}":"{a}","{b}":"{b}"}}}}"#));
            } else {
                let (a, b) =
                    (at(first, &format!("\"{first}\"")), at(second, &format!("\"{second}\"")));
                sheet.step(format!("body {{{a},{b}}}"));
            }
        }
    }
    sheet.note("Lists of fields, each with each pair of names.");
    let lists = [
        (r#"{"error":{"details":{"errors":["#, r#"]}}}"#),
        (r#"{"details":["#, "]}"),
        (r#"{"errors":["#, "]}"),
        (r#"{"message":["#, "]}"),
        (r#"{"details":"#, "}"),
        (r#"{"errors":"#, "}"),
        (r#"{"error":"#, "}"),
        (r#"{"message":"#, "}"),
    ];
    for (open, close) in lists {
        for path in ["pointer", "path", "field", "param", "name"] {
            for issue in ["detail", "message", "issue", "code", "title"] {
                let element = format!(r#"{{"{path}":"p","{issue}":"i"}}"#);
                sheet.step(format!("body {open}{element}{close}"));
            }
        }
    }
    sheet.note("Eight fields are kept, of a map too.");
    for count in [7, 8, 9] {
        let members: Vec<_> = (0..count).map(|place| format!(r#""m{place}":"i""#)).collect();
        sheet.step(format!(r#"body {{"errors":{{{}}}}}"#, members.join(",")));
        let issues: Vec<_> = (0..count).map(|place| format!(r#""i{place}""#)).collect();
        sheet.step(format!(r#"body {{"errors":{{"m":[{}]}}}}"#, issues.join(",")));
    }
    sheet.note("Cut off after each byte.");
    let whole = r#"{"errors":{"a":{"_errors":[{"message":"\u00e9"}]}},"type":"a:b","code":-7}"#;
    for length in 0..=whole.len() {
        sheet.step(format!("body {}", &whole[..length]));
    }
    sheet.note("Escapes, quotes and control characters at each place of two words of eight bytes.");
    for place in 0..16 {
        for special in ["\\\"", "\\\\", "\\u0041", "é", "\t", "\u{7f}"] {
            let (before, after) = ("a".repeat(place), "b".repeat(16 - place));
            sheet.step(format!(r#"body {{"code":"{before}{special}{after}","error":"m"}}"#));
        }
    }
    sheet.finish()
}

/// Every two different ones, in both orders.
fn pairs<'a>(list: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let pairs = list.iter().flat_map(|first| list.iter().map(move |second| (*first, *second)));
    pairs.filter(|(first, second)| first != second).collect()
}
