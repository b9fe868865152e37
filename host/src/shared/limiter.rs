//! `SharedRateLimiter`: one bucket that processes share.

use core::ops::Deref;

use tidegate::{
    Instant, Outcome, Quota, RateLimiter,
    limit::{SharedKind, SharedLayout},
};

use super::{SharedError, SharedPlace, mapping::Mapping, open};

/// A [`RateLimiter`] that any number of processes share, in all languages at once.
///
/// It is one: everything that a limiter can do it does, by the same instructions, and a reservation of one
/// process holds back those of the others. Not to be used of it: [`reconfigure`](RateLimiter::reconfigure) and
/// [`reset_to`](RateLimiter::reset_to), which put another bucket into its place that the others do not have:
/// they would be denied for ever. All processes must come with one quota.
///
/// # Clocks
///
/// `now` is [`monotonic`](crate::monotonic), which every process reads alike and which counts on while the
/// machine sleeps. A process that was stopped between reading it and this call is late: it gains nothing.
///
/// # Concurrency
///
/// No process waits for another, also not to open it. One that is killed at any instruction takes with it
/// what it had taken, and nothing else.
///
/// # Examples
///
/// ```
/// use tidegate::{Quota, Span};
/// use tidegate_host::{SharedPlace, SharedRateLimiter, monotonic};
///
/// let place = SharedPlace::at(std::env::temp_dir().join(format!("example-{}", std::process::id())));
/// let quota = Quota::new(5, Span::from_secs(3_600), 2)?;
/// let here = SharedRateLimiter::open(&place, quota)?;
/// let there = SharedRateLimiter::open(&place, quota)?; // as another process would
/// let allowed = [&here, &there, &here].map(|limiter| limiter.try_acquire(1, monotonic()).is_allowed());
/// assert_eq!(allowed, [true, true, false]);
/// assert_eq!(there.denied(), 1);
///
/// let other = SharedRateLimiter::open(&place, Quota::new(6, Span::from_secs(3_600), 2)?).unwrap_err();
/// assert!(other.to_string().ends_with(
///     "its quota is 5 per 3600 s, burst 2; asked for was 6 per 3600 s, burst 2"
/// ));
/// place.remove()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SharedRateLimiter {
    /// In `memory`.
    limiter: *const RateLimiter,
    memory: Mapping,
    stripe: usize,
}

// SAFETY: the limiter is one that threads may share, and lies in memory that is no thread's own.
unsafe impl Send for SharedRateLimiter {}
// SAFETY: as above.
unsafe impl Sync for SharedRateLimiter {}

impl SharedRateLimiter {
    /// The limiter of that place; a full bucket if there is none yet.
    ///
    /// # Errors
    ///
    /// [`SharedError`], with what was found.
    pub fn open(place: &SharedPlace, quota: Quota) -> Result<SharedRateLimiter, SharedError> {
        let clock = crate::clock::shared().ok_or(SharedError::Unsupported)?;
        let (memory, _) = open(place, &SharedLayout { kind: SharedKind::Bucket, quota, clock })?;
        let limiter = SharedRateLimiter::within(memory, quota);
        limiter.trust_clock();
        Ok(limiter)
    }

    pub(super) fn within(memory: Mapping, quota: Quota) -> SharedRateLimiter {
        // SAFETY: its first words are of any bits, as the core says, and it borrows nothing.
        let limiter = unsafe { memory.place(RateLimiter::new(quota), RateLimiter::SHARED_BYTES) };
        SharedRateLimiter { limiter, memory, stripe: stripe() }
    }

    /// As [`RateLimiter::try_acquire`], and counts a denial.
    #[inline]
    pub fn try_acquire(&self, n: u64, now: Instant) -> Outcome {
        let outcome = RateLimiter::try_acquire(self, n, now);
        if let Outcome::Denied { .. } = outcome {
            self.memory.header().count_denied(self.stripe);
        }
        outcome
    }

    /// How many requests were denied, by all processes together.
    pub fn denied(&self) -> u64 {
        self.memory.header().denied()
    }
}

impl Deref for SharedRateLimiter {
    type Target = RateLimiter;

    #[inline]
    fn deref(&self) -> &RateLimiter {
        // SAFETY: it lies in `memory`, which stays as long as `self`.
        unsafe { &*self.limiter }
    }
}

/// Which count this process uses; a child of it uses the same, which only costs time.
pub(super) fn stripe() -> usize {
    std::process::id() as usize
}
