//! `tg_advice`: what one response's headers say, in any dialect, of any number of limits.

use core::ffi::c_char;

use tidegate::{
    Error, UnixTime,
    wire::{Advice, Dialect},
};

use crate::{
    allowance::{self, TG_LIMIT_NAME_SIZE, tg_allowance},
    caller::answer,
    dialect::tg_dialect,
    error::OK,
    hints::{tg_field, tg_hints},
    object::object,
    retry_after::tg_retry_after,
    text::array,
};

/// A buffer of this size holds the name of a bucket, the NUL included.
pub const TG_BUCKET_SIZE: usize = 72;

/// The headers of one response, read one by one, as they come. Plain data: it may be copied, and
/// initialized again for the next response. One thread at a time.
///
/// Fixed bounds hold whatever is sent: eight limits and eight policies, names of 32 bytes, 64 for a bucket;
/// what is beyond is left out whole and counted. A value of more than 1,024 bytes is malformed. What is
/// malformed is ignored and counted, never half used.
#[repr(C)]
pub struct tg_advice {
    _s: [u64; 321],
}

object!(tg_advice, Advice, b"tgadvice");

/// What was read besides limits, as plain numbers. A number without its flag is 0.
#[repr(C)]
pub struct tg_advice_values {
    /// Retry-After, or the same in milliseconds; of two waits the longer.
    pub retry_after: tg_retry_after,
    /// Date: when the server made the answer, in nanoseconds since 1970, a whole second of its clock,
    /// rounded down.
    pub date_ns: u64,
    /// How long to send nothing, in nanoseconds: what Retry-After says, or else until the last of the
    /// limits that are used up has more.
    pub wait_ns: u64,
    /// How many headers were known by name and invalid by value.
    pub invalid: u32,
    /// How many values were valid and found no room.
    pub dropped: u32,
    /// X-RateLimit-Bucket: which limit several routes share; ended by NUL.
    pub bucket: [c_char; TG_BUCKET_SIZE],
    /// X-RateLimit-Scope: whose limit it is; ended by NUL.
    pub scope: [c_char; TG_LIMIT_NAME_SIZE],
    /// Whether date_ns was read.
    pub has_date: bool,
    /// Whether anything says so; wait_ns may then be 0.
    pub has_wait: bool,
    /// Whether should_retry was read.
    pub has_should_retry: bool,
    /// Whether the server says that sending again helps: x-should-retry, Stripe-Should-Retry.
    pub should_retry: bool,
    /// Whether is_global was read.
    pub has_global: bool,
    /// Whether the limit that denied is one of the whole account: X-RateLimit-Global.
    pub is_global: bool,
    /// Whether the answer came out of a cache (Age was above 0): then it says nothing of limits.
    pub is_cached: bool,
    /// Whether bucket was read.
    pub has_bucket: bool,
    /// Whether scope was read.
    pub has_scope: bool,
}

/// Makes advice that says nothing yet, in this dialect; NULL is "common".
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED (the dialect).
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_advice_init(advice: *mut tg_advice, dialect: *const tg_dialect) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(advice)?;
            let dialect =
                if dialect.is_null() { Dialect::COMMON } else { *caller.shared(dialect)? };
            caller.init(advice, Advice::new(dialect))
        })
    }
}

/// Takes one header line, in the order in which they came. Names are compared without regard to case;
/// spaces and tabs around the value do not count. `field` becomes one of enum tg_field; it may be NULL.
///
/// Returns TG_OK, also for a header that is unknown or invalid; TG_ERR_NULL_POINTER,
/// TG_ERR_NOT_INITIALIZED or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: one. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_advice_header(
    advice: *mut tg_advice,
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
            let (advice, place) = (caller.exclusive(advice)?, caller.place_if_any(field)?);
            let field = tg_field::from(advice.header(name, value));
            if let Some(place) = place {
                place.write(field as i32);
            }
            Ok(OK)
        })
    }
}

/// What was read so far, besides limits. `wall_ns` is what is known of the server's clock, in nanoseconds
/// since 1970: the wait is from then.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_advice_get(
    advice: *const tg_advice,
    wall_ns: u64,
    values: *mut tg_advice_values,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (advice, place) = (caller.shared(advice)?, caller.place(values)?);
            place.write(told(advice, UnixTime::from_nanos(wall_ns))?);
            Ok(OK)
        })
    }
}

/// The limit with this number, counted from 0 in the order in which they were first told; one with a unit
/// of TG_UNIT_NONE if there are not so many. First come those of which something was counted, each with its
/// policy, then the policies of which nothing was.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_advice_allowance(
    advice: *const tg_advice,
    index: usize,
    allowance: *mut tg_allowance,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (advice, place) = (caller.shared(advice)?, caller.place(allowance)?);
            place.write(allowance::told(advice.allowances().nth(index))?);
            Ok(OK)
        })
    }
}

/// The limit that stops a client first: the least that is left, and of the same the longest wait, seen from
/// `wall_ns` as in tg_advice_get; one with a unit of TG_UNIT_NONE if what is left was not told of any.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_advice_tightest(
    advice: *const tg_advice,
    wall_ns: u64,
    allowance: *mut tg_allowance,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (advice, place) = (caller.shared(advice)?, caller.place(allowance)?);
            place.write(allowance::told(advice.tightest(UnixTime::from_nanos(wall_ns)))?);
            Ok(OK)
        })
    }
}

/// Initializes `hints` with the same for tg_call_answered: the tightest limit as the one that a tg_call
/// follows, and the wait of limits that are used up in place of a missing Retry-After. `wall_ns` is as in
/// tg_advice_get.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_advice_hints(
    advice: *const tg_advice,
    wall_ns: u64,
    hints: *mut tg_hints,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(hints)?;
            let told = caller.shared(advice)?.hints(UnixTime::from_nanos(wall_ns));
            caller.init(hints, told)
        })
    }
}

fn told(advice: &Advice, now: UnixTime) -> Result<tg_advice_values, Error> {
    let wait = advice.wait(now);
    Ok(tg_advice_values {
        retry_after: advice.retry_after().into(),
        date_ns: advice.date().map_or(0, |date| date.as_nanos()),
        wait_ns: wait.map_or(0, |wait| wait.as_nanos()),
        invalid: advice.invalid(),
        dropped: advice.dropped(),
        bucket: array(advice.bucket().unwrap_or(""))?,
        scope: array(advice.scope().unwrap_or(""))?,
        has_date: advice.date().is_some(),
        has_wait: wait.is_some(),
        has_should_retry: advice.should_retry().is_some(),
        should_retry: advice.should_retry().unwrap_or(false),
        has_global: advice.global().is_some(),
        is_global: advice.global().unwrap_or(false),
        is_cached: advice.is_cached(),
        has_bucket: advice.bucket().is_some(),
        has_scope: advice.scope().is_some(),
    })
}
