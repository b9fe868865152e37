//! `tg_dialect`: which headers of a server are read, and what its numbers mean.

use core::ffi::c_char;

use tidegate::{
    Error,
    wire::{Dialect, ResetForm},
};

use crate::{caller::answer, error::OK, object::object};

/// Which headers are read, and how a reset and a fraction are. Plain data: it may be copied, and threads
/// may share it once it is initialized.
///
/// A dialect only leaves out: what a name means never depends on it, except that the same name carries a
/// time of day with one vendor and a wait with another, which enum tg_reset says. Retry-After, Date and
/// Age are read in every dialect.
#[repr(C)]
pub struct tg_dialect {
    _s: [u64; 5],
}

object!(tg_dialect, Dialect, b"tgdialec");

/// What the value of a reset header is.
#[repr(i32)]
pub enum tg_reset {
    /// Told apart by its shape, and a number by its size: up to 366 days in seconds are a wait; from 10^9
    /// it is a time since 1970 in seconds, from 10^11 in milliseconds, from 10^14 in microseconds.
    TG_RESET_AUTO = 1,
    /// Seconds since 1970.
    TG_RESET_EPOCH_S = 2,
    /// Milliseconds since 1970.
    TG_RESET_EPOCH_MS = 3,
    /// Seconds from the answer.
    TG_RESET_S = 4,
    /// Milliseconds from the answer.
    TG_RESET_MS = 5,
    /// A duration from the answer, such as 1m30s.
    TG_RESET_DURATION = 6,
    /// An RFC 3339 time.
    TG_RESET_RFC3339 = 7,
}

const AUTO: i32 = tg_reset::TG_RESET_AUTO as i32;
const EPOCH_S: i32 = tg_reset::TG_RESET_EPOCH_S as i32;
const EPOCH_MS: i32 = tg_reset::TG_RESET_EPOCH_MS as i32;
const S: i32 = tg_reset::TG_RESET_S as i32;
const MS: i32 = tg_reset::TG_RESET_MS as i32;
const DURATION: i32 = tg_reset::TG_RESET_DURATION as i32;
const RFC3339: i32 = tg_reset::TG_RESET_RFC3339 as i32;

/// Makes the dialect with this name: "common", which reads every header that is known, "ietf", or a
/// vendor's in lower case ("github", "openai"). tg_strerror(TG_ERR_UNKNOWN_DIALECT) names all.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_DIALECT, TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: one. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_dialect_init(
    dialect: *mut tg_dialect,
    name: *const c_char,
    name_len: usize,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(dialect)?;
            let named = Dialect::named(caller.text(name, name_len)?);
            caller.init(dialect, named.ok_or(Error::UnknownDialect)?)
        })
    }
}

/// Gives its reset headers another meaning: one of enum tg_reset.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_RESET, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Not while other
/// threads use it.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_dialect_set_reset(dialect: *mut tg_dialect, reset: i32) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let dialect = caller.exclusive(dialect)?;
            *dialect = dialect.with_reset(match reset {
                AUTO => ResetForm::Auto,
                EPOCH_S => ResetForm::EpochSeconds,
                EPOCH_MS => ResetForm::EpochMillis,
                S => ResetForm::Seconds,
                MS => ResetForm::Millis,
                DURATION => ResetForm::Duration,
                RFC3339 => ResetForm::Rfc3339,
                _ => return Err(Error::UnknownReset),
            });
            Ok(OK)
        })
    }
}

/// Whether waits, resets and counts may have fractions, as in "Retry-After: 2.0": not if `decimals` is 0.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED. Not while other threads use it.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_dialect_set_decimals(dialect: *mut tg_dialect, decimals: i32) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let dialect = caller.exclusive(dialect)?;
            *dialect = dialect.with_decimals(decimals != 0);
            Ok(OK)
        })
    }
}
