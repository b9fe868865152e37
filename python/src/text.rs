//! Text and bytes out of Python.

use std::borrow::Cow;

use pyo3::{
    intern,
    prelude::*,
    types::{PyByteArray, PyBytes, PyList, PyString, PyTuple},
};
use tidegate::Error;

use crate::{errors, wire::Hints};

/// A `str`, such as a name or a path.
pub(crate) fn string<'a>(name: &str, value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    let text = value.cast::<PyString>().map_err(|_| errors::wrong_type(name, value, "a str"))?;
    text.to_cow().map_err(|_| errors::argument(Error::NotText, name, value))
}

/// What identifies something: `str` (as UTF-8) or bytes, never changed on the way.
pub(crate) fn exact<'a>(name: &str, value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    if value.is_instance_of::<PyString>() {
        return string(name, value).map(bytes_of);
    }
    raw(name, value)
}

/// What a server sent: `str` or bytes; characters that are none are replaced, for the core to pass
/// over.
pub(crate) fn received<'a>(name: &str, value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(bytes_of(text.to_string_lossy())),
        Err(_) => raw(name, value),
    }
}

/// A header's name or value as it was sent. `http.client`, and so urllib3 and requests, decode it as
/// Latin-1, a character for a byte, others as UTF-8: text whose characters are bytes that make UTF-8
/// is of the first kind.
pub(crate) fn header<'a>(name: &str, value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    let bytes = received(name, value)?;
    if bytes.is_ascii() || !value.is_instance_of::<PyString>() {
        return Ok(bytes);
    }
    let sent: Option<Vec<u8>> = String::from_utf8_lossy(&bytes).chars().map(byte_of).collect();
    match sent {
        Some(sent) if std::str::from_utf8(&sent).is_ok() => Ok(Cow::Owned(sent)),
        _ => Ok(bytes),
    }
}

fn byte_of(character: char) -> Option<u8> {
    u8::try_from(character).ok()
}

/// Plain headers as every HTTP library shows them: a mapping, pairs, or [`Hints`].
///
/// A mapping's `multi_items` (httpx, Starlette) goes before its `items`, which joins what is
/// repeated.
pub(crate) fn headers(headers: &Bound<'_, PyAny>) -> PyResult<tidegate::Hints> {
    if let Ok(hints) = headers.cast::<Hints>() {
        return Ok(hints.get().read());
    }
    let mut hints = tidegate::Hints::new();
    each_header(headers, |name, value| {
        hints.header(name, value);
    })?;
    Ok(hints)
}

/// Each line of such headers.
pub(crate) fn each_header(
    headers: &Bound<'_, PyAny>,
    mut take: impl FnMut(&[u8], &[u8]),
) -> PyResult<()> {
    let (multi, items) = (intern!(headers.py(), "multi_items"), intern!(headers.py(), "items"));
    let pairs = if headers.hasattr(multi)? {
        headers.call_method0(multi)?
    } else if headers.hasattr(items)? {
        headers.call_method0(items)?
    } else {
        headers.clone()
    };
    for pair in pairs.try_iter().map_err(|_| not_headers(headers))? {
        let (name, value) = two(&pair?).ok_or_else(|| not_headers(headers))?;
        take(&header("a header's name", &name)?, &header("a header's value", &value)?);
    }
    Ok(())
}

/// The two items of a tuple or a list.
fn two<'py>(pair: &Bound<'py, PyAny>) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    if let Ok(list) = pair.cast::<PyList>() {
        return list.to_tuple().extract().ok();
    }
    pair.cast::<PyTuple>().ok()?.extract().ok()
}

fn not_headers(headers: &Bound<'_, PyAny>) -> PyErr {
    errors::wrong_type("headers", headers, "a mapping or an iterable of pairs of str or bytes")
}

fn raw<'a>(name: &str, value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Cow::Borrowed(bytes.as_bytes()));
    }
    if let Ok(array) = value.cast::<PyByteArray>() {
        return Ok(Cow::Owned(array.to_vec()));
    }
    Err(errors::wrong_type(name, value, "str or bytes"))
}

fn bytes_of(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}
