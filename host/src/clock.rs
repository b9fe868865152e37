//! The two clocks that the core is driven with.

use rustix::time::{ClockId, Timespec, clock_gettime};
use tidegate::{Instant, UnixTime, limit::SharedClock};

/// The monotonic clock: nanoseconds since the machine started.
///
/// It counts on while the machine sleeps where the system has such a clock (Linux `CLOCK_BOOTTIME`),
/// because the server's windows do too.
#[inline]
pub fn monotonic() -> Instant {
    Instant::from_nanos(nanos(clock_gettime(MONOTONIC)))
}

/// The wall clock: nanoseconds since 1970, UTC.
#[inline]
pub fn wall() -> UnixTime {
    UnixTime::from_nanos(nanos(clock_gettime(ClockId::Realtime)))
}

/// What tells [`monotonic`] from the clock of another process or of another day; `None` where the system does
/// not say since when it counts, or no limiter of several processes could be had.
///
/// On Linux a process may be in a time namespace, with a clock that is ahead of or behind the others'.
pub(crate) fn shared() -> Option<SharedClock> {
    if !cfg!(target_has_atomic = "64") {
        return None;
    }
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let boot = u128::from_str_radix(&boot.trim().replace('-', ""), 16).ok()?;
    let boot = boot | 1 << u64::BITS | 1; // no half of it is 0
    let namespace = std::fs::metadata("/proc/self/ns/time");
    let namespace = namespace.map_or(0, |facts| std::os::unix::fs::MetadataExt::ino(&facts));
    Some(SharedClock { id: (namespace << 8 | MONOTONIC_ID) & (u64::MAX >> 1), boot })
}

/// A time before the clock's origin is its origin.
#[inline]
fn nanos(time: Timespec) -> u64 {
    let secs = u64::try_from(time.tv_sec).unwrap_or(0);
    // OK because the kernel's nanoseconds are below one second.
    secs.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec as u64)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const MONOTONIC: ClockId = ClockId::Boottime;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const MONOTONIC: ClockId = ClockId::Monotonic;

/// The number that Linux has for `CLOCK_BOOTTIME`; elsewhere there is no boot to tell, so it does not matter.
const MONOTONIC_ID: u64 = 7;

#[cfg(test)]
mod tests {
    use super::{monotonic, wall};

    #[test]
    fn clocks_do_not_run_backwards_and_the_wall_clock_is_set() {
        let first = monotonic();
        assert!(monotonic() >= first);
        assert!(wall().as_nanos() > 1_700_000_000_000_000_000);
    }
}
