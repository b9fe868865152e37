//! Points and lengths of time in whole nanoseconds, each its own type, saturating by name.

use core::time::Duration;

use crate::error::Error;

macro_rules! nanoseconds {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(u64);

        impl $name {
            /// The earliest, or shortest: 0 ns.
            pub const ZERO: Self = Self(0);
            /// The latest, or longest: 2⁶⁴ − 1 ns, about 584 years.
            pub const MAX: Self = Self(u64::MAX);

            /// From nanoseconds.
            #[inline]
            pub const fn from_nanos(nanos: u64) -> Self {
                Self(nanos)
            }

            /// From milliseconds, saturating at [`MAX`](Self::MAX).
            #[inline]
            pub const fn from_millis(millis: u64) -> Self {
                Self(millis.saturating_mul(NANOS_PER_MILLI))
            }

            /// From seconds, saturating at [`MAX`](Self::MAX).
            #[inline]
            pub const fn from_secs(secs: u64) -> Self {
                Self(secs.saturating_mul(NANOS_PER_SEC))
            }

            /// Nanoseconds.
            #[inline]
            pub const fn as_nanos(self) -> u64 {
                self.0
            }

            /// Whole seconds, rounded up: never before the instant, never shorter than the wait.
            #[inline]
            pub const fn as_secs_ceil(self) -> u64 {
                self.0.div_ceil(NANOS_PER_SEC)
            }

            /// This much later, or longer, saturating at [`MAX`](Self::MAX).
            #[inline]
            pub const fn saturating_add(self, span: Span) -> Self {
                Self(self.0.saturating_add(span.0))
            }

            /// This much earlier, or shorter, saturating at [`ZERO`](Self::ZERO).
            #[inline]
            pub const fn saturating_sub(self, span: Span) -> Self {
                Self(self.0.saturating_sub(span.0))
            }
        }
    };
}

nanoseconds! {
    /// A point on a monotonic clock, in nanoseconds from an origin that the caller chooses.
    ///
    /// It must not be more than one second older than the newest one that any caller has passed
    /// (see [`RateLimiter`](crate::RateLimiter), *Clocks*).
    Instant
}
nanoseconds! {
    /// A point on the wall clock, in nanoseconds since 1970-01-01T00:00:00Z, leap seconds not
    /// counted. Earlier times are 0.
    UnixTime
}
nanoseconds! {
    /// A length of time in nanoseconds.
    Span
}

const NANOS_PER_MILLI: u64 = 1_000_000;
pub(crate) const NANOS_PER_SEC: u64 = 1_000_000_000;

impl Instant {
    /// How long after `earlier` this is; zero when it is not after.
    #[inline]
    pub const fn saturating_since(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl UnixTime {
    /// How long after `earlier` this is; zero when it is not after.
    #[inline]
    pub const fn saturating_since(self, earlier: UnixTime) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// This much later, or earlier when negative, saturating at both ends.
    #[inline]
    pub(crate) const fn offset(self, nanos: i64) -> UnixTime {
        UnixTime(self.0.saturating_add_signed(nanos))
    }
}

/// Lossless.
///
/// ```
/// use core::time::Duration;
/// use tidegate::{Error, Span};
///
/// assert_eq!(Duration::from(Span::from_millis(200)), Duration::from_millis(200));
/// assert_eq!(Span::try_from(Duration::from_secs(60)), Ok(Span::from_secs(60)));
/// assert_eq!(Span::try_from(Duration::MAX), Err(Error::TimeOutOfRange));
/// ```
impl From<Span> for Duration {
    #[inline]
    fn from(span: Span) -> Duration {
        Duration::from_nanos(span.0)
    }
}

/// [`Error::TimeOutOfRange`] above 584 years.
impl TryFrom<Duration> for Span {
    type Error = Error;

    #[inline]
    fn try_from(duration: Duration) -> Result<Span, Error> {
        u64::try_from(duration.as_nanos()).map(Span).map_err(|_| Error::TimeOutOfRange)
    }
}

/// A span in the largest unit that it is a whole number of, for people.
pub(crate) struct InUnits(pub(crate) Span);

impl core::fmt::Display for InUnits {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let nanos = self.0.as_nanos();
        if nanos == 0 {
            return f.write_str("0 s");
        }
        let fits = |&&(unit, _): &&(u64, &str)| nanos.is_multiple_of(unit);
        let &(unit, name) = UNITS.iter().find(fits).unwrap_or(&(1, "ns"));
        write!(f, "{} {name}", nanos.checked_div(unit).unwrap_or(nanos))
    }
}

/// From the longest, so that 15 min are not 900 s.
const UNITS: &[(u64, &str)] = &[
    (86_400_000_000_000, "d"),
    (3_600_000_000_000, "h"),
    (60_000_000_000, "min"),
    (1_000_000_000, "s"),
    (1_000_000, "ms"),
    (1_000, "us"),
];

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::{InUnits, Instant, Span, UnixTime};

    #[test]
    fn a_span_is_shown_in_its_largest_unit() {
        let shown = |nanos| InUnits(Span::from_nanos(nanos)).to_string();
        assert_eq!(shown(0), "0 s");
        assert_eq!(shown(900_000_000_000), "15 min");
        assert_eq!(shown(172_800_000_000_000), "2 d");
        assert_eq!(shown(1_001_000), "1001 us");
        assert_eq!(shown(u64::MAX), "18446744073709551615 ns");
    }

    #[test]
    fn everything_saturates() {
        assert_eq!(Span::from_secs(u64::MAX), Span::MAX);
        assert_eq!(Instant::MAX.saturating_add(Span::from_nanos(1)), Instant::MAX);
        assert_eq!(Instant::ZERO.saturating_since(Instant::MAX), Span::ZERO);
        assert_eq!(UnixTime::from_nanos(5).offset(-6), UnixTime::ZERO);
        assert_eq!(UnixTime::MAX.offset(1), UnixTime::MAX);
    }

    #[test]
    fn seconds_round_up() {
        assert_eq!(Span::from_nanos(0).as_secs_ceil(), 0);
        assert_eq!(Span::from_nanos(1).as_secs_ceil(), 1);
        assert_eq!(Span::from_secs(1).as_secs_ceil(), 1);
    }
}
