//! The core's table of errors as Python exceptions.

use pyo3::{exceptions::PyValueError, prelude::*, types::PyTuple};
use tidegate::{Error, Span};

pyo3::import_exception!(tidegate._errors, TidegateError);
pyo3::import_exception!(tidegate._errors, AcquireTimeout);
pyo3::import_exception!(tidegate._errors, PolicyError);

/// A row of the table as an exception.
pub(crate) fn raise(error: Error) -> PyErr {
    with_message(error, error.sentence().to_owned())
}

/// A row of the table as an exception that shows the value which was wrong.
pub(crate) fn of(error: Error, value: &str) -> PyErr {
    with_message(error, format!("{value:?}: {}", error.sentence()))
}

/// A row of the table as an exception that shows the argument which was wrong.
pub(crate) fn argument(error: Error, name: &str, value: &Bound<'_, PyAny>) -> PyErr {
    with_message(error, format!("{name}={}: {}", shown(value), error.sentence()))
}

/// An argument of the right type and a value that has no row in the table.
pub(crate) fn value(name: &str, value: &Bound<'_, PyAny>, allowed: &str) -> PyErr {
    PyValueError::new_err(format!("{name}={}: {name} must be {allowed}", shown(value)))
}

/// An argument of the wrong type.
pub(crate) fn wrong_type(name: &str, value: &Bound<'_, PyAny>, allowed: &str) -> PyErr {
    let given = value.get_type().qualname();
    let given = given.map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    pyo3::exceptions::PyTypeError::new_err(format!("{name} must be {allowed}, not {given}"))
}

/// A row of the table as an exception that shows the file which was wrong.
pub(crate) fn of_file(error: Error, path: &str) -> PyErr {
    with_message(error, format!("{path}: {}", error.sentence()))
}

/// What is wrong with a policy, and in which file.
pub(crate) fn policy(error: &tidegate::api::PolicyError, path: Option<&str>) -> PyErr {
    let row = error.error();
    let message = path.map_or_else(|| error.to_string(), |path| format!("{path}: {error}"));
    let (member, problem) = (error.member.as_str().to_owned(), error.problem.to_string());
    let (line, column, path) = (error.line, error.column, path.map(str::to_owned));
    PolicyError::new_err((message, row.number(), row.name(), line, column, member, problem, path))
}

/// A wait that is longer than whoever waits would like it, or than anybody can.
pub(crate) fn too_long(wait: Span, is_unbounded: bool) -> PyErr {
    let delay = tidegate_host::secs_up(wait);
    let most = if is_unbounded { "about fifty years" } else { "the timeout" };
    let message = format!("the wait of {delay:?} s is longer than {most}");
    AcquireTimeout::new_err((message, delay, wait.as_nanos()))
}

/// A cost that no wait would make possible.
pub(crate) fn never(n: u64, most: u64) -> PyErr {
    PyValueError::new_err(match most {
        0 => format!("n={n}: a limit of 0 never allows anything"),
        _ => format!("n={n}: at most {most} can ever be taken at once"),
    })
}

/// `(number, name, sentence)` of every row.
pub(crate) fn table(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(
        py,
        Error::ALL.iter().map(|error| (error.number(), error.name(), error.sentence())),
    )
}

/// A row of the table as an exception with another sentence.
pub(crate) fn with_message(error: Error, message: String) -> PyErr {
    TidegateError::new_err((message, error.number(), error.name()))
}

/// The value as Python shows it, or its type where that fails or is long.
fn shown(value: &Bound<'_, PyAny>) -> String {
    match value.repr().map(|text| text.to_string()) {
        Ok(text) if text.len() <= MAX_SHOWN => text,
        _ => value.get_type().to_string(),
    }
}

const MAX_SHOWN: usize = 80;
const _: () = assert!(Error::ALL.len() == 44, "a new error: name it in tidegate/_types.py");
