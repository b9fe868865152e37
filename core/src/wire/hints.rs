//! `Hints`: what one response's headers say about limits.

use super::{
    Unit, date,
    read::{REFERENCE, RetryAfter},
    text::{digits, trim},
};
use crate::time::{Span, UnixTime};

/// The rate-limit headers of one response, read one by one.
///
/// Garbage never replaces a value and is counted; of a repeated header the last valid one counts.
///
/// # Examples
///
/// ```
/// use tidegate::{Field, Hints, Span};
///
/// let mut hints = Hints::new();
/// assert_eq!(hints.header(b"x-ratelimit-remaining", b"287"), Field::Read);
/// assert_eq!(hints.header(b"X-RateLimit-Window", b"a minute"), Field::Invalid);
/// assert_eq!(hints.header(b"Content-Type", b"text/plain"), Field::Unknown);
/// assert_eq!((hints.remaining(), hints.window(), hints.invalid()), (Some(287), None, 1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    pub(super) retry_after: Option<RetryAfter>,
    pub(super) date: Option<UnixTime>,
    pub(super) limit: Option<u64>,
    pub(super) remaining: Option<u64>,
    pub(super) reset: Option<UnixTime>,
    pub(super) window: Option<Span>,
    /// What `limit`, `remaining`, `reset` and `window` count.
    pub(super) unit: Unit,
    pub(super) should_retry: Option<bool>,
    pub(super) global: bool,
    pub(super) invalid: u32,
}

/// What became of one header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Its value was taken.
    Read,
    /// Its name says nothing about limits.
    Unknown,
    /// Its name does, its value is not in the grammar: ignored and counted.
    Invalid,
}

impl Hints {
    /// Nothing said.
    #[inline]
    pub const fn new() -> Hints {
        Hints {
            retry_after: None,
            date: None,
            limit: None,
            remaining: None,
            reset: None,
            window: None,
            unit: Unit::Requests,
            should_retry: None,
            global: false,
            invalid: 0,
        }
    }

    /// Takes one header. Names are compared without regard to case.
    pub fn header(&mut self, name: &[u8], value: &[u8]) -> Field {
        let Some(&(_, reader)) = READERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))
        else {
            return Field::Unknown;
        };
        match reader(self, trim(value)) {
            Some(()) => Field::Read,
            None => {
                self.invalid = self.invalid.saturating_add(1);
                Field::Invalid
            }
        }
    }

    /// `Retry-After`.
    #[inline]
    pub const fn retry_after(&self) -> Option<RetryAfter> {
        self.retry_after
    }

    /// `Date`: when the server made the answer, a whole second of its clock, rounded down.
    #[inline]
    pub const fn date(&self) -> Option<UnixTime> {
        self.date
    }

    /// `X-RateLimit-Limit`: requests a window.
    #[inline]
    pub const fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// `X-RateLimit-Remaining`: requests left in this window.
    #[inline]
    pub const fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// `X-RateLimit-Reset`: when this window ends, by the server's clock.
    #[inline]
    pub const fn reset(&self) -> Option<UnixTime> {
        self.reset
    }

    /// `X-RateLimit-Window`: the length of a window.
    #[inline]
    pub const fn window(&self) -> Option<Span> {
        self.window
    }

    /// What the limit counts: requests, unless a dialect says otherwise.
    #[inline]
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// What the server said of trying again, in words of its own (`x-should-retry`).
    #[inline]
    pub const fn should_retry(&self) -> Option<bool> {
        self.should_retry
    }

    /// Whether a denial is of a limit over everything, rather than of one route.
    #[inline]
    pub const fn is_global(&self) -> bool {
        self.global
    }

    /// How many headers were known by name and invalid by value.
    #[inline]
    pub const fn invalid(&self) -> u32 {
        self.invalid
    }
}

/// Nothing said.
impl Default for Hints {
    fn default() -> Hints {
        Hints::new()
    }
}

type Reader = fn(&mut Hints, &[u8]) -> Option<()>;

/// Every known name and what its value means.
const READERS: [(&[u8], Reader); 6] = [
    (b"Retry-After", |hints, value| {
        hints.retry_after = Some(RetryAfter::parse(value)?);
        Some(())
    }),
    (b"Date", |hints, value| {
        hints.date = Some(date::parse(value, REFERENCE)?);
        Some(())
    }),
    (b"X-RateLimit-Limit", |hints, value| {
        hints.limit = Some(number(value)?);
        Some(())
    }),
    (b"X-RateLimit-Remaining", |hints, value| {
        hints.remaining = Some(number(value)?);
        Some(())
    }),
    (b"X-RateLimit-Reset", |hints, value| {
        let seconds = number(value).filter(|&seconds| seconds <= MAX_RESET)?;
        hints.reset = Some(UnixTime::from_secs(seconds));
        Some(())
    }),
    (b"X-RateLimit-Window", |hints, value| {
        let seconds = number(value).filter(|seconds| (1..=MAX_WINDOW).contains(seconds))?;
        hints.window = Some(Span::from_secs(seconds));
        Some(())
    }),
];

/// A number that fits.
fn number(value: &[u8]) -> Option<u64> {
    digits(value)?; // nothing but digits: no sign
    core::str::from_utf8(value).ok()?.parse().ok()
}

/// 2100-01-01: a later reset is not an epoch in seconds.
const MAX_RESET: u64 = 4_102_444_800;
/// 366 days, as the longest period of a quota.
const MAX_WINDOW: u64 = 31_622_400;
