//! JSON, read in place: a cursor over a text that is not trusted, and strings as they stand in it.

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

    /// Its bytes as it stands: what is escaped takes more than it stands for.
    pub(crate) const fn raw_len(&self) -> usize {
        self.0.len()
    }

    #[cfg(test)]
    const fn raw(&self) -> &'a str {
        self.0
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
        self.enter()?;
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

    /// Passes over any value, in one loop: most of a text is passed over.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let outside = self.depth;
        // Of the brackets opened here, the innermost lowest: whether it is an object's.
        let mut objects = 0_u64;
        loop {
            match self.peek()? {
                open @ (b'{' | b'[') => {
                    self.enter()?;
                    self.at = self.at.saturating_add(1);
                    objects = objects << 1 | u64::from(open == b'{');
                    if self.peek()? != close(objects) {
                        self.name_of(objects)?;
                        continue;
                    }
                }
                b'"' => drop(self.string()?),
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                _ => self.number()?,
            }
            // After a value: what closes, and then a comma or the end.
            while self.depth > outside && self.token(close(objects)).is_some() {
                objects >>= 1;
                self.depth = self.depth.saturating_sub(1);
            }
            if self.depth == outside {
                return Some(());
            }
            self.token(b',')?;
            self.name_of(objects)?;
        }
    }

    /// The name of the next member, where the innermost bracket is an object's.
    fn name_of(&mut self, objects: u64) -> Option<()> {
        if objects & 1 == 1 {
            self.peek();
            self.string()?;
            self.token(b':')?;
        }
        Some(())
    }

    pub(crate) fn string(&mut self) -> Option<JsonStr<'a>> {
        self.word("\"")?;
        let start = self.at;
        loop {
            let rest = self.bytes();
            let plain = plain(rest);
            self.at = self.at.saturating_add(plain);
            match rest.get(plain)? {
                b'"' => break,
                b'\\' => {
                    let (_, after) = next_char(self.rest())?;
                    self.at = self.text.len().saturating_sub(after.len());
                }
                _ => return None, // a control character
            }
        }
        let raw = self.text.get(start..self.at)?;
        self.at = self.at.saturating_add(1);
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

    /// A number without fraction and exponent, as it stands; `None` also for any other number.
    pub(crate) fn whole_number(&mut self) -> Option<JsonStr<'a>> {
        self.peek();
        let start = self.at;
        self.number()?;
        let raw = self.text.get(start..self.at)?;
        let is_whole = raw.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
        is_whole.then_some(JsonStr(raw))
    }

    pub(crate) fn digits(&mut self) -> Option<()> {
        let count = self.bytes().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at = self.at.saturating_add(count);
        (count > 0).then_some(())
    }

    /// The next byte after white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        loop {
            let next = self.text.as_bytes().get(self.at)?;
            if !blank(next) {
                return Some(*next);
            }
            self.at = self.at.saturating_add(1);
        }
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
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// One bracket deeper.
    fn enter(&mut self) -> Option<()> {
        self.depth = self.depth.saturating_add(1);
        (self.depth <= MAX_DEPTH).then_some(())
    }
}

/// What closes the innermost bracket.
const fn close(objects: u64) -> u8 {
    if objects & 1 == 1 { b'}' } else { b']' }
}

/// How many bytes stand before the next quote, backslash or control character; eight at a time.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut count = 0;
    for word in words {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return count + (special.trailing_zeros() >> 3) as usize;
        }
        count += 8;
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..b' ');
    count + tail.iter().take_while(is_plain).count()
}

/// The highest bit of each byte that is a quote, a backslash or a control character. Bits above the
/// lowest of them may be wrong: a borrow runs upwards. (Mycroft's test for a zero byte.)
fn special(word: u64) -> u64 {
    let each = |byte: u8| ONES * u64::from(byte);
    let (quote, backslash) = (word ^ each(b'"'), word ^ each(b'\\'));
    let below = |word: u64, least: u8| word.wrapping_sub(each(least)) & !word;
    (below(quote, 1) | below(backslash, 1) | below(word, b' ')) & HIGHEST
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = ONES << 7;
const MAX_DEPTH: usize = 32;

#[cfg(test)]
mod tests {
    use super::{Json, plain};

    #[test]
    fn every_byte_at_every_place_of_a_word() {
        for byte in 0..=255_u8 {
            let stops = byte < b' ' || byte == b'"' || byte == b'\\';
            for place in 0..20 {
                for other in [b'a', 0x7f, 0x80, 0xff, b'!', b'#', b'[', b']'] {
                    let mut text = [other; 20];
                    text[place] = byte;
                    assert_eq!(plain(&text), if stops { place } else { 20 }, "{byte} at {place}");
                }
            }
        }
    }

    #[test]
    fn parts() {
        let text = |text| Json::new(text).string().unwrap();
        let before = |it| text(it).before(':').raw();
        assert_eq!((before(r#""a#b:c:d""#), before(r#""a\n\u003ab""#)), ("a#b", r"a\n"));
        assert_eq!((before(r#""a\"b""#), before(r#"":""#), before(r#""""#)), (r#"a\"b"#, "", ""));
        let last = |it| text(it).last_part(|c| c == '/').map(|part| part.raw());
        assert_eq!((last(r#""a/b""#), last(r#""a\/b\/\/""#)), (Some("b"), Some("b")));
        assert_eq!((last(r#""a\u002fb\n""#), last(r#""a""#)), (Some(r"b\n"), Some("a")));
        assert_eq!((last(r#""//""#), last(r#""""#)), (None, None));
    }
}
