//! The critical sections of a program in C, for the atomics of processors that have none.
//!
//! `portable-atomic` asks the crate `critical-section`, which asks whoever implements it; that is this file, and
//! it asks the two functions of `include/tidegate_critical_section.h`, which the firmware has.

use critical_section::{Impl, RawRestoreState};

struct Firmware;

critical_section::set_impl!(Firmware);

// SAFETY: what the trait demands, the header demands of the firmware: nothing else runs between the two, they
// may be nested, and they are barriers for the compiler, as any function that it cannot look into.
unsafe impl Impl for Firmware {
    unsafe fn acquire() -> RawRestoreState {
        unsafe extern "C" {
            fn tg_critical_section_acquire() -> u32;
        }
        // SAFETY: of the header, it may be called anywhere.
        unsafe { tg_critical_section_acquire() }
    }

    unsafe fn release(state: RawRestoreState) {
        unsafe extern "C" {
            fn tg_critical_section_release(state: u32);
        }
        // SAFETY: the caller gives back what acquire returned, in the order that the header promises.
        unsafe { tg_critical_section_release(state) }
    }
}
