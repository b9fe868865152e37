//! Core's texts as C strings: static ones made by the compiler, so that they stand in core alone, and
//! copies in arrays.

use core::ffi::{CStr, c_char};

use tidegate::Error;

/// `ROWS` texts of fewer than `WIDTH` bytes, each ended by NUL.
pub(crate) struct Texts<const ROWS: usize, const WIDTH: usize>([[u8; WIDTH]; ROWS]);

impl<const ROWS: usize, const WIDTH: usize> Texts<ROWS, WIDTH> {
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    pub(crate) const fn new(texts: [&str; ROWS]) -> Self {
        let mut rows = [[0; WIDTH]; ROWS];
        let mut row = 0;
        while row < ROWS {
            let text = texts[row].as_bytes();
            assert!(text.len() < WIDTH, "a text does not fit");
            let mut at = 0;
            while at < text.len() {
                assert!(text[at] != 0, "a text contains NUL");
                rows[row][at] = text[at];
                at += 1;
            }
            row += 1;
        }
        Texts(rows)
    }

    /// The text with this number, counted from 1.
    pub(crate) fn numbered(&'static self, number: i32) -> Option<*const c_char> {
        let row = usize::try_from(number).ok()?.checked_sub(1)?;
        Some(self.0.get(row)?.as_ptr().cast())
    }
}

/// A text in an array, ended by NUL.
pub(crate) fn array<const SIZE: usize>(text: &str) -> Result<[c_char; SIZE], Error> {
    let mut array = [0; SIZE];
    if text.len() >= SIZE {
        return Err(Error::BufferTooShort);
    }
    for (place, byte) in array.iter_mut().zip(text.bytes()) {
        *place = byte as c_char;
    }
    Ok(array)
}

/// Static text for C.
pub(crate) const fn c(text: &'static CStr) -> *const c_char {
    text.as_ptr()
}

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
