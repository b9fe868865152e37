//! How values lie in a buffer: words of 64 bits, the first one of each a tag and, above it, 32 more bits.
//!
//! `lib/wasm.cjs` has the same table.

/// `undefined`.
pub const UNDEFINED: u32 = 0;
/// `null`.
pub const NULL: u32 = 1;
/// A boolean; the upper bits are 0 or 1.
pub const BOOLEAN: u32 = 2;
/// A number; the next word is it.
pub const NUMBER: u32 = 3;
/// A bigint; the next two words are its lowest 128 bits, and the upper bits are of those below.
pub const BIGINT: u32 = 4;
/// Text; the upper bits are its length in bytes, and UTF-8 follows, filled up to a whole word.
pub const STRING: u32 = 5;
/// A `Uint8Array`, as text.
pub const BYTES: u32 = 6;
/// Such an array that another thread may write to.
pub const SHARED_BYTES: u32 = 7;
/// What JavaScript holds of Rust; the next word is where it lies.
pub const EXTERNAL: u32 = 8;
/// An array; the upper bits are its length, and its values follow.
pub const ARRAY: u32 = 9;
/// An object; the upper bits say how many members follow, each a text and a value.
pub const OBJECT: u32 = 10;
/// Anything else; of a function the upper bits say which argument of the kind it is.
pub const OTHER: u32 = 11;
/// Text that never changes, written by Rust only; the next word is where it lies.
pub const TEXT: u32 = 12;
/// A bare function, written by Rust only; the next word is where its [`Record`](crate::sys::Record) lies.
pub const FUNCTION: u32 = 13;

/// Of a bigint: it is below 0.
pub const NEGATIVE: u32 = 1;
/// It has more than 64 bits.
pub const OVER_64: u32 = 2;
/// It has more than 128 bits.
pub const OVER_128: u32 = 4;

/// The first word of a value.
pub(crate) const fn head(tag: u32, more: u32) -> u64 {
    (more as u64) << 32 | tag as u64
}

/// How many words so many bytes fill.
pub(crate) const fn words(bytes: usize) -> usize {
    bytes.div_ceil(size_of::<u64>())
}
