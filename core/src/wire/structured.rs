//! Structured fields (RFC 9651 section 4.2), as much of them as the rate-limit fields need: members
//! of a list or a dictionary that are bare items with parameters.
//!
//! Text is handed out as it stands in the field, without a copy. An inner list is no member of any
//! field that is read here, so it is malformed.

/// What is still to be read of one field line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a>(&'a [u8]);

/// A bare item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare<'a> {
    Integer(i64),
    /// A string, its escapes checked and not yet decoded.
    Text(&'a [u8]),
    /// A byte sequence in base64, without its padding.
    Bytes(&'a [u8]),
    /// A decimal, token, boolean, date or display string.
    Other,
}

/// What stands after a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Another,
    End,
}

impl<'a> Input<'a> {
    pub(super) fn new(line: &'a [u8]) -> Input<'a> {
        Input(line)
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// A bare item; `None` if there is none.
    #[inline(always)]
    pub(super) fn bare(&mut self) -> Option<Bare<'a>> {
        match self.peek()? {
            b'"' => self.text().map(Bare::Text),
            b'-' | b'0'..=b'9' => self.number(),
            b':' => self.bytes().map(Bare::Bytes),
            b'?' => self.boolean(),
            b'@' => self.date(),
            b'%' => self.display(),
            b'*' | b'a'..=b'z' | b'A'..=b'Z' => {
                self.run(|byte| is_token(byte) || matches!(byte, b':' | b'/'));
                Some(Bare::Other)
            }
            _ => None,
        }
    }

    /// The next parameter of a member, or `None` when there is none; the outer `None` is malformed.
    #[inline(always)] // as the next two: a fifth of the time of a field (bench `headers`)
    pub(super) fn parameter(&mut self) -> Option<Option<(&'a [u8], Bare<'a>)>> {
        if !self.take(b';') {
            return Some(None);
        }
        self.run(|byte| byte == b' ');
        let key = self.key()?;
        let value = if self.take(b'=') { self.bare()? } else { Bare::Other };
        Some(Some((key, value)))
    }

    /// The key of a parameter or of a dictionary's member.
    pub(super) fn key(&mut self) -> Option<&'a [u8]> {
        self.peek().filter(|first| matches!(first, b'*' | b'a'..=b'z'))?;
        Some(self.run(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*')))
    }

    pub(super) fn take(&mut self, byte: u8) -> bool {
        let rest = self.0.strip_prefix(&[byte]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// What follows a member; `None` if it is malformed, as a comma at the end is.
    pub(super) fn then(&mut self) -> Option<Then> {
        let blank = |byte| matches!(byte, b' ' | b'\t');
        self.run(blank);
        if self.0.is_empty() {
            return Some(Then::End);
        }
        let comma = self.take(b',');
        self.run(blank);
        (comma && !self.0.is_empty()).then_some(Then::Another)
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        self.0 = self.0.strip_prefix(b"\"")?;
        let (mut left, mut length) = (self.0, 0_usize);
        loop {
            let size = match left {
                [b'"', ..] => break,
                [b'\\', b'"' | b'\\', ..] => 2,
                [b'\\', ..] => return None,
                [b' '..=b'~', ..] => 1,
                _ => return None,
            };
            left = left.get(size..)?;
            length = length.saturating_add(size);
        }
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest.strip_prefix(b"\"")?;
        Some(text)
    }

    /// An integer of at most 15 digits, or a decimal of at most 12 and 3.
    #[inline(always)]
    fn number(&mut self) -> Option<Bare<'a>> {
        let negative = self.take(b'-');
        let (mut number, mut digits) = (0_i64, 0_u32);
        while let [digit @ b'0'..=b'9', rest @ ..] = self.0 {
            // OK: fifteen digits fit, and more are refused.
            number = number.wrapping_mul(10).wrapping_add(i64::from(digit & 0xf));
            digits = digits.saturating_add(1);
            self.0 = rest;
        }
        if self.take(b'.') {
            let fraction = self.run(|byte| byte.is_ascii_digit());
            let fits = (1..=12).contains(&digits) && (1..=3).contains(&fraction.len());
            return fits.then_some(Bare::Other);
        }
        let number = if negative { number.wrapping_neg() } else { number };
        (1..=15).contains(&digits).then_some(Bare::Integer(number))
    }

    /// Bits that only pad may be anything, and the padding may be missing.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        self.take(b':');
        let digits = self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
        let padding = self.run(|byte| byte == b'=').len();
        let padded = digits.len().saturating_add(padding) & 3 == 0;
        let whole = digits.len() & 3 != 1 && padding <= 2 && (padding == 0 || padded);
        (self.take(b':') && whole).then_some(digits)
    }

    fn boolean(&mut self) -> Option<Bare<'a>> {
        self.take(b'?');
        (self.take(b'0') || self.take(b'1')).then_some(Bare::Other)
    }

    fn date(&mut self) -> Option<Bare<'a>> {
        self.take(b'@');
        let starts = matches!(self.peek()?, b'-' | b'0'..=b'9');
        let number = self.number().filter(|_| starts)?;
        matches!(number, Bare::Integer(_)).then_some(Bare::Other)
    }

    /// A display string: printable ASCII, and other characters as the `%xx` of their UTF-8.
    fn display(&mut self) -> Option<Bare<'a>> {
        self.0 = self.0.strip_prefix(b"%\"")?;
        // The bytes of a character that is not whole yet.
        let mut part = heapless::Vec::<u8, 4>::new();
        loop {
            let (byte, rest) = match self.0 {
                [b'"', rest @ ..] => {
                    self.0 = rest;
                    return part.is_empty().then_some(Bare::Other);
                }
                [b'%', high, low, rest @ ..] => (hex(*high)? << 4 | hex(*low)?, rest),
                [byte @ b' '..=b'~', rest @ ..] if *byte != b'%' => (*byte, rest),
                _ => return None,
            };
            self.0 = rest;
            part.push(byte).ok()?;
            match core::str::from_utf8(&part) {
                Ok(_) => part.clear(),
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return None,
            }
        }
    }

    /// All bytes of a kind that come next.
    fn run(&mut self, is: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.0.iter().take_while(|&&byte| is(byte)).count();
        let (run, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        run
    }
}

/// The characters of a string, its escapes decoded.
pub(super) fn unescaped(text: &[u8]) -> impl Iterator<Item = char> + '_ {
    let mut escaped = false;
    text.iter().filter_map(move |&byte| {
        escaped = byte == b'\\' && !escaped;
        (!escaped).then_some(char::from(byte))
    })
}

/// The value of a hexadecimal digit; capitals are not in the grammar.
fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// `tchar` of RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{Bare, Input, unescaped};

    #[test]
    fn bare_items_of_every_type() {
        let bare = |text: &'static str| {
            let mut input = Input::new(text.as_bytes());
            input.bare().filter(|_| input.peek().is_none())
        };
        assert_eq!(bare("-999999999999999"), Some(Bare::Integer(-999_999_999_999_999)));
        assert_eq!(bare(r#""a\"b""#), Some(Bare::Text(br#"a\"b"#)));
        assert_eq!(bare(":cHsdsRa894==:"), Some(Bare::Bytes(b"cHsdsRa894")));
        for other in ["1.5", "?0", "?1", "a/b:c*", "*", "@-1", "%\"a%c3%bc\"", "999999999999.999"] {
            assert_eq!(bare(other), Some(Bare::Other), "{other}");
        }
        for bad in [
            "",
            "-",
            "1.",
            ".5",
            "1000000000000000",
            "1.0000",
            "1000000000000.1",
            "\"",
            "\"a",
            "\"\\a\"",
            "\"\u{7f}\"",
            ":",
            ":a:",
            ":ab=:",
            ":abc==:",
            ":a=b=:",
            "?",
            "?2",
            "@",
            "@1.5",
            "@a",
            "%",
            "%\"%C3\"",
            "%\"%c3\"",
            "%\"%c3a%bc\"",
            "%\"%ff\"",
            "(1)",
            "é",
            "\"é\"",
            "--1",
        ] {
            assert_eq!(bare(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_backslash_that_is_escaped_escapes_nothing() {
        assert!(unescaped(br#"\\\"a\\"#).eq("\\\"a\\".chars()));
    }
}
