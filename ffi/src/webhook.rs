//! `tg_webhook`: what the signature of a webhook says: when, over which bytes, and which signatures.

use tidegate::{Error, Span, UnixTime, wire::Webhook};

use crate::{
    body::tg_text,
    caller::{Caller, Plain, answer},
    error::{DENIED, OK},
    quota::tg_quota,
};

/// How far the time of a webhook may lie from ours, either way, where nothing else is said: 5 minutes.
pub const TG_WEBHOOK_WINDOW_NS: u64 = 300_000_000_000;

const _: () = assert!(TG_WEBHOOK_WINDOW_NS == Webhook::WINDOW.as_nanos());

/// The signature headers of one webhook. Of the scheme with one header, `t=UNIX,v1=HEX`, that is `signature`, and
/// the others are zeros; of Standard Webhooks they are webhook-id, webhook-timestamp and webhook-signature. The
/// functions read them each time, so nothing is kept.
///
/// To believe a webhook: tg_webhook_check must give TG_OK; HMAC-SHA256 by the secret, over the texts of
/// tg_webhook_prefix and then the body as it came, must be one of tg_webhook_signature, compared by your
/// cryptographic library in constant time; and it must not have been seen before: tg_webhook_seen_once is the
/// quota of a tg_keyed that tells, by the id, or by the right signature where there is none.
#[repr(C)]
pub struct tg_webhook {
    /// Its id; NULL in the scheme with one header.
    pub id: tg_text,
    /// Its time; NULL in the scheme with one header.
    pub timestamp: tg_text,
    /// Its signatures.
    pub signature: tg_text,
}

// SAFETY: pointers and integers.
unsafe impl Plain for tg_webhook {}

/// Whether the headers are whole, and the webhook was signed not more than `window_ns` nanoseconds ago, nor
/// further ahead, by `wall_ns` since 1970; what is exactly so far is within. It says nothing of the signatures.
///
/// Returns TG_OK, TG_ERR_SIGNATURE_MALFORMED, TG_ERR_SIGNATURE_OUT_OF_WINDOW, TG_ERR_NULL_POINTER,
/// TG_ERR_POINTER_MISALIGNED or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_webhook_check(
    webhook: *const tg_webhook,
    wall_ns: u64,
    window_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let wall = UnixTime::from_nanos(wall_ns);
            read(caller, webhook)?.check_time(wall, Span::from_nanos(window_ns))?;
            Ok(OK)
        })
    }
}

/// Tells what is signed before the body: `prefix` is an array of four texts to be hashed one after the other,
/// which point into the headers or are static; some may be empty.
///
/// Returns TG_OK, or an error as tg_webhook_check; not for its time.
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_webhook_prefix(
    webhook: *const tg_webhook,
    prefix: *mut tg_text,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place(prefix.cast::<[tg_text; 4]>())?;
            let parts = read(caller, webhook)?.prefix();
            place.write(parts.map(|part| tg_text { data: part.as_ptr().cast(), len: part.len() }));
            Ok(OK)
        })
    }
}

/// Writes the 32 bytes of the signature with this number, counted from 0. There are several while a sender
/// changes its secret.
///
/// Returns TG_OK, TG_DENIED (there are not so many), or an error as tg_webhook_check; not for its time.
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_webhook_signature(
    webhook: *const tg_webhook,
    index: usize,
    signature: *mut u8,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place(signature.cast::<[u8; 32]>())?;
            let found = read(caller, webhook)?.signatures().nth(index);
            Ok(found.map_or(DENIED, |signature| {
                place.write(signature);
                OK
            }))
        })
    }
}

/// Makes the quota of a tg_keyed in which each webhook that was believed is one request of its id: the second is
/// denied for as long as a copy of it could be within the window.
///
/// Returns TG_OK, TG_ERR_PERIOD_OUT_OF_RANGE (`window_ns` not from half a millisecond to 183 days) or
/// TG_ERR_NULL_POINTER.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_webhook_seen_once(quota: *mut tg_quota, window_ns: u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(quota)?;
            caller.init(quota, Webhook::seen_once(Span::from_nanos(window_ns))?)
        })
    }
}

fn read(caller: &Caller, webhook: *const tg_webhook) -> Result<Webhook<'_>, Error> {
    let webhook = caller.plain(webhook)?;
    let bytes = |text: &tg_text| caller.bytes(text.data, text.len);
    let (id, timestamp, signature) =
        (bytes(&webhook.id)?, bytes(&webhook.timestamp)?, bytes(&webhook.signature)?);
    if webhook.id.data.is_null() {
        Webhook::timestamped(signature)
    } else {
        Webhook::standard(id, timestamp, signature)
    }
}
