//! The answers of steps.

use core::fmt::Display;

use crate::reference::error::Error;

/// `ok`, or the error.
pub(super) fn ok<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => format!("error {error}"),
    }
}

/// The value, or the error.
pub(super) fn value<T: Display>(result: Result<T, Error>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(error) => format!("error {error}"),
    }
}

/// `-` for none.
pub(super) fn optional<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Every byte outside `[A-Za-z0-9_.-]` as `%XX`; `""` for the empty text.
pub(super) fn encoded(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"_.-".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}
