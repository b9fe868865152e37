//! The steps of error bodies at named paths, and of AWS' codes, through the Rust surface.

use tidegate::{
    ErrorBody, Text,
    retry::RetryCause,
    wire::{BodyPaths, JsonStr},
};

/// The answer to a step; a verb or arguments that are not known are an error of the trace.
pub(crate) fn run(verb: &str, args: &str) -> String {
    match verb {
        "body_with" => body_with(args),
        "aws_code" => match RetryCause::of_aws_code(args) {
            Some(RetryCause::Throttled) => "throttled".to_owned(),
            Some(RetryCause::Transient) => "transient".to_owned(),
            Some(other) => format!("{other:?}"),
            None => "-".to_owned(),
        },
        _ => panic!("unknown verb {verb}"),
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
