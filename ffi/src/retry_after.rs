//! `tg_retry_after`: the value of a `Retry-After` header.

use core::ffi::c_char;

use tidegate::{RetryAfter, UnixTime};

use crate::{caller::answer, error::OK};

/// The value of a Retry-After header.
#[repr(C)]
pub struct tg_retry_after {
    /// One of enum tg_retry_after_kind.
    pub kind: i32,
    /// Always 0.
    pub reserved: i32,
    /// TG_RETRY_AFTER_DELAY: nanoseconds from the answer; more seconds than time can hold are
    /// UINT64_MAX. Otherwise 0.
    pub delay_ns: u64,
    /// TG_RETRY_AFTER_DATE: nanoseconds since 1970 by the server's clock; a date before 1970 is 0.
    /// Otherwise 0.
    pub date_ns: u64,
}

/// What a Retry-After header says.
#[repr(i32)]
pub enum tg_retry_after_kind {
    /// Nothing, or nothing in the grammar: decimals, signs and garbage are not guessed at.
    TG_RETRY_AFTER_NONE = 0,
    /// So long from the answer.
    TG_RETRY_AFTER_DELAY = 1,
    /// Not before this date.
    TG_RETRY_AFTER_DATE = 2,
}

/// Reads the value of a Retry-After header: seconds, or a date in any of the three forms of HTTP.
/// Years of two digits are read as seen from 2026. Garbage is TG_RETRY_AFTER_NONE, not an error.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_BUFFER_TOO_SHORT (an impossible `len`).
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_after_parse(
    value: *const c_char,
    len: usize,
    retry_after: *mut tg_retry_after,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place(retry_after)?;
            place.write(RetryAfter::parse(caller.bytes(value, len)?).into());
            Ok(OK)
        })
    }
}

/// As tg_retry_after_parse, years of two digits read as seen from `reference_ns`, in nanoseconds
/// since 1970: more than fifty years ahead of it is the century before.
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_after_parse_at(
    value: *const c_char,
    len: usize,
    reference_ns: u64,
    retry_after: *mut tg_retry_after,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (place, value) = (caller.place(retry_after)?, caller.bytes(value, len)?);
            place.write(RetryAfter::parse_at(value, UnixTime::from_nanos(reference_ns)).into());
            Ok(OK)
        })
    }
}

impl From<Option<RetryAfter>> for tg_retry_after {
    fn from(value: Option<RetryAfter>) -> Self {
        use tg_retry_after_kind::{TG_RETRY_AFTER_DATE, TG_RETRY_AFTER_DELAY, TG_RETRY_AFTER_NONE};
        let (kind, delay_ns, date_ns) = match value {
            None => (TG_RETRY_AFTER_NONE, 0, 0),
            Some(RetryAfter::Delay(delay)) => (TG_RETRY_AFTER_DELAY, delay.as_nanos(), 0),
            Some(RetryAfter::Date(date)) => (TG_RETRY_AFTER_DATE, 0, date.as_nanos()),
        };
        tg_retry_after { kind: kind as i32, reserved: 0, delay_ns, date_ns }
    }
}
