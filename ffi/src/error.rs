//! `tg_code`: what every function returns, and core's table of errors as C numbers.

use core::ffi::c_char;

use tidegate::Error;

use crate::text::{c, column, texts};

/// What a function returns: 0 and above is an answer, below 0 an error.
///
/// An error changed nothing and wrote nothing. The numbers are append-only.
#[repr(i32)]
pub enum tg_code {
    /// Done. Of an acquisition: allowed, and taken.
    TG_OK = 0,
    /// Not now. Nothing was taken; a wait tells when. Of a retry: it is not to be sent.
    TG_DENIED = 1,
    /// Not ever: more than the limit can hold. Nothing was taken.
    TG_NEVER = 2,
    /// The period must be from 1 ms to 366 days.
    TG_ERR_PERIOD_OUT_OF_RANGE = -1,
    /// The limit must be at most 1,000,000,000 a period and one a nanosecond.
    TG_ERR_LIMIT_TOO_HIGH = -2,
    /// The burst must be at least 1; to deny everything set the limit to 0.
    TG_ERR_BURST_ZERO = -3,
    /// The burst must be at most 4,294,967,296 and refill within 45 years.
    TG_ERR_BURST_TOO_LARGE = -4,
    /// A backoff needs delays above 0 and no longer than the cap, a factor of 1 or at least 1.01, and a
    /// jitter within the cap (in proportion: at most all of it).
    TG_ERR_BACKOFF_OUT_OF_RANGE = -5,
    /// The API must be one of: stackflow, velaflows, github, gitlab, stripe, shopify, openai, discord.
    TG_ERR_UNKNOWN_API = -6,
    /// The method must be one of: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE.
    TG_ERR_UNKNOWN_METHOD = -7,
    /// The path must start with '/'.
    TG_ERR_PATH_INVALID = -8,
    /// The key (user or token) must not be empty.
    TG_ERR_KEY_EMPTY = -9,
    /// The role is not one that the API describes.
    TG_ERR_UNKNOWN_ROLE = -10,
    /// A window in place of the documented one must be whole seconds, from 1 s to 366 days.
    TG_ERR_WINDOW_OUT_OF_RANGE = -11,
    /// An answer or a failure was reported although no send is in flight.
    TG_ERR_OUT_OF_ORDER = -12,
    /// The status must be from 100 to 599.
    TG_ERR_STATUS_OUT_OF_RANGE = -13,
    /// The failure must be one of enum tg_failure.
    TG_ERR_UNKNOWN_FAILURE = -14,
    /// A time must be finite, not negative, and below 584 years. (No function of C returns it: all
    /// its times are unsigned integers.)
    TG_ERR_TIME_OUT_OF_RANGE = -15,
    /// A pointer that must not be NULL was NULL.
    TG_ERR_NULL_POINTER = -16,
    /// The buffer is too short for the result; or a length was given that no buffer can have.
    TG_ERR_BUFFER_TOO_SHORT = -17,
    /// The text is not valid UTF-8.
    TG_ERR_NOT_TEXT = -18,
    /// The header and the library are of different versions.
    TG_ERR_ABI_MISMATCH = -19,
    /// The jitter must be one of enum tg_jitter.
    TG_ERR_UNKNOWN_JITTER = -20,
    /// The object was used before it was initialized; or it was used up.
    TG_ERR_NOT_INITIALIZED = -21,
    /// A pointer was not aligned as its type demands.
    TG_ERR_POINTER_MISALIGNED = -22,
    /// A lease needs a size of at least 1, and a life in which fewer tokens come than the burst.
    TG_ERR_LEASE_OUT_OF_RANGE = -23,
    /// The carry must be one of enum tg_carry.
    TG_ERR_UNKNOWN_CARRY = -24,
    /// What a full table does must be one of enum tg_full.
    TG_ERR_UNKNOWN_FULL = -25,
    /// The period must be at least 1 tick for each token of it: choose shorter ticks.
    TG_ERR_TICKS_TOO_COARSE = -26,
    /// The burst must refill within 1,073,741,824 ticks.
    TG_ERR_BURST32_TOO_LARGE = -27,
    /// A budget of retries needs a window from 1 s to 1 hour, a ratio of at most 1,000, and (for a
    /// throttle) 1 to 1,000 tokens and a ratio above 0.
    TG_ERR_BUDGET_OUT_OF_RANGE = -28,
    /// A breaker needs 1 to 1,000,000,000 failures or calls, a part up to all of them, a window from
    /// 1 s to 1 hour, and an open time above 0.
    TG_ERR_BREAKER_OUT_OF_RANGE = -29,
    /// The dialect must be one of: common, ietf, github, gitlab, discord, shopify, stripe, openai,
    /// anthropic, reddit, twitter, okta, slack, atlassian, azure, aws.
    TG_ERR_UNKNOWN_DIALECT = -30,
    /// The meaning of a reset must be one of enum tg_reset.
    TG_ERR_UNKNOWN_RESET = -31,
    /// The form of headers must be one of enum tg_form.
    TG_ERR_UNKNOWN_FORM = -32,
    /// The cause of a retry must be one of enum tg_cause.
    TG_ERR_UNKNOWN_CAUSE = -33,
    /// An announcement needs at least one limit, names of printable ASCII, and values that fit 384
    /// bytes.
    TG_ERR_ANNOUNCEMENT_INVALID = -34,
    /// The policy is not valid JSON of its schema; what was wrong, and where, is told with it.
    TG_ERR_POLICY_INVALID = -35,
    /// The prefix of IPv6 addresses must be from 32 to 128 bits.
    TG_ERR_PREFIX_OUT_OF_RANGE = -36,
    /// The signature of a webhook must have its time in seconds since 1970, at least one signature and,
    /// where its scheme has one, an id.
    TG_ERR_SIGNATURE_MALFORMED = -37,
    /// The webhook was signed too long ago or too far ahead: it is a replay, or a clock is wrong.
    TG_ERR_SIGNATURE_OUT_OF_WINDOW = -38,
    /// No signature of the webhook is that of its body and a secret. (For who compares them: no function of
    /// C returns it.)
    TG_ERR_SIGNATURE_WRONG = -39,
    /// The size of a page must be at least 1 and at most what the policy allows.
    TG_ERR_PAGE_SIZE_OUT_OF_RANGE = -40,
    /// The name of a shared limiter must be 1 to 100 of the characters A-Z a-z 0-9 . _ - and not begin
    /// with a dot.
    TG_ERR_SHARED_NAME_INVALID = -41,
    /// The memory is no shared limiter of this layout, clock and user.
    TG_ERR_SHARED_INVALID = -42,
    /// The shared limiter was made with another quota, capacity or kind.
    TG_ERR_SHARED_DIFFERS = -43,
    /// The system does not let this limiter be shared; errno tells why.
    TG_ERR_SHARED_UNAVAILABLE = -44,
}

/// One English sentence that says what a code means, static and never NULL. Of an error: what was
/// wrong and what is allowed. A number that is no code gives "unknown code".
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub extern "C" fn tg_strerror(code: i32) -> *const c_char {
    match code {
        OK => c(c"success"),
        DENIED => c(c"not now: nothing was taken, and a wait tells when"),
        NEVER => c(c"not ever: more than the limit can hold"),
        _ => {
            let sentences = texts!(column!(Error, sentence));
            sentences.numbered(code.saturating_neg()).unwrap_or(c(c"unknown code"))
        }
    }
}

/// The name of an error, the same in every language ("PeriodOutOfRange"), static and never NULL. A
/// number that is no error gives "".
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub extern "C" fn tg_error_name(code: i32) -> *const c_char {
    texts!(column!(Error, name)).numbered(code.saturating_neg()).unwrap_or(c(c""))
}

pub(crate) const OK: i32 = tg_code::TG_OK as i32;
pub(crate) const DENIED: i32 = tg_code::TG_DENIED as i32;
pub(crate) const NEVER: i32 = tg_code::TG_NEVER as i32;

/// The code of a result.
pub(crate) fn code(result: Result<i32, Error>) -> i32 {
    result.unwrap_or_else(|error| -i32::from(error.number()))
}

const ROWS: usize = Error::ALL.len();

/// A new row of core's table does not compile until `tg_code` has it.
const _: () = assert!(ROWS == -(tg_code::TG_ERR_SHARED_UNAVAILABLE as i32) as usize);

#[cfg(test)]
mod tests {
    use super::Error;

    /// `PeriodOutOfRange` as C spells it.
    fn constant(error: Error) -> String {
        error.name().chars().fold("TG_ERR".to_owned(), |name, letter| {
            let word = if letter.is_ascii_uppercase() { "_" } else { "" };
            name + word + &letter.to_ascii_uppercase().to_string()
        })
    }

    #[test]
    fn the_header_has_every_row_and_no_other() {
        let header = include_str!("../include/tidegate.h");
        for &error in Error::ALL {
            let row = format!("\n  {} = -{},\n", constant(error), error.number());
            assert_eq!(header.matches(&row).count(), 1, "{row}");
        }
        assert_eq!(header.matches("\n  TG_ERR_").count(), Error::ALL.len());
    }
}
