//! `Output`: the answer of a call while it is written.

use crate::{
    Error, ToJs,
    layout::{self, TEXT},
};

/// Values one behind the other, and what went wrong.
#[derive(Debug, Default)]
pub struct Output {
    words: Vec<u64>,
    /// In the place of an answer.
    pub(crate) error: Option<Error>,
}

impl Output {
    /// Nothing written.
    pub const fn new() -> Output {
        Output { words: Vec::new(), error: None }
    }

    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.error = None;
    }

    /// The values that were written.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// A value of one word.
    pub fn head(&mut self, tag: u32, more: u32) {
        self.words.push(layout::head(tag, more));
    }

    /// A value of two words.
    #[inline(never)]
    pub fn pair(&mut self, tag: u32, more: u32, word: u64) {
        self.words.extend([layout::head(tag, more), word]);
    }

    /// A value of three words.
    pub(crate) fn triple(&mut self, tag: u32, more: u32, words: [u64; 2]) {
        self.pair(tag, more, words[0]);
        self.words.push(words[1]);
    }

    /// Text or bytes.
    #[inline(never)]
    pub fn octets(&mut self, tag: u32, bytes: &[u8]) {
        self.head(tag, bytes.len() as u32);
        let mut chunks = bytes.chunks(size_of::<u64>());
        self.words.extend(chunks.by_ref().map(|chunk| {
            let mut word = [0; size_of::<u64>()];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            u64::from_le_bytes(word)
        }));
    }

    /// Text that lives as long as the program.
    pub fn text(&mut self, text: &'static str) {
        self.pair(TEXT, text.len() as u32, text.as_ptr() as usize as u64);
    }

    /// Begins an object without members: it is told to [`member`](Self::member).
    pub fn object(&mut self) -> usize {
        let object = self.words.len();
        self.head(layout::OBJECT, 0);
        object
    }

    /// Adds a member to an object, if there is something in it.
    #[inline(never)]
    pub fn member<T: ToJs>(&mut self, object: usize, name: &'static str, value: T) {
        if value.is_absent() {
            return;
        }
        if let Some(head) = self.words.get_mut(object) {
            *head += layout::head(0, 1);
        }
        self.text(name);
        value.write(self);
    }
}
