//! `Manual`: a clock that the bench advances, read by all subjects that let one be given.

use core::{cell::Cell, time::Duration};
use std::rc::Rc;

use governor::nanos::Nanos;
use tidegate::Instant;

/// A number of nanoseconds, the same for all who hold a copy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manual(Rc<Cell<u64>>);

impl Manual {
    #[inline]
    pub(crate) fn advance(&self, by: u64) {
        self.0.set(self.0.get() + by);
    }

    #[inline]
    pub(crate) fn set(&self, nanos: u64) {
        self.0.set(nanos);
    }

    #[inline]
    pub(crate) fn nanos(&self) -> u64 {
        self.0.get()
    }

    #[inline]
    pub(crate) fn instant(&self) -> Instant {
        Instant::from_nanos(self.0.get())
    }
}

impl governor::clock::Clock for Manual {
    type Instant = Nanos;

    #[inline]
    fn now(&self) -> Nanos {
        Nanos::new(self.0.get())
    }
}

impl ratelimit::Clock for Manual {
    #[inline]
    fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.0.get())
    }
}
