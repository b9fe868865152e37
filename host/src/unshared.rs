//! What stands for the limiters that processes share where there are no processes: WebAssembly. None can be
//! opened, and the types have no values, so that what uses one is known never to run.

use std::{fmt, ops::Deref, path::PathBuf};

use tidegate::{Error, Instant, KeyedRateLimiter, Outcome, Quota, RateLimiter, limit::Full};

/// Why a limiter cannot be shared: there is nobody to share it with.
#[derive(Debug)]
pub struct SharedError(());

impl SharedError {
    /// The row of the table of errors.
    pub const fn row(&self) -> Error {
        Error::SharedUnavailable
    }
}

impl fmt::Display for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebAssembly has no memory that processes share")
    }
}

impl std::error::Error for SharedError {}

/// Where a limiter would lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPlace(());

impl SharedPlace {
    /// # Errors
    ///
    /// Always.
    pub fn named(_name: &str) -> Result<SharedPlace, SharedError> {
        Err(SharedError(()))
    }

    /// A place at which nothing can be opened.
    pub fn at(_path: impl Into<PathBuf>) -> SharedPlace {
        SharedPlace(())
    }

    /// # Errors
    ///
    /// Always.
    pub fn remove(&self) -> Result<bool, SharedError> {
        Err(SharedError(()))
    }
}

/// A bucket that processes share: there is none.
#[derive(Debug)]
pub enum SharedRateLimiter {}

impl SharedRateLimiter {
    /// # Errors
    ///
    /// Always.
    pub fn open(_place: &SharedPlace, _quota: Quota) -> Result<SharedRateLimiter, SharedError> {
        Err(SharedError(()))
    }

    /// Never called.
    pub fn try_acquire(&self, _n: u64, _now: Instant) -> Outcome {
        match *self {}
    }

    /// Never called.
    pub fn denied(&self) -> u64 {
        match *self {}
    }
}

impl Deref for SharedRateLimiter {
    type Target = RateLimiter;

    fn deref(&self) -> &RateLimiter {
        match *self {}
    }
}

/// Buckets that processes share: there are none.
#[derive(Debug)]
pub enum SharedKeyedRateLimiter {}

impl SharedKeyedRateLimiter {
    /// # Errors
    ///
    /// Always.
    pub fn open(
        _place: &SharedPlace,
        _capacity: usize,
        _quota: Quota,
        _full: Full,
    ) -> Result<SharedKeyedRateLimiter, SharedError> {
        Err(SharedError(()))
    }

    /// Never called.
    pub fn get(&self) -> &KeyedRateLimiter<'_> {
        match *self {}
    }

    /// Never called.
    pub fn counted(&self, _outcome: Outcome) -> Outcome {
        match *self {}
    }

    /// Never called.
    pub fn denied(&self) -> u64 {
        match *self {}
    }
}
