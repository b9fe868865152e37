//! `List`: a few values in place, which can be made in a constant.

/// At most `N` values. (`heapless::Vec` cannot be filled in a constant.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct List<T, const N: usize> {
    items: [Option<T>; N],
    len: u8,
}

impl<T: Copy, const N: usize> List<T, N> {
    /// No value.
    pub(super) const EMPTY: List<T, N> = List { items: [None; N], len: 0 };

    /// This list and one more value, if there is room.
    #[expect(clippy::indexing_slicing, reason = "the index is below the length")]
    pub(super) const fn with(mut self, item: T) -> Option<List<T, N>> {
        const { assert!(N <= 255, "its length is a byte") };
        if self.len as usize >= N {
            return None;
        }
        self.items[self.len as usize] = Some(item);
        self.len += 1; // never over: it was below N
        Some(self)
    }

    /// How many there are.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.len as usize
    }

    /// The value with this index, counted from 0.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.items.get(index)?.as_ref()
    }

    /// The values and what is free behind them, for constants.
    #[inline]
    pub(super) const fn as_array(&self) -> &[Option<T>; N] {
        &self.items
    }

    /// The values in order.
    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map_while(Option::as_ref)
    }
}
