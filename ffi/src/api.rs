//! `tg_api`: what all callers of one API share, and the server's side of it.

use core::ffi::c_char;

use tidegate::{Admission, Api, Error, Instant, LimitedBy, Policy, Span, UnixTime};

use crate::{
    caller::answer,
    error::{DENIED, OK},
    object::object,
    request::{self, tg_request},
    text::array,
};

/// How many places for keys (users or tokens) a tg_api has: 63 for the first keys that come, the 64th
/// for all further ones together, so that they limit each other rather than nobody.
pub const TG_API_KEYS: usize = 64;

/// A buffer of this size holds any name that the library writes, its NUL included.
pub const TG_NAME_SIZE: usize = 32;

/// Bytes of a header's value, its NUL included.
pub const TG_HEADER_VALUE_SIZE: usize = 24;

/// The most headers that go with an answer.
pub const TG_HEADERS: usize = 5;

/// One API: its description and the state of its limits, for TG_API_KEYS keys. A client uses it with
/// tg_call, a server with tg_api_admit; one tg_api serves one side. It never grows. Any number of
/// threads may share it once it is initialized; each word changes by compare-and-swap alone.
#[repr(C, align(16))]
pub struct tg_api {
    _s: [u64; 8192],
}

object!(tg_api, Api<TG_API_KEYS>, b"tg__api_");

/// Which layer denied.
#[repr(i32)]
pub enum tg_limited_by {
    /// None: it was allowed.
    TG_LIMITED_BY_NONE = 0,
    /// The key's limit in its category.
    TG_LIMITED_BY_CATEGORY = 1,
    /// The gateway's, over all keys.
    TG_LIMITED_BY_GATEWAY = 2,
}

/// One header to send.
#[repr(C)]
pub struct tg_header {
    /// Its name, ended by NUL.
    pub name: [c_char; TG_NAME_SIZE],
    /// Its value, decimal digits, ended by NUL.
    pub value: [c_char; TG_HEADER_VALUE_SIZE],
}

/// The decision on one request, and what to tell about it.
#[repr(C)]
pub struct tg_admission {
    /// The key's limit in the category, a window: of several the one that denied, else the one with the
    /// least left. Where the category has none, of those that all share; 0 where there are none either.
    pub limit: u64,
    /// What is left of it in this window.
    pub remaining: u64,
    /// When the window ends, in nanoseconds since 1970.
    pub reset_ns: u64,
    /// The length of the window in nanoseconds.
    pub window_ns: u64,
    /// Denied: the exact wait in nanoseconds; the header rounds it up to seconds. UINT64_MAX for a request
    /// that needs more than a limit can ever hold. Otherwise 0.
    pub retry_after_ns: u64,
    /// One of enum tg_limited_by.
    pub limited_by: i32,
    /// How many of `headers` there are.
    pub header_count: u32,
    /// The category it was counted in, ended by NUL.
    pub category: [c_char; TG_NAME_SIZE],
    /// Denied: the API's error code, ended by NUL. Otherwise "".
    pub code: [c_char; TG_NAME_SIZE],
    /// Denied: the name of the limit that denied, as the policy has it, ended by NUL. Otherwise "".
    pub denied_by: [c_char; TG_NAME_SIZE],
    /// The headers to send, in order: limit, remaining and reset with every answer, the window where
    /// the API has that header, Retry-After with a denial only. Times round up to whole seconds. Where
    /// nothing limits there are none.
    pub headers: [tg_header; TG_HEADERS],
}

/// Makes an API of which nothing has been used, after the policy with this name: "stackflow", "velaflows",
/// or another that tg_strerror(TG_ERR_UNKNOWN_API) lists; tg_api_init_from_json takes any. `seed` spreads
/// this process's retries and keys its hash: draw it at random where that matters, fix it where a test must
/// repeat.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_API, TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible length). Not while other threads use it.
///
/// Threads: one. Interrupts: 128-bit. Cost: one tg_api is written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_api_init(
    api: *mut tg_api,
    name: *const c_char,
    name_len: usize,
    seed: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { init(api, name, name_len, seed, None) }
}

/// As tg_api_init, with the same limits in windows of `window_ns` nanoseconds in place of the
/// documented ones, for trials that cannot wait a quarter of an hour.
///
/// Returns TG_ERR_WINDOW_OUT_OF_RANGE too: not whole seconds from 1 s to 366 days.
///
/// Threads: one. Interrupts: 128-bit. Cost: one tg_api is written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_api_init_with_window(
    api: *mut tg_api,
    name: *const c_char,
    name_len: usize,
    seed: u64,
    window_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { init(api, name, name_len, seed, Some(Span::from_nanos(window_ns))) }
}

/// Counts a request in its category and at the gateway, or in neither: the server's side.
///
/// `now_ns` is of one monotonic clock, `wall_ns` the wall clock since 1970, both in nanoseconds.
///
/// Returns TG_OK (let it in), TG_DENIED (nothing was counted), TG_ERR_UNKNOWN_METHOD,
/// TG_ERR_PATH_INVALID, TG_ERR_KEY_EMPTY, TG_ERR_UNKNOWN_ROLE, TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER,
/// TG_ERR_NOT_INITIALIZED or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: shared. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_api_admit(
    api: *mut tg_api,
    request: *const tg_request,
    now_ns: u64,
    wall_ns: u64,
    admission: *mut tg_admission,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (api, place) = (caller.shared(api)?, caller.place(admission)?);
            let request = request::read(caller, request)?;
            let (now, wall) = (Instant::from_nanos(now_ns), UnixTime::from_nanos(wall_ns));
            let admission = api.admit(&request, now, wall)?;
            place.write(written(&admission)?);
            Ok(if admission.is_allowed() { OK } else { DENIED })
        })
    }
}

/// How many requests came with a key that found all places taken.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_overflowed(api: *const tg_api, count: *mut u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (api, place) = (caller.shared(api)?, caller.place(count)?);
            place.write(api.overflowed());
            Ok(OK)
        })
    }
}

/// One for both, since an API is made where it is to lie, which takes much code.
#[inline(never)]
unsafe fn init(
    api: *mut tg_api,
    name: *const c_char,
    name_len: usize,
    seed: u64,
    window: Option<Span>,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(api)?;
            let mut policy = Policy::named(caller.text(name, name_len)?)?;
            if let Some(window) = window {
                policy = policy.with_window(window)?;
            }
            caller.init(api, Api::new(policy, seed))
        })
    }
}

fn written(admission: &Admission) -> Result<tg_admission, Error> {
    let mut headers = [const { tg_header::EMPTY }; TG_HEADERS];
    let sent = admission.headers();
    for (place, (name, value)) in headers.iter_mut().zip(&sent) {
        *place = tg_header { name: array(name)?, value: array(value)? };
    }
    let limited_by = match admission.limited_by() {
        None => tg_limited_by::TG_LIMITED_BY_NONE,
        Some(LimitedBy::Category) => tg_limited_by::TG_LIMITED_BY_CATEGORY,
        Some(LimitedBy::Gateway) => tg_limited_by::TG_LIMITED_BY_GATEWAY,
    };
    Ok(tg_admission {
        limit: admission.limit(),
        remaining: admission.remaining(),
        reset_ns: admission.reset().as_nanos(),
        window_ns: admission.window().as_nanos(),
        retry_after_ns: admission.retry_after().map_or(0, |wait| wait.as_nanos()),
        limited_by: limited_by as i32,
        // OK because there are at most 5.
        header_count: sent.len() as u32,
        category: array(admission.category())?,
        code: array(admission.code().unwrap_or(""))?,
        denied_by: array(admission.denied_by().unwrap_or(""))?,
        headers,
    })
}

impl tg_header {
    const EMPTY: tg_header =
        tg_header { name: [0; TG_NAME_SIZE], value: [0; TG_HEADER_VALUE_SIZE] };
}
