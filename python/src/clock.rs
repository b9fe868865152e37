//! The clocks of everything in this package: the system's, or those that a test holds in its hand.
//!
//! They are held for the whole process, because what a test looks at may have been made anywhere. When
//! they are not, that costs a load of one flag.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use pyo3::{exceptions::PyRuntimeError, prelude::*};
use tidegate::{Instant, Span, UnixTime};

use crate::time;

/// Whether [`HANDS`] count. Relaxed: they have a lock of their own, and a thread that does not see yet
/// that they are held reads the system's clock once more.
static HELD: AtomicBool = AtomicBool::new(false);
static HANDS: Mutex<Hands> = Mutex::new(Hands { now: Instant::ZERO, wall: UnixTime::ZERO });

/// What held clocks show.
#[derive(Clone, Copy)]
struct Hands {
    now: Instant,
    wall: UnixTime,
}

impl Hands {
    fn move_by(&mut self, span: Span) {
        self.now = self.now.saturating_add(span);
        self.wall = self.wall.saturating_add(span);
    }
}

/// The monotonic clock.
#[inline]
pub(crate) fn monotonic() -> Instant {
    if HELD.load(Ordering::Relaxed) { hands().now } else { tidegate_host::monotonic() }
}

/// The wall clock.
#[inline]
pub(crate) fn wall() -> UnixTime {
    if HELD.load(Ordering::Relaxed) { hands().wall } else { tidegate_host::wall() }
}

/// OK to ignore the poison: nothing panics while it is locked.
#[cold]
fn hands() -> MutexGuard<'static, Hands> {
    HANDS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Holds both clocks at these times. RuntimeError: they are held already.
#[pyfunction]
#[pyo3(name = "_hold_clocks")]
pub(crate) fn hold(now_ns: &Bound<'_, PyAny>, wall_ns: &Bound<'_, PyAny>) -> PyResult<()> {
    let now = time::instant("now_ns", now_ns)?;
    let wall = UnixTime::from_nanos(time::nanos("wall_ns", wall_ns)?);
    let mut hands = hands();
    if HELD.load(Ordering::Relaxed) {
        return Err(PyRuntimeError::new_err("the clocks are held by another ManualClock"));
    }
    *hands = Hands { now, wall };
    HELD.store(true, Ordering::Relaxed);
    Ok(())
}

/// Lets both clocks be the system's again.
#[pyfunction]
#[pyo3(name = "_release_clocks")]
pub(crate) fn release() {
    HELD.store(false, Ordering::Relaxed);
}

/// Moves both clocks on, if they are held.
#[pyfunction]
#[pyo3(name = "_move_clocks")]
pub(crate) fn advance(seconds: &Bound<'_, PyAny>) -> PyResult<()> {
    let span = time::span("seconds", seconds)?;
    hands().move_by(span);
    Ok(())
}

/// Moves both clocks on to a point in time of the monotonic one, if it is not past.
#[pyfunction]
#[pyo3(name = "_move_clocks_to")]
pub(crate) fn advance_to(until_ns: &Bound<'_, PyAny>) -> PyResult<()> {
    let until = time::instant("until_ns", until_ns)?;
    let mut hands = hands();
    let rest = until.saturating_since(hands.now);
    hands.move_by(rest);
    Ok(())
}

/// What both clocks show: (now_ns, wall_ns).
#[pyfunction]
#[pyo3(name = "_clocks")]
pub(crate) fn read() -> (u64, u64) {
    (monotonic().as_nanos(), wall().as_nanos())
}
