//! `tg_request`: one request, as far as limits and retries are concerned.

use core::ffi::c_char;

use tidegate::{Error, Instant, Method, Request};

use crate::{
    caller::{Caller, Plain, answer},
    error::OK,
};

/// One request, as far as limits and retries are concerned. Fill it with zeros first: then there is
/// no role, no idempotency key, no tokens and no deadline. The texts need to live for the call they are passed
/// to, no longer.
#[repr(C)]
pub struct tg_request {
    /// One of enum tg_method.
    pub method: i32,
    /// Not 0 when the request carries an Idempotency-Key, so that repeating it does it once.
    pub idempotency_key: i32,
    /// The path, UTF-8, from its first slash; a query may follow.
    pub path: *const c_char,
    /// Bytes of `path`.
    pub path_len: usize,
    /// Whose limits: the user or token. Any bytes.
    pub key: *const c_char,
    /// Bytes of `key`; at least 1.
    pub key_len: usize,
    /// The role of that key, UTF-8; NULL for none.
    pub role: *const c_char,
    /// Bytes of `role`; 0 for none.
    pub role_len: usize,
    /// When the answer is no longer wanted, on the clock of now_ns; only with has_deadline.
    pub deadline_ns: u64,
    /// Not 0 when there is a deadline.
    pub has_deadline: i32,
    /// 0.
    pub reserved: i32,
    /// How many tokens it will use, where a limit counts those: an estimate.
    pub tokens: u64,
}

/// An HTTP method.
#[repr(i32)]
pub enum tg_method {
    /// GET
    TG_METHOD_GET = 1,
    /// HEAD
    TG_METHOD_HEAD = 2,
    /// OPTIONS
    TG_METHOD_OPTIONS = 3,
    /// POST
    TG_METHOD_POST = 4,
    /// PUT
    TG_METHOD_PUT = 5,
    /// PATCH
    TG_METHOD_PATCH = 6,
    /// DELETE
    TG_METHOD_DELETE = 7,
}

/// The method with this name, in capitals as HTTP has it: one of enum tg_method.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_METHOD, TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible `len`).
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_method_parse(name: *const c_char, len: usize, method: *mut i32) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place(method)?;
            place.write(Method::parse(caller.text(name, len)?)? as i32);
            Ok(OK)
        })
    }
}

// SAFETY: integers and pointers.
unsafe impl Plain for tg_request {}

/// The request of a C struct.
pub(crate) fn read<'a>(
    caller: &'a Caller,
    request: *const tg_request,
) -> Result<Request<'a>, Error> {
    let request = caller.plain(request)?;
    let deadline = if request.has_deadline != 0 {
        Instant::from_nanos(request.deadline_ns)
    } else {
        Instant::MAX
    };
    Ok(Request {
        method: method(request.method)?,
        path: caller.text(request.path, request.path_len)?,
        key: caller.bytes(request.key, request.key_len)?,
        role: caller.text(request.role, request.role_len)?,
        idempotency_key: request.idempotency_key != 0,
        tokens: request.tokens,
        deadline,
    })
}

/// The method with this number.
pub(crate) fn method(number: i32) -> Result<Method, Error> {
    let method = Method::ALL.iter().copied().find(|&method| method as i32 == number);
    method.ok_or(Error::UnknownMethod)
}

/// The numbers of the header are those of core.
const _: () = {
    assert!(Method::Get as i32 == tg_method::TG_METHOD_GET as i32);
    assert!(Method::Head as i32 == tg_method::TG_METHOD_HEAD as i32);
    assert!(Method::Options as i32 == tg_method::TG_METHOD_OPTIONS as i32);
    assert!(Method::Post as i32 == tg_method::TG_METHOD_POST as i32);
    assert!(Method::Put as i32 == tg_method::TG_METHOD_PUT as i32);
    assert!(Method::Patch as i32 == tg_method::TG_METHOD_PATCH as i32);
    assert!(Method::Delete as i32 == tg_method::TG_METHOD_DELETE as i32);
    assert!(Method::ALL.len() == 7);
};
