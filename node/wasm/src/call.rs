//! One call of a function that `#[napi]` has made known.

use core::ptr;

use crate::{Arguments, Error, Output, ToJs, memory, value::Items};

/// Reads the arguments, calls, and writes the answer: where it lies, or null for an error.
#[inline(never)]
pub fn call(function: fn(&mut Arguments<'_>, &mut Output) -> Option<()>) -> *const u64 {
    let input = memory::input();
    // SAFETY: JavaScript has written a number, and so many values behind it.
    let mut arguments = unsafe { Arguments(Items::new(input.add(1), *input as u32)) };
    let out = memory::output();
    out.clear();
    if function(&mut arguments, out).is_none() {
        out.error = Some(Error::UNEXPECTED);
    }
    if out.error.is_some() { ptr::null() } else { out.words().as_ptr() }
}

/// What the last call has to throw: a number for its class, its code, and its message.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn error() -> *const u64 {
    let out = memory::output();
    let error = out.error.unwrap_or(Error::UNEXPECTED);
    out.clear();
    error.write(out);
    out.words().as_ptr()
}
