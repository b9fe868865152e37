//! `Key`: whose bucket, read from any of the forms that JavaScript has for one.

use core::{mem::MaybeUninit, ptr, slice};

use napi::sys;

use crate::function::Wrong;

/// Where the text of a key is put; a longer one is put into memory of its own.
pub(crate) type Room = [MaybeUninit<u8>; ROOM];

/// A key in the core's terms.
pub(crate) enum Key<'a> {
    /// Bytes, or text as UTF-8.
    Bytes(&'a [u8]),
    /// Text that was too long for the room.
    Long(Vec<u8>),
    /// A number.
    Number(u64),
}

impl Key<'_> {
    /// Reads a key. Half a character of a text counts as U+FFFD.
    ///
    /// # Safety
    ///
    /// `env` is that of the running call and `value` an argument of it. The key is not used after
    /// JavaScript has run again.
    #[inline]
    pub(crate) unsafe fn read(
        env: sys::napi_env,
        value: sys::napi_value,
        room: &mut Room,
    ) -> Result<Key<'_>, Wrong> {
        let mut length = 0;
        let start = room.as_mut_ptr().cast::<u8>();
        // SAFETY: as promised by the caller; the room has as many bytes as it says.
        let status =
            unsafe { sys::napi_get_value_string_utf8(env, value, start.cast(), ROOM, &mut length) };
        if status != sys::Status::napi_ok {
            // SAFETY: as promised by the caller.
            return unsafe { Key::read_other(env, value) };
        }
        // What does not fit is cut after a whole character, so before the last four bytes.
        if length < ROOM - 4 {
            // SAFETY: Node wrote so many bytes.
            return Ok(Key::Bytes(unsafe { slice::from_raw_parts(start, length) }));
        }
        // SAFETY: as promised by the caller.
        unsafe { Key::read_long(env, value) }
    }

    #[cold]
    unsafe fn read_long<'a>(env: sys::napi_env, value: sys::napi_value) -> Result<Key<'a>, Wrong> {
        let mut length = 0;
        // SAFETY: as promised by the caller of `read`; only the length is asked for.
        unsafe { sys::napi_get_value_string_utf8(env, value, ptr::null_mut(), 0, &mut length) };
        // One more for the zero byte that Node writes behind it.
        let room = length.saturating_add(1);
        let mut bytes = Vec::<u8>::with_capacity(room);
        // SAFETY: as promised by the caller of `read`; there is as much room as it says, and so many
        // bytes are written.
        unsafe {
            let start = bytes.as_mut_ptr();
            sys::napi_get_value_string_utf8(env, value, start.cast(), room, &mut length);
            bytes.set_len(length);
        }
        Ok(Key::Long(bytes))
    }

    unsafe fn read_other<'a>(env: sys::napi_env, value: sys::napi_value) -> Result<Key<'a>, Wrong> {
        let mut number = 0.0;
        // SAFETY: as promised by the caller of `read`.
        if unsafe { sys::napi_get_value_double(env, value, &mut number) } == sys::Status::napi_ok {
            let is_key = (0.0..=MOST).contains(&number) && number.trunc() == number;
            return if is_key { Ok(Key::Number(number as u64)) } else { Err(Wrong::KEY_RANGE) };
        }
        let (mut number, mut lossless) = (0, false);
        // SAFETY: as promised by the caller of `read`.
        let status =
            unsafe { sys::napi_get_value_bigint_uint64(env, value, &mut number, &mut lossless) };
        if status == sys::Status::napi_ok {
            return if lossless { Ok(Key::Number(number)) } else { Err(Wrong::KEY_RANGE) };
        }
        let (mut kind, mut length, mut start) = (-1, 0, ptr::null_mut());
        let (buffer, offset) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: as promised by the caller of `read`; what is not asked for is null.
        let status = unsafe {
            sys::napi_get_typedarray_info(
                env,
                value,
                &mut kind,
                &mut length,
                &mut start,
                buffer,
                offset,
            )
        };
        if status != sys::Status::napi_ok || kind != sys::TypedarrayType::uint8_array {
            return Err(Wrong::NO_KEY);
        }
        if start.is_null() {
            return Ok(Key::Bytes(&[]));
        }
        // SAFETY: Node says that so many bytes are there; no JavaScript runs while they are used.
        Ok(Key::Bytes(unsafe { slice::from_raw_parts(start.cast::<u8>(), length) }))
    }
}

/// Longer than almost any key; the stack has it to give.
const ROOM: usize = 256;
/// The largest whole number that no other one is rounded to, 2⁵³ - 1.
const MOST: f64 = 9_007_199_254_740_991.0;
