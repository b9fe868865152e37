//! Core's texts as C strings: static ones made by the compiler, so that they stand in core alone, and
//! copies in arrays.

use core::{
    ffi::{CStr, c_char},
    fmt::{self, Display, Write},
};

use tidegate::Error;

/// `ROWS` texts one behind the other in `BYTES`, each ended by NUL.
pub(crate) struct Texts<const ROWS: usize, const BYTES: usize> {
    starts: [u16; ROWS],
    bytes: [u8; BYTES],
}

/// How many bytes they have with their NULs.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(crate) const fn bytes_of(texts: &[&str]) -> usize {
    let (mut bytes, mut row) = (0, 0);
    while row < texts.len() {
        bytes += texts[row].len() + 1;
        row += 1;
    }
    bytes
}

impl<const ROWS: usize, const BYTES: usize> Texts<ROWS, BYTES> {
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    pub(crate) const fn new(texts: [&str; ROWS]) -> Self {
        const { assert!(BYTES <= u16::MAX as usize) };
        let (mut starts, mut bytes) = ([0; ROWS], [0; BYTES]);
        let (mut row, mut end) = (0, 0);
        while row < ROWS {
            starts[row] = end as u16; // OK because it is below BYTES
            let text = texts[row].as_bytes();
            let mut at = 0;
            while at < text.len() {
                assert!(text[at] != 0, "a text contains NUL");
                bytes[end] = text[at];
                (at, end) = (at + 1, end + 1);
            }
            (row, end) = (row + 1, end + 1);
        }
        assert!(end == BYTES, "not the bytes of these texts");
        Texts { starts, bytes }
    }

    /// The text with this number, counted from 1.
    pub(crate) fn numbered(&'static self, number: i32) -> Option<*const c_char> {
        let row = usize::try_from(number).ok()?.checked_sub(1)?;
        let start = usize::from(*self.starts.get(row)?);
        Some(self.bytes.get(start..)?.as_ptr().cast())
    }
}

/// A text in an array, ended by NUL.
pub(crate) fn array<const SIZE: usize>(text: &str) -> Result<[c_char; SIZE], Error> {
    let mut array = [0; SIZE];
    if fill(&mut array, text) { Ok(array) } else { Err(Error::BufferTooShort) }
}

/// Whether there is room for the text and a NUL. Not inlined, since many functions write many texts.
#[inline(never)]
fn fill(array: &mut [c_char], text: &str) -> bool {
    for (place, byte) in array.iter_mut().zip(text.bytes()) {
        *place = byte as c_char;
    }
    text.len() < array.len()
}

/// A text in an array, ended by NUL, without what does not fit: the longest beginning that is a text.
pub(crate) fn cut<const SIZE: usize>(text: &dyn Display) -> [c_char; SIZE] {
    let mut bytes = [0; SIZE];
    // It fails where the array ends.
    let _ = write!(Array { bytes: &mut bytes, len: 0 }, "{text}");
    bytes
}

/// An array that is filled from its beginning; its last byte stays NUL.
struct Array<'a> {
    bytes: &'a mut [c_char],
    len: usize,
}

impl fmt::Write for Array<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let end = self.len.saturating_add(character.len_utf8());
            let has_room = end < self.bytes.len();
            let free = self.bytes.get_mut(self.len..end).filter(|_| has_room);
            let mut utf8 = [0; 4];
            for (place, byte) in
                free.ok_or(fmt::Error)?.iter_mut().zip(character.encode_utf8(&mut utf8).bytes())
            {
                *place = byte as c_char;
            }
            self.len = end;
        }
        Ok(())
    }
}

/// Static text for C.
pub(crate) const fn c(text: &'static CStr) -> *const c_char {
    text.as_ptr()
}

/// Texts for C of a list, which is evaluated by the compiler.
macro_rules! texts {
    ($texts:expr) => {{
        const TEXTS: &[&str] = &$texts;
        static PACKED: $crate::text::Texts<{ TEXTS.len() }, { $crate::text::bytes_of(TEXTS) }> =
            $crate::text::Texts::new($texts);
        &PACKED
    }};
}
pub(crate) use texts;

/// One column of a table of core, row by row; the rows are numbered from 1 without a gap.
macro_rules! column {
    ($type:ty, $column:ident) => {{
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        const TEXTS: [&str; <$type>::ALL.len()] = {
            let (mut texts, mut row) = ([""; <$type>::ALL.len()], 0);
            while row < texts.len() {
                assert!(<$type>::ALL[row].number() as usize == row + 1);
                texts[row] = <$type>::ALL[row].$column();
                row += 1;
            }
            texts
        };
        TEXTS
    }};
}
pub(crate) use column;

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_characters() {
        let bytes = |text: &str| text.bytes().map(|byte| byte as _).collect::<Vec<_>>();
        assert_eq!(cut::<4>(&"abc").to_vec(), bytes("abc\0"));
        assert_eq!(cut::<4>(&"abcd").to_vec(), bytes("abc\0"));
        assert_eq!(cut::<4>(&"abé").to_vec(), bytes("ab\0\0"));
        assert_eq!(cut::<5>(&"abé").to_vec(), bytes("abé\0"));
    }
}
