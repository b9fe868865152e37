//! The jitter of a backoff, out of a name and a spread.

use pyo3::{exceptions::PyTypeError, prelude::*};
use tidegate::{Error, Jitter};

use crate::{errors, given::Given, number, text, time};

/// The jitter with this name, "full" if there is none. The additive one takes its spread in seconds,
/// the proportional ones as a part of the delay, the others take none.
pub(crate) fn jitter(name: &Given<'_>, spread: Option<&Bound<'_, PyAny>>) -> PyResult<Jitter> {
    let name = name.get().map_or(Ok("full".into()), |name| text::string("jitter", name))?;
    let part = |spread| number::parts("spread", spread, number::MILLION, Error::BackoffOutOfRange);
    let (jitter, takes_none) = match (&*name, spread) {
        ("additive", Some(spread)) => (Jitter::Additive(time::span("spread", spread)?), false),
        ("around", Some(spread)) => (Jitter::Around(part(spread)?), false),
        ("above", Some(spread)) => (Jitter::Above(part(spread)?), false),
        ("additive" | "around" | "above", None) => {
            return Err(PyTypeError::new_err(format!("jitter='{name}' needs spread")));
        }
        ("none", _) => (Jitter::None, true),
        ("full", _) => (Jitter::Full, true),
        ("equal", _) => (Jitter::Equal, true),
        ("decorrelated", _) => (Jitter::Decorrelated, true),
        ("decorrelated_v2", _) => (Jitter::DecorrelatedV2, true),
        _ => return Err(errors::of(Error::UnknownJitter, &name)),
    };
    if takes_none && spread.is_some() {
        let message = "spread goes with jitter='additive', 'around' or 'above' only";
        return Err(PyTypeError::new_err(message));
    }
    Ok(jitter)
}
