//! `tg_outcome`: what a limiter answers, besides the code.

use tidegate::Outcome;

use crate::{
    caller::Place,
    error::{DENIED, NEVER, OK},
};

/// What goes with the answer of a limiter. All numbers are of the one state that the decision was
/// made on.
#[repr(C)]
pub struct tg_outcome {
    /// TG_OK: whole tokens that are left, rounded down. Otherwise 0.
    pub remaining: u64,
    /// TG_OK: nanoseconds until the limiter is full again, for a window until it ends, rounded up.
    /// Otherwise 0.
    pub reset_after_ns: u64,
    /// TG_DENIED: the exact wait in nanoseconds. After it the same request succeeds if nobody else
    /// takes tokens; one nanosecond earlier it does not. TG_OK: 0. TG_NEVER: UINT64_MAX.
    pub retry_after_ns: u64,
}

/// Writes an outcome, if it is wanted, and returns its code.
#[inline(always)]
pub(crate) fn answer(outcome: Outcome, place: Option<Place<'_, tg_outcome>>) -> i32 {
    let write = |numbers| {
        if let Some(place) = place {
            place.write(numbers);
        }
    };
    // What is allowed has an end of its own, into which the compiler puts its constants; a common one takes
    // them from registers, and a decision then takes a tenth longer.
    if let Outcome::Allowed { .. } = outcome {
        let (code, numbers) = told(outcome);
        write(numbers);
        return code;
    }
    let (code, numbers) = told(outcome);
    write(numbers);
    code
}

/// The code of an outcome, and its numbers.
#[inline]
pub(crate) fn told(outcome: Outcome) -> (i32, tg_outcome) {
    let (code, (remaining, reset_after_ns, retry_after_ns)) = match outcome {
        Outcome::Allowed { remaining, reset_after } => (OK, (remaining, reset_after.as_nanos(), 0)),
        Outcome::Denied { retry_after } => (DENIED, (0, 0, retry_after.as_nanos())),
        Outcome::Never => (NEVER, (0, 0, u64::MAX)),
    };
    (code, tg_outcome { remaining, reset_after_ns, retry_after_ns })
}
