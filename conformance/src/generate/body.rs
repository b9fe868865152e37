//! Error bodies: every code of both documents, and the bounds of the scan.

use super::sheet::Sheet;

const STACKFLOW: [&str; 14] = [
    "TOKEN_MISSING",
    "TOKEN_EXPIRED",
    "TOKEN_INVALID",
    "WRONG_TOKEN_TYPE",
    "INSUFFICIENT_ROLE",
    "TENANT_MISMATCH",
    "RESOURCE_NOT_FOUND",
    "VALIDATION_ERROR",
    "INVALID_STATE_TRANSITION",
    "RATE_LIMIT_EXCEEDED",
    "THROTTLED",
    "INTERNAL_ERROR",
    "DATABASE_ERROR",
    "AI_MODEL_ERROR",
];
const VELAFLOWS: [&str; 8] = [
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "VALIDATION_ERROR",
    "TOO_MANY_REQUESTS",
    "INTERNAL_ERROR",
];

/// Each code in its envelope, the members in every order.
pub(super) fn codes() -> String {
    let mut sheet = Sheet::new("Both error envelopes: every code, and members in every order.");
    sheet.note("The codes of StackFlow.");
    for code in STACKFLOW {
        sheet.step(format!(
            r#"body {{"error":"What went wrong","code":"{code}","requestId":"7f3a1c2d-8e9b"}}"#
        ));
    }
    sheet.note("The codes of VelaFlows.");
    for code in VELAFLOWS {
        sheet.step(format!(
            r#"body {{"success":false,"error":{{"code":"{code}","message":"What went wrong"}}}}"#
        ));
    }
    sheet.note("The order of members means nothing.");
    for members in orders(&[
        r#""error":"m""#,
        r#""code":"C""#,
        r#""requestId":"r""#,
        r#""details":{"field":"f","issue":"i"}"#,
    ]) {
        sheet.step(format!("body {{{}}}", members.join(",")));
    }
    for members in orders(&[
        r#""code":"C""#,
        r#""message":"m""#,
        r#""details":{"errors":[{"path":"a","message":"b"},{"message":"d","path":"c"}]}"#,
    ]) {
        sheet.step(format!(r#"body {{"success":false,"error":{{{}}}}}"#, members.join(",")));
        sheet.step(format!(r#"body {{"error":{{{}}},"success":false}}"#, members.join(",")));
    }
    sheet.finish()
}

/// Depth, length, count, truncation and the grammar of JSON.
pub(super) fn bounds() -> String {
    let mut sheet = Sheet::new("The bounds of an error body, and the grammar that it must keep.");
    sheet
        .note("Depth 32 is read, depth 33 makes the whole body neutral; the outer object is at 1.");
    for depth in [1, 2, 30, 31, 32, 33, 200] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        sheet.step(format!(r#"body {{"code":"C","x":{open}{close}}}"#));
        let (open, close) = (r#"{"x":"#.repeat(depth), "}".repeat(depth));
        sheet.step(format!(r#"body {{"x":{open}1{close},"code":"C"}}"#));
    }
    sheet.note("4096 bytes are read; an object that does not end within them is neutral.");
    for length in [4095, 4096, 4097, 8192] {
        let padding = "x".repeat(length - r#"{"code":"C","x":""}"#.len());
        sheet.step(format!(r#"body {{"code":"C","x":"{padding}"}}"#));
    }
    sheet.note("Eight field errors are kept.");
    for count in [0, 1, 7, 8, 9, 20] {
        let one = |index| format!(r#"{{"path":"p{index}","message":"m{index}"}}"#);
        let errors: Vec<_> = (0..count).map(one).collect();
        let errors = errors.join(",");
        sheet.step(format!(r#"body {{"error":{{"code":"C","details":{{"errors":[{errors}]}}}}}}"#));
    }
    sheet.note("Cut off after each byte.");
    let whole = r#"{"error":{"code":"C\u00e9","details":{"errors":[{"path":"p","message":"m"}]},"n":-1.5e+3},"t":true}"#;
    for length in 0..whole.len() {
        sheet.step(format!("body {}", &whole[..length]));
    }
    sheet.step(format!("body {whole}"));
    sheet.note("Values that JSON has.");
    for value in [
        "0",
        "-0",
        "1",
        "10",
        "1.5",
        "1e3",
        "1E+3",
        "1e-3",
        "-1.5e9",
        "1e999",
        "true",
        "false",
        "null",
        "\"\"",
        "[]",
        "[ ]",
        "{}",
        "{ }",
        "[1,2]",
        "[[],{}]",
        r#"" ""#,
        "\"\u{7f}\"",
        "\"日本\"",
    ] {
        sheet.step(format!(r#"body {{"x":{value},"code":"C"}}"#));
        sheet.step(format!("body \t{{ \"code\" : \"C\" ,\t\"x\" : {value} }} \t"));
    }
    sheet.note("Values that JSON does not have.");
    for value in [
        "",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x1",
        "-01",
        "NaN",
        "Infinity",
        "nul",
        "True",
        "nulll",
        "'a'",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{,}",
        "{1:2}",
        "{a:1}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        "\"a\tb\"",
        r#""\x41""#,
        r#""\u00g0""#,
        r#""\u123""#,
        r#""\ud800""#,
        r#""\ud800x""#,
        r#""\ud800\u0041""#,
        r#""\udc00""#,
        r#""\ud800\ud800""#,
        r#""\a""#,
        r#""\'""#,
        "]",
        "}",
        "1}",
        "/**/1",
    ] {
        sheet.step(format!(r#"body {{"code":"C","x":{value}}}"#));
    }
    sheet.finish()
}

/// Every order of a list.
fn orders<'a>(list: &[&'a str]) -> Vec<Vec<&'a str>> {
    if list.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders = Vec::new();
    for first in 0..list.len() {
        let mut rest = list.to_vec();
        let first = rest.remove(first);
        for mut order in self::orders(&rest) {
            order.insert(0, first);
            orders.push(order);
        }
    }
    orders
}
