//! Error bodies of any shape: for each part a list of paths, of which the first counts that leads to it.
//!
//! StackFlow writes `{error, code, requestId, details: {field, issue}}`, VelaFlows
//! `{success, error: {code, message, details: {errors: [{path, message}]}}}`, RFC 9457
//! `{type, title, status, detail, instance, errors: [{detail, pointer}]}`; the vendors' stand in the
//! tables below.

use crate::reference::json::{self, Json};

/// No more of a body is looked at.
pub const BOUND: usize = 4096;
/// The outermost object is at depth 1.
pub const DEPTH: usize = 32;
/// Further field errors, and further policies, are dropped.
pub const FIELDS: usize = 8;

/// What an error body says; all of it is absent if the body is not one JSON object within the bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// The machine-readable code.
    pub code: Option<String>,
    /// The sentence for people.
    pub message: Option<String>,
    /// The server's name for the request.
    pub request_id: Option<String>,
    /// Path and issue of each field that was refused.
    pub fields: Vec<(String, String)>,
    /// The limits that were exceeded.
    pub policies: Vec<String>,
}

/// Where a policy says that the parts stand; empty texts say nothing.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Of the code.
    pub code: Vec<String>,
    /// Of the message.
    pub message: Vec<String>,
    /// Of the request id.
    pub request_id: Vec<String>,
    /// Of the list of fields.
    pub fields: String,
    /// Of the path in an element of it.
    pub field_path: String,
    /// Of the issue in an element of it.
    pub field_issue: String,
}

const CODE: &[&str] = &["error.code", "code", "__type", "error.type", "type"];
const MESSAGE: &[&str] =
    &["error", "error.message", "message", "Message", "detail", "title", "errors"];
const REQUEST_ID: &[&str] =
    &["requestId", "request_id", "error.requestId", "error.request_id", "instance"];
const PATH: &[&str] = &["pointer", "source.pointer", "path", "field", "param"];
const ISSUE: &[&str] = &["detail", "message", "issue", "code"];

/// A list of fields: where it is, what path and issue are called in an element, and whether an object
/// is a map from paths to issues.
type List<'a> = (&'a str, &'a [&'a str], &'a [&'a str], bool);

const LISTS: &[List<'static>] = &[
    ("error.details.errors", PATH, ISSUE, false),
    ("details", PATH, ISSUE, false),
    ("errors", PATH, ISSUE, true),
];
/// The last of them, after the parameter that an error may name.
const LAST: List<'static> = ("message", PATH, ISSUE, true);

/// Reads a body of any shape.
pub fn scan(body: &[u8]) -> ErrorBody {
    scan_with(body, &Paths::default())
}

/// Reads a body whose parts stand at these paths.
pub fn scan_with(body: &[u8], paths: &Paths) -> ErrorBody {
    let body = &body[..body.len().min(BOUND)];
    let parsed = core::str::from_utf8(body).ok().and_then(|text| json::parse(text, DEPTH));
    let Some(body @ Json::Object(_)) = parsed else { return ErrorBody::default() };

    let text = |path: &&str| body.at(path)?.as_text();
    let mut policies = match body.at("violated-policies") {
        Some(Json::Array(policies)) => policies.iter().filter_map(Json::as_text).collect(),
        _ => Vec::new(),
    };
    policies.truncate(FIELDS);
    ErrorBody {
        code: or_any(&paths.code, CODE).iter().find_map(|path| code(path, body.at(path)?)),
        message: or_any(&paths.message, MESSAGE).iter().find_map(text),
        request_id: or_any(&paths.request_id, REQUEST_ID).iter().find_map(text),
        fields: fields(&body, paths),
        policies,
    }
}

/// What is named, or what stands for anything.
fn or_any<'a>(named: &'a [String], any: &[&'a str]) -> Vec<&'a str> {
    let named: Vec<_> = named.iter().map(String::as_str).filter(|path| !path.is_empty()).collect();
    if named.is_empty() { any.to_vec() } else { named }
}

/// The code that a value is, under the last name of its path.
fn code(path: &str, value: &Json) -> Option<String> {
    let text = match value {
        Json::Text(text) => text,
        Json::Number(number) if !number.contains(['.', 'e', 'E']) => return Some(number.clone()),
        _ => return None,
    };
    let last = |text: &str, between: &[char]| {
        text.split(between).rfind(|part| !part.is_empty()).map(str::to_owned)
    };
    match path.rsplit('.').next().map(|name| name.strip_suffix("[]").unwrap_or(name)) {
        // A URI reference; this one says that there is no more to say than the status.
        Some("type") if text == "about:blank" => None,
        Some("type") => last(text, &['/', '#', ':']),
        // The id of a shape, behind its namespace; a URI may follow.
        Some("__type") => last(text.split(':').next()?, &['#']),
        _ => Some(text.clone()),
    }
}

/// The fields of the first list that tells of any.
fn fields(body: &Json, paths: &Paths) -> Vec<(String, String)> {
    if paths.fields.is_empty() {
        let text = |path| body.at(path)?.as_text();
        let param = text("error.param").zip(text("error.message")).into_iter().collect();
        let lists = LISTS.iter().map(|list| read(body, *list));
        let all = lists.chain([param, read(body, LAST)]);
        return all.into_iter().find(|fields| !fields.is_empty()).unwrap_or_default();
    }
    let (path, issue) = ([paths.field_path.as_str()], [paths.field_issue.as_str()]);
    let path: &[&str] = if path == [""] { PATH } else { &path };
    let issue: &[&str] = if issue == [""] { ISSUE } else { &issue };
    read(body, (&paths.fields, path, issue, paths.field_path.is_empty()))
}

fn read(body: &Json, (place, path, issue, is_map): List<'_>) -> Vec<(String, String)> {
    let first =
        |element: &Json, names: &[&str]| names.iter().find_map(|name| element.at(name)?.as_text());
    let element = |element: &Json| Some((first(element, path)?, first(element, issue)?));
    let mut fields: Vec<(String, String)> = match body.at(place) {
        Some(Json::Array(elements)) => elements.iter().filter_map(element).collect(),
        Some(Json::Object(members)) if is_map => {
            let issues = |(name, value): &(String, Json)| {
                issues(value).into_iter().map(|issue| (name.clone(), issue)).collect::<Vec<_>>()
            };
            members.iter().flat_map(issues).collect()
        }
        Some(object @ Json::Object(_)) => element(object).into_iter().collect(),
        _ => Vec::new(),
    };
    fields.truncate(FIELDS);
    fields
}

/// What a map says of a member: a text, or a list of them, or in nested objects lists `_errors` of
/// objects with a `message`.
fn issues(value: &Json) -> Vec<String> {
    match value {
        Json::Text(issue) => vec![issue.clone()],
        Json::Array(issues) => issues.iter().filter_map(Json::as_text).collect(),
        Json::Object(members) => {
            let inner = |(name, value): &(String, Json)| match value {
                Json::Array(errors) if name == "_errors" => {
                    errors.iter().filter_map(|error| error.text("message")).collect()
                }
                Json::Object(_) => issues(value),
                _ => Vec::new(),
            };
            members.iter().flat_map(inner).collect()
        }
        _ => Vec::new(),
    }
}
