//! `SharedKeyedRateLimiter`: a bucket for each key that processes share.

use core::mem;

use tidegate::{
    Instant, KeyedRateLimiter, Outcome, Quota,
    limit::{Full, SharedKind, SharedLayout, SlotSet},
};

use super::{SharedError, SharedPlace, limiter::stripe, mapping::Mapping, open};

/// A [`KeyedRateLimiter`] that any number of processes share, in all languages at once.
///
/// All must come with one capacity, one quota (of calls that bring no other) and one [`Full`]. The seed of
/// its hash is drawn by whoever makes it.
///
/// # Clocks
///
/// As [`SharedRateLimiter`](crate::SharedRateLimiter), with one difference: a process that is stopped for
/// more than a second between reading the clock and taking tokens of a key that is not in the table can
/// take tokens which nobody knows of, if the key was used and dropped in that time.
///
/// # Concurrency
///
/// As [`SharedRateLimiter`](crate::SharedRateLimiter).
///
/// # Examples
///
/// ```
/// use tidegate::{Quota, Span, limit::Full};
/// use tidegate_host::{SharedKeyedRateLimiter, SharedPlace, monotonic};
///
/// let place = SharedPlace::at(std::env::temp_dir().join(format!("keyed-{}", std::process::id())));
/// let quota = Quota::new(5, Span::from_secs(3_600), 1)?;
/// let open = || SharedKeyedRateLimiter::open(&place, 1_000, quota, Full::Share);
/// let (here, there) = (open()?, open()?);
/// assert!(here.get().try_acquire(b"alice", &quota, 1, monotonic()).is_allowed());
/// assert!(!there.get().try_acquire(b"alice", &quota, 1, monotonic()).is_allowed());
/// assert_eq!((there.get().capacity(), there.get().occupied(monotonic())), (1_000, 1));
/// place.remove()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SharedKeyedRateLimiter {
    /// In `memory`, and so are its sets.
    limiter: *const KeyedRateLimiter<'static>,
    memory: Mapping,
    quota: Quota,
    stripe: usize,
}

// SAFETY: the limiter is one that threads may share, and lies in memory that is no thread's own.
unsafe impl Send for SharedKeyedRateLimiter {}
// SAFETY: as above.
unsafe impl Sync for SharedKeyedRateLimiter {}

impl SharedKeyedRateLimiter {
    /// The limiter of that place, with room for at least so many keys of 16 bytes each; an empty one if
    /// there is none yet.
    ///
    /// # Errors
    ///
    /// [`SharedError`], with what was found.
    pub fn open(
        place: &SharedPlace,
        capacity: usize,
        quota: Quota,
        full: Full,
    ) -> Result<SharedKeyedRateLimiter, SharedError> {
        let clock = crate::clock::shared().ok_or(SharedError::Unsupported)?;
        let sets = capacity.div_ceil(SlotSet::SLOTS) as u64;
        let kind = SharedKind::Keyed { sets, full };
        let (memory, seed) = open(place, &SharedLayout { kind, quota, clock })?;
        let limiter = SharedKeyedRateLimiter::within(memory, sets, seed, quota, full);
        limiter.get().trust_clock();
        Ok(limiter)
    }

    pub(super) fn within(
        memory: Mapping,
        sets: u64,
        seed: u128,
        quota: Quota,
        full: Full,
    ) -> SharedKeyedRateLimiter {
        // SAFETY: the sets lie in `memory`, which moves into the limiter and stays as long as it; `get` gives
        // nobody a longer borrow.
        let sets = unsafe { mem::transmute::<&[SlotSet], &'static [SlotSet]>(memory.sets(sets)) };
        let limiter = KeyedRateLimiter::new(sets, seed, full);
        // SAFETY: its first words are of any bits, as the core says, and it borrows from `memory` alone.
        let limiter = unsafe { memory.place(limiter, KeyedRateLimiter::SHARED_BYTES) };
        SharedKeyedRateLimiter { limiter, memory, quota, stripe: stripe() }
    }

    /// The limiter.
    #[inline]
    pub fn get(&self) -> &KeyedRateLimiter<'_> {
        // SAFETY: it lies in `memory`, which stays as long as `self`.
        unsafe { &*self.limiter }
    }

    /// The quota of calls that bring no other.
    #[inline]
    pub fn quota(&self) -> &Quota {
        &self.quota
    }

    /// As [`KeyedRateLimiter::try_acquire`] with the limiter's quota, and counts a denial.
    #[inline]
    pub fn try_acquire(&self, key: &[u8], n: u64, now: Instant) -> Outcome {
        self.counted(self.get().try_acquire(key, &self.quota, n, now))
    }

    /// The outcome, counted if it is a denial.
    #[inline]
    pub fn counted(&self, outcome: Outcome) -> Outcome {
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
