//! `Mapping`: a file in memory, and a page of this process's own behind it.
//!
//! A limiter begins in the last bytes of the file, with the words that all processes change, and goes on
//! in the page behind it, with what is this process's own: its quota, its seed, and where its table lies.
//! So nothing that another process writes can be anything but an integer in an atomic word.

use core::{ffi::c_void, mem, ptr, slice};
use std::{fs::File, io};

use rustix::mm::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};
use tidegate::limit::{SharedHeader, SlotSet};

/// A file in memory. Whatever it holds, reading it is safe: it is seen as atomic integers only.
#[derive(Debug)]
pub(super) struct Mapping {
    base: *mut c_void,
    /// How much of it is the file.
    shared: usize,
}

// SAFETY: the memory is no thread's own, and is changed through atomics alone.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// The first `bytes` bytes of the file, which [are whole](is_whole), to read or to write too.
    pub(super) fn new(file: &File, bytes: usize, write: bool) -> io::Result<Mapping> {
        let page = page();
        assert!(is_whole(bytes), "the caller looked before");
        let (mine, ours) = (ProtFlags::READ | ProtFlags::WRITE, ProtFlags::READ);
        let ours = if write { mine } else { ours };
        // SAFETY: new memory, which nothing else knows of; then the file takes the place of a part of it.
        // An error in between gives all of it back.
        unsafe {
            let base = mmap_anonymous(ptr::null_mut(), bytes + page, mine, MapFlags::PRIVATE)?;
            let mapping = Mapping { base, shared: bytes };
            mmap(base, bytes, ours, MapFlags::SHARED | MapFlags::FIXED, file, 0)?;
            Ok(mapping)
        }
    }

    /// What the file begins with.
    pub(super) fn header(&self) -> &SharedHeader {
        // SAFETY: the memory is longer, begins at a page, stays as long as `self`, and any bits are a
        // header.
        unsafe { &*self.base.cast::<SharedHeader>() }
    }

    /// So many sets behind the header; none where the file has not so many.
    pub(super) fn sets(&self, count: u64) -> &[SlotSet] {
        let room = (self.shared - SharedHeader::BYTES) / size_of::<SlotSet>();
        let count = usize::try_from(count).ok().filter(|&count| count <= room).unwrap_or(0);
        // SAFETY: within the file, at a multiple of 64; it stays as long as `self`, and any bits are sets.
        unsafe {
            let first = self.base.cast::<u8>().add(SharedHeader::BYTES);
            slice::from_raw_parts(first.cast::<SlotSet>(), count)
        }
    }

    /// Where a value lies of which the first `words` bytes end the file, and the others are copied into
    /// the page behind it.
    ///
    /// # Safety
    ///
    /// The first `words` bytes of a `T` are atomic words of which any bits are valid, and `value` borrows
    /// nothing that goes before this mapping. Not while another such value is in use.
    pub(super) unsafe fn place<T>(&self, value: T, words: usize) -> *const T {
        const { assert!(align_of::<T>() <= 8 && !mem::needs_drop::<T>()) }
        assert!(words.is_multiple_of(8) && words <= self.shared);
        assert!(size_of::<T>() - words <= page());
        // SAFETY: the value's other bytes fit into the page that is this process's own; its first ones
        // stay what they are. What lies at the pointer is then a value, for any bits of its words.
        unsafe {
            let behind = self.base.cast::<u8>().add(self.shared);
            let own = ptr::from_ref(&value).cast::<u8>().add(words);
            ptr::copy_nonoverlapping(own, behind, size_of::<T>() - words);
            behind.sub(words).cast_const().cast::<T>()
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: all of it was mapped by `new`, and what lies in it does not outlive `self`.
        let given_back = unsafe { munmap(self.base, self.shared + page()) };
        debug_assert!(given_back.is_ok(), "it was mapped");
    }
}

/// Whether so many bytes can be mapped: whole pages, with room for a header.
pub(super) fn is_whole(bytes: usize) -> bool {
    let longest = isize::MAX as usize - page();
    bytes.is_multiple_of(page()) && (SharedHeader::BYTES..=longest).contains(&bytes)
}

/// How long a page is.
pub(super) fn page() -> usize {
    rustix::param::page_size()
}
