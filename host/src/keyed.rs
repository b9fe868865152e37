//! `OwnedKeyedRateLimiter`: a keyed limiter with a table of its own, for languages that lend none.

use core::fmt;

use self_cell::self_cell;
use tidegate::{
    KeyedRateLimiter, Outcome,
    limit::{Full, SlotSet},
};

use crate::SharedKeyedRateLimiter;

/// A [`KeyedRateLimiter`] and its table, allocated once and never grown, with a seed from the system (see
/// [`seed`](crate::seed) for what stands in where it has none).
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Quota, Span, limit::Full};
/// use tidegate_host::OwnedKeyedRateLimiter;
///
/// let limiter = OwnedKeyedRateLimiter::new(10, Full::Share).expect("192 bytes");
/// assert_eq!(limiter.get().capacity(), 12); // whole sets of four
/// let quota = Quota::new(5, Span::from_secs(1), 1)?;
/// let mut allowed = || limiter.get().try_acquire(b"alice", &quota, 1, Instant::ZERO).is_allowed();
/// assert_eq!([allowed(), allowed()], [true, false]);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct OwnedKeyedRateLimiter(Home);

/// Where the table lies.
#[derive(Debug)]
enum Home {
    Own(Owned),
    /// In memory that processes share.
    Shared(SharedKeyedRateLimiter),
}

impl OwnedKeyedRateLimiter {
    /// Room for at least so many keys, 16 bytes each; `None` where the memory cannot be had.
    ///
    /// Keys beyond it are what `full` says. Give it about twice the keys that are live at once: a key
    /// may only live in two sets of four slots, so some sets are full before the table is.
    pub fn new(capacity: usize, full: Full) -> Option<OwnedKeyedRateLimiter> {
        let seed = u128::from(crate::seed()) << 64 | u128::from(crate::seed());
        OwnedKeyedRateLimiter::with_seed(capacity, seed, full)
    }

    /// As [`new`](Self::new) with a seed that repeats a run: for tests only, because whoever knows it
    /// can choose keys that meet.
    pub fn with_seed(capacity: usize, seed: u128, full: Full) -> Option<OwnedKeyedRateLimiter> {
        let sets = capacity.div_ceil(SlotSet::SLOTS);
        let mut table = Vec::new();
        table.try_reserve_exact(sets).ok()?;
        table.resize_with(sets, SlotSet::new);
        let table = table.into_boxed_slice();
        let owned = Owned::new(table, |table| KeyedRateLimiter::new(table, seed, full));
        Some(OwnedKeyedRateLimiter(Home::Own(owned)))
    }

    /// One whose table processes share.
    pub fn shared(limiter: SharedKeyedRateLimiter) -> OwnedKeyedRateLimiter {
        OwnedKeyedRateLimiter(Home::Shared(limiter))
    }

    /// The limiter.
    #[inline]
    pub fn get(&self) -> &KeyedRateLimiter<'_> {
        match &self.0 {
            Home::Own(owned) => owned.borrow_dependent(),
            Home::Shared(shared) => shared.get(),
        }
    }

    /// The outcome of a request; a denial is counted where processes share the table.
    #[inline]
    pub fn counted(&self, outcome: Outcome) -> Outcome {
        match &self.0 {
            Home::Own(_) => outcome,
            Home::Shared(shared) => shared.counted(outcome),
        }
    }

    /// How many requests were denied, by all processes that share the table; `None` of one that is this
    /// process's own.
    pub fn denied(&self) -> Option<u64> {
        match &self.0 {
            Home::Own(_) => None,
            Home::Shared(shared) => Some(shared.denied()),
        }
    }
}

self_cell! {
    struct Owned {
        owner: Box<[SlotSet]>,
        #[covariant]
        dependent: KeyedRateLimiter,
    }
}

/// The table is long and says nothing to people.
impl fmt::Debug for Owned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedRateLimiter").field("sets", &self.borrow_owner().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::OwnedKeyedRateLimiter;
    use tidegate::{Instant, Quota, Span, limit::Full};

    #[test]
    fn no_room_and_too_much_of_it() {
        let limiter = OwnedKeyedRateLimiter::new(0, Full::Deny).unwrap();
        let quota = Quota::new(1, Span::from_secs(1), 1).unwrap();
        assert!(!limiter.get().try_acquire(b"a", &quota, 1, Instant::ZERO).is_allowed());
        assert!(OwnedKeyedRateLimiter::new(usize::MAX, Full::Deny).is_none());
    }

    #[test]
    fn two_limiters_have_two_seeds() {
        let fingerprint = || {
            let limiter = OwnedKeyedRateLimiter::new(4, Full::Share).unwrap();
            let quota = Quota::new(1, Span::from_secs(1), 1).unwrap();
            assert!(limiter.get().try_acquire(b"a", &quota, 1, Instant::ZERO).is_allowed());
            limiter.get().iter(Instant::ZERO).next().unwrap().fingerprint
        };
        assert_ne!(fingerprint(), fingerprint());
    }
}
