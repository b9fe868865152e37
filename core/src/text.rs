//! `Text`: a short string by value, which can be made in a constant.

/// At most `N` bytes of text, kept in place. (`heapless::String` cannot be filled in a constant.)
///
/// # Examples
///
/// ```
/// use tidegate::Text;
///
/// const NAME: Text<32> = Text::new("stackflow");
/// assert_eq!(NAME, "stackflow");
/// assert_eq!(Text::<5>::new("stackflow"), "stack");
/// assert!(Text::<4>::checked("stackflow").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Text<N> {
    /// The empty text.
    pub const EMPTY: Text<N> = Text { bytes: [0; N], len: 0 };

    /// This text, without what does not fit: the longest beginning that is a text.
    pub const fn new(text: &str) -> Text<N> {
        let mut end = N;
        loop {
            if let Some((start, _)) = text.split_at_checked(end)
                && let Some(cut) = Text::checked(start)
            {
                return cut;
            }
            if text.len() <= N {
                return match Text::checked(text) {
                    Some(text) => text,
                    None => Text::EMPTY, // never: it fits
                };
            }
            end = end.saturating_sub(1); // at the latest 0, where every text can be cut
        }
    }

    /// This text, if it has at most `N` bytes.
    #[expect(clippy::indexing_slicing, reason = "the index is below both lengths")]
    pub const fn checked(text: &str) -> Option<Text<N>> {
        const { assert!(N <= 255, "its length is a byte") };
        let source = text.as_bytes();
        if source.len() > N {
            return None;
        }
        let (mut bytes, mut index) = ([0; N], 0);
        while index < source.len() && index < N {
            bytes[index] = source[index];
            index += 1;
        }
        Some(Text { bytes, len: source.len() as u8 })
    }

    /// The text.
    #[inline]
    pub const fn as_str(&self) -> &str {
        let (text, _) = match self.bytes.split_at_checked(self.len as usize) {
            Some(split) => split,
            None => return "",
        };
        match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "", // never: it was a text
        }
    }

    /// Whether both are the same, also in a constant.
    #[expect(clippy::indexing_slicing, reason = "the index is below both lengths")]
    pub(crate) const fn is(&self, other: &Text<N>) -> bool {
        let mut index = 0;
        while index < N {
            if self.bytes[index] != other.bytes[index] {
                return false;
            }
            index += 1;
        }
        self.len == other.len
    }

    /// Whether it has no byte.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Text<N> {
        Text::EMPTY
    }
}

impl<const N: usize> PartialEq<str> for Text<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<const N: usize> PartialEq<&str> for Text<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<const N: usize> core::fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<const N: usize> core::fmt::Display for Text<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}
