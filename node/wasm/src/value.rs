//! `Value`: an argument where it lies.

use core::{marker::PhantomData, slice, str};

use crate::layout::{self, ARRAY, BIGINT, BYTES, EXTERNAL, NUMBER, OBJECT, SHARED_BYTES, STRING};

/// A value in a buffer that lives for `'a`.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    at: *const u64,
    buffer: PhantomData<&'a [u64]>,
}

impl<'a> Value<'a> {
    /// `undefined`, as what was not given.
    pub const UNDEFINED: Value<'static> =
        Value { at: &layout::head(layout::UNDEFINED, 0), buffer: PhantomData };

    /// The value at this place.
    ///
    /// # Safety
    ///
    /// A whole value lies there, as [`layout`] says, and is not written to during `'a`.
    pub unsafe fn at(at: *const u64) -> Value<'a> {
        Value { at, buffer: PhantomData }
    }

    pub(crate) fn place(self) -> *const u64 {
        self.at
    }

    /// What it is.
    pub fn tag(self) -> u32 {
        self.word(0) as u32
    }

    /// What the first word says beside the tag.
    pub fn more(self) -> u32 {
        (self.word(0) >> 32) as u32
    }

    pub(crate) fn word(self, index: usize) -> u64 {
        // SAFETY: a value is whole, and nobody asks for words that its tag does not have.
        unsafe { *self.at.add(index) }
    }

    /// The number, if it is one.
    pub fn number(self) -> Option<f64> {
        (self.tag() == NUMBER).then(|| f64::from_bits(self.word(1)))
    }

    /// The text, if it is one.
    pub fn text(self) -> Option<&'a str> {
        // SAFETY: JavaScript writes UTF-8, which its `TextEncoder` makes.
        (self.tag() == STRING).then(|| unsafe { str::from_utf8_unchecked(self.octets()) })
    }

    /// The bytes, if it is a `Uint8Array`.
    pub fn bytes(self) -> Option<&'a [u8]> {
        matches!(self.tag(), BYTES | SHARED_BYTES).then(|| self.octets())
    }

    fn octets(self) -> &'a [u8] {
        // SAFETY: texts and bytes have as many as the first word says.
        unsafe { slice::from_raw_parts(self.at.add(1).cast(), self.more() as usize) }
    }

    /// The values of an array, or names and values of an object, one after the other.
    pub fn items(self) -> Option<Items<'a>> {
        let count = match self.tag() {
            ARRAY => self.more(),
            OBJECT => self.more() * 2,
            _ => return None,
        };
        Some(Items { next: self.skip(1), left: count })
    }

    /// The member of an object; `undefined` where it has none of this name.
    #[inline(never)]
    pub fn member(self, name: &str) -> Value<'a> {
        let Some(mut items) = self.items() else { return Value::UNDEFINED };
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            if key.text() == Some(name) {
                return value;
            }
        }
        Value::UNDEFINED
    }

    /// What lies behind it.
    #[inline(never)]
    fn after(self) -> Value<'a> {
        match self.tag() {
            NUMBER | EXTERNAL => self.skip(2),
            BIGINT => self.skip(3),
            STRING | BYTES | SHARED_BYTES => self.skip(1 + layout::words(self.more() as usize)),
            _ => match self.items() {
                None => self.skip(1),
                Some(mut items) => {
                    while items.next().is_some() {}
                    items.next
                }
            },
        }
    }

    fn skip(self, words: usize) -> Value<'a> {
        Value { at: self.at.wrapping_add(words), buffer: PhantomData }
    }
}

/// Values that lie one behind the other.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    next: Value<'a>,
    left: u32,
}

impl<'a> Items<'a> {
    /// So many values from this one on.
    ///
    /// # Safety
    ///
    /// As of [`Value::at`], for each.
    pub(crate) unsafe fn new(at: *const u64, count: u32) -> Items<'a> {
        // SAFETY: as promised by the caller.
        Items { next: unsafe { Value::at(at) }, left: count }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.left = self.left.checked_sub(1)?;
        let value = self.next;
        self.next = value.after();
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}
