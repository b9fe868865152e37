//! `tg_api_explain`: what an API's policy says, in words.

use core::{
    ffi::c_char,
    fmt::{self, Display, Write},
};

use tidegate::Error;

use crate::{
    api::tg_api,
    caller::{Buffer, Caller, answer},
    error::OK,
};

/// Writes what the API's policy says, in English, for people: lines of UTF-8, ended by NUL. The library's
/// version may change the words.
///
/// `needed` tells how many bytes it takes, the NUL included, and may be NULL; it is written with TG_OK and
/// with TG_ERR_BUFFER_TOO_SHORT, so NULL and 0 for `text` and `text_size` ask for it.
///
/// Returns TG_OK, TG_ERR_BUFFER_TOO_SHORT (nothing else was written), TG_ERR_NULL_POINTER or
/// TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: by length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_api_explain(
    api: *const tg_api,
    text: *mut c_char,
    text_size: usize,
    needed: *mut usize,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let policy = caller.shared(api)?.policy();
            write_out(caller, policy, text, text_size, needed)
        })
    }
}

/// Writes what is shown and a NUL, or nothing but how many bytes that needs.
pub(crate) fn write_out(
    caller: &Caller,
    shown: &dyn Display,
    text: *mut c_char,
    text_size: usize,
    needed: *mut usize,
) -> Result<i32, Error> {
    let needed = caller.place_if_any(needed)?;
    let buffer = caller.buffer(text, text_size)?;
    let mut length = Length(1); // its NUL
    // OK: neither what is shown nor this writer fails.
    let _ = write!(length, "{shown}");
    let fits = length.0 <= buffer.size();
    if fits {
        let _ = write!(Filled { buffer, at: 0 }, "{shown}");
    }
    if let Some(needed) = needed {
        needed.write(length.0);
    }
    if fits { Ok(OK) } else { Err(Error::BufferTooShort) }
}

/// Counts what is written.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.saturating_add(text.len());
        Ok(())
    }
}

/// A buffer, and where what was written ends.
struct Filled<'a> {
    buffer: Buffer<'a>,
    at: usize,
}

impl Write for Filled<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let written = self.buffer.write(self.at, text.bytes()).ok_or(fmt::Error)?;
        self.at = self.at.saturating_add(written.len);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{tg_api, tg_api_explain};
    use crate::api::tg_api_init;
    use core::ptr::null_mut;
    use tidegate::{Policy, api::FILES};

    #[test]
    fn it_says_what_core_says() {
        for (name, _) in FILES {
            let mut api = Box::<tg_api>::new_uninit();
            let whole = Policy::named(name).unwrap().to_string();
            let mut needed = 0;
            // SAFETY: all pointers are of live variables.
            unsafe {
                assert_eq!(tg_api_init(api.as_mut_ptr(), name.as_ptr().cast(), name.len(), 7), 0);
                assert_eq!(tg_api_explain(api.as_ptr(), null_mut(), 0, &mut needed), -17);
                assert_eq!(needed, whole.len() + 1);
                let mut text = vec![0xa5_u8; needed];
                let place = text.as_mut_ptr().cast();
                assert_eq!(tg_api_explain(api.as_ptr(), place, needed - 1, null_mut()), -17);
                assert!(text.iter().all(|&byte| byte == 0xa5));
                assert_eq!(tg_api_explain(api.as_ptr(), place, needed, null_mut()), 0);
                assert_eq!(text, [whole.as_bytes(), b"\0"].concat());
            }
        }
    }
}
