//! `tg_jitter`: how a delay is spread, and by how much.

use tidegate::{Error, Jitter, Span};

/// How a delay is spread. Every kind stays within the cap and is still spread at the cap.
#[repr(i32)]
pub enum tg_jitter {
    /// Not at all.
    TG_JITTER_NONE = 0,
    /// Anything from 1 ns to the delay.
    TG_JITTER_FULL = 1,
    /// Half of the delay, rounded up, and anything up to the other half.
    TG_JITTER_EQUAL = 2,
    /// The delay and anything from 0 to `spread` nanoseconds. Near the cap the delay gives way, so that
    /// the sum keeps its spread.
    TG_JITTER_ADDITIVE = 3,
    /// The delay and anything up to `spread` millionths of it more or less; at most 1,000,000. Near the
    /// cap the delay gives way.
    TG_JITTER_AROUND = 4,
    /// The delay and anything up to `spread` millionths of it more; at most 1,000,000. Near the cap the
    /// delay gives way.
    TG_JITTER_ABOVE = 5,
    /// Anything from the first delay to three times the delay before ("decorrelated", of AWS). Of the
    /// growth only the first delay counts. No retry comes before it, so the cap should be well above.
    TG_JITTER_DECORRELATED = 6,
    /// Near the first delay times 2^n, smooth from nothing to about four times that (Polly's second
    /// decorrelated kind). Of the growth only the first delay counts.
    TG_JITTER_DECORRELATED_V2 = 7,
}

/// The jitter of a number of C's. `spread` is nanoseconds or millionths, by its kind; the other kinds
/// ignore it.
pub(crate) fn jitter(kind: i32, spread: u64) -> Result<Jitter, Error> {
    let millionths = || u32::try_from(spread).map_err(|_| Error::BackoffOutOfRange);
    Ok(match kind {
        NONE => Jitter::None,
        FULL => Jitter::Full,
        EQUAL => Jitter::Equal,
        ADDITIVE => Jitter::Additive(Span::from_nanos(spread)),
        AROUND => Jitter::Around(millionths()?),
        ABOVE => Jitter::Above(millionths()?),
        DECORRELATED => Jitter::Decorrelated,
        DECORRELATED_V2 => Jitter::DecorrelatedV2,
        _ => return Err(Error::UnknownJitter),
    })
}

const NONE: i32 = tg_jitter::TG_JITTER_NONE as i32;
const FULL: i32 = tg_jitter::TG_JITTER_FULL as i32;
const EQUAL: i32 = tg_jitter::TG_JITTER_EQUAL as i32;
const ADDITIVE: i32 = tg_jitter::TG_JITTER_ADDITIVE as i32;
const AROUND: i32 = tg_jitter::TG_JITTER_AROUND as i32;
const ABOVE: i32 = tg_jitter::TG_JITTER_ABOVE as i32;
const DECORRELATED: i32 = tg_jitter::TG_JITTER_DECORRELATED as i32;
const DECORRELATED_V2: i32 = tg_jitter::TG_JITTER_DECORRELATED_V2 as i32;
