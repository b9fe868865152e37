//! How a core value lies in an object of C: behind a tag that only initialization writes.
//!
//! ```text
//! offset 0     8, or the alignment of the core value
//!        tag   the core value …                        reserved
//! ```
//!
//! Zeroed memory has no tag, so an object that was never initialized is told from one that was. The
//! reserved word lets a core value grow by a word without breaking the ABI.

use core::mem::MaybeUninit;

/// A C type that holds a core value.
///
/// # Safety
///
/// `Self` has the size of [`Object<Self::Core>`] or more, and its alignment or more: [`object!`]
/// implements this and checks it.
pub(crate) unsafe trait Noun: Sized {
    /// What it holds.
    type Core;
    /// What its first word says once it does.
    const TAG: u64;
}

/// What the memory of a [`Noun`] is in truth.
#[repr(C)]
pub(crate) struct Object<T> {
    pub(crate) tag: u64,
    pub(crate) value: MaybeUninit<T>,
}

/// Makes a C struct the home of a core type.
macro_rules! object {
    ($noun:ty, $core:ty, $tag:literal) => {
        const _: () = {
            type Here = $crate::object::Object<$core>;
            assert!(
                size_of::<Here>() <= size_of::<$noun>(),
                "a core type outgrew its C struct: give it a word, here and in cbindgen.toml"
            );
            assert!(align_of::<Here>() <= align_of::<$noun>(), "a core type needs more alignment");
        };

        // SAFETY: size and alignment were just checked.
        unsafe impl $crate::object::Noun for $noun {
            type Core = $core;
            const TAG: u64 = u64::from_be_bytes(*$tag);
        }
    };
}
pub(crate) use object;
