//! What servers say: `Retry-After`, the rate-limit headers, error bodies.

use std::borrow::Cow;

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    ErrorBody, Field, Hints,
    wire::{JsonStr, Reader},
};

use crate::{
    errors::{Answer, answer},
    values,
};

/// A `Retry-After`: either a delay or a date.
#[napi(object, object_from_js = false)]
pub(crate) struct RetryAfter {
    /// Milliseconds from the answer, rounded up.
    pub delay: Option<f64>,
    /// The same in nanoseconds.
    pub delay_ns: Option<BigInt>,
    /// Milliseconds since 1970, rounded up.
    pub date: Option<f64>,
    /// The same in nanoseconds.
    pub date_ns: Option<BigInt>,
}

/// What the headers of one answer said.
#[napi(object, object_from_js = false)]
pub(crate) struct HintValues {
    /// Requests a window.
    pub limit: Option<BigInt>,
    /// Requests left.
    pub remaining: Option<BigInt>,
    /// The end of the window in milliseconds since 1970.
    pub reset: Option<f64>,
    /// The same in nanoseconds.
    pub reset_ns: Option<BigInt>,
    /// The length of a window in milliseconds.
    pub window: Option<f64>,
    /// The same in nanoseconds.
    pub window_ns: Option<BigInt>,
    /// What the limit counts.
    pub unit: &'static str,
    /// `Retry-After`.
    pub retry_after: Option<RetryAfter>,
    /// When the server answered, in milliseconds since 1970.
    pub date: Option<f64>,
    /// The same in nanoseconds.
    pub date_ns: Option<BigInt>,
    /// Whether the server says that sending again helps.
    pub should_retry: Option<bool>,
    /// Whether a denial is of a limit over everything.
    pub is_global: bool,
    /// How many headers were known by name and invalid by value.
    pub invalid: u32,
}

/// What an error body says.
#[napi(object, object_from_js = false)]
pub(crate) struct ErrorBodyValues {
    /// The code for machines.
    pub code: Option<String>,
    /// The message for people.
    pub message: Option<String>,
    /// The id to name when asking for support.
    pub request_id: Option<String>,
    /// The members that are wrong, at most 8.
    pub fields: Vec<FieldErrorValues>,
    pub violated_policies: Vec<String>,
}

/// What is wrong with one member of the request.
#[napi(object, object_from_js = false)]
pub(crate) struct FieldErrorValues {
    /// Which member.
    pub path: String,
    /// What is wrong with it.
    pub issue: String,
}

/// Reads a value; years of two digits as seen from `reference`.
#[napi]
pub(crate) fn parse_retry_after(
    value: String,
    reference: Option<BigInt>,
) -> Answer<Option<RetryAfter>> {
    let parse = || match reference {
        None => Ok(tidegate::RetryAfter::parse(value.as_bytes())),
        Some(_) => Ok(tidegate::RetryAfter::parse_at(value.as_bytes(), values::wall(reference)?)),
    };
    answer(parse().map(|parsed: Option<_>| parsed.map(retry_after)))
}

/// Nothing said.
#[napi]
pub(crate) fn create_hints() -> External<Hints> {
    External::new(Hints::new())
}

/// Takes one header: `read`, `unknown` or `invalid`.
#[napi]
pub(crate) fn hints_header(
    hints: &mut External<Hints>,
    name: String,
    value: String,
) -> &'static str {
    field(hints.header(&bytes(&name), &bytes(&value)))
}

/// Everything that was said.
#[napi]
pub(crate) fn hints_values(hints: &External<Hints>) -> HintValues {
    HintValues {
        limit: hints.limit().map(BigInt::from),
        remaining: hints.remaining().map(BigInt::from),
        reset: hints.reset().map(values::epoch),
        reset_ns: hints.reset().map(values::epoch_nanos),
        window: hints.window().map(values::millis),
        window_ns: hints.window().map(values::nanos),
        unit: hints.unit().name(),
        retry_after: hints.retry_after().map(retry_after),
        date: hints.date().map(values::epoch),
        date_ns: hints.date().map(values::epoch_nanos),
        should_retry: hints.should_retry(),
        is_global: hints.is_global(),
        invalid: hints.invalid(),
    }
}

/// What they say, in words.
#[napi]
pub(crate) fn hints_explain(hints: &External<Hints>, wall: Option<BigInt>) -> Answer<String> {
    let reader = Reader::Plain(**hints);
    answer(values::wall(wall).map(|wall| reader.told(wall).to_string()))
}

/// Scans a body; one that is not an error body says nothing.
#[napi]
pub(crate) fn scan_error_body(body: &[u8]) -> ErrorBodyValues {
    error_body(&ErrorBody::scan(body))
}

/// What an error body says, as values.
pub(crate) fn error_body(body: &ErrorBody<'_>) -> ErrorBodyValues {
    let text = |text: JsonStr<'_>| text.to_string();
    let field = |field: &tidegate::wire::FieldError<'_>| FieldErrorValues {
        path: text(field.path),
        issue: text(field.issue),
    };
    ErrorBodyValues {
        code: body.code().map(text),
        message: body.message().map(text),
        request_id: body.request_id().map(text),
        fields: body.fields().iter().map(field).collect(),
        violated_policies: body.violated_policies().iter().map(|&name| text(name)).collect(),
    }
}

/// What became of one header.
pub(crate) fn field(field: Field) -> &'static str {
    match field {
        Field::Read => "read",
        Field::Unknown => "unknown",
        Field::Invalid => "invalid",
    }
}

/// A `Retry-After` of either kind.
pub(crate) fn retry_after(value: tidegate::RetryAfter) -> RetryAfter {
    let nothing = RetryAfter { delay: None, delay_ns: None, date: None, date_ns: None };
    match value {
        tidegate::RetryAfter::Delay(delay) => RetryAfter {
            delay: Some(values::millis(delay)),
            delay_ns: Some(values::nanos(delay)),
            ..nothing
        },
        tidegate::RetryAfter::Date(date) => RetryAfter {
            date: Some(values::epoch(date)),
            date_ns: Some(values::epoch_nanos(date)),
            ..nothing
        },
    }
}

/// What a reader has read of names and values that take turns.
pub(crate) fn read(mut reader: Reader, lines: &[String]) -> Reader {
    for line in lines.chunks_exact(2) {
        if let [name, value] = line {
            reader.header(&bytes(name), &bytes(value));
        }
    }
    reader
}

/// The bytes of a header line. Node and `fetch` make a character of each byte that came; where a
/// character is none, somebody wrote the text himself, and it is UTF-8.
pub(crate) fn bytes(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    bytes.map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned)
}
