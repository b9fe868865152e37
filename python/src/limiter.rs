//! `RateLimiter`: one token bucket.

use pyo3::{prelude::*, sync::PyOnceLock, types::PyTuple};
use tidegate::{Carry, Error, Outcome, Partial, Span};
use tidegate_host::{LiveRateLimiter, SharedRateLimiter};

use crate::{
    decision::Decision,
    errors,
    given::{Given, NOT},
    number,
    quota::Quota,
    rate, ready,
    reservation::{self, Reservation},
    shared,
    snapshot::Snapshot,
    text, time,
};

/// A token bucket: `limit` tokens each `per` seconds, of which up to `burst` may be taken at once.
///
/// `limit` is a number, or text that holds the period too: "300/minute", "100 per hour",
/// "10/15 minutes"; or a Quota, that holds all three. `per` is seconds (float, Fraction) or a timedelta, from 1 ms to 366 days.
/// `burst` is as much as the limit if it is not given: a fresh limiter lets that many through at
/// once, and in any period up to burst + limit. For the strictest spacing set burst=1. With
/// start_empty=True the first token comes one interval later.
///
/// One limiter may be used by any number of threads and tasks at once; try_acquire takes no lock.
/// `with limiter:` and `async with limiter:` are acquire and acquire_async of one token.
///
/// TidegateError (a ValueError) says which bound a quota is out of.
///
/// >>> limiter = tidegate.RateLimiter(300, per=60, burst=50)
/// >>> limiter.try_acquire()
/// True
/// >>> tidegate.RateLimiter("10/15 minutes")
/// RateLimiter(10, per=900.0, burst=10)
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct RateLimiter {
    inner: LiveRateLimiter,
}

impl RateLimiter {
    /// The limiter of the core, for the hot path.
    #[inline]
    pub(crate) fn inner(&self) -> &LiveRateLimiter {
        &self.inner
    }

    /// The most that can ever be taken at once.
    pub(crate) fn most(&self) -> u64 {
        self.inner.quota().burst()
    }
}

#[pymethods]
impl RateLimiter {
    #[new]
    #[pyo3(
        signature = (limit, *, per=NOT, burst=None, start_empty=false, now_ns=None),
        text_signature = "(limit, *, per=1.0, burst=None, start_empty=False, now_ns=None)"
    )]
    fn new(
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: Option<&Bound<'_, PyAny>>,
        start_empty: bool,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<RateLimiter> {
        let quota = rate::quota(limit, &per, burst)?;
        let limiter = if start_empty {
            tidegate::RateLimiter::empty(quota, time::now(now_ns)?)
        } else {
            tidegate::RateLimiter::new(quota)
        };
        Ok(RateLimiter { inner: LiveRateLimiter::new(limiter) })
    }

    /// One that lets at most `limit` tokens through in every stretch of `per` seconds, wherever it begins:
    /// up to `burst` of them at once, the others spread. What can be saved up cannot also be brought, so
    /// its rate is limit - burst.
    ///
    /// TidegateError (a ValueError): as RateLimiter, and where the burst is not below the limit.
    ///
    /// >>> tidegate.RateLimiter.never_exceed(300, per=60, burst=50)
    /// RateLimiter(250, per=60.0, burst=50)
    #[staticmethod]
    #[pyo3(
        signature = (limit, *, per=NOT, burst),
        text_signature = "(limit, *, per=1.0, burst)"
    )]
    fn never_exceed(
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: &Bound<'_, PyAny>,
    ) -> PyResult<RateLimiter> {
        let (limit, period) = rate::limit_and_period(limit, &per)?;
        let burst = number::count("burst", burst)?;
        let quota =
            tidegate::Quota::never_exceeding(limit, period, burst).map_err(errors::raise)?;
        Ok(RateLimiter { inner: LiveRateLimiter::new(tidegate::RateLimiter::new(quota)) })
    }

    /// Several limits as one, all or nothing: a CombinedLimiter. The arguments are those of
    /// try_acquire_all, each a limit or a pair of one and n.
    ///
    /// >>> both = tidegate.RateLimiter.all(tidegate.RateLimiter(5), (tidegate.RateLimiter(1000), 300))
    /// >>> [both.try_acquire() for _ in range(4)], both.try_acquire(1, 100)
    /// ([True, True, True, False], True)
    #[staticmethod]
    #[pyo3(signature = (*limits))]
    fn all<'py>(py: Python<'py>, limits: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
        static COMBINED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        COMBINED.import(py, "tidegate._combined", "CombinedLimiter")?.call1(limits)
    }

    /// The limiter of that name, which all processes of this user on this machine share, whatever
    /// language they are in; a full bucket if there is none yet. It can do all that a limiter can, but
    /// `reconfigure` and `restore`, and lives until the machine starts anew.
    ///
    /// It lies in memory, `/dev/shm`; `path` is a file to use instead. It works across fork, spawn and
    /// exec. A process that is killed at any moment takes with it what it had taken, and nothing else.
    ///
    /// All must come with one limit. TidegateError (a ValueError): it was made with another, and both are
    /// told; or the name is none, or the file is no limiter. OSError: the system says no.
    ///
    /// >>> limiter = tidegate.RateLimiter.shared("doc-example", 5, per=3600, burst=2)
    /// >>> [limiter.try_acquire() for _ in range(3)]
    /// [True, True, False]
    /// >>> tidegate.RateLimiter.shared("doc-example", 6, per=3600)
    /// Traceback (most recent call last):
    /// tidegate.TidegateError: ...: its quota is 5 per 3600 s, burst 2; asked for was 6 per 3600 s, burst 6
    /// >>> tidegate.remove_shared("doc-example")
    /// True
    #[staticmethod]
    #[pyo3(
        signature = (name, limit, *, per=NOT, burst=None, path=None),
        text_signature = "(name, limit, *, per=1.0, burst=None, path=None)"
    )]
    fn shared(
        name: &Bound<'_, PyAny>,
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: Option<&Bound<'_, PyAny>>,
        path: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<RateLimiter> {
        let (place, quota) = (shared::place(name, path)?, rate::quota(limit, &per, burst)?);
        let limiter = SharedRateLimiter::open(&place, quota).map_err(shared::raise)?;
        Ok(RateLimiter { inner: LiveRateLimiter::shared(limiter) })
    }

    /// Takes n tokens if they are there: True, or False and nothing is taken.
    ///
    /// Never waits. n=0 takes nothing and is always True. ValueError: n is more than the burst, so
    /// that no wait would help. `now_ns` stands in for the clock (`tidegate.monotonic_ns()`).
    ///
    /// >>> limiter = tidegate.RateLimiter(5, per=1, burst=2)
    /// >>> [limiter.try_acquire(now_ns=0) for _ in range(3)]
    /// [True, True, False]
    /// >>> limiter.try_acquire(now_ns=200_000_000)
    /// True
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn try_acquire(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
        let n = amount(&n)?;
        match self.inner.try_acquire(n, time::now(now_ns)?) {
            Outcome::Allowed { .. } => Ok(true),
            Outcome::Denied { .. } => Ok(false),
            Outcome::Never => Err(errors::never(n, self.most())),
        }
    }

    /// As try_acquire, with its numbers: takes n tokens if they are there and tells what is left,
    /// or takes nothing and tells the wait.
    ///
    /// >>> limiter = tidegate.RateLimiter(5, per=1, burst=2)
    /// >>> limiter.check(2, now_ns=0).remaining
    /// 0
    /// >>> limiter.check(1, now_ns=0).retry_after
    /// 0.2
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn check(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        Decision::new(self.inner.try_acquire(n, time::now(now_ns)?), n, self.most())
    }

    /// What check would answer; takes nothing. n=0 shows what is there.
    ///
    /// >>> tidegate.RateLimiter(5, per=1, burst=2).peek(0, now_ns=0).remaining
    /// 2
    #[pyo3(signature = (n=NOT, *, now_ns=None), text_signature = "($self, n=1, *, now_ns=None)")]
    fn peek(&self, n: Given<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Decision> {
        let n = amount(&n)?;
        let now = time::now(now_ns)?;
        Decision::new(self.inner.with(|limiter| limiter.peek(n, now)), n, self.most())
    }

    /// Takes as many of n tokens as are there and returns how many: a batch that may be cut.
    ///
    /// Never waits; 0 when there are none. ValueError: the limit is 0.
    ///
    /// >>> limiter = tidegate.RateLimiter(5)
    /// >>> [limiter.try_acquire_up_to(3, now_ns=0) for _ in range(3)]
    /// [3, 2, 0]
    #[pyo3(signature = (n, *, now_ns=None))]
    fn try_acquire_up_to(
        &self,
        n: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<u64> {
        self.check_up_to(n, now_ns).map(|(taken, _)| taken)
    }

    /// As try_acquire_up_to, with its numbers: (how many, the Decision). The decision tells what is
    /// left after them; when there was none, it is the denial of one.
    ///
    /// >>> limiter = tidegate.RateLimiter(5)
    /// >>> limiter.check_up_to(7, now_ns=0)
    /// (5, Decision(allowed=True, remaining=0, reset_after=1.0, retry_after=0.0))
    #[pyo3(signature = (n, *, now_ns=None))]
    fn check_up_to(
        &self,
        n: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<(u64, Decision)> {
        let (n, now) = (number::count("n", n)?, time::now(now_ns)?);
        let Partial { taken, outcome } = self.inner.with(|limiter| limiter.acquire_up_to(n, now));
        Ok((taken, Decision::new(outcome, n, self.most())?))
    }

    /// Takes n tokens now that may be used after a wait: one reservation, one sleep.
    ///
    /// Whoever reserves first waits least. AcquireTimeout (a TimeoutError) is raised at once, and
    /// nothing is taken, when the wait would be longer than `timeout` (seconds or a timedelta; None:
    /// about fifty years). ValueError: n is more than the burst.
    ///
    /// >>> limiter = tidegate.RateLimiter(5, burst=1)
    /// >>> [limiter.reserve(now_ns=0).wait for _ in range(3)]
    /// [0.0, 0.2, 0.4]
    #[pyo3(
        signature = (n=NOT, *, timeout=None, now_ns=None),
        text_signature = "($self, n=1, *, timeout=None, now_ns=None)"
    )]
    fn reserve(
        slf: &Bound<'_, Self>,
        n: Given<'_>,
        timeout: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Reservation> {
        let (n, timeout) = (amount(&n)?, patience(timeout)?);
        Reservation::new(slf, n, timeout, time::now(now_ns)?)
    }

    /// Takes n tokens, sleeping until they are there. Returns the seconds that it took.
    ///
    /// `timeout` is seconds or a timedelta; None waits as long as it takes. AcquireTimeout (a
    /// TimeoutError) is raised at once, not after the timeout, when the wait would be longer.
    /// It is one reservation and one sleep: first come, first served. Other threads run while it
    /// sleeps; Ctrl-C ends it and gives the tokens back.
    ///
    /// >>> limiter = tidegate.RateLimiter("1/hour")
    /// >>> limiter.acquire()
    /// 0.0
    /// >>> limiter.acquire(timeout=0.5)
    /// Traceback (most recent call last):
    /// tidegate.AcquireTimeout: the wait of 3599.9... s is longer than the timeout
    #[pyo3(signature = (n=NOT, timeout=None), text_signature = "($self, n=1, timeout=None)")]
    fn acquire(
        slf: &Bound<'_, Self>,
        n: Given<'_>,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<f64> {
        reservation::acquire(slf.py(), slf.get(), amount(&n)?, patience(timeout)?)
    }

    /// As acquire, for asyncio and trio: other tasks run while it waits. The tokens are reserved when
    /// it is first awaited; cancelling gives them back.
    ///
    /// >>> import asyncio
    /// >>> asyncio.run(tidegate.RateLimiter("5/second").acquire_async())
    /// 0.0
    #[pyo3(signature = (n=NOT, timeout=None), text_signature = "($self, n=1, timeout=None)")]
    fn acquire_async<'py>(
        slf: &Bound<'py, Self>,
        n: Given<'py>,
        timeout: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        static WAIT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        // Wrong arguments raise here and not when it is awaited.
        let n = amount(&n)?;
        patience(timeout)?;
        WAIT.import(slf.py(), "tidegate._wait", "wait")?.call1((slf, n, timeout))
    }

    /// Acquires one token; returns the seconds that it took.
    ///
    /// >>> with tidegate.RateLimiter("5/second") as waited:
    /// ...     waited
    /// 0.0
    fn __enter__(slf: &Bound<'_, Self>) -> PyResult<f64> {
        Self::acquire(slf, NOT, None)
    }

    /// Gives nothing back: a token was for the work, however it ended.
    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, PyTuple>) {}

    /// As `__enter__`, for asyncio and trio.
    fn __aenter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::acquire_async(slf, NOT, None)
    }

    /// Gives nothing back.
    #[pyo3(signature = (*_exception))]
    fn __aexit__<'py>(
        &self,
        py: Python<'py>,
        _exception: &Bound<'_, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: a new reference, or null before the module was made.
        unsafe { Bound::from_owned_ptr_or_err(py, ready::nothing(py)) }
    }

    /// Gives back n tokens that try_acquire or acquire took and that were not used; returns how many
    /// others can have now, rounded down: all but as many as have flowed back since, and none while
    /// somebody waits for a reservation or a pause lasts, nor of what was taken before `reconfigure` or
    /// `restore`. There is never more than the burst.
    ///
    /// `taken_at_ns` is when they were taken, of `tidegate.monotonic_ns()`: read it just before. A
    /// reservation remembers that by itself: `reserve(n).settle(used)` is the easier form.
    ///
    /// >>> limiter = tidegate.RateLimiter(10)
    /// >>> limiter.try_acquire(8, now_ns=0)
    /// True
    /// >>> limiter.refund(8, taken_at_ns=0, now_ns=500_000_000)  # five have flowed back
    /// 3
    #[pyo3(
        signature = (n=NOT, *, taken_at_ns, now_ns=None),
        text_signature = "($self, n=1, *, taken_at_ns, now_ns=None)"
    )]
    fn refund(
        &self,
        n: Given<'_>,
        taken_at_ns: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<u64> {
        let (n, taken_at) = (amount(&n)?, time::instant("taken_at_ns", taken_at_ns)?);
        let now = time::now(now_ns)?;
        Ok(self.inner.with(|limiter| limiter.refund(n, taken_at, now)))
    }

    /// Takes everything that is there and returns how many whole tokens that was; the next one comes
    /// one interval later.
    ///
    /// >>> limiter = tidegate.RateLimiter(5)
    /// >>> limiter.drain(now_ns=0), limiter.drain(now_ns=0)
    /// (5, 0)
    #[pyo3(signature = (*, now_ns=None))]
    fn drain(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<u64> {
        let now = time::now(now_ns)?;
        Ok(self.inner.with(|limiter| limiter.drain(now)))
    }

    /// Lets nothing through for so many seconds (or a timedelta): then one token is there, and the
    /// others follow at the limit's pace. For what a 429 orders. It never shortens a wait, so of
    /// several pauses the longest counts; each that is not makes the wait longer by a tick, at most a
    /// nanosecond. It lasts at most about fifty years.
    ///
    /// Those who have reserved before keep their times.
    ///
    /// >>> limiter = tidegate.RateLimiter(5)
    /// >>> limiter.pause(23, now_ns=0)
    /// >>> limiter.check(now_ns=0).retry_after
    /// 23.0
    #[pyo3(signature = (seconds, *, now_ns=None))]
    fn pause(&self, seconds: &Bound<'_, PyAny>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let (span, now) = (time::span("seconds", seconds)?, time::now(now_ns)?);
        self.inner.with(|limiter| limiter.pause_until(now.saturating_add(span), now));
        Ok(())
    }

    /// As pause, until a point in time of `tidegate.monotonic_ns()`.
    #[pyo3(signature = (until_ns, *, now_ns=None))]
    fn pause_until(
        &self,
        until_ns: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let (until, now) = (time::instant("until_ns", until_ns)?, time::now(now_ns)?);
        self.inner.with(|limiter| limiter.pause_until(until, now));
        Ok(())
    }

    /// Heeds what a server said: of at most `limit` requests (None: it did not say) `remaining` are
    /// left until its window ends, `reset_after` seconds (or a timedelta) from now. Leaves no more
    /// tokens than are left there; when none are, it pauses until the window ends. Never grants
    /// anything.
    ///
    /// >>> limiter = tidegate.RateLimiter("60/minute")
    /// >>> limiter.observe(limit=60, remaining=2, reset_after=40, now_ns=0)
    /// >>> limiter.peek(0, now_ns=0).remaining
    /// 2
    /// >>> limiter.observe(limit=60, remaining=0, reset_after=40, now_ns=0)
    /// >>> limiter.check(now_ns=0).retry_after
    /// 40.0
    #[pyo3(signature = (*, limit=None, remaining, reset_after, now_ns=None))]
    fn observe(
        &self,
        limit: Option<&Bound<'_, PyAny>>,
        remaining: &Bound<'_, PyAny>,
        reset_after: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let limit = limit.map_or(Ok(u64::MAX), |limit| number::count("limit", limit))?;
        let remaining = number::count("remaining", remaining)?;
        let reset_after = time::span("reset_after", reset_after)?;
        let now = time::now(now_ns)?;
        self.inner.with(|limiter| limiter.observe(limit, remaining, reset_after, now));
        Ok(())
    }

    /// Another limit from now on, for all threads at once. The arguments are those of RateLimiter.
    ///
    /// `carry` says what becomes of the tokens that are in use: "keep": those that were used stay
    /// used (of 10, 4 used, a new burst of 20 leaves 16); "proportional": the part that was used
    /// stays used (12); "reset": a full bucket. Fractions are carried too and rounded against the
    /// caller. Who waits keeps the time that was told, and a pause its end; what was taken or reserved
    /// before can no longer be given back.
    ///
    /// TidegateError (a ValueError): the quota is out of its bounds; then nothing changes.
    ///
    /// >>> limiter = tidegate.RateLimiter(10)
    /// >>> limiter.try_acquire(4, now_ns=0)
    /// True
    /// >>> limiter.reconfigure(20, now_ns=0)
    /// >>> limiter, limiter.peek(0, now_ns=0).remaining
    /// (RateLimiter(20, per=1.0, burst=20), 16)
    #[pyo3(
        signature = (limit, *, per=NOT, burst=None, carry=NOT, now_ns=None),
        text_signature = "($self, limit, *, per=1.0, burst=None, carry='keep', now_ns=None)"
    )]
    fn reconfigure(
        &self,
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: Option<&Bound<'_, PyAny>>,
        carry: Given<'_>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let quota = rate::quota(limit, &per, burst)?;
        let carry = carry.or(Carry::Keep, carry_named)?;
        self.inner.reconfigure(quota, carry, time::now(now_ns)?).map_err(errors::raise)
    }

    /// What is left, to be carried into another process or over a restart.
    ///
    /// >>> limiter = tidegate.RateLimiter(10)
    /// >>> limiter.drain(now_ns=0)
    /// 10
    /// >>> limiter.snapshot(now_ns=0)
    /// Snapshot(remaining=0, full_after_ns=1000000000)
    #[pyo3(signature = (*, now_ns=None))]
    fn snapshot(&self, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Snapshot> {
        let now = time::now(now_ns)?;
        Ok(self.inner.with(|limiter| limiter.snapshot(now)).into())
    }

    /// Puts this limiter, for all threads at once, into the state of a snapshot that is `age` seconds
    /// (or a timedelta) old; its limit stays. Take the age from a clock that both processes have, as
    /// `max(0, time.time() - saved_at)`. Rounded against the caller, by less than a nanosecond; a
    /// snapshot that says more than about fifty years says fifty.
    ///
    /// >>> limiter = tidegate.RateLimiter(10)
    /// >>> limiter.restore(tidegate.Snapshot(remaining=0, full_after_ns=10**9), age=0.3, now_ns=0)
    /// >>> limiter.peek(0, now_ns=0).remaining
    /// 3
    #[pyo3(signature = (snapshot, *, age, now_ns=None))]
    fn restore(
        &self,
        snapshot: &Bound<'_, PyAny>,
        age: &Bound<'_, PyAny>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let Ok(snapshot) = snapshot.cast::<Snapshot>() else {
            return Err(errors::wrong_type("snapshot", snapshot, "a Snapshot"));
        };
        let (age, now) = (time::span("age", age)?, time::now(now_ns)?);
        self.inner.restore(snapshot.get().core(), age, now).map_err(errors::raise)
    }

    /// How many calls of try_acquire and check were denied, by all processes together (C programs count
    /// none); None of a limiter that is not shared.
    #[getter]
    fn denied(&self) -> Option<u64> {
        self.inner.denied()
    }

    /// The limit of this moment: limit, per and burst together.
    #[getter]
    fn quota(&self) -> Quota {
        self.inner.quota().into()
    }

    /// Tokens a period.
    #[getter]
    fn limit(&self) -> u64 {
        self.inner.quota().limit()
    }

    /// The period in seconds.
    #[getter]
    fn per(&self) -> f64 {
        time::secs(self.inner.quota().period())
    }

    /// The most that can be taken at once; 0 when the limit is 0.
    #[getter]
    fn burst(&self) -> u64 {
        self.most()
    }

    fn __repr__(&self) -> String {
        format!("RateLimiter({})", self.quota().arguments())
    }
}

/// The argument `n`: 1 if it is not given.
pub(crate) fn amount(n: &Given<'_>) -> PyResult<u64> {
    n.or(1, |n| number::count("n", n))
}

/// The argument `timeout`: for ever if it is None.
fn patience(timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Span> {
    Ok(time::span_or_none("timeout", timeout)?.unwrap_or(Span::MAX))
}

fn carry_named(name: &Bound<'_, PyAny>) -> PyResult<Carry> {
    match &*text::string("carry", name)? {
        "keep" => Ok(Carry::Keep),
        "proportional" => Ok(Carry::Proportional),
        "reset" => Ok(Carry::Reset),
        other => Err(errors::of(Error::UnknownCarry, other)),
    }
}
