//! The two buffers: JavaScript writes arguments into one, and reads the answer from the other.

use core::cell::UnsafeCell;

use crate::Output;

/// Both buffers. There are no threads, and no call within a call.
pub(crate) struct Memory {
    input: UnsafeCell<Vec<u64>>,
    output: UnsafeCell<Output>,
}

// SAFETY: this build of WebAssembly has no threads. (Elsewhere only the tests use this crate, and they do
// not come here.)
unsafe impl Sync for Memory {}

static MEMORY: Memory =
    Memory { input: UnsafeCell::new(Vec::new()), output: UnsafeCell::new(Output::new()) };

/// Where arguments were written: their number, and then they.
pub(crate) fn input() -> *const u64 {
    // SAFETY: no reference to it is alive: `reserve` keeps none.
    unsafe { (*MEMORY.input.get()).as_ptr() }
}

/// Where an answer is written. Not to be called while what it gave is in use.
pub(crate) fn output() -> &'static mut Output {
    // SAFETY: one call runs at a time, and it asks once.
    unsafe { &mut *MEMORY.output.get() }
}

/// Room for so many words of arguments, of which those that are there stay. Says where they lie; null
/// where there is no memory.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn reserve(words: usize) -> *const u64 {
    // SAFETY: no call runs, so no reference to it is alive.
    let input = unsafe { &mut *MEMORY.input.get() };
    let more = words.saturating_sub(input.len());
    if input.try_reserve_exact(more).is_err() {
        return core::ptr::null();
    }
    input.resize(words, 0);
    input.shrink_to(words);
    input.as_ptr()
}

/// Frees what JavaScript holds no more.
///
/// # Safety
///
/// `external` is the address of one that an answer told of, and is used no more.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub unsafe extern "C" fn release(external: *mut ()) {
    // SAFETY: JavaScript has the address from an answer, and calls this once.
    unsafe { crate::external::release_any(external) }
}
