//! JSON, read in place: a cursor over a text that is not trusted, and strings as they stand in it.

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

    pub(crate) fn is(&self, name: &str) -> bool {
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

    pub(crate) fn string(&mut self) -> Option<JsonStr<'a>> {
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

    pub(crate) fn number(&mut self) -> Option<()> {
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

    pub(crate) fn digits(&mut self) -> Option<()> {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at = self.at.saturating_add(count);
        (count > 0).then_some(())
    }

    /// The next byte after white space.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let blanks = self.rest().bytes().take_while(blank).count();
        self.at = self.at.saturating_add(blanks);
        self.rest().bytes().next()
    }

    /// One byte after white space.
    pub(crate) fn token(&mut self, token: u8) -> Option<()> {
        (self.peek() == Some(token)).then(|| self.at = self.at.saturating_add(1))
    }

    pub(crate) fn word(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word).then(|| self.at = self.at.saturating_add(word.len()))
    }

    pub(crate) fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

const MAX_DEPTH: usize = 32;
