//! The error bodies of both APIs, found without a heap and without trusting their shape.
//!
//! One pass over at most 4 KiB of JSON. Members may come in any order; what is not known is passed
//! over. A body that is not one complete JSON object is no error body: everything stays `None`,
//! because half of a body may say the opposite of the whole.

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
        let mut json = Json { text: core::str::from_utf8(body).ok()?, at: 0, depth: 0 };
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

/// A string as it stands in JSON: its escapes are checked and not yet decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonStr<'a>(&'a str);

impl<'a> JsonStr<'a> {
    /// The text, if nothing in it is escaped.
    pub fn as_str(&self) -> Option<&'a str> {
        (!self.0.bytes().any(|byte| byte == b'\\')).then_some(self.0)
    }

    /// The text, character by character, escapes decoded.
    pub fn chars(&self) -> impl Iterator<Item = char> + 'a {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let (character, after) = next_char(rest)?;
            rest = after;
            Some(character)
        })
    }

    fn is(&self, name: &str) -> bool {
        self.chars().eq(name.chars())
    }
}

impl core::fmt::Display for JsonStr<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        use core::fmt::Write;
        self.chars().try_for_each(|character| f.write_char(character))
    }
}

/// The first character and what follows it; `None` at the end and at an escape that is none.
fn next_char(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first != '\\' {
        return Some((first, chars.as_str()));
    }
    let decoded = match chars.next()? {
        quoted @ ('"' | '\\' | '/') => quoted,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(chars.as_str()),
        _ => return None,
    };
    Some((decoded, chars.as_str()))
}

/// What follows `\u`: four hexadecimal digits, or two such escapes that are a surrogate pair.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (high, rest) = hex4(text)?;
    if !(0xd800..0xdc00).contains(&high) {
        return Some((char::from_u32(high)?, rest));
    }
    let (low, rest) = hex4(rest.strip_prefix("\\u")?)?;
    let low = low.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
    Some((char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low)?, rest))
}

fn hex4(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((u32::from_str_radix(digits, 16).ok().filter(|_| all_hex)?, rest))
}

/// A JSON text and how far it has been read.
struct Json<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

/// Reads the value of one member; `None` stops the scan.
type Member<'f, 'a> = &'f mut dyn FnMut(&mut Json<'a>, JsonStr<'a>) -> Option<()>;

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

    /// A string, or any other value, which is passed over.
    fn text_or_other(&mut self) -> Option<Option<JsonStr<'a>>> {
        if self.peek() == Some(b'"') { self.string().map(Some) } else { self.skip().map(|()| None) }
    }

    fn object(&mut self, member: Member<'_, 'a>) -> Option<()> {
        self.items(b'{', b'}', &mut |json| {
            json.peek();
            let name = json.string()?;
            json.token(b':')?;
            member(json, name)
        })
    }

    fn array(&mut self, item: &mut dyn FnMut(&mut Json<'a>) -> Option<()>) -> Option<()> {
        self.items(b'[', b']', item)
    }

    /// Items between two brackets, separated by commas.
    fn items(
        &mut self,
        open: u8,
        close: u8,
        item: &mut dyn FnMut(&mut Json<'a>) -> Option<()>,
    ) -> Option<()> {
        self.token(open)?;
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return None;
        }
        if self.token(close).is_none() {
            loop {
                item(self)?;
                if self.token(b',').is_none() {
                    break self.token(close)?;
                }
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Some(())
    }

    /// Passes over any value.
    fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(&mut |json, _| json.skip()),
            b'[' => self.array(&mut Json::skip),
            b'"' => self.string().map(drop),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn string(&mut self) -> Option<JsonStr<'a>> {
        self.word("\"")?;
        let text = self.rest();
        let mut left = text;
        while !left.starts_with('"') {
            let (_, after) = next_char(left).filter(|_| !left.starts_with(|c| c < ' '))?;
            left = after;
        }
        let raw = text.get(..text.len().checked_sub(left.len())?)?;
        self.at = self.at.saturating_add(raw.len()).saturating_add(1);
        Some(JsonStr(raw))
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.word("-");
        if self.word("0").is_none() {
            self.digits()?;
        }
        if self.word(".").is_some() {
            self.digits()?;
        }
        if self.word("e").or_else(|| self.word("E")).is_some() {
            let _ = self.word("+").or_else(|| self.word("-"));
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at = self.at.saturating_add(count);
        (count > 0).then_some(())
    }

    /// The next byte after white space.
    fn peek(&mut self) -> Option<u8> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let blanks = self.rest().bytes().take_while(blank).count();
        self.at = self.at.saturating_add(blanks);
        self.rest().bytes().next()
    }

    /// One byte after white space.
    fn token(&mut self, token: u8) -> Option<()> {
        (self.peek() == Some(token)).then(|| self.at = self.at.saturating_add(1))
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word).then(|| self.at = self.at.saturating_add(word.len()))
    }

    fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

const MAX_BYTES: usize = 4_096;
const MAX_DEPTH: usize = 32;
const MAX_FIELDS: usize = 8;
