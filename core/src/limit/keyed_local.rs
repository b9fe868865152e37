//! `LocalKeyedRateLimiter`: the keyed limiter of a single owner, with its table inside.
//!
//! The same buckets, kept in a map by the same keyed hash, without an atomic word. What differs is
//! the room: any key may take any place, so the policy decides only when all `N` are live.

use heapless::index_map::FnvIndexMap;
use siphasher::sip::SipHasher13;

use super::{
    ask::{Ask, Full, Occupant},
    slot::State,
};
use crate::{outcome::Outcome, quota::Quota, time::Instant};

/// As [`KeyedRateLimiter`](crate::KeyedRateLimiter), for one owner: a microcontroller's main loop, or
/// whoever has a lock already. `N` is how many keys it has room for, a power of two above 1; a key
/// takes 24 to 32 bytes.
///
/// Each key decides exactly as a [`RateLimiter`](crate::RateLimiter) of its own. A place is free a
/// second after its bucket is full. A call for a key that has a place costs one look into the map;
/// one that brings a new key while all places are taken looks at each of them once.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, LocalKeyedRateLimiter, Quota, Span, limit::Full};
///
/// let mut limiter = LocalKeyedRateLimiter::<16>::new(7, Full::Deny); // the seed: drawn at random
/// let quota = Quota::new(5, Span::from_secs(1), 2)?;
/// let now = Instant::from_nanos(0);
/// assert!(limiter.try_acquire(b"alice", &quota, 2, now).is_allowed());
/// let denied = limiter.try_acquire(b"alice", &quota, 1, now);
/// assert_eq!(denied.retry_after(), Some(Span::from_millis(200)));
/// assert_eq!((limiter.occupied(now), limiter.capacity(), limiter.overflowed()), (1, 16, 0));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct LocalKeyedRateLimiter<const N: usize> {
    /// By the keyed hash of a key, so that the map's own hash needs no secret.
    buckets: FnvIndexMap<u64, State, N>,
    seed: (u64, u64),
    full: Full,
    longest: u64,
    overflowed: u64,
    shared: State,
}

impl<const N: usize> LocalKeyedRateLimiter<N> {
    /// Full buckets in an empty table. Draw the seed at random and keep it secret, so that nobody can
    /// choose keys that meet.
    pub const fn new(seed: u128, full: Full) -> LocalKeyedRateLimiter<N> {
        LocalKeyedRateLimiter {
            buckets: FnvIndexMap::new(),
            seed: (seed as u64, (seed >> 64) as u64),
            full,
            longest: 0,
            overflowed: 0,
            shared: State::EMPTY,
        }
    }

    /// Takes `n` tokens of the key's bucket if they are there. `n` = 0 is [`peek`](Self::peek); `n`
    /// above the burst is [`Outcome::Never`].
    pub fn try_acquire(&mut self, key: &[u8], quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.acquire(self.hash(key), Ask { quota, n, now })
    }

    /// As [`try_acquire`](Self::try_acquire) with the eight bytes of `key`, lowest first: the same
    /// bucket.
    pub fn try_acquire_u64(&mut self, key: u64, quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.acquire(self.hash(&key.to_le_bytes()), Ask { quota, n, now })
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes and counts nothing.
    pub fn peek(&self, key: &[u8], quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.look(self.hash(key), Ask { quota, n, now })
    }

    /// As [`peek`](Self::peek), for the key of [`try_acquire_u64`](Self::try_acquire_u64).
    pub fn peek_u64(&self, key: u64, quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.look(self.hash(&key.to_le_bytes()), Ask { quota, n, now })
    }

    /// How many keys there is room for.
    pub const fn capacity(&self) -> usize {
        N
    }

    /// How many places hold a bucket that no new key could take at `now`. Looks at each.
    pub fn occupied(&self, now: Instant) -> usize {
        self.iter(now).count()
    }

    /// How many requests found all places taken.
    pub const fn overflowed(&self) -> u64 {
        self.overflowed
    }

    /// The buckets that no new key could take the place of at `now`.
    pub fn iter(&self, now: Instant) -> impl Iterator<Item = Occupant> + use<'_, N> {
        let live = self.buckets.iter().filter(move |(_, state)| !state.is_free(now));
        live.map(|(&fingerprint, state)| Occupant {
            fingerprint,
            full_at: Instant::from_nanos(state.full_at()),
        })
    }

    fn acquire(&mut self, hash: u64, ask: Ask<'_>) -> Outcome {
        if ask.n > ask.quota.burst() {
            return Outcome::Never;
        }
        if ask.n == 0 {
            return self.look(hash, ask);
        }
        self.longest = self.longest.max(ask.quota.first_nano(ask.quota.stepped_debt()));
        let longest = self.longest;
        if let Some(state) = self.buckets.get_mut(&hash) {
            return charge(state, longest, ask);
        }
        if self.buckets.len() >= N {
            let mut places = self.buckets.iter();
            let Some((&free, _)) = places.find(|(_, state)| state.is_free(ask.now)) else {
                return self.overflow(ask);
            };
            self.buckets.swap_remove(&free);
        }
        let mut state = State::EMPTY;
        let outcome = charge(&mut state, longest, ask);
        // There is room: a place was free, or has just been made free.
        let _ = self.buckets.insert(hash, state);
        outcome
    }

    /// What [`acquire`](Self::acquire) would answer.
    fn look(&self, hash: u64, ask: Ask<'_>) -> Outcome {
        if ask.n > ask.quota.burst() {
            return Outcome::Never;
        }
        if let Some(&state) = self.buckets.get(&hash) {
            return ask.decide(state, || self.longest).1;
        }
        match self.free_at() {
            free_at if free_at <= ask.now.as_nanos() => ask.fresh(),
            _ if self.full == Full::Share => ask.decide(self.shared, || self.longest).1,
            free_at => ask.without_a_bucket(self.full, free_at),
        }
    }

    fn overflow(&mut self, ask: Ask<'_>) -> Outcome {
        self.overflowed = self.overflowed.saturating_add(1);
        match self.full {
            Full::Share => charge(&mut self.shared, self.longest, ask),
            full => ask.without_a_bucket(full, self.free_at()),
        }
    }

    /// When the first place is free: 0 when not all are taken.
    fn free_at(&self) -> u64 {
        if self.buckets.len() < N {
            return 0;
        }
        self.buckets.values().map(|state| state.free_at()).min().unwrap_or(u64::MAX)
    }

    fn hash(&self, key: &[u8]) -> u64 {
        SipHasher13::new_with_keys(self.seed.0, self.seed.1).hash(key)
    }
}

fn charge(state: &mut State, longest: u64, ask: Ask<'_>) -> Outcome {
    let (next, outcome) = ask.decide(*state, || longest);
    *state = next.unwrap_or(*state);
    outcome
}
