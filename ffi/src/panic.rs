//! What a panic would do in the C library, which has no `std`: it cannot be reached.
//!
//! The handler calls a function that does not exist. `ffi/Makefile` looks at what the library leaves
//! undefined, so one with a panic that the optimizer could not rule out is not made.

#[cfg(not(panic = "abort"))]
compile_error!("the C library cannot unwind: build it with `--profile c`, as ffi/Makefile does");

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn tidegate_a_panic_is_reachable() -> !;
    }
    // SAFETY: never run: the symbol does not exist, so nothing that keeps this call can be linked.
    unsafe { tidegate_a_panic_is_reachable() }
}

/// A panic that no optimizer can rule out, to see that it is found.
#[cfg(feature = "panic-on-purpose")]
pub(crate) fn on_purpose() {
    assert!(core::hint::black_box(true), "so that the proof is seen to fail");
}
