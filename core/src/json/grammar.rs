//! The grammar of JSON (RFC 8259) over bytes, for what is passed over: most of a text.
//!
//! Every function takes what is left of a UTF-8 text and returns what follows; `None` if what it is
//! named for does not come next.

/// After any value, in one loop, and at most `room` brackets deep.
pub(crate) fn value(mut rest: &[u8], room: usize) -> Option<&[u8]> {
    let mut depth = 0;
    // Of the brackets that are open, the innermost lowest: whether it is an object's.
    let mut objects = 0_u64;
    loop {
        rest = blanks(rest);
        let (&first, after) = rest.split_first()?;
        rest = match first {
            b'"' => string(after, &mut false)?,
            b'{' | b'[' => {
                depth += 1;
                if depth > room {
                    return None;
                }
                let is_object = first == b'{';
                objects = objects << 1 | u64::from(is_object);
                let inner = blanks(after);
                if inner.first() != Some(&(if is_object { b'}' } else { b']' })) {
                    rest = if is_object { name(inner)? } else { inner };
                    continue;
                }
                inner
            }
            b't' => after.strip_prefix(b"rue")?,
            b'f' => after.strip_prefix(b"alse")?,
            b'n' => after.strip_prefix(b"ull")?,
            _ => number(rest)?,
        };
        // What closes, and then a comma or the end.
        loop {
            if depth == 0 {
                return Some(rest);
            }
            rest = blanks(rest);
            let (&next, after) = rest.split_first()?;
            rest = after;
            match (next, objects & 1) {
                (b',', 1) => {
                    rest = name(blanks(rest))?;
                    break;
                }
                (b',', _) => break,
                (b'}', 1) | (b']', 0) => {
                    depth -= 1;
                    objects >>= 1;
                }
                _ => return None,
            }
        }
    }
}

/// After a name and its colon.
#[inline]
fn name(rest: &[u8]) -> Option<&[u8]> {
    let rest = string(rest.strip_prefix(b"\"")?, &mut false)?;
    blanks(rest).strip_prefix(b":")
}

/// A member's name as it stands, and what follows its colon.
#[inline]
pub(crate) fn member<'a>(rest: &'a [u8], is_escaped: &mut bool) -> Option<(&'a [u8], &'a [u8])> {
    let name = rest.strip_prefix(b"\"")?;
    let rest = string(name, is_escaped)?;
    let length = name.len().checked_sub(rest.len())?.checked_sub(1)?;
    Some((name.get(..length)?, blanks(blanks(rest).strip_prefix(b":")?)))
}

/// After white space, of which there may be none.
#[inline]
pub(crate) fn blanks(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [b' ', after @ ..] => spaces(after),
            [b'\n' | b'\r' | b'\t', after @ ..] => after,
            _ => return rest,
        }
    }
}

/// After spaces, as pretty printers indent with; eight at a time.
#[inline]
fn spaces(mut rest: &[u8]) -> &[u8] {
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        let other = u64::from_le_bytes(*word) ^ (ONES * b' ' as u64);
        if other != 0 {
            return rest.get((other.trailing_zeros() >> 3) as usize..).unwrap_or_default();
        }
        rest = after;
    }
    rest
}

/// After the rest of a string and its closing quote. Notes if anything in it is escaped.
#[inline]
pub(crate) fn string<'a>(mut rest: &'a [u8], is_escaped: &mut bool) -> Option<&'a [u8]> {
    loop {
        match rest.get(plain(rest)..)? {
            [b'"', after @ ..] => return Some(after),
            [b'\\', after @ ..] => rest = escape(after)?,
            _ => return None, // a control character, or the end
        }
        *is_escaped = true;
    }
}

/// After what follows a backslash.
fn escape(rest: &[u8]) -> Option<&[u8]> {
    match rest {
        [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', after @ ..] => Some(after),
        [b'u', after @ ..] => match hex4(after)? {
            // Two such escapes that are a surrogate pair, or none.
            (0xd800..0xdc00, after) => {
                let (low, after) = hex4(after.strip_prefix(b"\\u")?)?;
                (0xdc00..0xe000).contains(&low).then_some(after)
            }
            (0xdc00..0xe000, _) => None,
            (_, after) => Some(after),
        },
        _ => None,
    }
}

/// Four hexadecimal digits.
fn hex4(rest: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = rest.split_first_chunk::<4>()?;
    let digit = |unit: u32, byte: &u8| Some(unit << 4 | char::from(*byte).to_digit(16)?);
    Some((digits.iter().try_fold(0, digit)?, rest))
}

/// After a number.
#[inline]
pub(crate) fn number(rest: &[u8]) -> Option<&[u8]> {
    let rest = match rest {
        [b'-', after @ ..] => after,
        _ => rest,
    };
    let mut rest = match rest {
        [b'0', after @ ..] => after,
        _ => digits(rest)?,
    };
    if let [b'.', after @ ..] = rest {
        rest = digits(after)?;
    }
    match rest {
        [b'e' | b'E', b'+' | b'-', after @ ..] | [b'e' | b'E', after @ ..] => digits(after),
        _ => Some(rest),
    }
}

/// After one or more decimal digits.
#[inline]
fn digits(rest: &[u8]) -> Option<&[u8]> {
    let [b'0'..=b'9', rest @ ..] = rest else { return None };
    let mut rest = rest;
    while let [b'0'..=b'9', after @ ..] = rest {
        rest = after;
    }
    Some(rest)
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
#[inline]
fn special(word: u64) -> u64 {
    let each = |byte: u8| ONES * u64::from(byte);
    let (quote, backslash) = (word ^ each(b'"'), word ^ each(b'\\'));
    let below = |word: u64, least: u8| word.wrapping_sub(each(least)) & !word;
    (below(quote, 1) | below(backslash, 1) | below(word, b' ')) & HIGHEST
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = ONES << 7;

#[cfg(test)]
mod tests {
    use super::{blanks, plain};

    #[test]
    fn every_byte_at_every_place_of_a_word() {
        for byte in 0..=255_u8 {
            let stops = byte < b' ' || byte == b'"' || byte == b'\\';
            let is_blank = b" \t\r\n".contains(&byte);
            for place in 0..20 {
                for other in [b'a', 0x7f, 0x80, 0xff, b'!', b'#', b'[', b']'] {
                    let mut text = [other; 20];
                    text[place] = byte;
                    assert_eq!(plain(&text), if stops { place } else { 20 }, "{byte} at {place}");
                }
                let mut text = [b' '; 20];
                text[place] = byte;
                let left = if is_blank { 0 } else { 20 - place };
                assert_eq!(blanks(&text).len(), left, "{byte} at {place}");
            }
        }
    }
}
