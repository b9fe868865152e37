//! The verbs of what a server says: headers and bodies.

use core::mem;

use super::format::{encoded, optional};
use super::parse::{number, words};
use crate::reference::advice::Advice;
use crate::reference::body::{self, ErrorBody};
use crate::reference::dialect::Dialect;
use crate::reference::hints::{Field, Hints};
use crate::reference::retry_after::{self, RetryAfter};
use crate::reference::{MAX, SECOND, date};

/// What was collected for the next answer.
#[derive(Debug, Default)]
pub(super) struct Told {
    hints: Hints,
    /// In place of the hints, where the API has a dialect.
    advice: Option<Advice>,
    body: ErrorBody,
}

impl Told {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "retry_after" => {
                let (reference, value) = args.split_once(' ').unwrap_or((args, ""));
                let reference = u128::from(number::<u64>(reference)?) * SECOND;
                let year = date::year_of((reference.min(MAX) / SECOND) as u64);
                Ok(retry_after(retry_after::parse(value.as_bytes(), year)))
            }
            "retry_after_repeat" => {
                let [character, count] = words(args)?;
                let value = character.repeat(number(count)?);
                let parsed = retry_after::parse(value.as_bytes(), retry_after::REFERENCE_YEAR);
                Ok(retry_after(parsed))
            }
            "header" => {
                let (name, value) = args.split_once(' ').unwrap_or((args, ""));
                let (name, value) = (name.as_bytes(), value.as_bytes());
                Ok(field(match &mut self.advice {
                    Some(advice) => advice.header(name, value),
                    None => self.hints.header(name, value),
                }))
            }
            "hints" if args.is_empty() && self.advice.is_none() => {
                Ok(hints(&mem::take(&mut self.hints)))
            }
            "body" => {
                self.body = body::scan(args.as_bytes());
                Ok(error_body(&self.body))
            }
            _ => Err(format!("arguments to {verb}")),
        }
    }

    /// Reads headers in a dialect from now on, or the plain ones; what was collected is forgotten.
    pub(super) fn listen(&mut self, dialect: Option<Dialect>) {
        self.advice = dialect.map(Advice::new);
        self.hints = Hints::default();
    }

    /// Hands out what was collected, by what is known of the server's clock, and forgets it.
    pub(super) fn take(&mut self, server_now: u128) -> (Hints, ErrorBody) {
        let plain = mem::take(&mut self.hints);
        let told = self.advice.as_mut().map(|advice| {
            let hints = advice.hints(server_now);
            *advice = advice.anew();
            hints
        });
        (told.unwrap_or(plain), mem::take(&mut self.body))
    }
}

fn retry_after(value: Option<RetryAfter>) -> String {
    match value {
        Some(RetryAfter::Delay(delay)) => format!("delay {delay}"),
        Some(RetryAfter::Date(date)) => format!("date {date}"),
        None => "invalid".to_owned(),
    }
}

/// What was made of a header.
pub(super) fn field(field: Field) -> String {
    match field {
        Field::Read => "read",
        Field::Unknown => "unknown",
        Field::Invalid => "invalid",
    }
    .to_owned()
}

/// The answer of `hints`.
pub(super) fn hints(hints: &Hints) -> String {
    let retry_after = match hints.retry_after {
        Some(RetryAfter::Delay(delay)) => format!("delay:{delay}"),
        Some(RetryAfter::Date(date)) => format!("date:{date}"),
        None => "-".to_owned(),
    };
    format!(
        "limit {} remaining {} reset {} window {} retry_after {retry_after} date {} invalid {}",
        optional(hints.limit),
        optional(hints.remaining),
        optional(hints.reset),
        optional(hints.window),
        optional(hints.date),
        hints.invalid
    )
}

fn error_body(body: &ErrorBody) -> String {
    let text = |text: &Option<String>| optional(text.as_deref().map(encoded));
    let field = |(path, issue): &(String, String)| format!("{}={}", encoded(path), encoded(issue));
    let fields = body.fields.iter().map(field).collect::<Vec<_>>().join(";");
    format!(
        "code {} message {} request_id {} fields {}",
        text(&body.code),
        text(&body.message),
        text(&body.request_id),
        optional((!fields.is_empty()).then_some(fields))
    )
}
