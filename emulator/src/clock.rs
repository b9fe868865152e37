//! `Clock`: the system's time, or one that a test moves by hand.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use tidegate::{Instant, Span, UnixTime};

/// Where the emulator's time comes from. Clones share the time.
///
/// # Examples
///
/// ```
/// use tidegate::{Span, UnixTime};
/// use tidegate_emulator::Clock;
///
/// let clock = Clock::manual(UnixTime::from_secs(1_716_134_400));
/// clock.advance(Span::from_secs(60));
/// assert_eq!(clock.wall(), UnixTime::from_secs(1_716_134_460));
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<AtomicU64>>);

impl Clock {
    /// The operating system's clocks.
    pub fn system() -> Clock {
        Clock(None)
    }

    /// A clock that stands still at `wall` until [`advance`](Clock::advance) moves it.
    pub fn manual(wall: UnixTime) -> Clock {
        Clock(Some(Arc::new(AtomicU64::new(wall.as_nanos()))))
    }

    /// Moves a manual clock forward; the system's does not listen.
    pub fn advance(&self, span: Span) {
        if let Some(nanos) = &self.0 {
            // Relaxed: the number is all there is; nothing is published with it.
            nanos.fetch_add(span.as_nanos(), Ordering::Relaxed);
        }
    }

    /// The monotonic time. A manual clock has one time for both.
    pub fn monotonic(&self) -> Instant {
        match &self.0 {
            None => tidegate_host::monotonic(),
            Some(nanos) => Instant::from_nanos(nanos.load(Ordering::Relaxed)),
        }
    }

    /// The time since 1970.
    pub fn wall(&self) -> UnixTime {
        match &self.0 {
            None => tidegate_host::wall(),
            Some(nanos) => UnixTime::from_nanos(nanos.load(Ordering::Relaxed)),
        }
    }
}
