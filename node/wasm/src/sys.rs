//! Bare functions: as much of Node-API as they need, with its names.
//!
//! A function that is called without arguments leaves the buffers alone, so it costs what a function of
//! WebAssembly costs.

#![allow(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    reason = "the names are those of Node-API"
)]
#![allow(clippy::missing_safety_doc, reason = "the contracts are those of Node-API")]
#![allow(missing_docs, reason = "the names are those of Node-API")]

use core::{
    cell::Cell,
    ffi::{CStr, c_char, c_void},
    ptr, slice,
};

use crate::{
    Error, JsValue, Output, Result, ToJs, Value,
    layout::{self, BOOLEAN, FUNCTION, UNDEFINED},
    memory,
    result::Kind,
    value::Items,
};

/// Where JavaScript is: nothing, there is only one place.
#[derive(Debug)]
pub struct Env;

impl Env {
    pub fn raw(&self) -> napi_env {
        ptr::null_mut()
    }
}

/// A value of any type: one that was given, or a function to be given back.
#[derive(Clone, Copy, Debug)]
pub enum Unknown<'a> {
    Given(Value<'a>),
    Function(*const Record),
}

impl Unknown<'_> {
    /// # Safety
    ///
    /// `value` is from [`napi_create_function`].
    pub unsafe fn from_raw_unchecked(_: napi_env, value: napi_value) -> Self {
        Unknown::Function(value.cast_const().cast())
    }
}

impl JsValue for Unknown<'_> {
    fn raw(&self) -> napi_value {
        match self {
            Unknown::Given(value) => value.place().cast_mut(),
            Unknown::Function(record) => record.cast_mut().cast(),
        }
    }
}

impl ToJs for Unknown<'_> {
    fn write(self, out: &mut Output) {
        match self {
            Unknown::Function(record) => out.pair(FUNCTION, 0, record as usize as u64),
            Unknown::Given(_) => out.head(UNDEFINED, 0), // nobody gives back what was given
        }
    }
}

/// A bare function, as JavaScript reads it: what to call, its name, and what `release` frees.
#[derive(Debug)]
#[repr(C)]
pub struct Record {
    callback: napi_callback,
    name: *const c_char,
    length: usize,
    data: *mut c_void,
    release: Option<napi_finalize>,
}

pub type napi_env = *mut c_void;
pub type napi_value = *mut u64;
pub type napi_ref = *mut c_void;
pub type napi_callback_info = *mut c_void;
pub type napi_status = i32;
pub type napi_callback = unsafe extern "C" fn(napi_env, napi_callback_info) -> napi_value;
pub type napi_finalize = unsafe extern "C" fn(napi_env, *mut c_void, *mut c_void);

pub mod Status {
    pub const napi_ok: i32 = 0;
    pub const napi_invalid_arg: i32 = 1;
}

pub mod ValueType {
    pub const napi_undefined: i32 = 0;
    pub const napi_null: i32 = 1;
    pub(super) const NAPI_OBJECT: i32 = 6;
}

pub mod TypedarrayType {
    pub const uint8_array: i32 = 1;
}

#[cfg(target_family = "wasm")]
#[link(wasm_import_module = "tidegate")]
unsafe extern "C" {
    /// Keeps a function that is an argument of the running call, and gives it a number.
    safe fn keep(argument: u32) -> u32;
    /// What the function answers to a boolean, in 64 bits; all of them are set where it is no bigint.
    safe fn ask(kept: u32, boolean: bool) -> u64;
    /// Keeps it no more.
    safe fn forget(kept: u32);
}

/// Where there is no JavaScript there are no functions.
#[cfg(not(target_family = "wasm"))]
mod nowhere {
    pub(super) fn keep(_: u32) -> u32 {
        0
    }
    pub(super) fn ask(_: u32, _: bool) -> u64 {
        0
    }
    pub(super) fn forget(_: u32) {}
}
#[cfg(not(target_family = "wasm"))]
use nowhere::{ask, forget, keep};

/// Nothing, or an error.
pub fn checked(status: napi_status) -> Result<()> {
    if status == Status::napi_ok { Ok(()) } else { Err(Error::UNEXPECTED) }
}

pub unsafe fn napi_create_function(
    _: napi_env,
    name: *const c_char,
    length: isize,
    callback: Option<napi_callback>,
    data: *mut c_void,
    function: *mut napi_value,
) -> napi_status {
    let Some(callback) = callback else { return Status::napi_invalid_arg };
    let record = Record { callback, name, length: length.unsigned_abs(), data, release: None };
    // SAFETY: the caller has a place for it.
    unsafe { *function = Box::into_raw(Box::new(record)).cast() };
    Status::napi_ok
}

/// Node takes a function of its own to release; here it is part of the record.
pub unsafe fn napi_add_finalizer(
    _: napi_env,
    function: napi_value,
    _: *mut c_void,
    release: Option<napi_finalize>,
    _: *mut c_void,
    _: *mut c_void,
) -> napi_status {
    // SAFETY: `function` is from `napi_create_function`, so it is a record.
    unsafe { (*function.cast::<Record>()).release = release };
    Status::napi_ok
}

/// Frees a function that JavaScript holds no more.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub unsafe extern "C" fn release_function(record: *mut Record) {
    // SAFETY: JavaScript has the address from an answer, and calls this once; `napi_create_function`
    // made it of a box.
    let record = unsafe { Box::from_raw(record) };
    if let Some(release) = record.release {
        // SAFETY: it is the function's own data, which is used no more.
        unsafe { release(ptr::null_mut(), record.data, ptr::null_mut()) };
    }
}

/// `info` is the record's address, and one more where arguments were written.
pub unsafe fn napi_get_cb_info(
    _: napi_env,
    info: napi_callback_info,
    count: *mut usize,
    values: *mut napi_value,
    _: *mut napi_value,
    data: *mut *mut c_void,
) -> napi_status {
    let given = info as usize & 1;
    // SAFETY: JavaScript gives the address of a record that lives as long as its function; arguments are
    // there where it says so. The caller has room for what it asks for.
    unsafe {
        if !data.is_null() {
            let record = info.wrapping_byte_sub(given).cast::<Record>();
            *data = (*record).data;
        }
        let input = memory::input();
        let most = *count;
        *count = if given == 0 { 0 } else { *input as usize };
        if !values.is_null() {
            let mut items = Items::new(input.wrapping_add(1), *count as u32);
            for to in slice::from_raw_parts_mut(values, most) {
                *to = items.next().unwrap_or(Value::UNDEFINED).place().cast_mut();
            }
        }
    }
    Status::napi_ok
}

/// The value of an argument.
unsafe fn value<'a>(value: napi_value) -> Value<'a> {
    // SAFETY: it is an argument of the running call.
    unsafe { Value::at(value) }
}

pub unsafe fn napi_typeof(_: napi_env, from: napi_value, kind: *mut i32) -> napi_status {
    // SAFETY: as promised by the caller.
    unsafe {
        *kind = match value(from).tag() {
            layout::UNDEFINED => ValueType::napi_undefined,
            layout::NULL => ValueType::napi_null,
            _ => ValueType::NAPI_OBJECT, // nobody asks for more
        };
    }
    Status::napi_ok
}

pub unsafe fn napi_get_value_double(_: napi_env, from: napi_value, to: *mut f64) -> napi_status {
    // SAFETY: as promised by the caller.
    let Some(number) = (unsafe { value(from).number() }) else { return Status::napi_invalid_arg };
    // SAFETY: as promised by the caller.
    unsafe { *to = number };
    Status::napi_ok
}

pub unsafe fn napi_get_value_bigint_uint64(
    _: napi_env,
    from: napi_value,
    to: *mut u64,
    lossless: *mut bool,
) -> napi_status {
    // SAFETY: as promised by the caller.
    let from = unsafe { value(from) };
    if from.tag() != layout::BIGINT {
        return Status::napi_invalid_arg;
    }
    // SAFETY: as promised by the caller.
    unsafe { (*to, *lossless) = (from.word(1), from.more() == 0) };
    Status::napi_ok
}

pub unsafe fn napi_get_value_string_utf8(
    _: napi_env,
    from: napi_value,
    to: *mut c_char,
    room: usize,
    length: *mut usize,
) -> napi_status {
    // SAFETY: as promised by the caller.
    let Some(text) = (unsafe { value(from).text() }) else { return Status::napi_invalid_arg };
    // SAFETY: as promised by the caller: there is so much room, of which a zero byte takes the last.
    unsafe {
        *length = text.len();
        if !to.is_null() {
            *length = whole(text, room.saturating_sub(1));
            to.copy_from_nonoverlapping(text.as_ptr().cast(), *length);
            *to.add(*length) = 0;
        }
    }
    Status::napi_ok
}

/// The most bytes within `room` that end with a whole character.
fn whole(text: &str, room: usize) -> usize {
    let room = room.min(text.len());
    (0..=room).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0)
}

pub unsafe fn napi_get_typedarray_info(
    _: napi_env,
    from: napi_value,
    kind: *mut i32,
    length: *mut usize,
    start: *mut *mut c_void,
    buffer: *mut napi_value,
    _: *mut usize,
) -> napi_status {
    // SAFETY: as promised by the caller.
    let Some(bytes) = (unsafe { value(from).bytes() }) else { return Status::napi_invalid_arg };
    // SAFETY: as promised by the caller.
    unsafe {
        *kind = TypedarrayType::uint8_array;
        *length = bytes.len();
        *start = bytes.as_ptr().cast_mut().cast();
        *buffer = from;
    }
    Status::napi_ok
}

/// Whether the bytes of an array are its own thread's: the array itself stands for its buffer.
pub unsafe fn napi_is_arraybuffer(_: napi_env, from: napi_value, answer: *mut bool) -> napi_status {
    // SAFETY: as promised by the caller.
    unsafe { *answer = value(from).tag() == layout::BYTES };
    Status::napi_ok
}

/// `false` and `true`; JavaScript knows them by their places.
static BOOLEANS: [u64; 2] = [layout::head(BOOLEAN, 0), layout::head(BOOLEAN, 1)];

/// Where `false` lies, and `true` a word behind it.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn booleans() -> *const u64 {
    BOOLEANS.as_ptr()
}

pub unsafe fn napi_get_boolean(_: napi_env, from: bool, answer: *mut napi_value) -> napi_status {
    let place = BOOLEANS.as_ptr().wrapping_add(usize::from(from));
    // SAFETY: the caller has a place for it.
    unsafe { *answer = place.cast_mut() };
    Status::napi_ok
}

pub unsafe fn napi_throw_type_error(
    _: napi_env,
    code: *const c_char,
    message: *const c_char,
) -> napi_status {
    // SAFETY: as promised by the caller.
    unsafe { throw(Kind::Type, code, message) }
}

pub unsafe fn napi_throw_range_error(
    _: napi_env,
    code: *const c_char,
    message: *const c_char,
) -> napi_status {
    // SAFETY: as promised by the caller.
    unsafe { throw(Kind::Range, code, message) }
}

unsafe fn throw(kind: Kind, code: *const c_char, message: *const c_char) -> napi_status {
    // SAFETY: both are texts of the program, which end with a zero byte.
    let (code, message) = unsafe { (CStr::from_ptr(code), CStr::from_ptr(message)) };
    memory::output().error = Some(kind.with(code, message));
    Status::napi_ok
}

/// Only functions are referred to: the reference is the number that JavaScript keeps one under.
pub unsafe fn napi_create_reference(
    _: napi_env,
    from: napi_value,
    _: u32,
    to: *mut napi_ref,
) -> napi_status {
    // SAFETY: as promised by the caller.
    let from = unsafe { value(from) };
    if from.tag() != layout::OTHER {
        return Status::napi_invalid_arg;
    }
    // SAFETY: as promised by the caller.
    unsafe { *to = keep(from.more()) as usize as napi_ref };
    Status::napi_ok
}

pub unsafe fn napi_get_reference_value(
    _: napi_env,
    from: napi_ref,
    to: *mut napi_value,
) -> napi_status {
    // SAFETY: as promised by the caller. Nobody reads the value, it is only called.
    unsafe { *to = from.cast() };
    Status::napi_ok
}

pub unsafe fn napi_delete_reference(_: napi_env, from: napi_ref) -> napi_status {
    forget(from as usize as u32);
    Status::napi_ok
}

pub unsafe fn napi_get_undefined(_: napi_env, to: *mut napi_value) -> napi_status {
    // SAFETY: as promised by the caller.
    unsafe { *to = Value::UNDEFINED.place().cast_mut() };
    Status::napi_ok
}

/// Calls a function that is referred to, with one boolean; the answer is a bigint of 64 bits. What it throws
/// ends this call too.
pub unsafe fn napi_call_function(
    _: napi_env,
    _: napi_value,
    function: napi_value,
    _: usize,
    arguments: *const napi_value,
    answer: *mut napi_value,
) -> napi_status {
    thread_local! {
        static ANSWER: Cell<[u64; 3]> = const { Cell::new([0; 3]) };
    }
    // SAFETY: as promised by the caller.
    let boolean = unsafe { value(*arguments).more() != 0 };
    let number = ask(function as usize as u32, boolean);
    if number == u64::MAX {
        return Status::napi_invalid_arg;
    }
    ANSWER.with(|cell| {
        cell.set([layout::head(layout::BIGINT, 0), number, 0]);
        // SAFETY: as promised by the caller, who reads it before there is another one.
        unsafe { *answer = cell.as_ptr().cast() };
    });
    Status::napi_ok
}
