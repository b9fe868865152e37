//! `External`: a value of Rust that JavaScript holds.

use core::{
    any::TypeId,
    ops::{Deref, DerefMut},
};

use crate::{FromJs, Output, ToJs, Value, layout::EXTERNAL};

/// A value that lives as long as the handle that JavaScript has of it.
#[derive(Debug)]
#[repr(C)]
pub struct External<T: 'static> {
    head: Head,
    value: T,
}

/// What is known of an external of any type.
#[derive(Debug)]
#[repr(C)]
struct Head {
    of: TypeId,
    release: unsafe fn(*mut ()),
}

impl<T> External<T> {
    /// A value to be held.
    pub fn new(value: T) -> External<T> {
        External { head: Head { of: TypeId::of::<T>(), release: release::<T> }, value }
    }

    /// The same: the memory is WebAssembly's own, about which nobody is told.
    pub fn new_with_size_hint(value: T, _: usize) -> External<T> {
        External::new(value)
    }

    /// Where it lies, if it is one of this type.
    fn find(value: Value<'_>) -> Option<*mut External<T>> {
        if value.tag() != EXTERNAL {
            return None;
        }
        let found = value.word(1) as usize as *mut External<T>;
        // SAFETY: JavaScript has this address from `write`, so an external of some type lies there, whose
        // first field is the same for all; and it has not released it, because it still holds it.
        let of = unsafe { (*found.cast::<Head>()).of };
        (of == TypeId::of::<T>()).then_some(found)
    }
}

/// Frees what JavaScript holds no more.
///
/// # Safety
///
/// `external` is an address that [`ToJs`] wrote, and is used no more.
pub(crate) unsafe fn release_any(external: *mut ()) {
    // SAFETY: as promised by the caller, and the head knows the type.
    unsafe { ((*external.cast::<Head>()).release)(external) }
}

unsafe fn release<T: 'static>(external: *mut ()) {
    // SAFETY: `write` made it of a box of this type.
    drop(unsafe { Box::from_raw(external.cast::<External<T>>()) });
}

impl<T> Deref for External<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for External<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<'a, T> FromJs<'a> for &'a External<T> {
    fn read(value: Value<'a>) -> Option<&'a External<T>> {
        // SAFETY: it is of this type and alive. One call runs at a time, and takes no external twice of
        // which one is mutable.
        External::find(value).map(|found| unsafe { &*found })
    }
}

impl<'a, T> FromJs<'a> for &'a mut External<T> {
    fn read(value: Value<'a>) -> Option<&'a mut External<T>> {
        // SAFETY: as above.
        External::find(value).map(|found| unsafe { &mut *found })
    }
}

impl<T> ToJs for External<T> {
    fn write(self, out: &mut Output) {
        out.pair(EXTERNAL, 0, Box::into_raw(Box::new(self)) as usize as u64);
    }
}
