//! The body of a refusal, in each envelope.

use crate::reference::{MAX, SECOND};

/// What it tells.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Whose limits they are, in a word.
    pub key: String,
    /// Whether one over all keys denied.
    pub is_gateway: bool,
    /// The API's code.
    pub code: String,
    /// The limit that denied.
    pub limit: String,
    /// Until it may be tried again; the longest of all means never.
    pub wait: u128,
    /// What people name when they ask for support.
    pub request_id: String,
}

impl Refusal {
    /// Media type and text.
    pub fn body(&self, envelope: &str) -> Option<String> {
        let again = match (self.wait, self.wait.div_ceil(SECOND)) {
            (MAX, _) => "The request needs more than the limit can hold.".to_owned(),
            (_, 1) => "Try again in 1 second.".to_owned(),
            (_, seconds) => format!("Try again in {seconds} seconds."),
        };
        let id = ("requestId", text(&self.request_id));
        let id = Some(id).filter(|_| !self.request_id.is_empty());
        let code = ("code", text(&self.code));
        let (media, members) = match envelope {
            "stackflow" => {
                let words = match (self.is_gateway, self.key.as_str()) {
                    (true, _) => "API Gateway burst limit reached".to_owned(),
                    (false, "") => "Rate limit reached".to_owned(),
                    (false, key) => format!("Per-{key} rate limit reached"),
                };
                let mut members = vec![("error", text(&words)), code];
                members.extend(id);
                members.push(("details", "{}".to_owned()));
                ("application/json", members)
            }
            "velaflows" => {
                let words = format!("Rate limit exceeded. {again}");
                let error = object(vec![code, ("message", text(&words))]);
                ("application/json", vec![("success", "false".to_owned()), ("error", error)])
            }
            "problem" => {
                let kind = "https://iana.org/assignments/http-problem-types#quota-exceeded";
                let title = "Request cannot be satisfied as assigned quota has been exceeded";
                let mut members = vec![
                    ("type", text(kind)),
                    ("title", text(title)),
                    ("status", "429".to_owned()),
                    ("detail", text(&again)),
                    code,
                ];
                members.extend(id);
                if !self.limit.is_empty() {
                    members.push(("violated-policies", format!("[{}]", text(&self.limit))));
                }
                ("application/problem+json", members)
            }
            _ => return None,
        };
        Some(format!("{media} {}", object(members)))
    }
}

fn object(members: Vec<(&str, String)>) -> String {
    let members = members.iter().map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// A string of JSON; whatever is below a space is written by its number.
fn text(text: &str) -> String {
    let letter = |letter: char| match letter {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        letter if letter < ' ' => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    };
    format!("\"{}\"", text.chars().map(letter).collect::<String>())
}
