//! The error bodies of both APIs, found without a heap and without trusting their shape.
//!
//! One pass over at most 4 KiB of JSON. Members may come in any order; what is not known is passed
//! over. A body that is not one complete JSON object is no error body: everything stays `None`,
//! because half of a body may say the opposite of the whole.

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
/// assert_eq!(ErrorBody::scan(b"<html>").code(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody<'a> {
    code: Option<JsonStr<'a>>,
    message: Option<JsonStr<'a>>,
    request_id: Option<JsonStr<'a>>,
    fields: Fields<'a>,
}

type Fields<'a> = heapless::Vec<FieldError<'a>, MAX_FIELDS>;

/// What is wrong with one member of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError<'a> {
    /// Which member.
    pub path: JsonStr<'a>,
    /// What is wrong with it.
    pub issue: JsonStr<'a>,
}

impl<'a> ErrorBody<'a> {
    /// Scans a body: `{error: "…", code, requestId, details: {field, issue}}` or
    /// `{success, error: {code, message, details: {errors: [{path, message}, …]}}}`.
    ///
    /// The first 4,096 bytes are read, 32 levels deep, and the first 8 field errors are kept.
    pub fn scan(body: &'a [u8]) -> ErrorBody<'a> {
        let head = body.get(..MAX_BYTES).unwrap_or(body);
        Self::parse(head).unwrap_or_default()
    }

    fn parse(body: &'a [u8]) -> Option<ErrorBody<'a>> {
        let mut json = Json::new(core::str::from_utf8(body).ok()?);
        let (mut top, mut nested, mut is_nested) =
            (ErrorBody::default(), ErrorBody::default(), false);
        json.object(&mut |json, name| match () {
            () if name.is("code") => json.text_or_other().map(|code| top.code = code),
            () if name.is("requestId") => json.text_or_other().map(|id| top.request_id = id),
            () if name.is("details") => {
                top.fields.clear();
                json.field_error("field", "issue").map(|field| {
                    // OK: the list was just cleared, so one field fits.
                    let _ = field.map(|field| top.fields.push(field));
                })
            }
            () if name.is("error") => {
                is_nested = json.peek() == Some(b'{');
                (top.message, nested) = (None, ErrorBody::default());
                if is_nested {
                    json.nested_error(&mut nested)
                } else {
                    json.text_or_other().map(|message| top.message = message)
                }
            }
            () => json.skip(),
        })?;
        json.end()?;
        if is_nested {
            let code = nested.code.or(top.code);
            return Some(ErrorBody { code, request_id: top.request_id, ..nested });
        }
        Some(top)
    }

    /// The code for machines.
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
}

impl<'a> Json<'a> {
    /// `{code, message, details: {errors: [{path, message}, …]}}`.
    fn nested_error(&mut self, error: &mut ErrorBody<'a>) -> Option<()> {
        self.object(&mut |json, name| match () {
            () if name.is("code") => json.text_or_other().map(|code| error.code = code),
            () if name.is("message") => json.text_or_other().map(|message| error.message = message),
            () if name.is("details") && json.peek() == Some(b'{') => {
                error.fields.clear();
                json.object(&mut |json, name| {
                    if !name.is("errors") || json.peek() != Some(b'[') {
                        return json.skip();
                    }
                    error.fields.clear();
                    json.array(&mut |json| {
                        let field = json.field_error("path", "message")?;
                        // Fields beyond the capacity are read and dropped.
                        let _ = field.map(|field| error.fields.push(field));
                        Some(())
                    })
                })
            }
            () => json.skip(),
        })
    }

    /// A field error, if the value is an object with both members as strings.
    fn field_error(&mut self, path: &str, issue: &str) -> Option<Option<FieldError<'a>>> {
        if self.peek() != Some(b'{') {
            return self.skip().map(|()| None);
        }
        let (mut at, mut what) = (None, None);
        self.object(&mut |json, name| match () {
            () if name.is(path) => json.text_or_other().map(|text| at = text),
            () if name.is(issue) => json.text_or_other().map(|text| what = text),
            () => json.skip(),
        })?;
        Some(at.zip(what).map(|(path, issue)| FieldError { path, issue }))
    }
}

const MAX_BYTES: usize = 4_096;
const MAX_FIELDS: usize = 8;
