//! What servers say: `Retry-After`, rate-limit headers, error bodies.

use std::sync::{Mutex, PoisonError};

use pyo3::{prelude::*, types::PyTuple};
use tidegate::{Field, Span, UnixTime, wire::Reader};

use crate::{
    decision::shown,
    given::{Given, NOT},
    text, time,
};

/// The value of a Retry-After header: a delay, or a date of the server's clock.
///
/// >>> tidegate.parse_retry_after("120")
/// RetryAfter(delay=120.0, date=None)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct RetryAfter {
    /// The delay in nanoseconds; None for a date.
    #[pyo3(get)]
    delay_ns: Option<u64>,
    /// The date in nanoseconds since 1970; None for a delay.
    #[pyo3(get)]
    date_ns: Option<u64>,
}

#[pymethods]
impl RetryAfter {
    /// The delay in seconds; None for a date.
    #[getter]
    fn delay(&self) -> Option<f64> {
        self.delay_ns.map(|nanos| time::secs(Span::from_nanos(nanos)))
    }

    /// The date in seconds since 1970, as `time.time()` counts; None for a delay.
    #[getter]
    fn date(&self) -> Option<f64> {
        self.date_ns.map(|nanos| time::unix_secs(UnixTime::from_nanos(nanos)))
    }

    pub(crate) fn __repr__(&self) -> String {
        format!("RetryAfter(delay={}, date={})", shown(self.delay()), shown(self.date()))
    }
}

impl From<tidegate::RetryAfter> for RetryAfter {
    fn from(value: tidegate::RetryAfter) -> RetryAfter {
        match value {
            tidegate::RetryAfter::Delay(span) => {
                RetryAfter { delay_ns: Some(span.as_nanos()), date_ns: None }
            }
            tidegate::RetryAfter::Date(date) => {
                RetryAfter { delay_ns: None, date_ns: Some(date.as_nanos()) }
            }
        }
    }
}

/// Reads the value of a Retry-After header: whole seconds, or a date in any of the three HTTP
/// forms. Anything else is None: garbage is ignored, never guessed at.
///
/// Years of two digits are read as seen from `wall_ns`, or from 2026.
///
/// >>> tidegate.parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT")
/// RetryAfter(delay=None, date=784111777.0)
/// >>> tidegate.parse_retry_after("soon") is None
/// True
#[pyfunction]
#[pyo3(signature = (value, /, *, wall_ns=None))]
pub(crate) fn parse_retry_after(
    value: &Bound<'_, PyAny>,
    wall_ns: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<RetryAfter>> {
    let value = text::received("value", value)?;
    let read = match wall_ns {
        None => tidegate::RetryAfter::parse(&value),
        Some(_) => tidegate::RetryAfter::parse_at(&value, time::wall(wall_ns)?),
    };
    Ok(read.map(RetryAfter::from))
}

/// The rate-limit headers of one response: Retry-After, Date and X-RateLimit-Limit, -Remaining,
/// -Reset and -Window.
///
/// `headers` is a mapping (dict, httpx.Headers, requests' headers) or an iterable of pairs of str
/// or bytes. Names are compared without regard to case; garbage is ignored and counted.
///
/// >>> hints = tidegate.Hints({"X-RateLimit-Remaining": "287", "X-RateLimit-Window": "a minute"})
/// >>> hints.remaining, hints.window, hints.invalid
/// (287, None, 1)
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct Hints {
    inner: Mutex<tidegate::Hints>,
}

impl Hints {
    /// What has been said so far. OK to ignore the poison: nothing panics while it is locked.
    pub(crate) fn read(&self) -> tidegate::Hints {
        *self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Hints {
    #[new]
    #[pyo3(signature = (headers=NOT, /), text_signature = "(headers=(), /)")]
    fn new(headers: Given<'_>) -> PyResult<Hints> {
        let hints = headers.or(tidegate::Hints::new(), text::headers)?;
        Ok(Hints { inner: Mutex::new(hints) })
    }

    /// Takes one more header: "read", "unknown" (it says nothing about limits) or "invalid" (its
    /// value is garbage).
    ///
    /// >>> tidegate.Hints().header("Retry-After", "-1")
    /// 'invalid'
    #[pyo3(signature = (name, value, /))]
    fn header(&self, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        let (name, value) = (text::header("name", name)?, text::header("value", value)?);
        let mut hints = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(field(hints.header(&name, &value)))
    }

    /// Retry-After.
    #[getter]
    fn retry_after(&self) -> Option<RetryAfter> {
        self.read().retry_after().map(RetryAfter::from)
    }

    /// Date: when the server made the answer, in seconds since 1970.
    #[getter]
    fn date(&self) -> Option<f64> {
        self.read().date().map(time::unix_secs)
    }

    /// As date, in nanoseconds.
    #[getter]
    fn date_ns(&self) -> Option<u64> {
        self.read().date().map(UnixTime::as_nanos)
    }

    /// X-RateLimit-Limit: requests a window.
    #[getter]
    fn limit(&self) -> Option<u64> {
        self.read().limit()
    }

    /// X-RateLimit-Remaining: requests left in this window.
    #[getter]
    fn remaining(&self) -> Option<u64> {
        self.read().remaining()
    }

    /// X-RateLimit-Reset: when this window ends, in seconds since 1970 by the server's clock.
    #[getter]
    fn reset(&self) -> Option<f64> {
        self.read().reset().map(time::unix_secs)
    }

    /// As reset, in nanoseconds.
    #[getter]
    fn reset_ns(&self) -> Option<u64> {
        self.read().reset().map(UnixTime::as_nanos)
    }

    /// X-RateLimit-Window: the length of a window in seconds.
    #[getter]
    fn window(&self) -> Option<f64> {
        self.read().window().map(time::secs)
    }

    /// As window, in nanoseconds.
    #[getter]
    fn window_ns(&self) -> Option<u64> {
        self.read().window().map(Span::as_nanos)
    }

    /// What the limit counts: "requests", unless Advice said otherwise.
    #[getter]
    fn unit(&self) -> &'static str {
        self.read().unit().name()
    }

    /// Whether the server says that sending again helps; None if it does not say.
    #[getter]
    fn should_retry(&self) -> Option<bool> {
        self.read().should_retry()
    }

    /// Whether a denial is of a limit over everything, rather than of one route.
    #[getter]
    fn is_global(&self) -> bool {
        self.read().is_global()
    }

    /// How many headers were known by name and garbage by value.
    #[getter]
    fn invalid(&self) -> u32 {
        self.read().invalid()
    }

    /// What they say, line by line, for people. `wall_ns` is what is known of the server's clock;
    /// left out, it is this machine's.
    ///
    /// >>> print(tidegate.Hints({"X-RateLimit-Remaining": "7"}).explain(), end="")
    /// limit: 7 requests left; the tightest
    /// wait: none
    #[pyo3(signature = (*, wall_ns=None))]
    fn explain(&self, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let wall = time::wall(wall_ns)?;
        Ok(Reader::Plain(self.read()).told(wall).to_string())
    }

    fn __repr__(&self) -> String {
        let retry_after = self.retry_after().map(|value| value.__repr__());
        format!(
            "Hints(limit={}, remaining={}, reset={}, window={}, retry_after={}, date={}, \
             invalid={})",
            shown(self.limit()),
            shown(self.remaining()),
            shown(self.reset()),
            shown(self.window()),
            retry_after.as_deref().unwrap_or("None"),
            shown(self.date()),
            self.invalid(),
        )
    }
}

impl From<tidegate::Hints> for Hints {
    fn from(hints: tidegate::Hints) -> Hints {
        Hints { inner: Mutex::new(hints) }
    }
}

/// What became of a header line.
pub(crate) fn field(field: Field) -> &'static str {
    match field {
        Field::Read => "read",
        Field::Unknown => "unknown",
        Field::Invalid => "invalid",
    }
}

/// What an error body says; see scan_error_body.
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct ErrorBody {
    /// The code for machines.
    #[pyo3(get)]
    code: Option<String>,
    /// The message for people.
    #[pyo3(get)]
    message: Option<String>,
    /// The id to name when asking for support.
    #[pyo3(get)]
    request_id: Option<String>,
    fields: Vec<(String, String)>,
    violated_policies: Vec<String>,
}

#[pymethods]
impl ErrorBody {
    /// (path, issue) of each member of the request that is wrong; at most 8.
    #[getter]
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.fields)
    }

    /// The names of the limits that were exceeded (`violated-policies` of problem details); at most 8.
    #[getter]
    fn violated_policies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.violated_policies)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = |text: &Option<String>| text.as_deref().into_pyobject(py)?.repr();
        Ok(format!(
            "ErrorBody(code={}, message={}, request_id={}, fields={})",
            text(&self.code)?,
            text(&self.message)?,
            text(&self.request_id)?,
            self.fields(py)?.repr()?,
        ))
    }
}

/// Reads the body of an error answer: `{error, code, requestId, details: {field, issue}}` or
/// `{success, error: {code, message, details: {errors: [{path, message}]}}}`, problem details (RFC 9457),
/// or what other APIs send. A code may be a number: its digits.
///
/// A bounded scan: 4096 bytes, 32 levels, 8 fields. A body that is not one whole JSON object says
/// nothing: everything is None.
///
/// >>> body = tidegate.scan_error_body(b'{"error": "Slow down", "code": "THROTTLED"}')
/// >>> body.code, body.message
/// ('THROTTLED', 'Slow down')
/// >>> tidegate.scan_error_body("<html>").code is None
/// True
#[pyfunction]
#[pyo3(signature = (body, /))]
pub(crate) fn scan_error_body(body: &Bound<'_, PyAny>) -> PyResult<ErrorBody> {
    let body = text::received("body", body)?;
    Ok(ErrorBody::from(&tidegate::ErrorBody::scan(&body)))
}

impl From<&tidegate::ErrorBody<'_>> for ErrorBody {
    fn from(body: &tidegate::ErrorBody<'_>) -> ErrorBody {
        let fields = body.fields().iter();
        ErrorBody {
            code: body.code().map(|code| code.to_string()),
            message: body.message().map(|message| message.to_string()),
            request_id: body.request_id().map(|id| id.to_string()),
            fields: fields.map(|it| (it.path.to_string(), it.issue.to_string())).collect(),
            violated_policies: body.violated_policies().iter().map(ToString::to_string).collect(),
        }
    }
}
