//! The traces of error bodies at named paths, and of AWS' codes, in `conformance/traces_bodies`.

use tidegate::{
    ErrorBody, Text,
    retry::RetryCause,
    wire::{BodyPaths, JsonStr},
};
use tidegate_conformance::{
    replay::{self, Implementation},
    trace,
};

#[test]
fn every_step_of_every_trace_of_bodies() {
    let agreement = replay::folder(&trace::folder_bodies(), World::default)
        .unwrap_or_else(|difference| panic!("{difference}"));
    assert!(agreement.steps >= 400, "only {} steps", agreement.steps);
    println!("{agreement}");
}

/// Nothing is kept from step to step.
#[derive(Default)]
struct World;

impl Implementation for World {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        Ok(match (verb, RetryCause::of_aws_code(args)) {
            ("body_with", _) => body_with(args),
            ("aws_code", Some(RetryCause::Throttled)) => "throttled".to_owned(),
            ("aws_code", Some(RetryCause::Transient)) => "transient".to_owned(),
            ("aws_code", None) => "-".to_owned(),
            _ => return Err(format!("unknown verb {verb}, or an unknown answer")),
        })
    }
}

fn body_with(args: &str) -> String {
    let words: Vec<&str> = args.splitn(10, ' ').collect();
    let path = |place: usize| match words[place] {
        "-" => Text::EMPTY,
        path => Text::checked(path).expect("a path of 48 bytes"),
    };
    let paths = BodyPaths {
        code: [path(0), path(1)],
        message: [path(2), path(3)],
        request_id: [path(4), path(5)],
        fields: path(6),
        field_path: path(7),
        field_issue: path(8),
    };
    let body = ErrorBody::scan_with(words[9].as_bytes(), &paths);
    let one = |text: Option<JsonStr<'_>>| text.map_or("-".to_owned(), |text| percent(&text));
    let list = |texts: Vec<String>| match texts.is_empty() {
        true => "-".to_owned(),
        false => texts.join(";"),
    };
    let fields = body.fields().iter();
    let fields = fields.map(|field| format!("{}={}", percent(&field.path), percent(&field.issue)));
    format!(
        "code {} message {} request_id {} fields {} policies {}",
        one(body.code()),
        one(body.message()),
        one(body.request_id()),
        list(fields.collect()),
        list(body.violated_policies().iter().map(percent).collect())
    )
}

/// Every byte but letters, digits, `_`, `.` and `-` as `%XX`; nothing at all as `""`.
fn percent(text: &JsonStr<'_>) -> String {
    let text = text.to_string();
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
