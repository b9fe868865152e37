//! `Key`: whose bucket it is, out of Python.

use std::borrow::Cow;

use pyo3::{
    prelude::*,
    types::{PyByteArray, PyBytes, PyString, PyTuple},
};
use tidegate::{Instant, KeyedRateLimiter, Outcome, Quota};

use crate::{errors, number, text};

/// A key as the core takes it.
pub(crate) enum Key<'a> {
    Bytes(Cow<'a, [u8]>),
    Number(u64),
}

impl<'a> Key<'a> {
    /// Of a str, bytes, an int or a tuple of them.
    pub(crate) fn new(value: &'a Bound<'_, PyAny>) -> PyResult<Key<'a>> {
        if let Ok(tuple) = value.cast::<PyTuple>() {
            return joined(tuple).map(Key::Bytes);
        }
        Key::of("key", value)
    }

    fn of(name: &str, value: &'a Bound<'_, PyAny>) -> PyResult<Key<'a>> {
        let is_text = value.is_instance_of::<PyString>();
        if is_text || value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
            return text::exact(name, value).map(Key::Bytes);
        }
        match number::unsigned(name, value) {
            Ok(Some(number)) => Ok(Key::Number(number)),
            Ok(None) => {
                let allowed =
                    "from 0 to 18446744073709551615 if it is an int; use str() for others";
                Err(errors::value(name, value, allowed))
            }
            Err(error) if error.is_instance_of::<pyo3::exceptions::PyTypeError>(value.py()) => {
                Err(errors::wrong_type(name, value, "str, bytes, int or a tuple of these"))
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn try_acquire(
        &self,
        limiter: &KeyedRateLimiter<'_>,
        quota: &Quota,
        n: u64,
        now: Instant,
    ) -> Outcome {
        match self {
            Key::Bytes(key) => limiter.try_acquire(key, quota, n, now),
            Key::Number(key) => limiter.try_acquire_u64(*key, quota, n, now),
        }
    }

    pub(crate) fn peek(
        &self,
        limiter: &KeyedRateLimiter<'_>,
        quota: &Quota,
        n: u64,
        now: Instant,
    ) -> Outcome {
        match self {
            Key::Bytes(key) => limiter.peek(key, quota, n, now),
            Key::Number(key) => limiter.peek_u64(*key, quota, n, now),
        }
    }
}

/// A tuple as bytes that no other tuple and no str is: a byte that is in no UTF-8, then of each item
/// its kind, the length of its bytes, and its bytes.
fn joined(tuple: &Bound<'_, PyTuple>) -> PyResult<Cow<'static, [u8]>> {
    let mut bytes = vec![0xff];
    for (index, item) in tuple.iter().enumerate() {
        let kind = if item.is_instance_of::<PyString>() { b's' } else { b'b' };
        let name = format!("key[{index}]");
        match Key::of(&name, &item)? {
            Key::Bytes(item) => {
                bytes.push(kind);
                bytes.extend((item.len() as u64).to_le_bytes());
                bytes.extend_from_slice(&item);
            }
            Key::Number(item) => {
                bytes.push(b'n');
                bytes.extend(item.to_le_bytes());
            }
        }
    }
    Ok(bytes.into())
}
