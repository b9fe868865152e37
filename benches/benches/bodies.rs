//! Scanning error bodies of 4 KiB, against a copy of their bytes and against `serde_json`.

use core::hint::black_box;

use benches::medians;
use serde::{Deserialize, de::IgnoredAny};
use tidegate::{ErrorBody, Text, wire::BodyPaths};

fn main() {
    for (name, body) in bodies() {
        assert!(body.len() <= 4_096 && body.len() > 4_000, "{name}: {} bytes", body.len());
        assert_eq!(ErrorBody::scan(body.as_bytes()).code().and_then(|it| it.as_str()), Some("C"));
        one(name, body.as_bytes());
    }
    one("short", br#"{"error":"Slow down","code":"THROTTLED","requestId":"7f3a1c2d-8e9b"}"#);
}

fn one(name: &str, body: &[u8]) {
    let copy = std::cell::Cell::new([0_u8; 4_096]);
    let paths = BodyPaths { code: [Text::new("error.code"), Text::new("code")], ..BodyPaths::ANY };
    let times = medians(
        2_000,
        &[
            ("copy", &|| {
                let mut to = black_box(copy.get());
                to[..body.len()].copy_from_slice(black_box(body));
                copy.set(black_box(to));
            }),
            ("scan", &|| drop(black_box(ErrorBody::scan(black_box(body))))),
            ("scan_with", &|| drop(black_box(ErrorBody::scan_with(black_box(body), &paths)))),
            ("serde_json, what is asked for", &|| {
                drop(black_box(serde_json::from_slice::<Envelope<'_>>(black_box(body))));
            }),
            ("serde_json, grammar only", &|| {
                drop(black_box(serde_json::from_slice::<IgnoredAny>(black_box(body))));
            }),
            ("serde_json, a tree", &|| {
                drop(black_box(serde_json::from_slice::<serde_json::Value>(black_box(body))));
            }),
        ],
    );
    let speed = |time: f64| body.len() as f64 / time;
    println!(
        "{name}: {} bytes; scan {:.0} ns, {:.2} GB/s, {:.1} × a copy; with paths {:.2} GB/s; \
         serde_json {:.2} (members), {:.2} (grammar), {:.2} (tree) GB/s: scan is {:.1}, {:.1}, {:.1} × as fast",
        body.len(),
        times[1],
        speed(times[1]),
        times[1] / times[0],
        speed(times[2]),
        speed(times[3]),
        speed(times[4]),
        speed(times[5]),
        times[3] / times[1],
        times[4] / times[1],
        times[5] / times[1],
    );
}

/// What both envelopes hold, without their fields.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Envelope<'a> {
    #[serde(borrow)]
    code: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    error: Option<Inner<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
#[serde(untagged)]
enum Inner<'a> {
    Text(#[serde(borrow)] std::borrow::Cow<'a, str>),
    Nested { code: Option<std::borrow::Cow<'a, str>>, message: Option<std::borrow::Cow<'a, str>> },
}

/// Bodies that fill what is read, of different grain.
fn bodies() -> Vec<(&'static str, String)> {
    let filled = |open: &str, part: &dyn Fn(usize) -> String, close: &str| {
        let (mut body, mut number) = (open.to_owned(), 0);
        while body.len() + part(number).len() + close.len() <= 4_096 {
            body.push_str(&part(number));
            number += 1;
        }
        body + close
    };
    let envelope = r#"{"error":{"code":"C","message":"m"},"#;
    vec![
        (
            "one long text",
            filled(&format!("{envelope}\"x\":\""), &|_| "lorem ipsum ".into(), "\"}"),
        ),
        (
            "a stack trace",
            filled(
                &format!("{envelope}\"stack\":\""),
                &|n| format!(r"    at Handler.run (/app/src/handlers/call_{n}.js:{n}:17)\n"),
                "\"}",
            ),
        ),
        (
            "field errors",
            filled(
                r#"{"success":false,"error":{"code":"C","message":"m","details":{"errors":["#,
                &|n| format!(r#"{{"path":"items[{n}].price","message":"must be above 0"}},"#),
                r#"{"path":"x","message":"y"}]}}}"#,
            ),
        ),
        (
            "pretty",
            filled(
                "{\n  \"error\": {\n    \"code\": \"C\",\n    \"details\": [\n",
                &|n| {
                    format!("      {{\n        \"id\": {n},\n        \"name\": \"n\"\n      }},\n")
                },
                "      {}\n    ]\n  }\n}\n",
            ),
        ),
        ("flat", filled(envelope, &|n| format!(r#""member{n}":"value","#), r#""last":null}"#)),
        ("numbers", filled(&format!("{envelope}\"n\":["), &|n| format!("{n},-1.5e3,"), "0]}")),
    ]
}
