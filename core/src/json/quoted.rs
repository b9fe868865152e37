//! `Quoted`: a text as a string of JSON.

use core::fmt::{self, Display, Formatter, Write};

/// A text in quotation marks, in which what JSON does not allow is escaped (RFC 8259, section 7).
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Inside(self.0))
    }
}

/// The same without the quotation marks, as a part of a longer text.
pub(crate) struct Inside<'a>(pub(crate) &'a str);

impl Display for Inside<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => f.write_char('\\').and_then(|()| f.write_char(letter))?,
                '\0'..='\x1f' => {
                    let digit = |value: u32| char::from_digit(value & 0xf, 16).unwrap_or('0');
                    f.write_str("\\u00")?;
                    f.write_char(digit(letter as u32 >> 4))?;
                    f.write_char(digit(letter as u32))?;
                }
                _ => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}
