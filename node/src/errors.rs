//! The rows of the error table on their way to JavaScript.
//!
//! Nothing here throws: a function that has no value to give answers with the number of a row, and
//! the JavaScript in front of it makes the error. (`tryAcquire` has nothing in front of it, and throws
//! by itself.)

use napi::bindgen_prelude::Either;
use napi_derive::napi;
use tidegate::{Error, Failure, Reason};

/// A value, or the number of the row that says why there is none.
pub(crate) type Answer<T> = Either<u32, T>;

/// The value or the row's number.
pub(crate) fn answer<T>(result: Result<T, Error>) -> Answer<T> {
    match result {
        Ok(value) => Either::B(value),
        Err(error) => Either::A(error.number().into()),
    }
}

/// 0, or the row's number.
pub(crate) fn done(result: Result<(), Error>) -> u32 {
    result.map_or_else(|error| error.number().into(), |()| 0)
}

/// One row of the core's table.
#[napi(object, object_from_js = false)]
pub(crate) struct ErrorRow {
    /// The stable number, from 1.
    pub number: u32,
    /// The name, as every language has it.
    pub name: &'static str,
    /// One sentence: what was wrong and what is allowed.
    pub message: &'static str,
}

/// Every row, in the order of their numbers.
#[napi]
pub(crate) fn error_rows() -> Vec<ErrorRow> {
    let row = |error: &Error| ErrorRow {
        number: error.number().into(),
        name: error.name(),
        message: error.sentence(),
    };
    Error::ALL.iter().map(row).collect()
}

/// The names of all reasons to give up.
#[napi]
pub(crate) fn reason_names() -> Vec<&'static str> {
    Reason::ALL.iter().map(|reason| reason.name()).collect()
}

/// The names of all failures of a send.
#[napi]
pub(crate) fn failure_names() -> Vec<&'static str> {
    Failure::ALL.iter().map(|failure| failure.name()).collect()
}
