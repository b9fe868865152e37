//! The headers that tell a client its limits, in the form that it understands.

use pyo3::{CastIntoError, prelude::*};
use tidegate::{
    Error, Span,
    wire::{self, Form},
};

use crate::{
    errors,
    given::{Given, NOT},
    number, text, time,
};

/// One limit for announce: how many a window of `window` seconds, how many are left, and how many
/// seconds until there will be more. `name` is what the latest draft calls it, printable ASCII; the
/// other forms have no names. It is frozen and compares by value.
///
/// >>> tidegate.Announcement("burst", limit=100, remaining=0, reset_after=29.5, window=60)
/// Announcement('burst', limit=100, remaining=0, reset_after=29.5, window=60.0)
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Announcement {
    /// What the latest draft calls it.
    #[pyo3(get)]
    name: String,
    /// How many a window.
    #[pyo3(get)]
    limit: u64,
    /// How many are left.
    #[pyo3(get)]
    remaining: u64,
    /// As reset_after, in nanoseconds.
    #[pyo3(get)]
    reset_after_ns: u64,
    /// As window, in nanoseconds.
    #[pyo3(get)]
    window_ns: u64,
}

#[pymethods]
impl Announcement {
    #[new]
    #[pyo3(
        signature = (name=NOT, *, limit, remaining, reset_after, window),
        text_signature = "(name='', *, limit, remaining, reset_after, window)"
    )]
    fn new(
        name: Given<'_>,
        limit: &Bound<'_, PyAny>,
        remaining: &Bound<'_, PyAny>,
        reset_after: &Bound<'_, PyAny>,
        window: &Bound<'_, PyAny>,
    ) -> PyResult<Announcement> {
        Ok(Announcement {
            name: name.or(String::new(), |name| Ok(text::string("name", name)?.into_owned()))?,
            limit: number::count("limit", limit)?,
            remaining: number::count("remaining", remaining)?,
            reset_after_ns: time::span("reset_after", reset_after)?.as_nanos(),
            window_ns: time::span("window", window)?.as_nanos(),
        })
    }

    /// How many seconds until there will be more.
    #[getter]
    fn reset_after(&self) -> f64 {
        time::secs(Span::from_nanos(self.reset_after_ns))
    }

    /// The length of a window in seconds.
    #[getter]
    fn window(&self) -> f64 {
        time::secs(Span::from_nanos(self.window_ns))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "Announcement({}, limit={}, remaining={}, reset_after={:?}, window={:?})",
            self.name.as_str().into_pyobject(py)?.repr()?,
            self.limit,
            self.remaining,
            self.reset_after(),
            self.window(),
        ))
    }
}

impl Announcement {
    pub(crate) fn of(
        name: &str,
        limit: u64,
        remaining: u64,
        reset_after: Span,
        window: Span,
    ) -> Announcement {
        let (reset_after_ns, window_ns) = (reset_after.as_nanos(), window.as_nanos());
        Announcement { name: name.to_owned(), limit, remaining, reset_after_ns, window_ns }
    }

    fn core(&self) -> wire::Announcement<'_> {
        wire::Announcement {
            name: &self.name,
            limit: self.limit,
            remaining: self.remaining,
            reset_after: Span::from_nanos(self.reset_after_ns),
            window: Span::from_nanos(self.window_ns),
        }
    }
}

/// The headers that announce these limits, as pairs in the order in which they are sent; with
/// Retry-After if a wait is given. Times are whole seconds, rounded up.
///
/// `form` is "x" (X-RateLimit-Limit, -Remaining, -Reset, -Window, of the limit with the least left),
/// "draft-6" (RateLimit-Policy of all, RateLimit-Limit, -Remaining, -Reset), "draft-7"
/// (RateLimit-Policy of all, RateLimit) or "draft-10" (both of all). `limits` is an iterable of
/// Announcement. `wall_ns` stands in for the clock (`time.time_ns()`).
///
/// TidegateError (a ValueError): an unknown form; no limit, a name that is not printable ASCII, or
/// values beyond 384 bytes.
///
/// >>> limit = tidegate.Announcement("burst", limit=100, remaining=0, reset_after=29.5, window=60)
/// >>> for name, value in tidegate.announce("draft-10", [limit], retry_after=29.5):
/// ...     print(f"{name}: {value}")
/// RateLimit-Policy: "burst";q=100;w=60
/// RateLimit: "burst";r=0;t=30
/// Retry-After: 30
#[pyfunction]
#[pyo3(signature = (form, limits, *, retry_after=None, wall_ns=None))]
pub(crate) fn announce(
    form: &Bound<'_, PyAny>,
    limits: &Bound<'_, PyAny>,
    retry_after: Option<&Bound<'_, PyAny>>,
    wall_ns: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<(&'static str, String)>> {
    let name = text::string("form", form)?;
    let form = Form::named(&name).ok_or_else(|| errors::of(Error::UnknownForm, &name))?;
    let not_limits = |_| errors::wrong_type("limits", limits, "an iterable of Announcement");
    let mut told = Vec::new();
    for (at, limit) in limits.try_iter().map_err(not_limits)?.enumerate() {
        let not_one = |error: CastIntoError<'_>| {
            errors::wrong_type(&format!("limits[{at}]"), &error.into_inner(), "an Announcement")
        };
        told.push(limit?.cast_into::<Announcement>().map_err(not_one)?);
    }
    let retry_after = time::span_or_none("retry_after", retry_after)?;
    let told: Vec<_> = told.iter().map(|limit| limit.get().core()).collect();
    let headers = form.headers(&told, retry_after, time::wall(wall_ns)?);
    let headers = headers.ok_or_else(|| errors::raise(Error::AnnouncementInvalid))?;
    Ok(headers.iter().map(|(name, value)| (*name, value.as_str().to_owned())).collect())
}
