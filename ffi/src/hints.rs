//! `tg_hints`: what one response's headers say about limits.

use core::ffi::c_char;

use tidegate::{Field, Hints};

use crate::{caller::answer, error::OK, object::object, retry_after::tg_retry_after};

/// The rate-limit headers of one response, read one by one: Retry-After, Date and X-RateLimit-* in the
/// plain dialect. What an API says in any dialect a tg_reader reads. Plain data: it may be copied, and
/// initialized again for the next response. One thread at a time.
#[repr(C)]
pub struct tg_hints {
    _s: [u64; 15],
}

object!(tg_hints, Hints, b"tg_hints");

/// What became of one header.
#[repr(i32)]
pub enum tg_field {
    /// Its value was taken.
    TG_FIELD_READ = 1,
    /// Its name says nothing about limits.
    TG_FIELD_UNKNOWN = 2,
    /// Its name does, its value is not in the grammar: ignored and counted.
    TG_FIELD_INVALID = 3,
}

/// What was read, as plain numbers. A number without its flag is 0.
#[repr(C)]
pub struct tg_hints_values {
    /// Retry-After.
    pub retry_after: tg_retry_after,
    /// Date: when the server made the answer, in nanoseconds since 1970, a whole second of its
    /// clock, rounded down.
    pub date_ns: u64,
    /// X-RateLimit-Limit: requests a window.
    pub limit: u64,
    /// X-RateLimit-Remaining: requests left in this window.
    pub remaining: u64,
    /// X-RateLimit-Reset: when this window ends by the server's clock, in nanoseconds since 1970.
    pub reset_ns: u64,
    /// X-RateLimit-Window: the length of a window in nanoseconds.
    pub window_ns: u64,
    /// How many headers were known by name and invalid by value.
    pub invalid: u32,
    /// Whether date_ns was read.
    pub has_date: bool,
    /// Whether limit was read.
    pub has_limit: bool,
    /// Whether remaining was read.
    pub has_remaining: bool,
    /// Whether reset_ns was read.
    pub has_reset: bool,
    /// Whether window_ns was read.
    pub has_window: bool,
}

/// Makes hints that say nothing. Returns TG_OK or TG_ERR_NULL_POINTER.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_hints_init(hints: *mut tg_hints) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { answer(|caller| caller.init(hints, Hints::new())) }
}

/// Takes one header. Names are compared without regard to case; spaces and tabs around the value do
/// not count. Of a repeated header the last valid one counts. `field` becomes one of enum tg_field;
/// it may be NULL.
///
/// Returns TG_OK, also for a header that is unknown or invalid; TG_ERR_NULL_POINTER,
/// TG_ERR_NOT_INITIALIZED or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: one. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_hints_header(
    hints: *mut tg_hints,
    name: *const c_char,
    name_len: usize,
    value: *const c_char,
    value_len: usize,
    field: *mut i32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (name, value) = (caller.bytes(name, name_len)?, caller.bytes(value, value_len)?);
            let (hints, place) = (caller.exclusive(hints)?, caller.place_if_any(field)?);
            let field = tg_field::from(hints.header(name, value));
            if let Some(place) = place {
                place.write(field as i32);
            }
            Ok(OK)
        })
    }
}

/// What was read so far. Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_hints_get(hints: *const tg_hints, values: *mut tg_hints_values) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (hints, place) = (caller.shared(hints)?, caller.place(values)?);
            place.write(tg_hints_values {
                retry_after: hints.retry_after().into(),
                date_ns: hints.date().map_or(0, |date| date.as_nanos()),
                limit: hints.limit().unwrap_or(0),
                remaining: hints.remaining().unwrap_or(0),
                reset_ns: hints.reset().map_or(0, |reset| reset.as_nanos()),
                window_ns: hints.window().map_or(0, |window| window.as_nanos()),
                invalid: hints.invalid(),
                has_date: hints.date().is_some(),
                has_limit: hints.limit().is_some(),
                has_remaining: hints.remaining().is_some(),
                has_reset: hints.reset().is_some(),
                has_window: hints.window().is_some(),
            });
            Ok(OK)
        })
    }
}

impl From<Field> for tg_field {
    fn from(field: Field) -> Self {
        match field {
            Field::Read => tg_field::TG_FIELD_READ,
            Field::Unknown => tg_field::TG_FIELD_UNKNOWN,
            Field::Invalid => tg_field::TG_FIELD_INVALID,
        }
    }
}
