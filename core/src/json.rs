//! JSON, read in place: a cursor over a text that is not trusted, and strings as they stand in it.

pub(crate) mod grammar;
mod quoted;

pub(crate) use quoted::{Inside, Quoted};

/// A string as it stands in JSON: its escapes are checked and not yet decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonStr<'a>(&'a str);

impl<'a> JsonStr<'a> {
    /// The text, if nothing in it is escaped.
    pub fn as_str(&self) -> Option<&'a str> {
        (!self.is_escaped()).then_some(self.0)
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

    /// Whether it is this text. Most names hold no escape and are compared as they stand.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0 == name || self.is_escaped() && self.chars().eq(name.chars())
    }

    /// Whether anything in it is escaped.
    pub(crate) fn is_escaped(&self) -> bool {
        self.0.as_bytes().contains(&b'\\')
    }

    /// Whether these bytes, as they stand in a text, are this name.
    pub(crate) fn is_in(bytes: &[u8], name: &str) -> bool {
        core::str::from_utf8(bytes).is_ok_and(|text| JsonStr(text).is(name))
    }

    /// What stands before the first of these characters; all of it if there is none.
    pub(crate) fn before(&self, end: char) -> JsonStr<'a> {
        let mut left = self.0;
        while let Some((_, after)) = next_char(left).filter(|&(next, _)| next != end) {
            left = after;
        }
        let length = self.0.len().saturating_sub(left.len());
        JsonStr(self.0.get(..length).unwrap_or_default())
    }

    /// The last of the parts between such characters that is not empty.
    pub(crate) fn last_part(&self, is_between: fn(char) -> bool) -> Option<JsonStr<'a>> {
        let (mut part, mut left, mut last) = (self.0, self.0, None);
        loop {
            let next = next_char(left);
            let here = part.get(..part.len().saturating_sub(left.len()));
            let (character, after) = match next {
                Some(next) => next,
                None => return here.filter(|part| !part.is_empty()).or(last).map(JsonStr),
            };
            left = after;
            if is_between(character) {
                last = here.filter(|part| !part.is_empty()).or(last);
                part = after;
            }
        }
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
pub(crate) struct Json<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

/// Reads the value of one member; `None` stops the scan.
pub(crate) type Member<'f, 'a> = &'f mut dyn FnMut(&mut Json<'a>, JsonStr<'a>) -> Option<()>;

impl<'a> Json<'a> {
    pub(crate) const fn new(text: &'a str) -> Json<'a> {
        Json { text, at: 0, depth: 0 }
    }

    /// From a place in it; brackets around that place do not count as depth.
    pub(crate) const fn starting_at(text: &'a str, at: usize) -> Json<'a> {
        Json { text, at, depth: 0 }
    }

    /// A string, or any other value, which is passed over.
    pub(crate) fn text_or_other(&mut self) -> Option<Option<JsonStr<'a>>> {
        if self.peek() == Some(b'"') { self.string().map(Some) } else { self.skip().map(|()| None) }
    }

    pub(crate) fn object(&mut self, member: Member<'_, 'a>) -> Option<()> {
        self.items(b'{', b'}', &mut |json| {
            json.peek();
            let name = json.string()?;
            json.token(b':')?;
            member(json, name)
        })
    }

    pub(crate) fn array(
        &mut self,
        item: &mut dyn FnMut(&mut Json<'a>) -> Option<()>,
    ) -> Option<()> {
        self.items(b'[', b']', item)
    }

    /// Items between two brackets, separated by commas.
    pub(crate) fn items(
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
    pub(crate) fn skip(&mut self) -> Option<()> {
        self.pass(grammar::value)
    }

    /// Passes over what `work` reads: it gets what is left, and how many brackets may still be opened,
    /// and returns what follows.
    pub(crate) fn pass(
        &mut self,
        work: impl FnOnce(&'a [u8], usize) -> Option<&'a [u8]>,
    ) -> Option<()> {
        let rest = work(self.bytes(), MAX_DEPTH.saturating_sub(self.depth))?;
        self.go_to(rest);
        Some(())
    }

    pub(crate) fn string(&mut self) -> Option<JsonStr<'a>> {
        self.word("\"")?;
        let start = self.at;
        self.pass(|rest, _| grammar::string(rest, &mut false))?;
        Some(JsonStr(self.text.get(start..self.at.saturating_sub(1))?))
    }

    pub(crate) fn number(&mut self) -> Option<()> {
        self.pass(|rest, _| grammar::number(rest))
    }

    /// A number without fraction and exponent, as it stands; `None` also for any other number.
    pub(crate) fn whole_number(&mut self) -> Option<JsonStr<'a>> {
        self.peek();
        let start = self.at;
        self.number()?;
        let raw = self.text.get(start..self.at)?;
        let is_whole = raw.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
        is_whole.then_some(JsonStr(raw))
    }

    /// The next byte after white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let rest = grammar::blanks(self.bytes());
        self.go_to(rest);
        rest.first().copied()
    }

    /// One byte after white space.
    #[inline]
    pub(crate) fn token(&mut self, token: u8) -> Option<()> {
        (self.peek() == Some(token)).then(|| self.at = self.at.saturating_add(1))
    }

    #[inline]
    pub(crate) fn word(&mut self, word: &str) -> Option<()> {
        let next = self.bytes().starts_with(word.as_bytes());
        next.then(|| self.at = self.at.saturating_add(word.len()))
    }

    pub(crate) fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Where it stands, in bytes.
    #[cfg(test)]
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// To where so much is left.
    #[inline]
    fn go_to(&mut self, rest: &[u8]) {
        self.at = self.text.len().saturating_sub(rest.len());
    }
}

const MAX_DEPTH: usize = 32;

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn parts() {
        let text = |text| Json::new(text).string().unwrap();
        let before = |it| text(it).before(':').0;
        assert_eq!((before(r#""a#b:c:d""#), before(r#""a\n\u003ab""#)), ("a#b", r"a\n"));
        assert_eq!((before(r#""a\"b""#), before(r#"":""#), before(r#""""#)), (r#"a\"b"#, "", ""));
        let last = |it| text(it).last_part(|c| c == '/').map(|part| part.0);
        assert_eq!((last(r#""a/b""#), last(r#""a\/b\/\/""#)), (Some("b"), Some("b")));
        assert_eq!((last(r#""a\u002fb\n""#), last(r#""a""#)), (Some(r"b\n"), Some("a")));
        assert_eq!((last(r#""//""#), last(r#""""#)), (None, None));
    }
}
