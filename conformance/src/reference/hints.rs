//! What the headers of one response say about limits.

use crate::reference::retry_after::{self, REFERENCE_YEAR, RetryAfter, digits, trim};
use crate::reference::{MAX, SECOND};

/// The year 2100; a reset after it is no epoch.
const LAST_RESET: u128 = 4_102_444_800;
/// 366 days in seconds.
const LONGEST_WINDOW: u128 = 31_622_400;

/// What was made of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Understood and kept.
    Read,
    /// Not one of ours.
    Unknown,
    /// One of ours, and nonsense; counted, nothing overwritten.
    Invalid,
}

/// The hints collected from one response; the later of two valid fields counts.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// `X-RateLimit-Limit`
    pub limit: Option<u128>,
    /// `X-RateLimit-Remaining`
    pub remaining: Option<u128>,
    /// `X-RateLimit-Reset`, a time.
    pub reset: Option<u128>,
    /// `X-RateLimit-Window`, a span.
    pub window: Option<u128>,
    /// `Retry-After`
    pub retry_after: Option<RetryAfter>,
    /// `Date`
    pub date: Option<u128>,
    /// What is counted, if it is not requests.
    pub unit: &'static str,
    /// Whether sending again helps, in the server's own words.
    pub should_retry: Option<bool>,
    /// Whether a denial is of everything.
    pub global: bool,
    /// Fields that were nonsense.
    pub invalid: u32,
}

impl Hints {
    /// Takes one field.
    pub fn header(&mut self, name: &[u8], value: &[u8]) -> Field {
        let whole = |most: u128| digits(trim(value)).filter(|number| *number <= most);
        let seconds = |most| whole(most).map(|seconds| seconds * SECOND);
        let read = match name.to_ascii_lowercase().as_slice() {
            b"retry-after" => {
                keep(&mut self.retry_after, retry_after::parse(value, REFERENCE_YEAR))
            }
            b"date" => keep(&mut self.date, retry_after::date(value, REFERENCE_YEAR)),
            b"x-ratelimit-limit" => keep(&mut self.limit, whole(MAX)),
            b"x-ratelimit-remaining" => keep(&mut self.remaining, whole(MAX)),
            b"x-ratelimit-reset" => keep(&mut self.reset, seconds(LAST_RESET)),
            b"x-ratelimit-window" => {
                keep(&mut self.window, seconds(LONGEST_WINDOW).filter(|window| *window > 0))
            }
            _ => return Field::Unknown,
        };
        if read {
            Field::Read
        } else {
            self.invalid += 1;
            Field::Invalid
        }
    }
}

fn keep<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let valid = value.is_some();
    if valid {
        *slot = value;
    }
    valid
}
