//! `Admission`: whether a server lets a request in, and what its headers say.

use pyo3::{prelude::*, types::PyBytes};
use tidegate::{LimitedBy, Span, UnixTime};

use crate::{
    announce::Announcement,
    given::{Given, NOT},
    text, time,
};

/// The decision of Api.admit on one request.
#[pyclass(frozen, eq, module = "tidegate")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Admission {
    inner: tidegate::Admission,
}

impl From<tidegate::Admission> for Admission {
    fn from(inner: tidegate::Admission) -> Admission {
        Admission { inner }
    }
}

#[pymethods]
impl Admission {
    /// Whether the request may in.
    #[getter]
    fn allowed(&self) -> bool {
        self.inner.is_allowed()
    }

    /// The category it was counted in.
    #[getter]
    fn category(&self) -> &str {
        self.inner.category()
    }

    /// What denied it: "category" or "gateway"; None if it was allowed.
    #[getter]
    fn limited_by(&self) -> Option<&'static str> {
        self.inner.limited_by().map(|layer| match layer {
            LimitedBy::Category => "category",
            LimitedBy::Gateway => "gateway",
        })
    }

    /// The name of the limit that denied it, "" if it has none; None if it was allowed.
    #[getter]
    fn denied_by(&self) -> Option<&str> {
        self.inner.denied_by()
    }

    /// The API's error code of the denial.
    #[getter]
    fn code(&self) -> Option<&str> {
        self.inner.code()
    }

    /// The key's limit in the category: of several the one that denied, else the one with the least
    /// left.
    #[getter]
    fn limit(&self) -> u64 {
        self.inner.limit()
    }

    /// What is left of it in this window.
    #[getter]
    fn remaining(&self) -> u64 {
        self.inner.remaining()
    }

    /// When the window ends, in seconds since 1970.
    #[getter]
    fn reset(&self) -> f64 {
        time::unix_secs(self.inner.reset())
    }

    /// As reset, in nanoseconds.
    #[getter]
    fn reset_ns(&self) -> u64 {
        UnixTime::as_nanos(self.inner.reset())
    }

    /// The length of the window in seconds.
    #[getter]
    fn window(&self) -> f64 {
        time::secs(self.inner.window())
    }

    /// As window, in nanoseconds.
    #[getter]
    fn window_ns(&self) -> u64 {
        Span::as_nanos(self.inner.window())
    }

    /// Seconds until it would be allowed, rounded up; 0.0 if it was, and 584 years if it needs more
    /// than a limit can ever hold.
    #[getter]
    fn retry_after(&self) -> f64 {
        self.inner.retry_after().map_or(0.0, time::secs)
    }

    /// As retry_after, in nanoseconds.
    #[getter]
    fn retry_after_ns(&self) -> u64 {
        self.inner.retry_after().map_or(0, Span::as_nanos)
    }

    /// The headers to send: limit, remaining, reset and, where the API has it, window; Retry-After
    /// with a denial only. Times are whole seconds, rounded up.
    #[getter]
    fn headers(&self) -> Vec<(&'static str, String)> {
        let headers = self.inner.headers();
        headers.iter().map(|(name, value)| (*name, value.as_str().to_owned())).collect()
    }

    /// The limit for announce, which says it in the forms of the IETF's drafts too, by the name of
    /// the category. `wall_ns` stands in for the clock (`time.time_ns()`).
    #[pyo3(signature = (*, wall_ns=None))]
    fn announcement(&self, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Announcement> {
        let reset_after = self.inner.reset().saturating_since(time::wall(wall_ns)?);
        Ok(Announcement::of(
            self.category(),
            self.inner.limit(),
            self.inner.remaining(),
            reset_after,
            self.inner.window(),
        ))
    }

    /// The body of a denial in the API's own envelope, or as problem details (RFC 9457); None if it
    /// was allowed. `request_id` is the id by which people ask for support, "" for none.
    ///
    /// >>> api = tidegate.Api.velaflows()
    /// >>> wall_ns = 1_711_295_955 * 10**9
    /// >>> denied = [api.admit("POST", "/tags/bulk", key="t", wall_ns=wall_ns) for _ in range(11)][-1]
    /// >>> print(denied.body().decode())
    /// {"success":false,"error":{"code":"TOO_MANY_REQUESTS","message":"Rate limit exceeded. Try again in 45 seconds."}}
    #[pyo3(
        signature = (*, request_id=NOT),
        text_signature = "($self, *, request_id='')"
    )]
    fn body<'py>(
        &self,
        py: Python<'py>,
        request_id: Given<'_>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let id =
            request_id.or(String::new(), |id| Ok(text::string("request_id", id)?.into_owned()))?;
        let body = self.inner.body(&id).map(|body| body.to_string());
        Ok(body.map(|body| PyBytes::new(py, body.as_bytes())))
    }

    /// The media type of body; None if it was allowed.
    #[getter]
    fn content_type(&self) -> Option<&'static str> {
        self.inner.body("").map(|body| body.content_type())
    }

    fn __bool__(&self) -> bool {
        self.allowed()
    }

    fn __repr__(&self) -> String {
        format!(
            "Admission(allowed={}, category='{}', limited_by={}, limit={}, remaining={}, \
             retry_after={:?})",
            if self.allowed() { "True" } else { "False" },
            self.category(),
            self.limited_by().map_or_else(|| "None".to_owned(), |layer| format!("'{layer}'")),
            self.limit(),
            self.remaining(),
            self.retry_after(),
        )
    }
}
