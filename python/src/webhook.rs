//! `Webhook`: what the signature of a webhook says.

use pyo3::{
    prelude::*,
    types::{PyBytes, PyTuple},
};
use tidegate::{UnixTime, wire};

use crate::{
    errors,
    given::{Given, NOT},
    quota::Quota,
    text, time,
};

/// The signature headers of one webhook, read but not yet believed; tidegate.webhook believes it.
///
/// To believe it: its time must be within the window (`check_time`); HMAC-SHA256 by the secret over
/// `prefix` and then the body as it came must be one of its `signatures`, compared by
/// `hmac.compare_digest`; and it must not have been seen before. Frozen; compares by value.
///
/// >>> signed = tidegate.Webhook.timestamped("t=1716134437,v1=" + "5f" * 32)
/// >>> signed.prefix, signed.time, signed.signatures == (b"_" * 32,)
/// (b'1716134437.', 1716134437.0, True)
#[pyclass(frozen, eq, module = "tidegate")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Webhook {
    headers: Signed,
}

/// The headers as they came.
#[derive(Debug, PartialEq, Eq)]
enum Signed {
    Timestamped(Vec<u8>),
    Standard { id: Vec<u8>, timestamp: Vec<u8>, signature: Vec<u8> },
}

impl Webhook {
    fn read(&self) -> PyResult<wire::Webhook<'_>> {
        let read = match &self.headers {
            Signed::Timestamped(header) => wire::Webhook::timestamped(header),
            Signed::Standard { id, timestamp, signature } => {
                wire::Webhook::standard(id, timestamp, signature)
            }
        };
        read.map_err(errors::raise)
    }

    fn checked(headers: Signed) -> PyResult<Webhook> {
        let webhook = Webhook { headers };
        webhook.read().map(drop)?;
        Ok(webhook)
    }
}

#[pymethods]
impl Webhook {
    /// A webhook whose one header holds `t=UNIX` and one or more `v1=HEX`, as Stripe sends it.
    ///
    /// TidegateError (a ValueError): there is no time or a second one, or no signature.
    #[staticmethod]
    fn timestamped(header: &Bound<'_, PyAny>) -> PyResult<Webhook> {
        Webhook::checked(Signed::Timestamped(text::header("header", header)?.into_owned()))
    }

    /// A webhook of the specification Standard Webhooks, of its headers webhook-id, webhook-timestamp
    /// and webhook-signature.
    ///
    /// TidegateError (a ValueError): there is no id or no time, or no signature.
    #[staticmethod]
    fn standard(
        id: &Bound<'_, PyAny>,
        timestamp: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
    ) -> PyResult<Webhook> {
        Webhook::checked(Signed::Standard {
            id: text::header("id", id)?.into_owned(),
            timestamp: text::header("timestamp", timestamp)?.into_owned(),
            signature: text::header("signature", signature)?.into_owned(),
        })
    }

    /// The limit of a KeyedRateLimiter in which each message that was believed is one request of its
    /// id: the second one is denied for as long as a copy of it could be within the window.
    #[staticmethod]
    #[pyo3(signature = (window=NOT), text_signature = "(window=300.0)")]
    fn seen_once(window: Given<'_>) -> PyResult<Quota> {
        let window = window.or(wire::Webhook::WINDOW, |window| time::span("window", window))?;
        Ok(Quota::from(wire::Webhook::seen_once(window).map_err(errors::raise)?))
    }

    /// The id of the message, the same each time it is sent; None in the scheme that has none.
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        Ok(self.read()?.id().map(|id| PyBytes::new(py, id)))
    }

    /// When it was signed, in seconds since 1970.
    #[getter]
    fn time(&self) -> PyResult<f64> {
        Ok(time::unix_secs(self.read()?.time()))
    }

    /// As time, in nanoseconds.
    #[getter]
    fn time_ns(&self) -> PyResult<u64> {
        Ok(UnixTime::as_nanos(self.read()?.time()))
    }

    /// What is signed before the body.
    #[getter]
    fn prefix<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.read()?.prefix().concat()))
    }

    /// Its signatures, 32 bytes each; several while a sender changes its secret.
    #[getter]
    fn signatures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let webhook = self.read()?;
        PyTuple::new(py, webhook.signatures().map(|one| PyBytes::new(py, &one)).collect::<Vec<_>>())
    }

    /// Raises TidegateError (a ValueError) unless it was signed not more than `window` seconds ago, nor
    /// further ahead. `wall_ns` stands in for the clock (`time.time_ns()`).
    #[pyo3(
        signature = (window=NOT, *, wall_ns=None),
        text_signature = "($self, window=300.0, *, wall_ns=None)"
    )]
    fn check_time(&self, window: Given<'_>, wall_ns: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let window = window.or(wire::Webhook::WINDOW, |window| time::span("window", window))?;
        self.read()?.check_time(time::wall(wall_ns)?, window).map_err(errors::raise)
    }
}
