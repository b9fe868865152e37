//! `tg_error_body`: what an error body says.

use core::{ffi::c_char, ptr::null};

use tidegate::{Error, ErrorBody, wire::JsonStr};

use crate::{
    api::tg_api,
    caller::{Buffer, Caller, Plain, answer},
    error::OK,
};

/// A buffer of this size holds the texts of any error body.
pub const TG_ERROR_BODY_TEXT_SIZE: usize = 4096;

/// How many field errors of a body are kept, and how many names of limits.
pub const TG_ERROR_BODY_FIELDS: usize = 8;

/// A text in the buffer that was lent: UTF-8, escapes decoded, ended by NUL.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct tg_text {
    /// Its first byte; NULL when the body does not have it.
    pub data: *const c_char,
    /// Its length in bytes, without the NUL. It may contain NULs of its own.
    pub len: usize,
}

// SAFETY: a pointer and an integer.
unsafe impl Plain for tg_text {}

/// What is wrong with one member of the request.
#[repr(C)]
pub struct tg_field_error {
    /// Which member.
    pub path: tg_text,
    /// What is wrong with it.
    pub issue: tg_text,
}

/// What an error body says.
#[repr(C)]
pub struct tg_error_body {
    /// The code for machines.
    pub code: tg_text,
    /// The message for people.
    pub message: tg_text,
    /// The id to name when asking for support.
    pub request_id: tg_text,
    /// How many of `fields` there are.
    pub field_count: usize,
    /// The members of the request that are wrong; those beyond `field_count` are NULL.
    pub fields: [tg_field_error; TG_ERROR_BODY_FIELDS],
    /// How many of `policies` there are.
    pub policy_count: usize,
    /// The names of the limits that were exceeded (violated-policies of problem details); those beyond
    /// `policy_count` are NULL.
    pub policies: [tg_text; TG_ERROR_BODY_FIELDS],
}

/// Scans a body for the error envelopes of both APIs: {error, code, requestId, details: {field,
/// issue}} and {success, error: {code, message, details: {errors: [{path, message}]}}}, for problem
/// details (RFC 9457) and for what other APIs send. A code may be a number: its digits. The first
/// 4,096 bytes are read. What is not one whole JSON object says nothing: every text is then NULL.
///
/// The texts are written to `text`, which must not overlap `body`, and `error` points into it.
/// `needed` tells how many bytes of it that takes, and may be NULL; it is written with TG_OK and with
/// TG_ERR_BUFFER_TOO_SHORT, so NULL and 0 for `text` and `text_size` ask for it. A buffer of
/// TG_ERROR_BODY_TEXT_SIZE is always enough.
///
/// Returns TG_OK, TG_ERR_BUFFER_TOO_SHORT or TG_ERR_NULL_POINTER.
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_error_body_scan(
    body: *const c_char,
    body_len: usize,
    text: *mut c_char,
    text_size: usize,
    needed: *mut usize,
    error: *mut tg_error_body,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let scan = ErrorBody::scan;
            scanned(caller, scan, (body, body_len), (text, text_size), needed, error)
        })
    }
}

/// As tg_error_body_scan, of a body of this API: its parts are read where the policy names their places.
///
/// Returns TG_ERR_NOT_INITIALIZED (the api) too.
///
/// Threads: shared. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_error_body(
    api: *const tg_api,
    body: *const c_char,
    body_len: usize,
    text: *mut c_char,
    text_size: usize,
    needed: *mut usize,
    error: *mut tg_error_body,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let policy = caller.shared(api)?.policy();
            let scan = |body| policy.error_body(body);
            scanned(caller, scan, (body, body_len), (text, text_size), needed, error)
        })
    }
}

/// Scans, and writes all or nothing but what it needs.
fn scanned<'a>(
    caller: &'a Caller,
    scan: impl FnOnce(&'a [u8]) -> ErrorBody<'a>,
    (body, body_len): (*const c_char, usize),
    (text, text_size): (*mut c_char, usize),
    needed: *mut usize,
    error: *mut tg_error_body,
) -> Result<i32, Error> {
    let (place, needed) = (caller.place(error)?, caller.place_if_any(needed)?);
    let buffer = caller.buffer(text, text_size)?;
    let body = scan(caller.bytes(body, body_len)?);
    let size = different(&body).map(size).sum();
    if let Some(needed) = needed {
        needed.write(size);
    }
    if size > buffer.size() {
        return Err(Error::BufferTooShort);
    }
    place.write(write(&body, buffer)?);
    Ok(OK)
}

fn texts<'a>(body: &'a ErrorBody<'a>) -> impl Iterator<Item = JsonStr<'a>> {
    let fields = body.fields().iter().flat_map(|field| [field.path, field.issue]);
    let parts = [body.code(), body.message(), body.request_id()].into_iter().flatten();
    parts.chain(fields).chain(body.violated_policies().iter().copied())
}

/// Each text once. A body may name a member once and say many things of it; as it is written once too,
/// the texts never take more than the body.
fn different<'a>(body: &'a ErrorBody<'a>) -> impl Iterator<Item = JsonStr<'a>> {
    let is_new =
        |&(place, text): &(usize, JsonStr<'_>)| !texts(body).take(place).any(|it| it == text);
    texts(body).enumerate().filter(is_new).map(|(_, text)| text)
}

/// The bytes of a text, its NUL included. Never more than its JSON form with its quotes.
fn size(text: JsonStr<'_>) -> usize {
    text.chars().map(char::len_utf8).sum::<usize>() + 1
}

fn write<'a>(body: &ErrorBody<'a>, mut buffer: Buffer<'_>) -> Result<tg_error_body, Error> {
    let (mut at, mut written) = (0, [None; TEXTS]);
    let mut put = |text: Option<JsonStr<'a>>| {
        let Some(text) = text else { return Ok(tg_text::ABSENT) };
        for place in &mut written {
            match place {
                Some((known, place)) if *known == text => return Ok(*place),
                Some(_) => {}
                None => {
                    let bytes = text.chars().flat_map(utf8);
                    let new = buffer.write(at, bytes).ok_or(Error::BufferTooShort)?;
                    at += new.len + 1;
                    let new = tg_text { data: new.data, len: new.len };
                    *place = Some((text, new));
                    return Ok(new);
                }
            }
        }
        Ok(tg_text::ABSENT) // never: there is a place for every text
    };
    let (code, message, request_id) =
        (put(body.code())?, put(body.message())?, put(body.request_id())?);
    let mut fields = [const { tg_field_error { path: tg_text::ABSENT, issue: tg_text::ABSENT } };
        TG_ERROR_BODY_FIELDS];
    for (place, field) in fields.iter_mut().zip(body.fields()) {
        *place = tg_field_error { path: put(Some(field.path))?, issue: put(Some(field.issue))? };
    }
    let field_count = body.fields().len().min(TG_ERROR_BODY_FIELDS);
    let mut policies = [tg_text::ABSENT; TG_ERROR_BODY_FIELDS];
    for (place, &name) in policies.iter_mut().zip(body.violated_policies()) {
        *place = put(Some(name))?;
    }
    let policy_count = body.violated_policies().len().min(TG_ERROR_BODY_FIELDS);
    Ok(tg_error_body { code, message, request_id, field_count, fields, policy_count, policies })
}

/// Code, message, request id, path and issue of each field, and the policies.
const TEXTS: usize = 3 + 3 * TG_ERROR_BODY_FIELDS;

fn utf8(character: char) -> impl Iterator<Item = u8> {
    let mut bytes = [0; 4];
    let len = character.encode_utf8(&mut bytes).len();
    bytes.into_iter().take(len)
}

impl tg_text {
    const ABSENT: tg_text = tg_text { data: null(), len: 0 };
}

#[cfg(test)]
mod tests {
    use super::{TG_ERROR_BODY_TEXT_SIZE, tg_error_body_scan};
    use core::{mem::MaybeUninit, ptr::null_mut};
    use std::iter::repeat_n;

    /// How much a body takes.
    fn needed(body: &str) -> usize {
        let (mut needed, mut error) = (0, MaybeUninit::uninit());
        // SAFETY: all pointers are of live variables.
        let code = unsafe {
            let body = body.as_bytes();
            let text = body.as_ptr().cast();
            tg_error_body_scan(text, body.len(), null_mut(), 0, &mut needed, error.as_mut_ptr())
        };
        assert_eq!(code, -17);
        needed
    }

    #[test]
    fn the_documented_buffer_is_always_enough() {
        // The least that JSON spends on what the texts need most of: NULs of empty texts.
        let field = r#"{"path":"","message":""}"#;
        let fields = repeat_n(field, 8).collect::<Vec<_>>().join(",");
        let rest = 4096 - fields.len() - 60;
        let body = format!(
            r#"{{"error":{{"code":"{}","details":{{"errors":[{fields}]}}}}}}"#,
            "x".repeat(rest)
        );
        assert_eq!(needed(&body), rest + 1 + 1);
        assert!(needed(&body) <= TG_ERROR_BODY_TEXT_SIZE);
    }

    #[test]
    fn a_text_that_says_two_things_is_written_once() {
        let long = "x".repeat(4_000);
        let issues = r#"{"errors":{"NAME":["a","b","c","d","e","f","g","h"]}}"#;
        assert_eq!(needed(&issues.replace("NAME", &long)), 4_001 + 8 * 2);
        let param = r#"{"error":{"param":"p","message":"NAME"}}"#;
        assert_eq!(needed(&param.replace("NAME", &long)), 4_001 + 2);
    }
}
