//! What the three images share: where they start, how they print, how they end, and the proof that
//! no panic can be reached.
#![no_std]

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;
use semihosting::{process, sys::arm_compat::sys_writec};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn a_panic_is_reachable() -> !;
    }
    // SAFETY: never run: the symbol does not exist, so an image that keeps this does not link.
    unsafe { a_panic_is_reachable() }
}

/// Prints bytes as they are.
pub fn print(bytes: &[u8]) {
    bytes.iter().for_each(|&byte| sys_writec(byte));
}

/// Prints a decimal number.
pub fn print_number(number: u32) {
    let mut text = Text::new();
    text.number(number);
    print(text.bytes());
}

/// Ends QEMU: status 0, or 1.
pub fn finish(good: bool) -> ! {
    process::exit(i32::from(!good))
}

/// A short text without `core::fmt`, which alone is larger than a limiter, a hundred times.
pub struct Text {
    bytes: [u8; 64],
    len: usize,
}

impl Text {
    /// The empty text.
    pub const fn new() -> Text {
        Text { bytes: [0; 64], len: 0 }
    }

    /// What was added so far.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    /// Adds bytes; those beyond the end are lost.
    pub fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if let Some(place) = self.bytes.get_mut(self.len) {
                *place = byte;
                self.len += 1;
            }
        }
    }

    /// Adds a decimal number.
    pub fn number(&mut self, number: u32) {
        let (mut rest, mut unit, mut begun) = (number, 1_000_000_000, false);
        while unit > 0 {
            let digit = rest / unit;
            rest -= digit * unit;
            begun |= digit > 0 || unit == 1;
            if begun {
                self.add(&[b'0' + digit as u8]);
            }
            unit /= 10;
        }
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::new()
    }
}
