//! `tg_announce`: the headers that tell a client its limits, in the form that it understands.

use core::ffi::c_char;

use tidegate::{
    Error, Span, UnixTime,
    wire::{Announced, Announcement, Form},
};

use crate::{
    api::{TG_HEADERS, TG_NAME_SIZE},
    caller::{Plain, answer},
    error::OK,
    text::array,
};

/// The most limits that can be announced at once.
pub const TG_ANNOUNCEMENTS: usize = 64;

/// Bytes of an announced header's value, its NUL included.
pub const TG_ANNOUNCED_VALUE_SIZE: usize = 392;

/// One limit to announce.
#[repr(C)]
pub struct tg_announcement {
    /// What the latest draft calls it; printable ASCII. The other forms have no names.
    pub name: *const c_char,
    /// Bytes of `name`.
    pub name_len: usize,
    /// How many a window; numbers are written up to 10^15 - 1.
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// Nanoseconds until there will be more.
    pub reset_after_ns: u64,
    /// The length of a window in nanoseconds, written as at least a second.
    pub window_ns: u64,
}

// SAFETY: integers and pointers.
unsafe impl Plain for tg_announcement {}

/// In which headers limits are announced.
#[repr(i32)]
pub enum tg_form {
    /// X-RateLimit-Limit, -Remaining, -Reset as a time of day in seconds, -Window: of one limit, the one
    /// with the least left and of those the one that lasts longest.
    TG_FORM_X = 1,
    /// RateLimit-Policy of all; RateLimit-Limit, -Remaining, -Reset of the same one.
    TG_FORM_DRAFT_6 = 2,
    /// RateLimit-Policy of all; RateLimit of the same one.
    TG_FORM_DRAFT_7 = 3,
    /// RateLimit-Policy and RateLimit of all, with names, as in drafts 8 to 10.
    TG_FORM_DRAFT_10 = 4,
}

const X: i32 = tg_form::TG_FORM_X as i32;
const DRAFT_6: i32 = tg_form::TG_FORM_DRAFT_6 as i32;
const DRAFT_7: i32 = tg_form::TG_FORM_DRAFT_7 as i32;
const DRAFT_10: i32 = tg_form::TG_FORM_DRAFT_10 as i32;

/// One header that announces.
#[repr(C)]
pub struct tg_announced_header {
    /// Its name, ended by NUL.
    pub name: [c_char; TG_NAME_SIZE],
    /// Its value, ended by NUL.
    pub value: [c_char; TG_ANNOUNCED_VALUE_SIZE],
}

/// The headers to send, in order.
#[repr(C)]
pub struct tg_announced {
    /// How many of `headers` there are.
    pub header_count: usize,
    /// The headers; those beyond `header_count` are empty.
    pub headers: [tg_announced_header; TG_HEADERS],
}

/// Writes the headers of `count` limits, 1 to TG_ANNOUNCEMENTS, at `wall_ns` in nanoseconds since 1970;
/// and Retry-After if `retry_after_ns` is not NULL. `form` is one of enum tg_form. Times round up to whole
/// seconds, so that nobody is told to come too early.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_FORM, TG_ERR_ANNOUNCEMENT_INVALID (no limit or too many, a name that is
/// not printable ASCII, or a value that does not fit 384 bytes), TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_announce(
    form: i32,
    limits: *const tg_announcement,
    count: usize,
    retry_after_ns: *const u64,
    wall_ns: u64,
    announced: *mut tg_announced,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place(announced)?;
            let form = match form {
                X => Form::XRateLimit,
                DRAFT_6 => Form::Draft6,
                DRAFT_7 => Form::Draft7,
                DRAFT_10 => Form::Draft10,
                _ => return Err(Error::UnknownForm),
            };
            let given = caller.array(limits, count)?;
            let mut limits = [NOTHING; TG_ANNOUNCEMENTS];
            for (limit, given) in limits.iter_mut().zip(given) {
                *limit = Announcement {
                    name: caller.text(given.name, given.name_len)?,
                    limit: given.limit,
                    remaining: given.remaining,
                    reset_after: Span::from_nanos(given.reset_after_ns),
                    window: Span::from_nanos(given.window_ns),
                };
            }
            let limits = limits.get(..count).ok_or(Error::AnnouncementInvalid)?;
            let wait = if retry_after_ns.is_null() {
                None
            } else {
                Some(Span::from_nanos(*caller.plain(retry_after_ns)?))
            };
            let headers = form.headers(limits, wait, UnixTime::from_nanos(wall_ns));
            place.write(told(&headers.ok_or(Error::AnnouncementInvalid)?)?);
            Ok(OK)
        })
    }
}

fn told(announced: &Announced) -> Result<tg_announced, Error> {
    let mut headers = [const { tg_announced_header::EMPTY }; TG_HEADERS];
    for (place, (name, value)) in headers.iter_mut().zip(announced) {
        *place = tg_announced_header { name: array(name)?, value: array(value)? };
    }
    // OK because core makes at most five.
    Ok(tg_announced { header_count: announced.len(), headers })
}

impl tg_announced_header {
    const EMPTY: tg_announced_header =
        tg_announced_header { name: [0; TG_NAME_SIZE], value: [0; TG_ANNOUNCED_VALUE_SIZE] };
}

const NOTHING: Announcement<'static> =
    Announcement { name: "", limit: 0, remaining: 0, reset_after: Span::ZERO, window: Span::ZERO };
