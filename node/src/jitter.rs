//! `Jitter`, of its name and of how much it spreads.

use napi::bindgen_prelude::Either;
use tidegate::{Error, Jitter, Span};

use crate::values::{self, Length};

/// The jitter of this name. `additive` spreads by a length of time, `around` and `above` by a part of the
/// delay; the others need no spread, and the JavaScript in front has asked for one where it is needed.
pub(crate) fn jitter(name: &str, spread: Option<&Length>) -> Result<Jitter, Error> {
    let part = || match spread {
        Some(Either::A(part)) => values::millionths(*part, Error::BackoffOutOfRange),
        _ => Ok(0), // checked before
    };
    Ok(match name {
        "none" => Jitter::None,
        "full" => Jitter::Full,
        "equal" => Jitter::Equal,
        "additive" => Jitter::Additive(spread.map_or(Ok(Span::ZERO), values::span)?),
        "around" => Jitter::Around(part()?),
        "above" => Jitter::Above(part()?),
        "decorrelated" => Jitter::Decorrelated,
        "decorrelated_v2" => Jitter::DecorrelatedV2,
        _ => return Err(Error::UnknownJitter),
    })
}
