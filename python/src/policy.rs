//! `Policy`: an API as a file describes it.

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyString, PyTuple},
};
use tidegate::{
    Error, LimitedBy, Method, Span,
    api::{self, Methods, Route},
};

use crate::{
    category::{Category, Limit},
    dialect::Dialect,
    errors,
    given::{Given, NOT},
    pages::{Batch, Pages},
    text, time,
    wire::ErrorBody,
};

/// What an API's document says, as a value: categories and their limits, headers, retry rules,
/// pages, batches. `Api(policy)` keeps to it.
///
/// `Policy.from_file` and `Policy.from_json` read it from JSON, whose members the file
/// `policies/schema.json` describes; `Policy.named` has those of tidegate.APIS. It is frozen and
/// compares by value.
///
/// >>> policy = tidegate.Policy.named("github")
/// >>> policy.name, policy.dialect.name, policy.pages.style
/// ('github', 'github', 'link')
/// >>> [category.name for category in policy.categories]
/// ['core', 'search', 'code_search', 'content']
/// >>> str(policy).splitlines()[0]
/// 'github, headers of the dialect github'
#[pyclass(frozen, eq, module = "tidegate")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    inner: Box<tidegate::Policy>,
}

impl Policy {
    pub(crate) fn inner(&self) -> &tidegate::Policy {
        &self.inner
    }

    fn ttl(&self, method: &Bound<'_, PyAny>, path: &Bound<'_, PyAny>) -> PyResult<Option<Span>> {
        let name = text::string("method", method)?;
        let method = Method::parse(&name).map_err(|error| errors::of(error, &name))?;
        self.inner.cache_of(method, &text::string("path", path)?).map_err(errors::raise)
    }
}

impl From<tidegate::Policy> for Policy {
    fn from(policy: tidegate::Policy) -> Policy {
        Policy { inner: Box::new(policy) }
    }
}

#[pymethods]
impl Policy {
    /// The policy of this name, one of tidegate.APIS.
    ///
    /// TidegateError (a ValueError): there is none of this name.
    #[staticmethod]
    fn named(name: &Bound<'_, PyAny>) -> PyResult<Policy> {
        self::named(name).map(Policy::from)
    }

    /// The policy that a JSON text describes: str, or bytes of UTF-8. Only its name and its categories
    /// must be there; a member that is not known is an error.
    ///
    /// PolicyError (a TidegateError): the first thing that is wrong, its place and what is allowed.
    ///
    /// >>> tidegate.Policy.from_json('{"name": "mine", "categories": [{"name": "all", "limit": 5}]}')
    /// Traceback (most recent call last):
    /// tidegate.PolicyError: line 1, column 49: categories[0].limit: there is no such member; ...
    #[staticmethod]
    fn from_json(text: &Bound<'_, PyAny>) -> PyResult<Policy> {
        self::from_json(text).map(Policy::from)
    }

    /// The policy that a file describes.
    ///
    /// OSError: the file cannot be read. PolicyError (a TidegateError): the first thing that is wrong
    /// with it, behind the path.
    #[staticmethod]
    fn from_file(path: &Bound<'_, PyAny>) -> PyResult<Policy> {
        self::from_file(path).map(Policy::from)
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// How its headers are read; None if they are the plain ones: Retry-After, Date and X-RateLimit-*.
    #[getter]
    fn dialect(&self) -> Option<Dialect> {
        self.inner.dialect().map(Dialect::from)
    }

    /// Its categories in order. A request that no route names belongs to the first.
    #[getter]
    fn categories<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let categories = self.inner.categories();
        let categories = categories.map(|category| Category::new(&self.inner, category));
        PyTuple::new(py, categories.collect::<Vec<_>>())
    }

    /// The limits that all keys share.
    #[getter]
    fn shared<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.shared().map(Limit::from).collect::<Vec<_>>())
    }

    /// How lists are read page by page; None if it does not say.
    #[getter]
    fn pages(&self) -> Option<Pages> {
        self.inner.pages().map(Pages::from)
    }

    /// The routes that do many things at once.
    #[getter]
    fn batches<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.batches().map(Batch::from).collect::<Vec<_>>())
    }

    /// The route that does many things at once and that a path belongs to; None if there is none.
    ///
    /// >>> tidegate.Policy.named("velaflows").batch("/api/v1/tags/bulk").max_items
    /// 50
    fn batch(&self, path: &Bound<'_, PyAny>) -> PyResult<Option<Batch>> {
        let path = text::string("path", path)?;
        let is_its = |batch: &&api::Batch| {
            let methods = Methods::of(&[Method::Post]);
            Route::new(methods, batch.path.as_str(), 0).fits(Method::Post, &path)
        };
        Ok(self.inner.batches().find(is_its).map(Batch::from))
    }

    /// Reads an error body of this API, its parts where the policy names their places; see
    /// scan_error_body.
    ///
    /// >>> policy = tidegate.Policy.named("stripe")
    /// >>> policy.error_body(b'{"error": {"code": "lock_timeout"}, "code": "other"}').code
    /// 'lock_timeout'
    fn error_body(&self, body: &Bound<'_, PyAny>) -> PyResult<ErrorBody> {
        Ok(ErrorBody::from(&self.inner.error_body(&text::received("body", body)?)))
    }

    /// The body of an answer that refuses a request, in the policy's envelope, and its media type.
    ///
    /// `Admission.body` makes it of a denial; this is for limits of your own. `code` is the API's code,
    /// `limit` the name of the limit, `limited_by` whether it is the key's own in its "category" or
    /// the "gateway"'s over all keys, `request_id` the id by which people ask for support.
    ///
    /// >>> policy = tidegate.Policy.named("velaflows")
    /// >>> policy.refusal("TOO_MANY_REQUESTS", retry_after=44.5)[1]
    /// 'application/json'
    #[pyo3(
        signature = (code, *, retry_after, limit=NOT, limited_by=NOT, request_id=NOT),
        text_signature = "($self, code, *, retry_after, limit='', limited_by='category', \
            request_id='')"
    )]
    fn refusal<'py>(
        &self,
        py: Python<'py>,
        code: &Bound<'_, PyAny>,
        retry_after: &Bound<'_, PyAny>,
        limit: Given<'_>,
        limited_by: Given<'_>,
        request_id: Given<'_>,
    ) -> PyResult<(Bound<'py, PyBytes>, &'static str)> {
        let code = text::string("code", code)?;
        let retry_after = time::span("retry_after", retry_after)?;
        let word = |name: &'static str, value: &Given<'_>| {
            value.or(String::new(), |value| Ok(text::string(name, value)?.into_owned()))
        };
        let (limit, id) = (word("limit", &limit)?, word("request_id", &request_id)?);
        let by =
            limited_by.or(LimitedBy::Category, |by| match &*text::string("limited_by", by)? {
                "category" => Ok(LimitedBy::Category),
                "gateway" => Ok(LimitedBy::Gateway),
                _ => Err(errors::value("limited_by", by, "category or gateway")),
            })?;
        let body = self.inner.refusal(by, &code, &limit, retry_after, &id);
        Ok((PyBytes::new(py, body.to_string().as_bytes()), body.content_type()))
    }

    /// How many seconds the answer to such a request is good for; None for every method but GET, and
    /// where the policy does not say.
    ///
    /// TidegateError (a ValueError): an unknown method, a path without its first slash.
    ///
    /// >>> policy = tidegate.Policy.named("velaflows")
    /// >>> policy.cache_ttl("GET", "/api/v1/tags"), policy.cache_ttl("POST", "/api/v1/tags")
    /// (300.0, None)
    fn cache_ttl(
        &self,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
    ) -> PyResult<Option<f64>> {
        Ok(self.ttl(method, path)?.map(time::secs))
    }

    /// As cache_ttl, in nanoseconds.
    fn cache_ttl_ns(
        &self,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
    ) -> PyResult<Option<u64>> {
        Ok(self.ttl(method, path)?.map(Span::as_nanos))
    }

    /// What it says, line by line, for people; `python -m tidegate explain` prints this, and so does
    /// str().
    fn explain(&self) -> String {
        self.inner.to_string()
    }

    fn __str__(&self) -> String {
        self.explain()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Policy {}>", self.name().into_pyobject(py)?.repr()?))
    }
}

/// The policy of a name.
pub(crate) fn named(name: &Bound<'_, PyAny>) -> PyResult<tidegate::Policy> {
    let name = text::string("name", name)?;
    tidegate::Policy::named(&name).map_err(|error| errors::of(error, &name))
}

/// The policy of a JSON text.
pub(crate) fn from_json(text: &Bound<'_, PyAny>) -> PyResult<tidegate::Policy> {
    let bytes = text::exact("text", text)?;
    let json =
        std::str::from_utf8(&bytes).map_err(|_| errors::argument(Error::NotText, "text", text))?;
    tidegate::Policy::from_json(json).map_err(|error| errors::policy(&error, None))
}

/// The policy of a file, read as Python reads one.
pub(crate) fn from_file(path: &Bound<'_, PyAny>) -> PyResult<tidegate::Policy> {
    let py = path.py();
    let decoded = py.import("os")?.call_method1("fsdecode", (path,));
    let decoded = decoded.map_err(|error| match error.is_instance_of::<PyTypeError>(py) {
        true => errors::wrong_type("path", path, "str, bytes or os.PathLike"),
        false => error,
    })?;
    let file = py.import("pathlib")?.call_method1("Path", (&decoded,))?;
    let bytes = file.call_method0("read_bytes")?;
    let shown = decoded.cast::<PyString>()?.to_string_lossy();
    let json = std::str::from_utf8(bytes.cast::<PyBytes>()?.as_bytes());
    let json = json.map_err(|_| errors::of_file(Error::NotText, &shown))?;
    tidegate::Policy::from_json(json).map_err(|error| errors::policy(&error, Some(&shown)))
}
