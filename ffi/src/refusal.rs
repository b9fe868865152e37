//! `tg_api_refusal`: the body of a refusal, in the API's own envelope.

use core::{
    ffi::{CStr, c_char},
    ptr::null,
};

use tidegate::{Error, LimitedBy, Span};

use crate::{
    api::{TG_NAME_SIZE, tg_admission, tg_api, tg_limited_by},
    caller::{Plain, answer},
    explain::write_out,
    text::c,
};

// SAFETY: integers and arrays of them.
unsafe impl Plain for tg_admission {}

/// Writes the JSON that goes with status 429, of an admission that this API has denied: StackFlow's or
/// VelaFlows' envelope, as the policy says, or problem details (RFC 9457); ended by NUL. `request_id` is
/// the id by which people ask for support, or the empty text. `content_type` becomes its media type, static and
/// never NULL; it may be NULL itself.
///
/// `needed` tells how many bytes it takes, the NUL included, and may be NULL; it is written with TG_OK and
/// with TG_ERR_BUFFER_TOO_SHORT, so NULL and 0 for `body` and `body_size` ask for it. 640 and six times the
/// length of the id are always enough.
///
/// Returns TG_OK, TG_ERR_OUT_OF_ORDER (it was let in), TG_ERR_BUFFER_TOO_SHORT (nothing else was written),
/// TG_ERR_NOT_TEXT (the id, or an admission that tg_api_admit did not write), TG_ERR_NULL_POINTER,
/// TG_ERR_POINTER_MISALIGNED or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_refusal(
    api: *const tg_api,
    admission: *const tg_admission,
    request_id: *const c_char,
    request_id_len: usize,
    content_type: *mut *const c_char,
    body: *mut c_char,
    body_size: usize,
    needed: *mut usize,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (policy, admission) = (caller.shared(api)?.policy(), caller.plain(admission)?);
            let id = caller.text(request_id, request_id_len)?;
            let media = caller.place_if_any(content_type)?;
            let by = match admission.limited_by {
                CATEGORY => LimitedBy::Category,
                GATEWAY => LimitedBy::Gateway,
                _ => return Err(Error::OutOfOrder),
            };
            let (mut code, mut limit) = ([0; TG_NAME_SIZE], [0; TG_NAME_SIZE]);
            let code = read(&admission.code, &mut code)?;
            let limit = read(&admission.denied_by, &mut limit)?;
            let wait = Span::from_nanos(admission.retry_after_ns);
            let refusal = policy.refusal(by, code, limit, wait, id);
            let code = write_out(caller, &refusal, body, body_size, needed)?;
            if let Some(media) = media {
                media.write(match refusal.content_type() {
                    "application/json" => c(c"application/json"),
                    "application/problem+json" => c(c"application/problem+json"),
                    _ => null(), // never: there are two
                });
            }
            Ok(code)
        })
    }
}

/// The text of an array that is ended by NUL.
fn read<'a>(
    array: &[c_char; TG_NAME_SIZE],
    bytes: &'a mut [u8; TG_NAME_SIZE],
) -> Result<&'a str, Error> {
    for (byte, &letter) in bytes.iter_mut().zip(array) {
        *byte = letter as u8;
    }
    let text = CStr::from_bytes_until_nul(bytes).map_err(|_| Error::NotText)?;
    text.to_str().map_err(|_| Error::NotText)
}

const CATEGORY: i32 = tg_limited_by::TG_LIMITED_BY_CATEGORY as i32;
const GATEWAY: i32 = tg_limited_by::TG_LIMITED_BY_GATEWAY as i32;
