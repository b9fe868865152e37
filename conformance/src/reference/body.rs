//! The error bodies of both APIs, told apart by their shape.
//!
//! StackFlow writes `{error, code, requestId, details: {field, issue}}`, VelaFlows
//! `{success, error: {code, message, details: {errors: [{path, message}]}}}`.

use crate::reference::json::{self, Json};

/// No more of a body is looked at.
pub const BOUND: usize = 4096;
/// The outermost object is at depth 1.
pub const DEPTH: usize = 32;
/// Further field errors are dropped.
pub const FIELDS: usize = 8;

/// What an error body says; all of it is absent if the body is not one JSON object within the bounds.
#[derive(Clone, Debug, Default)]
pub struct ErrorBody {
    /// The machine-readable code.
    pub code: Option<String>,
    /// The sentence for people.
    pub message: Option<String>,
    /// The server's name for the request.
    pub request_id: Option<String>,
    /// Path and issue of each field that was refused.
    pub fields: Vec<(String, String)>,
}

/// Reads a body.
pub fn scan(body: &[u8]) -> ErrorBody {
    let body = &body[..body.len().min(BOUND)];
    let parsed = core::str::from_utf8(body).ok().and_then(|text| json::parse(text, DEPTH));
    let Some(outer @ Json::Object(_)) = parsed else { return ErrorBody::default() };

    let inner = outer.member("error").unwrap_or(&Json::Other);
    let mut fields: Vec<_> =
        outer.member("details").and_then(|one| field(one, "field", "issue")).into_iter().collect();
    if let Some(Json::Array(errors)) = inner.member("details").and_then(|all| all.member("errors"))
    {
        fields.extend(errors.iter().filter_map(|one| field(one, "path", "message")));
    }
    fields.truncate(FIELDS);
    ErrorBody {
        code: inner.text("code").or_else(|| outer.text("code")),
        message: outer.text("error").or_else(|| inner.text("message")),
        request_id: outer.text("requestId"),
        fields,
    }
}

/// A field error, if both of its members are texts.
fn field(object: &Json, path: &str, issue: &str) -> Option<(String, String)> {
    Some((object.text(path)?, object.text(issue)?))
}
