//! The error bodies of any API, found without a heap and without trusting their shape.
//!
//! One pass over at most 4 KiB of JSON; what it says of fields is then read where it stands. Members
//! may come in any order; what is not known is passed over. A body that is not one complete JSON object
//! is no error body: everything stays `None`, because half of a body may say the opposite of the whole.

use super::{
    body_fields::{self, Fields},
    body_paths::{
        ANY_PATHS, BodyPaths, CODE, FIELDS, MESSAGE, PARAM, PARAM_ISSUE, PATHS, POLICIES,
        REQUEST_ID,
    },
    places::{Places, last_name},
};
use crate::json::{Json, JsonStr};

/// What an error body says.
///
/// # Examples
///
/// ```
/// use tidegate::ErrorBody;
///
/// let body = ErrorBody::scan(br#"{"error":"Slow down","code":"THROTTLED","requestId":"7f3a"}"#);
/// assert_eq!(body.code().and_then(|code| code.as_str()), Some("THROTTLED"));
/// let body = ErrorBody::scan(br#"{"success":false,"error":{"code":"NOT_FOUND","message":"no"}}"#);
/// assert_eq!(body.message().and_then(|message| message.as_str()), Some("no"));
/// let body = ErrorBody::scan(br#"{"type":"https://example.com/probs/out-of-credit","title":"No"}"#);
/// assert_eq!(body.code().and_then(|code| code.as_str()), Some("out-of-credit"));
/// assert_eq!(ErrorBody::scan(b"<html>").code(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody<'a> {
    code: Option<JsonStr<'a>>,
    message: Option<JsonStr<'a>>,
    request_id: Option<JsonStr<'a>>,
    fields: Fields<'a>,
    policies: Policies<'a>,
}

/// What is wrong with one member of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError<'a> {
    /// Which member.
    pub path: JsonStr<'a>,
    /// What is wrong with it.
    pub issue: JsonStr<'a>,
}

impl<'a> ErrorBody<'a> {
    /// Scans a body of any shape that is known: both envelopes, `{error: "…", code, requestId,
    /// details: {field, issue}}` and `{success, error: {code, message, details: {errors: [{path,
    /// message}, …]}}}`; problem details (RFC 9457); and what else [`BodyPaths::ANY`] names.
    ///
    /// The first 4,096 bytes are read, 32 levels deep. Of two members of one name the later counts.
    pub fn scan(body: &'a [u8]) -> ErrorBody<'a> {
        Self::scan_with(body, &BodyPaths::ANY)
    }

    /// Scans a body for what stands at these paths, within the same bounds.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{ErrorBody, Text, wire::BodyPaths};
    ///
    /// const GOOGLE: BodyPaths =
    ///     BodyPaths { code: [Text::new("error.status"), Text::EMPTY], ..BodyPaths::ANY };
    /// let body = br#"{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}"#;
    /// let scanned = ErrorBody::scan_with(body, &GOOGLE);
    /// assert_eq!(scanned.code().and_then(|code| code.as_str()), Some("RESOURCE_EXHAUSTED"));
    /// assert_eq!(scanned.message().and_then(|message| message.as_str()), Some("Quota"));
    /// assert_eq!(ErrorBody::scan(body).code().and_then(|code| code.as_str()), Some("429"));
    /// ```
    pub fn scan_with(body: &'a [u8], paths: &BodyPaths) -> ErrorBody<'a> {
        let head = body.get(..MAX_BYTES).unwrap_or(body);
        Self::parse(head, paths).unwrap_or_default()
    }

    fn parse(body: &'a [u8], paths: &BodyPaths) -> Option<ErrorBody<'a>> {
        // Many answers have no body, or a page: no path needs to be made ready for those.
        body.trim_ascii_start().strip_prefix(b"{")?;
        let text = core::str::from_utf8(body).ok()?;
        let named;
        let all = if paths.is_any() {
            &ANY_PATHS
        } else {
            named = paths.paths();
            &named
        };
        let mut at = [0; PATHS];
        let (mut json, mut places) = (Json::new(text), Places::new(all, text, &mut at));
        places.object(&mut json)?;
        json.end()?;

        let string = |place| places.string(place);
        let code = |place| code(text, places.at(place)?, last_name(all.get(place)));
        let mut body = ErrorBody {
            code: CODE.into_iter().find_map(code),
            message: MESSAGE.into_iter().find_map(string),
            request_id: REQUEST_ID.into_iter().find_map(string),
            fields: Fields::new(),
            policies: places.at(POLICIES).and_then(|at| policies(text, at)).unwrap_or_default(),
        };
        for (list, place) in FIELDS.enumerate() {
            let Some(at) = places.at(place).filter(|_| body.fields.is_empty()) else { continue };
            if place != PARAM {
                body_fields::read(text, at, &paths.names(list), &mut body.fields);
            } else if let Some((path, issue)) = string(PARAM).zip(string(PARAM_ISSUE)) {
                // OK to ignore: the list is empty.
                let _ = body.fields.push(FieldError { path, issue });
            }
        }
        Some(body)
    }

    /// The code for machines. A number without a fraction is one too: its digits.
    ///
    /// In a member `type` stands a URI, and the code is its last part, behind the last `/`, `#` or `:`;
    /// `about:blank` is none. In `__type` stands a name behind its namespace and a `#`, and perhaps a
    /// `:` and a URI after it.
    pub fn code(&self) -> Option<JsonStr<'a>> {
        self.code
    }

    /// The message for people.
    pub fn message(&self) -> Option<JsonStr<'a>> {
        self.message
    }

    /// The id to name when asking for support.
    pub fn request_id(&self) -> Option<JsonStr<'a>> {
        self.request_id
    }

    /// The members that are wrong, at most 8.
    pub fn fields(&self) -> &[FieldError<'a>] {
        &self.fields
    }

    /// The names of the limits that were exceeded, at most 8: `violated-policies` in the problem types
    /// of the drafts of `RateLimit`.
    pub fn violated_policies(&self) -> &[JsonStr<'a>] {
        &self.policies
    }
}

/// A code that stands under this name.
fn code<'a>(text: &'a str, at: usize, name: &str) -> Option<JsonStr<'a>> {
    let mut json = Json::starting_at(text, at);
    if json.peek() != Some(b'"') {
        return json.whole_number();
    }
    let code = json.string()?;
    match name {
        "type" if code.is("about:blank") => None,
        "type" => code.last_part(|character| matches!(character, '/' | '#' | ':')),
        "__type" => code.before(':').last_part(|character| character == '#'),
        _ => Some(code),
    }
}

/// The texts of a list.
fn policies<'a>(text: &'a str, at: usize) -> Option<Policies<'a>> {
    let (mut json, mut policies) = (Json::starting_at(text, at), Policies::new());
    json.array(&mut |json| {
        if let Some(policy) = json.text_or_other()? {
            // OK to ignore: what comes after the eighth is dropped.
            let _ = policies.push(policy);
        }
        Some(())
    })?;
    Some(policies)
}

type Policies<'a> = heapless::Vec<JsonStr<'a>, MAX_POLICIES>;

const MAX_BYTES: usize = 4_096;
const MAX_POLICIES: usize = 8;
