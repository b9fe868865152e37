//! `Caller`: what C passes in, checked before it is used. The only file that follows a pointer.

use core::{
    ffi::{c_char, c_void},
    marker::PhantomData,
    mem::offset_of,
    ptr::NonNull,
    slice,
};

use tidegate::{Error, Outcome, RateLimiter32};

use crate::{
    body::tg_text,
    error,
    limiter32::tg_limiter32,
    object::{Noun, Object},
    outcome::{self, tg_outcome},
};

/// Runs the body of a function of the C surface and turns its result into a code.
///
/// # Safety
///
/// The pointers that the body gives to its [`Caller`] come from a C caller who keeps the contract of
/// the crate, and each object is borrowed by [`Caller::exclusive`] at most once.
pub(crate) unsafe fn answer(body: impl FnOnce(&Caller) -> Result<i32, Error>) -> i32 {
    #[cfg(feature = "panic-on-purpose")]
    crate::panic::on_purpose();
    error::code(body(&Caller { _private: () }))
}

/// The same of a body that decides: it returns an outcome, and where that goes if it is wanted. A decision is
/// written and told at once, and is not packed into a result together with errors first.
///
/// # Safety
///
/// As [`answer`].
#[inline(always)]
pub(crate) unsafe fn decide<'a>(
    body: impl FnOnce(&'a Caller) -> Result<(Outcome, Option<Place<'a, tg_outcome>>), Error>,
) -> i32 {
    #[cfg(feature = "panic-on-purpose")]
    crate::panic::on_purpose();
    match body(&Caller { _private: () }) {
        Ok((outcome, place)) => outcome::answer(outcome, place),
        Err(error) => error::code(Err(error)),
    }
}

/// Someone who keeps the contract of the crate. What is borrowed through it ends with the call.
pub(crate) struct Caller {
    _private: (),
}

/// Where a result goes: checked, not yet written.
pub(crate) struct Place<'a, T> {
    pointer: NonNull<T>,
    call: PhantomData<&'a Caller>,
}

/// A text buffer of the caller: checked, not yet written.
pub(crate) struct Buffer<'a> {
    pointer: *mut u8,
    size: usize,
    call: PhantomData<&'a Caller>,
}

impl Caller {
    /// Puts a value into an object, whatever it held before. Inlined, so that a large one is made there and
    /// not first on the stack.
    #[inline(always)]
    pub(crate) fn init<N: Noun>(&self, object: *mut N, value: N::Core) -> Result<i32, Error> {
        let object = checked(object.cast_const())?.cast::<Object<N::Core>>().as_ptr();
        // SAFETY: not null, aligned, the caller's to write; a Noun is large enough. The value goes
        // first, so that the tag never stands before less than a whole value.
        unsafe {
            (*object).value.write(value);
            (*object).tag = N::TAG;
        }
        Ok(error::OK)
    }

    /// Puts a value where its first words, and the tag before them, end memory that processes share, and the
    /// rest lies in what follows it; says where. The words stay what they are.
    pub(crate) fn straddle<N: Shared>(
        &self,
        memory: *mut c_void,
        bytes: usize,
        value: N::Core,
    ) -> Result<(*mut N, &N::Core), Error> {
        let words = offset_of!(Object<N::Core>, value).saturating_add(N::BYTES);
        let before = bytes.checked_sub(words).ok_or(Error::BufferTooShort)?;
        let object = memory.cast::<u8>().wrapping_add(before);
        let place = checked(object.cast::<N>().cast_const())?.cast::<Object<N::Core>>().as_ptr();
        // SAFETY: not null, aligned, the caller's to write: the value's own part, which follows what is
        // shared, and the tag, which all who share it write alike. What lies there then is a value, for any
        // bits of its words.
        unsafe {
            let own = (&raw const value).cast::<u8>().add(N::BYTES);
            let length = size_of::<N::Core>().saturating_sub(N::BYTES);
            object.add(words).copy_from_nonoverlapping(own, length);
            (&raw mut (*place).tag).write_volatile(N::TAG);
            Ok((object.cast(), (*place).value.assume_init_ref()))
        }
    }

    /// Checks an object that [`init`](Self::init) will write, before other work is done.
    pub(crate) fn vacant<N: Noun>(&self, object: *mut N) -> Result<(), Error> {
        checked(object.cast_const()).map(drop)
    }

    /// The value in an object that others may use at the same time.
    pub(crate) fn shared<N: Noun>(&self, object: *const N) -> Result<&N::Core, Error> {
        let object = initialized(object)?;
        // SAFETY: the tag says that a value was written, and only this library changes it.
        Ok(unsafe { (*object.as_ptr()).value.assume_init_ref() })
    }

    /// The value in an object that nobody else uses during this call.
    #[expect(clippy::mut_from_ref, reason = "the object is C's, not a part of the Caller")]
    pub(crate) fn exclusive<N: Noun>(&self, object: *mut N) -> Result<&mut N::Core, Error> {
        let object = initialized(object.cast_const())?;
        // SAFETY: as above; the caller promised that nobody else uses it, and `answer`'s that this
        // is the only borrow.
        Ok(unsafe { (*object.as_ptr()).value.assume_init_mut() })
    }

    /// The value out of an object that nobody else uses during this call, and that is not initialized
    /// after it.
    pub(crate) fn take<N: Noun>(&self, object: *mut N) -> Result<N::Core, Error> {
        let object = initialized(object.cast_const())?.as_ptr();
        // SAFETY: as above; the tag goes, so that the value is taken once.
        unsafe {
            (*object).tag = 0;
            Ok((*object).value.assume_init_read())
        }
    }

    /// What the first word of some object says, so that it tells which one it is.
    pub(crate) fn tag(&self, object: *const c_void) -> Result<u64, Error> {
        // SAFETY: not null, aligned, the caller's to read; any bits are a valid u64.
        Ok(unsafe { *checked(object.cast::<u64>())?.as_ref() })
    }

    /// The limiter that is a word, which others may use at the same time.
    pub(crate) fn word(&self, limiter: *const tg_limiter32) -> Result<&RateLimiter32, Error> {
        // SAFETY: not null, aligned, of the same size (`limiter32.rs` checks it), the caller's to use;
        // an atomic integer of any bits is valid, and is only changed as an atomic one.
        Ok(unsafe { checked(limiter)?.cast::<RateLimiter32>().as_ref() })
    }

    /// A struct of integers and pointers, for which all bits are valid.
    pub(crate) fn plain<T: Plain>(&self, plain: *const T) -> Result<&T, Error> {
        // SAFETY: not null, aligned, the caller's to read, and of no invalid value.
        Ok(unsafe { checked(plain)?.as_ref() })
    }

    /// An array of them; null is an empty one.
    pub(crate) fn array<T: Plain>(&self, first: *const T, count: usize) -> Result<&[T], Error> {
        let Some(first) = several(first, count)? else { return Ok(&[]) };
        // SAFETY: not null, aligned, the caller's to read over that length, which fits.
        Ok(unsafe { slice::from_raw_parts(first.as_ptr(), count) })
    }

    /// An array that the caller lends for longer than this call; null is an empty one.
    pub(crate) fn lent<T: Lent>(
        &self,
        first: *mut T,
        count: usize,
    ) -> Result<&'static [T::Core], Error> {
        let Some(first) = several(first.cast_const(), count)? else { return Ok(&[]) };
        // SAFETY: not null, aligned, of a length that fits; `Lent` says that the bits are valid, and the
        // caller that they stay there as long as they are used, and are changed through nothing else.
        Ok(unsafe { slice::from_raw_parts(first.cast::<T::Core>().as_ptr(), count) })
    }

    /// Bytes; null is an empty text.
    pub(crate) fn bytes(&self, text: *const c_char, len: usize) -> Result<&[u8], Error> {
        self.array(text.cast::<u8>(), len)
    }

    /// The bytes of several texts, all of which are looked at first.
    pub(crate) fn texts(
        &self,
        first: *const tg_text,
        count: usize,
    ) -> Result<impl DoubleEndedIterator<Item = &[u8]>, Error> {
        let texts = self.array(first, count)?;
        for text in texts {
            self.bytes(text.data, text.len)?;
        }
        // OK: none is wrong.
        Ok(texts.iter().map(|text| self.bytes(text.data, text.len).unwrap_or_default()))
    }

    /// A text in UTF-8; null is an empty one.
    pub(crate) fn text(&self, text: *const c_char, len: usize) -> Result<&str, Error> {
        core::str::from_utf8(self.bytes(text, len)?).map_err(|_| Error::NotText)
    }

    /// Where a result goes.
    pub(crate) fn place<T>(&self, place: *mut T) -> Result<Place<'_, T>, Error> {
        Ok(Place { pointer: checked(place.cast_const())?, call: PhantomData })
    }

    /// Where a result goes; null when it is not wanted.
    pub(crate) fn place_if_any<T>(&self, place: *mut T) -> Result<Option<Place<'_, T>>, Error> {
        if place.is_null() { Ok(None) } else { self.place(place).map(Some) }
    }

    /// A buffer for text; null is one of no size.
    pub(crate) fn buffer(&self, text: *mut c_char, size: usize) -> Result<Buffer<'_>, Error> {
        if text.is_null() && size > 0 {
            return Err(Error::NullPointer);
        }
        isize::try_from(size).map_err(|_| Error::BufferTooShort)?;
        Ok(Buffer { pointer: text.cast(), size, call: PhantomData })
    }
}

impl<T> Place<'_, T> {
    /// Writes the result.
    pub(crate) fn write(self, value: T) {
        // SAFETY: it was checked for null and alignment, and is the caller's to write.
        unsafe { self.pointer.as_ptr().write(value) }
    }
}

impl Buffer<'_> {
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Writes the bytes and a NUL at `at`, and returns where they stand now; `None` when they do not
    /// fit.
    pub(crate) fn write(&mut self, at: usize, bytes: impl Iterator<Item = u8>) -> Option<Written> {
        let mut len = 0;
        for byte in bytes.chain([0]) {
            let here = at.checked_add(len).filter(|&here| here < self.size)?;
            // SAFETY: within the size that the caller gave, and the caller's to write.
            unsafe { self.pointer.add(here).write(byte) };
            len += 1;
        }
        // SAFETY: `at` is within the buffer, since at least the NUL was written there or behind it.
        let start = unsafe { self.pointer.add(at) };
        Some(Written { data: start.cast_const().cast(), len: len.saturating_sub(1) })
    }
}

/// A text in a caller's buffer.
pub(crate) struct Written {
    pub(crate) data: *const c_char,
    /// Without the NUL.
    pub(crate) len: usize,
}

/// A type for which all bits are valid.
///
/// # Safety
///
/// Integers, raw pointers, and `#[repr(C)]` structs of them only.
pub(crate) unsafe trait Plain {}

// SAFETY: integers.
unsafe impl Plain for u8 {}
// SAFETY: integers.
unsafe impl Plain for u32 {}
// SAFETY: integers.
unsafe impl Plain for u64 {}
// SAFETY: integers.
unsafe impl Plain for usize {}
// SAFETY: integers.
unsafe impl Plain for crate::shared::tg_shared_layout {}

/// A C type that is lent in arrays as the home of core's values.
///
/// # Safety
///
/// Both have one size and one alignment, for `Core` all bits are valid, and it changes by atomics alone.
pub(crate) unsafe trait Lent {
    /// What it is in truth.
    type Core;
}

/// A C type whose core value processes may share: all but its first bytes is each one's own.
///
/// # Safety
///
/// The first `BYTES` of a core value are atomic words, for which all bits are valid, and it needs no drop.
pub(crate) unsafe trait Shared: Noun {
    /// How many bytes are shared.
    const BYTES: usize;
}

/// The first of so many; none if null is said to be of none.
fn several<T>(first: *const T, count: usize) -> Result<Option<NonNull<T>>, Error> {
    if first.is_null() && count == 0 {
        return Ok(None);
    }
    let first = checked(first)?;
    // No object is longer than half of the address space.
    let bytes = count.checked_mul(size_of::<T>()).and_then(|bytes| isize::try_from(bytes).ok());
    bytes.ok_or(Error::BufferTooShort)?;
    Ok(Some(first))
}

/// A pointer that is neither null nor misaligned.
///
/// The table has no row of its own for a misaligned pointer: it is as unusable as a null one.
fn checked<T>(pointer: *const T) -> Result<NonNull<T>, Error> {
    let pointer = NonNull::new(pointer.cast_mut()).ok_or(Error::NullPointer)?;
    if pointer.is_aligned() { Ok(pointer) } else { Err(Error::PointerMisaligned) }
}

fn initialized<N: Noun>(object: *const N) -> Result<NonNull<Object<N::Core>>, Error> {
    let object = checked(object)?.cast::<Object<N::Core>>();
    // SAFETY: not null, aligned, the caller's to read; any bits are a valid u64.
    let tag = unsafe { (*object.as_ptr()).tag };
    if tag == N::TAG { Ok(object) } else { Err(Error::NotInitialized) }
}
