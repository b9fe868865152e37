//! `tg_policy_check`, `tg_api_init_from_json`: an API as a text of JSON, and what is wrong with one.

use core::ffi::c_char;

use tidegate::{Api, Error, Policy, Span, api::PolicyError};

use crate::{
    api::tg_api,
    caller::{Caller, Place, answer},
    error::OK,
    text::cut,
};

/// Bytes of the path of a member, its NUL included.
pub const TG_POLICY_MEMBER_SIZE: usize = 80;

/// Bytes of the sentence on what is wrong with it, its NUL included.
pub const TG_POLICY_MESSAGE_SIZE: usize = 256;

/// The first thing that is wrong with a policy, where it stands, and what is allowed there. Plain data.
#[repr(C)]
pub struct tg_policy_error {
    /// The line, counted from 1.
    pub line: u32,
    /// The column, in characters, counted from 1.
    pub column: u32,
    /// Bytes of `member`, without the NUL that ends it.
    pub member_len: u32,
    /// The member, as `categories[0].limits[1].per`, cut if it is longer; "" for the whole. Ended by NUL; the
    /// name of one that is not known may contain NULs of its own.
    pub member: [c_char; TG_POLICY_MEMBER_SIZE],
    /// What is wrong with it and what is allowed, without the place. Ended by NUL.
    pub message: [c_char; TG_POLICY_MESSAGE_SIZE],
}

/// Reads a policy and says only whether it is one: what tg_api_init_from_json would return.
///
/// Returns TG_OK, TG_ERR_POLICY_INVALID (`error`, which may be NULL, then says why),
/// TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER or TG_ERR_BUFFER_TOO_SHORT (an impossible length).
///
/// Threads: shared. Interrupts: anywhere. Cost: by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_policy_check(
    text: *const c_char,
    text_len: usize,
    error: *mut tg_policy_error,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let error = caller.place_if_any(error)?;
            read(caller, text, text_len, error).map(|_| OK)
        })
    }
}

/// Makes an API as tg_api_init does, after the policy that a text of JSON describes: its limits, header
/// dialect, retry rules, budget, breaker, hedging, pages, batches and caching. core/policies/schema.json
/// describes the text, and the files beside it are what tg_api_init knows by name. Nothing of the text is
/// kept.
///
/// `error` may be NULL. It is the one place that is written although the call failed, and the only one
/// then: TG_ERR_POLICY_INVALID comes with what was wrong. Every other result leaves it as it was.
///
/// The api is made where it lies, so a thread with a stack of 64 KiB is enough, though a tg_api is as
/// large as that. (A library that was built without optimization needs 512 KiB.)
///
/// Returns TG_OK, TG_ERR_POLICY_INVALID, TG_ERR_NOT_TEXT, TG_ERR_NULL_POINTER or
/// TG_ERR_BUFFER_TOO_SHORT (an impossible length). Not while other threads use it.
///
/// Threads: one. Interrupts: 128-bit. Cost: one tg_api is written, and by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_api_init_from_json(
    api: *mut tg_api,
    text: *const c_char,
    text_len: usize,
    seed: u64,
    error: *mut tg_policy_error,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { init(api, text, text_len, seed, None, error) }
}

/// As tg_api_init_from_json, with every fixed window in place of the described one of `window_ns`
/// nanoseconds, for trials that cannot wait an hour.
///
/// Returns TG_ERR_WINDOW_OUT_OF_RANGE too: not whole seconds from 1 s to 366 days.
///
/// Threads: one. Interrupts: 128-bit. Cost: one tg_api is written, and by length.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_api_init_from_json_with_window(
    api: *mut tg_api,
    text: *const c_char,
    text_len: usize,
    seed: u64,
    window_ns: u64,
    error: *mut tg_policy_error,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { init(api, text, text_len, seed, Some(Span::from_nanos(window_ns)), error) }
}

/// One for both, since an API is made where it is to lie, which takes much code.
#[inline(never)]
unsafe fn init(
    api: *mut tg_api,
    text: *const c_char,
    text_len: usize,
    seed: u64,
    window: Option<Span>,
    error: *mut tg_policy_error,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(api)?;
            let error = caller.place_if_any(error)?;
            let mut policy = read(caller, text, text_len, error)?;
            if let Some(window) = window {
                policy = policy.with_window(window)?;
            }
            caller.init(api, Api::new(policy, seed))
        })
    }
}

/// The policy of a text. What is wrong with it is written at once, since no code can hold it.
fn read(
    caller: &Caller,
    text: *const c_char,
    text_len: usize,
    error: Option<Place<'_, tg_policy_error>>,
) -> Result<Policy, Error> {
    Policy::from_json(caller.text(text, text_len)?).map_err(|wrong| {
        if let Some(error) = error {
            error.write(told(&wrong));
        }
        wrong.error()
    })
}

fn told(wrong: &PolicyError) -> tg_policy_error {
    tg_policy_error {
        line: wrong.line,
        column: wrong.column,
        // OK because it has at most 79 bytes.
        member_len: wrong.member.as_str().len() as u32,
        member: cut(&wrong.member),
        message: cut(&wrong.problem),
    }
}

#[cfg(test)]
mod tests {
    use super::{tg_api, tg_api_init_from_json, tg_policy_check, tg_policy_error};
    use core::{
        ffi::{CStr, c_char},
        mem::MaybeUninit,
    };
    use std::{ptr::null_mut, thread};
    use tidegate::{Policy, api::FILES};

    /// The member and the message of a wrong policy.
    fn wrong(text: &str) -> (String, String) {
        let mut error = MaybeUninit::<tg_policy_error>::uninit();
        // SAFETY: both pointers are of live variables, and the error is written with this code.
        let (code, error) = unsafe {
            let code = tg_policy_check(text.as_ptr().cast(), text.len(), error.as_mut_ptr());
            (code, error.assume_init())
        };
        assert_eq!(code, -35);
        let text = |bytes: &[c_char]| {
            // SAFETY: `cut` ends it by NUL.
            unsafe { CStr::from_ptr(bytes.as_ptr()) }.to_str().unwrap().to_owned()
        };
        (text(&error.member), text(&error.message))
    }

    #[test]
    fn the_longest_sentences_have_room() {
        let category = r#""name": "x", "categories": [{"name": "all", "limits": []}]"#;
        for text in [
            r#"{"nome": 1}"#.to_owned(),
            format!(r#"{{{category}, "dialect": "klingon"}}"#),
            format!(r#"{{{category}, "retry": {{"x": 1}}}}"#),
            format!(r#"{{{category}, "retry": {{"backoff": {{"x": 1}}}}}}"#),
            format!(r#"{{{category}, "retry": {{"backoff": {{"kind": "x"}}}}}}"#),
            format!(r#"{{{category}, "retry": {{"backoff": {{"kind": "list"}}}}}}"#),
            format!(r#"{{{category}, "breaker": {{"kind": "x"}}}}"#),
            r#"{"name": "x", "categories": [{"name": "all", "limits": [{"x": 1}]}]}"#.to_owned(),
        ] {
            let whole = Policy::from_json(&text).unwrap_err();
            assert_eq!(wrong(&text), (whole.member.as_str().into(), whole.problem.to_string()));
        }
    }

    #[test]
    fn an_api_is_made_on_a_small_stack() {
        for (name, text) in FILES {
            let mut api = Box::<tg_api>::new_uninit();
            let place = api.as_mut_ptr() as usize;
            let make = move || {
                let api = place as *mut tg_api;
                // SAFETY: the box outlives the thread, and nobody else uses it.
                unsafe {
                    tg_api_init_from_json(api, text.as_ptr().cast(), text.len(), 7, null_mut())
                }
            };
            let thread = thread::Builder::new().stack_size(STACK).spawn(make).unwrap();
            assert_eq!(thread.join().unwrap(), 0, "{name}");
        }
    }

    /// What the documentation says, of a library built with optimization and without.
    const STACK: usize = if cfg!(debug_assertions) { 1 << 19 } else { 1 << 16 };
}
