//! `KeyedRateLimiter`: a bucket for each of many keys, in memory of a fixed size.

use std::{
    sync::{Mutex, PoisonError},
    vec,
};

use pyo3::{exceptions::PyMemoryError, prelude::*, types::PyBytes};
use tidegate::{Error, Instant, Outcome, limit::Full};
use tidegate_host::{OwnedKeyedRateLimiter, SharedKeyedRateLimiter};

use crate::{
    clock,
    decision::Decision,
    errors,
    given::{Given, NOT},
    key::Key,
    limiter::amount,
    line::Line,
    number, rate, shared, text, time,
};

/// A token bucket for each key, such as a user or an address, as many as `capacity` has room for.
///
/// `limit`, `per` and `burst` are those of RateLimiter; each call may bring another limit as `rate`
/// (text such as "10/minute", or a Quota), so one table serves several plans.
///
/// A key is a str, bytes, an int from 0 to 18446744073709551615, or a tuple of these. A str is the
/// same key as its UTF-8 bytes, an int as its eight bytes, lowest first: keep to one kind.
///
/// Memory is fixed: 16 bytes a key, allocated at once, never more; nothing is swept in the
/// background. A bucket that has been full for a second makes room when its place is wanted; no
/// other bucket ever is given up. A key may have one of eight places. When a new one finds them
/// taken, `when_full` decides: "share": such keys share one bucket; "deny": it is denied until a
/// place is free; "allow": it is allowed and not counted. `overflowed` says how often. With a
/// capacity of twice the keys that are live at once 0.4 % of them find no place, in a table 70 %
/// full 2.3 %. Places are chosen by a hash whose seed is drawn from the system, so that nobody can
/// choose keys that meet; `seed` is for tests only.
///
/// Any number of threads and tasks may use it at once; it takes no lock. Its truth is True, also
/// when it is empty.
///
/// TidegateError (a ValueError) says which bound a limit is out of; MemoryError: no room for it.
///
/// >>> limiter = tidegate.KeyedRateLimiter(5, per=1, burst=2, capacity=1000)
/// >>> [limiter.try_acquire("alice", now_ns=0) for _ in range(3)]
/// [True, True, False]
/// >>> limiter.try_acquire(("bob", 7), rate="1/hour", now_ns=0)
/// True
/// >>> limiter.occupied(now_ns=0)
/// 2
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct KeyedRateLimiter {
    inner: OwnedKeyedRateLimiter,
    quota: tidegate::Quota,
    lines: Line,
}

impl KeyedRateLimiter {
    /// What the hot path asks.
    #[inline]
    pub(crate) fn ask(&self, key: &Key<'_>, n: u64) -> Outcome {
        let now = clock::monotonic();
        self.inner.counted(key.try_acquire(self.inner.get(), &self.quota, n, now))
    }

    fn quota_or(&self, rate: Option<&Bound<'_, PyAny>>) -> PyResult<tidegate::Quota> {
        rate.map_or(Ok(self.quota), rate::quota_of)
    }
}

#[pymethods]
impl KeyedRateLimiter {
    #[new]
    #[pyo3(
        signature = (limit, *, per=NOT, burst=None, capacity=NOT, when_full=NOT, seed=None),
        text_signature = "(limit, *, per=1.0, burst=None, capacity=65536, when_full='share', \
            seed=None)"
    )]
    fn new(
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: Option<&Bound<'_, PyAny>>,
        capacity: Given<'_>,
        when_full: Given<'_>,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<KeyedRateLimiter> {
        let quota = rate::quota(limit, &per, burst)?;
        let capacity = room(&capacity)?;
        let full = when_full.or(Full::Share, full)?;
        let seed = seed.map(|seed| number::word128("seed", seed)).transpose()?;
        let inner = match seed {
            None => OwnedKeyedRateLimiter::new(capacity, full),
            Some(seed) => OwnedKeyedRateLimiter::with_seed(capacity, seed, full),
        };
        let inner = inner.ok_or_else(|| {
            PyMemoryError::new_err(format!("no memory for {capacity} keys of 16 bytes each"))
        })?;
        Ok(KeyedRateLimiter { inner, quota, lines: Line::new() })
    }

    /// The limiter of that name, which all processes of this user on this machine share, as
    /// RateLimiter.shared. All must come with one limit, one capacity and one `when_full`.
    ///
    /// >>> limiter = tidegate.KeyedRateLimiter.shared("doc-keys", "5/hour", burst=1, capacity=100)
    /// >>> limiter.try_acquire("alice"), limiter.try_acquire("alice"), limiter.denied
    /// (True, False, 1)
    /// >>> tidegate.remove_shared("doc-keys")
    /// True
    #[staticmethod]
    #[pyo3(
        signature = (name, limit, *, per=NOT, burst=None, capacity=NOT, when_full=NOT, path=None),
        text_signature = "(name, limit, *, per=1.0, burst=None, capacity=65536, when_full='share', \
            path=None)"
    )]
    fn shared(
        name: &Bound<'_, PyAny>,
        limit: &Bound<'_, PyAny>,
        per: Given<'_>,
        burst: Option<&Bound<'_, PyAny>>,
        capacity: Given<'_>,
        when_full: Given<'_>,
        path: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<KeyedRateLimiter> {
        let (place, quota) = (shared::place(name, path)?, rate::quota(limit, &per, burst)?);
        let (capacity, full) = (room(&capacity)?, when_full.or(Full::Share, full)?);
        let limiter = SharedKeyedRateLimiter::open(&place, capacity, quota, full);
        let inner = OwnedKeyedRateLimiter::shared(limiter.map_err(shared::raise)?);
        Ok(KeyedRateLimiter { inner, quota, lines: Line::new() })
    }

    /// Takes n tokens of the key's bucket if they are there: True, or False and nothing is taken.
    ///
    /// Never waits. n=0 takes nothing and is always True. ValueError: n is more than the burst, so
    /// that no wait would help; or the key is an int that is out of range. `rate` is this call's
    /// limit in place of the limiter's: a str such as "10/minute", or a Quota (quicker). A bucket
    /// that comes with another limit than before keeps what it owes, in time.
    #[pyo3(
        signature = (key, n=NOT, *, rate=None, now_ns=None),
        text_signature = "($self, key, n=1, *, rate=None, now_ns=None)"
    )]
    fn try_acquire(
        &self,
        key: &Bound<'_, PyAny>,
        n: Given<'_>,
        rate: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let (key, n, quota) = (Key::new(key)?, amount(&n)?, self.quota_or(rate)?);
        let outcome = key.try_acquire(self.inner.get(), &quota, n, time::now(now_ns)?);
        match self.inner.counted(outcome) {
            Outcome::Allowed { .. } => Ok(true),
            Outcome::Denied { .. } => Ok(false),
            Outcome::Never => Err(errors::never(n, quota.burst())),
        }
    }

    /// As try_acquire, with its numbers.
    ///
    /// >>> limiter = tidegate.KeyedRateLimiter(5, per=1, burst=2)
    /// >>> limiter.check("alice", 2, now_ns=0).remaining
    /// 0
    /// >>> limiter.check("alice", now_ns=0).retry_after
    /// 0.2
    #[pyo3(
        signature = (key, n=NOT, *, rate=None, now_ns=None),
        text_signature = "($self, key, n=1, *, rate=None, now_ns=None)"
    )]
    fn check(
        &self,
        key: &Bound<'_, PyAny>,
        n: Given<'_>,
        rate: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Decision> {
        let (key, n, quota) = (Key::new(key)?, amount(&n)?, self.quota_or(rate)?);
        let outcome = key.try_acquire(self.inner.get(), &quota, n, time::now(now_ns)?);
        Decision::new(self.inner.counted(outcome), n, quota.burst())
    }

    /// What check would answer; takes and counts nothing. n=0 shows what is there.
    #[pyo3(
        signature = (key, n=NOT, *, rate=None, now_ns=None),
        text_signature = "($self, key, n=1, *, rate=None, now_ns=None)"
    )]
    fn peek(
        &self,
        key: &Bound<'_, PyAny>,
        n: Given<'_>,
        rate: Option<&Bound<'_, PyAny>>,
        now_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Decision> {
        let (key, n, quota) = (Key::new(key)?, amount(&n)?, self.quota_or(rate)?);
        let outcome = key.peek(self.inner.get(), &quota, n, time::now(now_ns)?);
        Decision::new(outcome, n, quota.burst())
    }

    /// How many keys have a bucket that is not full, or has not been for a second. Reads the whole
    /// table. `len(limiter)` is the same now.
    #[pyo3(signature = (*, now_ns=None))]
    fn occupied(&self, py: Python<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<usize> {
        let now = time::now(now_ns)?;
        Ok(py.detach(|| self.inner.get().occupied(now)))
    }

    /// Their buckets, as an iterator of Occupant in no order; read at once. `iter(limiter)` is the
    /// same now.
    ///
    /// >>> limiter = tidegate.KeyedRateLimiter("1/minute", capacity=4)
    /// >>> limiter.try_acquire("alice", now_ns=0)
    /// True
    /// >>> [occupant.full_at_ns for occupant in limiter.occupants(now_ns=0)]
    /// [60000000000]
    #[pyo3(signature = (*, now_ns=None))]
    fn occupants(&self, py: Python<'_>, now_ns: Option<&Bound<'_, PyAny>>) -> PyResult<Occupants> {
        let now = time::now(now_ns)?;
        Ok(self.all(py, now))
    }

    /// How many requests found all places taken that their key may have.
    #[getter]
    fn overflowed(&self) -> u64 {
        self.inner.get().overflowed()
    }

    /// How many calls of try_acquire and check were denied, by all processes together (C programs count
    /// none); None of a limiter that is not shared.
    #[getter]
    fn denied(&self) -> Option<u64> {
        self.inner.denied()
    }

    /// Places for keys: what was asked for, rounded up to a multiple of 4.
    #[getter]
    fn capacity(&self) -> usize {
        self.inner.get().capacity()
    }

    /// Who waits for each key.
    #[getter]
    fn _lines(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.lines.get(py, "Lines")
    }

    /// The key as its line knows it.
    fn _key<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(match Key::new(key)? {
            Key::Bytes(bytes) => PyBytes::new(key.py(), &bytes),
            Key::Number(number) => PyBytes::new(key.py(), &number.to_le_bytes()),
        })
    }

    /// The limit of a call that brings no other.
    #[getter]
    fn quota(&self) -> crate::quota::Quota {
        self.quota.into()
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        py.detach(|| self.inner.get().occupied(clock::monotonic()))
    }

    /// A limiter is one, however few keys it has.
    fn __bool__(&self) -> bool {
        true
    }

    fn __iter__(&self, py: Python<'_>) -> Occupants {
        self.all(py, clock::monotonic())
    }

    fn __repr__(&self) -> String {
        let quota = self.quota();
        format!("KeyedRateLimiter({}, capacity={})", quota.arguments(), self.capacity())
    }
}

impl KeyedRateLimiter {
    fn all(&self, py: Python<'_>, now: Instant) -> Occupants {
        let all: Vec<_> = py.detach(|| self.inner.get().iter(now).collect());
        Occupants { rest: Mutex::new(all.into_iter()) }
    }
}

/// A key's bucket, as iterating over a KeyedRateLimiter shows it.
#[pyclass(frozen, eq, hash, module = "tidegate")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Occupant {
    /// The hash by which the table knows the key; of another limiter it is another.
    #[pyo3(get)]
    fingerprint: u64,
    /// When its bucket is full again, of `tidegate.monotonic_ns()`.
    #[pyo3(get)]
    full_at_ns: u64,
}

#[pymethods]
impl Occupant {
    fn __repr__(&self) -> String {
        let Occupant { fingerprint, full_at_ns } = self;
        format!("Occupant(fingerprint={fingerprint}, full_at_ns={full_at_ns})")
    }
}

/// What is left of an iteration.
#[pyclass(frozen, module = "tidegate._core")]
#[derive(Debug)]
pub(crate) struct Occupants {
    rest: Mutex<vec::IntoIter<tidegate::limit::Occupant>>,
}

#[pymethods]
impl Occupants {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    /// OK to ignore the poison: nothing panics while it is locked.
    fn __next__(&self) -> Option<Occupant> {
        let next = self.rest.lock().unwrap_or_else(PoisonError::into_inner).next()?;
        Some(Occupant { fingerprint: next.fingerprint, full_at_ns: next.full_at.as_nanos() })
    }
}

/// The argument `capacity`.
fn room(capacity: &Given<'_>) -> PyResult<usize> {
    let capacity = capacity.or(DEFAULT_CAPACITY, |value| {
        let fits = |capacity: &u64| *capacity <= MOST_CAPACITY;
        number::unsigned("capacity", value)?
            .filter(fits)
            .ok_or_else(|| errors::value("capacity", value, "from 0 to 268435456"))
    })?;
    Ok(capacity as usize)
}

fn full(name: &Bound<'_, PyAny>) -> PyResult<Full> {
    match &*text::string("when_full", name)? {
        "share" => Ok(Full::Share),
        "deny" => Ok(Full::Deny),
        "allow" => Ok(Full::Allow),
        other => Err(errors::of(Error::UnknownFull, other)),
    }
}

/// One MiB.
const DEFAULT_CAPACITY: u64 = 65_536;
/// Four GiB: what is more is taken for a mistake.
const MOST_CAPACITY: u64 = 1 << 28;
