//! `tg_call`: one logical request across its attempts.

use core::ffi::c_char;

use tidegate::{Call, Error, Failure, Hints, Instant, Reason, Step, UnixTime};

use crate::{
    api::tg_api,
    caller::answer,
    error::OK,
    hints::tg_hints,
    object::object,
    request::{self, tg_request},
    text::{c, column, texts},
};

/// One logical request: how often it was sent, when it may be sent again, whether it is over. Plain
/// data that belongs to one tg_api; one thread at a time.
///
/// Ask tg_call_next what to do, do it, report what came of it with tg_call_answered or
/// tg_call_failed; every other call is refused or repeats the answer. All arguments named now_ns are
/// of one monotonic clock, all named wall_ns of the wall clock since 1970, both in nanoseconds.
#[repr(C)]
pub struct tg_call {
    _s: [u64; 20],
}

object!(tg_call, Call, b"tg__call");

/// What to do now.
#[repr(C)]
pub struct tg_step {
    /// One of enum tg_step_kind.
    pub kind: i32,
    /// TG_STEP_GIVE_UP: one of enum tg_reason. Otherwise 0.
    pub reason: i32,
    /// TG_STEP_WAIT: when to ask again, on the clock of now_ns. Otherwise 0.
    pub until_ns: u64,
    /// TG_STEP_WAIT: how long that is from now_ns. Otherwise 0.
    pub delay_ns: u64,
    /// TG_STEP_GIVE_UP with has_server_delay: the wait in nanoseconds that the server ordered with
    /// the last answer, uncut. Otherwise 0.
    pub server_delay_ns: u64,
    /// How often the request was sent so far; with TG_STEP_SEND this send is counted.
    pub attempts: u32,
    /// Whether server_delay_ns was ordered.
    pub has_server_delay: bool,
}

/// What to do now.
#[repr(i32)]
pub enum tg_step_kind {
    /// Send the request once, then report tg_call_answered or tg_call_failed.
    TG_STEP_SEND = 1,
    /// Sleep until until_ns, then ask again.
    TG_STEP_WAIT = 2,
    /// The last answer is the result.
    TG_STEP_DONE = 3,
    /// The last answer or failure is the result, and `reason` is why it is not tried again.
    TG_STEP_GIVE_UP = 4,
    /// A send is in flight and nothing was reported of it yet.
    TG_STEP_PENDING = 5,
}

/// Why a call was given up.
#[repr(i32)]
pub enum tg_reason {
    /// It was sent as often as the policy allows.
    TG_REASON_ATTEMPTS_EXHAUSTED = 1,
    /// The next send would come after the deadline.
    TG_REASON_DEADLINE_TOO_CLOSE = 2,
    /// The server ordered a longer wait than the policy obeys.
    TG_REASON_SERVER_DELAY_TOO_LONG = 3,
    /// It may have been done, and doing it twice is not the same as once.
    TG_REASON_NOT_IDEMPOTENT = 4,
    /// The answer would be the same again.
    TG_REASON_NOT_RETRYABLE = 5,
    /// The credentials have expired: get new ones first.
    TG_REASON_REFRESH_CREDENTIALS = 6,
    /// The caller gave it up.
    TG_REASON_ABORTED = 7,
    /// The callers of this API have used up what retries they share.
    TG_REASON_BUDGET_EXHAUSTED = 8,
    /// The API has failed again and again, and is left alone for a while.
    TG_REASON_BREAKER_OPEN = 9,
    /// Its waits together would be longer than the policy allows.
    TG_REASON_WAITED_TOO_LONG = 10,
    /// It needs more than a limit can ever hold.
    TG_REASON_TOO_LARGE = 11,
}

/// What went wrong with a send that got no answer.
#[repr(i32)]
pub enum tg_failure {
    /// No connection was made: refused, unreachable, or no such name.
    TG_FAILURE_CONNECT_REFUSED = 1,
    /// No connection was made in time.
    TG_FAILURE_CONNECT_TIMEOUT = 2,
    /// No answer came in time.
    TG_FAILURE_READ_TIMEOUT = 3,
    /// The connection broke before the answer was whole.
    TG_FAILURE_RESET = 4,
    /// The caller gave it up.
    TG_FAILURE_ABORTED = 5,
    /// The peer could not be trusted.
    TG_FAILURE_TLS = 6,
}

/// Makes a call of this request. It needs `api` in every step from now on, and always the same.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_METHOD, TG_ERR_PATH_INVALID, TG_ERR_KEY_EMPTY, TG_ERR_UNKNOWN_ROLE,
/// TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER, TG_ERR_NOT_INITIALIZED (the api) or TG_ERR_BUFFER_TOO_SHORT
/// (an impossible length).
///
/// Threads: one. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_call_init(
    call: *mut tg_call,
    api: *mut tg_api,
    request: *const tg_request,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(call)?;
            let api = caller.shared(api)?;
            caller.init(call, api.call(&request::read(caller, request)?)?)
        })
    }
}

/// What to do now. Only TG_STEP_SEND changes anything: it counts the request in every layer.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_call_next(
    call: *mut tg_call,
    api: *mut tg_api,
    now_ns: u64,
    wall_ns: u64,
    step: *mut tg_step,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (api, place) = (caller.shared(api)?, caller.place(step)?);
            let call = caller.exclusive(call)?;
            let step = call.next(api, Instant::from_nanos(now_ns), UnixTime::from_nanos(wall_ns));
            let attempts = call.attempts();
            place.write(tg_step { attempts, ..step.into() });
            Ok(OK)
        })
    }
}

/// Reports an answer: its status, what its headers said (`hints`, as tg_reader_hints makes them; NULL for
/// nothing), and as much of its body as there is; the first 4,096 bytes are read.
///
/// Returns TG_OK, TG_ERR_OUT_OF_ORDER (no send is in flight), TG_ERR_STATUS_OUT_OF_RANGE (not 100 to
/// 599; the send stays in flight), TG_ERR_NULL_POINTER, TG_ERR_NOT_INITIALIZED or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: one. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_call_answered(
    call: *mut tg_call,
    api: *mut tg_api,
    status: i32,
    hints: *const tg_hints,
    body: *const c_char,
    body_len: usize,
    now_ns: u64,
    wall_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let api = caller.shared(api)?;
            let hints =
                if hints.is_null() { &const { Hints::new() } } else { caller.shared(hints)? };
            let body = caller.bytes(body, body_len)?;
            // A number that is no u16 is no status either; core says so, in its order.
            let status = u16::try_from(status).unwrap_or(0);
            let (now, wall) = (Instant::from_nanos(now_ns), UnixTime::from_nanos(wall_ns));
            caller.exclusive(call)?.answered(api, status, hints, body, now, wall)?;
            Ok(OK)
        })
    }
}

/// Reports that no answer came; `failure` is one of enum tg_failure. A call that waits may be reported as
/// TG_FAILURE_ABORTED too, so that what its next send has paid is given back.
///
/// Returns TG_OK, TG_ERR_UNKNOWN_FAILURE, TG_ERR_OUT_OF_ORDER (no send is in flight),
/// TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_call_failed(
    call: *mut tg_call,
    api: *mut tg_api,
    failure: i32,
    now_ns: u64,
    wall_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (api, call) = (caller.shared(api)?, caller.exclusive(call)?);
            let failure = u8::try_from(failure).ok().and_then(Failure::from_number);
            let failure = failure.ok_or(Error::UnknownFailure)?;
            call.failed(api, failure, Instant::from_nanos(now_ns), UnixTime::from_nanos(wall_ns))?;
            Ok(OK)
        })
    }
}

/// When to cut off the send in flight and report TG_FAILURE_READ_TIMEOUT, on the clock of now_ns: at the
/// policy's timeout of one send or at the deadline, whichever is first; UINT64_MAX if there is neither.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_call_attempt_ends(
    call: *const tg_call,
    api: *const tg_api,
    until_ns: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (call, api) = (caller.shared(call)?, caller.shared(api)?);
            caller.place(until_ns)?.write(call.attempt_ends(api).as_nanos());
            Ok(OK)
        })
    }
}

/// The name of the category that the call is counted in, ended by NUL. A buffer of TG_NAME_SIZE is
/// always enough.
///
/// Returns TG_OK, TG_ERR_BUFFER_TOO_SHORT, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_call_category(
    call: *const tg_call,
    api: *const tg_api,
    name: *mut c_char,
    size: usize,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (call, api) = (caller.shared(call)?, caller.shared(api)?);
            let mut buffer = caller.buffer(name, size)?;
            let category = call.category(api);
            if category.len() >= buffer.size() {
                return Err(Error::BufferTooShort);
            }
            let written = buffer.write(0, category.bytes());
            written.map(|_| OK).ok_or(Error::BufferTooShort)
        })
    }
}

/// The name of a reason, the same in every language ("attempts_exhausted"), static and never NULL. A
/// number that is none gives "".
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub extern "C" fn tg_reason_name(reason: i32) -> *const c_char {
    texts!(column!(Reason, name)).numbered(reason).unwrap_or(c(c""))
}

/// The name of a failure, the same in every language ("connect_refused"), static and never NULL. A
/// number that is none gives "".
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub extern "C" fn tg_failure_name(failure: i32) -> *const c_char {
    texts!(column!(Failure, name)).numbered(failure).unwrap_or(c(c""))
}

impl From<Step> for tg_step {
    fn from(step: Step) -> Self {
        use tg_step_kind::{
            TG_STEP_DONE, TG_STEP_GIVE_UP, TG_STEP_PENDING, TG_STEP_SEND, TG_STEP_WAIT,
        };
        let only = |kind: tg_step_kind| tg_step { kind: kind as i32, ..tg_step::NOTHING };
        match step {
            Step::Send => only(TG_STEP_SEND),
            Step::Wait { until, delay } => tg_step {
                until_ns: until.as_nanos(),
                delay_ns: delay.as_nanos(),
                ..only(TG_STEP_WAIT)
            },
            Step::Done => only(TG_STEP_DONE),
            Step::GiveUp(why) => tg_step {
                reason: why.reason.number().into(),
                server_delay_ns: why.server_delay.map_or(0, |delay| delay.as_nanos()),
                has_server_delay: why.server_delay.is_some(),
                ..only(TG_STEP_GIVE_UP)
            },
            Step::Pending => only(TG_STEP_PENDING),
        }
    }
}

impl tg_step {
    const NOTHING: tg_step = tg_step {
        kind: 0,
        reason: 0,
        until_ns: 0,
        delay_ns: 0,
        server_delay_ns: 0,
        attempts: 0,
        has_server_delay: false,
    };
}

#[cfg(test)]
mod tests {
    use super::{Failure, Reason};

    #[test]
    fn the_header_has_every_reason_and_failure_and_no_other() {
        let header = include_str!("../include/tidegate.h");
        let rows = Reason::ALL.iter().map(|row| ("REASON", row.number(), row.name()));
        let failures = Failure::ALL.iter().map(|row| ("FAILURE", row.number(), row.name()));
        for (prefix, number, name) in rows.chain(failures) {
            let row = format!("\n  TG_{prefix}_{} = {number},\n", name.to_ascii_uppercase());
            assert_eq!(header.matches(&row).count(), 1, "{row}");
        }
        assert_eq!(header.matches("\n  TG_REASON_").count(), Reason::ALL.len());
        assert_eq!(header.matches("\n  TG_FAILURE_").count(), Failure::ALL.len());
    }
}
