//! `tg_reader`: the headers of one response, read in the dialect of an API.

use core::ffi::c_char;

use tidegate::{UnixTime, wire::Reader};

use crate::{
    api::tg_api,
    caller::answer,
    error::OK,
    hints::{tg_field, tg_hints},
    object::object,
};

/// The headers of one response, read one by one in the dialect of an API, whichever that is. Plain data: it
/// may be copied, and initialized again for the next response. One thread at a time.
///
/// What to do with an answer is then the same for every API, `now` being a monotonic clock:
///
/// ```c
/// tg_reader_init(&reader, &api);
/// for (each header) tg_reader_header(&reader, name, name_len, value, value_len, NULL);
/// tg_reader_hints(&reader, &api, wall, &hints);
/// tg_call_answered(&call, &api, status, &hints, body, body_len, now, wall);
/// ```
///
/// tg_advice shows all limits that a response tells; this is what tg_call wants of them.
#[repr(C)]
pub struct tg_reader {
    _s: [u64; 321],
}

object!(tg_reader, Reader, b"tgreader");

/// Makes a reader of which nothing was read.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED (the api).
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_reader_init(reader: *mut tg_reader, api: *const tg_api) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(reader)?;
            caller.init(reader, caller.shared(api)?.reader())
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
pub unsafe extern "C" fn tg_reader_header(
    reader: *mut tg_reader,
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
            let (reader, place) = (caller.exclusive(reader)?, caller.place_if_any(field)?);
            let field = tg_field::from(reader.header(name, value));
            if let Some(place) = place {
                place.write(field as i32);
            }
            Ok(OK)
        })
    }
}

/// Initializes `hints` with what was read, for tg_call_answered. `wall_ns` is the wall clock since 1970 in
/// nanoseconds; what the api has learnt of the server's clock is taken into account.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_reader_hints(
    reader: *const tg_reader,
    api: *const tg_api,
    wall_ns: u64,
    hints: *mut tg_hints,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(hints)?;
            let (reader, api) = (caller.shared(reader)?, caller.shared(api)?);
            caller.init(hints, api.hints(reader, UnixTime::from_nanos(wall_ns)))
        })
    }
}
