//! `KeyedRateLimiter`: a token bucket for each of many keys, in memory that the caller lends.
//!
//! A key in the table costs one look at the four keys of its first set, which is one cache line, and
//! one compare-and-swap of the state beside its own. How a slot gets an owner, and why two threads
//! cannot give one key two buckets, stands in [`home`].
//!
//! A slot is free a second after its bucket is full again, not at once: a `now` may be a second old,
//! and for such a caller a bucket that another thread dropped would not have been full yet.

use siphasher::sip::SipHasher13;

use super::{
    ask::{Ask, Full, Occupant},
    home::{self, Found},
    slot::{SLOTS, Slot, SlotSet, State},
};
use crate::{
    cell::{SlotWord, Word},
    outcome::Outcome,
    quota::Quota,
    time::Instant,
};

/// A token bucket for each key, as many as the lent table has room for; each decides exactly as a
/// [`RateLimiter`](crate::RateLimiter) of its own.
///
/// There is nothing to sweep: a bucket that has been full for a second is dropped when its slot is
/// wanted, and no other bucket ever is. When every slot that a new key may use holds a live bucket,
/// [`Full`] decides.
///
/// # Quotas
///
/// The quota comes with the call, so one table serves several plans. What is kept is the time at
/// which a bucket is full again. If a key comes with another quota than before, that time stays: it
/// is then exact to 2 ns, and never more than the new quota's burst is there. A debt is only taken
/// for a clock step when it is longer than any quota of this limiter allows.
///
/// # Clocks
///
/// As [`RateLimiter`](crate::RateLimiter). After a clock has stepped back, slots of keys that do not
/// come again are only free when their old time has come.
///
/// # Concurrency
///
/// Any number of threads share one limiter through `&self`; one table serves one limiter. Threads
/// that bring the same new key at the same instant share one bucket. A thread that stops for ever at
/// any point neither blocks another nor lets anyone over. A charge is lock-free; threads that bring
/// one new key at the same instant may take the slot from each other before one of them gets it.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, KeyedRateLimiter, Quota, Span, limit::{Full, SlotSet}};
///
/// static TABLE: [SlotSet; 64] = [const { SlotSet::new() }; 64]; // 256 keys, 4 KiB
/// let seed = 0x2545_f491_4f6c_dd1d_9e37_79b9_7f4a_7c15; // in a program: drawn at random
/// let limiter = KeyedRateLimiter::new(&TABLE, seed, Full::Share);
/// let quota = Quota::new(5, Span::from_secs(1), 2)?;
/// let now = Instant::from_nanos(0);
/// assert!(limiter.try_acquire(b"alice", &quota, 2, now).is_allowed());
/// let denied = limiter.try_acquire(b"alice", &quota, 1, now);
/// assert_eq!(denied.retry_after(), Some(Span::from_millis(200)));
/// assert!(limiter.try_acquire(b"bob", &quota, 2, now).is_allowed());
/// assert_eq!((limiter.occupied(now), limiter.overflowed()), (2, 0));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
#[repr(C)] // what processes may share first, and then what is each one's own
pub struct KeyedRateLimiter<'a> {
    /// At least the longest debt, in nanoseconds, that a bucket of any quota used here can have.
    longest: Word,
    nonces: Word,
    overflowed: Word,
    /// The bucket of [`Full::Share`].
    shared: SlotWord,
    sets: &'a [SlotSet],
    seed: (u64, u64),
    full: Full,
}

impl<'a> KeyedRateLimiter<'a> {
    /// Full buckets in an empty table. Draw the seed at random and keep it secret, so that nobody can
    /// choose keys that meet. A table of no sets has no room: then [`Full`] decides always.
    #[cfg(not(loom))]
    pub const fn new(table: &'a [SlotSet], seed: u128, full: Full) -> KeyedRateLimiter<'a> {
        KeyedRateLimiter {
            sets: table,
            seed: (seed as u64, (seed >> 64) as u64),
            full,
            longest: Word::new(0),
            nonces: Word::new(0),
            overflowed: Word::new(0),
            shared: SlotWord::new(),
        }
    }

    /// As without the model checker, whose words cannot be made by a constant.
    #[cfg(loom)]
    pub fn new(table: &'a [SlotSet], seed: u128, full: Full) -> KeyedRateLimiter<'a> {
        KeyedRateLimiter {
            sets: table,
            seed: (seed as u64, (seed >> 64) as u64),
            full,
            longest: Word::new(0),
            nonces: Word::new(0),
            overflowed: Word::new(0),
            shared: SlotWord::new(),
        }
    }

    /// How many of the limiter's first bytes are atomic words of which any bits are valid; they may lie in
    /// memory that processes share with the table. What comes behind them is each process's own.
    pub const SHARED_BYTES: usize = core::mem::offset_of!(KeyedRateLimiter<'static>, sets);

    /// From now on the clock cannot step, so that no debt is too long to be true: whoever comes with an old
    /// `now`, because it was stopped after it had read the clock, is late and has seen no other time.
    pub fn trust_clock(&self) {
        self.longest.raise_to(u64::MAX);
    }

    /// Takes `n` tokens of the key's bucket if they are there. `n` = 0 is [`peek`](Self::peek); `n`
    /// above the burst is [`Outcome::Never`].
    #[inline]
    pub fn try_acquire(&self, key: &[u8], quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.acquire(self.hash(key), Ask { quota, n, now })
    }

    /// As [`try_acquire`](Self::try_acquire) with the eight bytes of `key`, lowest first: the same
    /// bucket.
    #[inline]
    pub fn try_acquire_u64(&self, key: u64, quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.acquire(self.hash(&key.to_le_bytes()), Ask { quota, n, now })
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes and counts nothing.
    #[inline]
    pub fn peek(&self, key: &[u8], quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.look(self.hash(key), Ask { quota, n, now })
    }

    /// A thread that finds room for its key and dies after so many of the steps from 2 on.
    #[cfg(loom)]
    #[doc(hidden)]
    pub fn die_after(&self, steps: u32, key: u64, now: Instant) {
        let Some(home) = home::all(self.sets, self.hash(&key.to_le_bytes())) else { return };
        let Found::Room(room) = home.find(now) else { return };
        let Some(claim) = room.claim(self.nonces.take_number()).filter(|_| steps > 1) else {
            return;
        };
        let Some(()) = home.name(claim).filter(|()| steps > 2) else { return };
        let _ = home.outdo(claim);
    }

    /// As [`peek`](Self::peek), for the key of [`try_acquire_u64`](Self::try_acquire_u64).
    #[inline]
    pub fn peek_u64(&self, key: u64, quota: &Quota, n: u64, now: Instant) -> Outcome {
        self.look(self.hash(&key.to_le_bytes()), Ask { quota, n, now })
    }

    /// Slots in the table.
    #[inline]
    pub const fn capacity(&self) -> usize {
        self.sets.len().saturating_mul(SLOTS)
    }

    /// How many slots hold a bucket that no new key could take at `now`. Reads the whole table.
    pub fn occupied(&self, now: Instant) -> usize {
        self.iter(now).count()
    }

    /// How many requests found all slots that their key may use taken.
    #[inline]
    pub fn overflowed(&self) -> u64 {
        self.overflowed.get()
    }

    /// The buckets in slots that no new key could take at `now`. Each slot is read when the iterator
    /// comes to it; one that is changing hands at that moment has no bucket.
    pub fn iter(&self, now: Instant) -> impl Iterator<Item = Occupant> + use<'a> {
        let slots = self.sets.iter().flat_map(SlotSet::slots);
        slots.filter_map(move |slot| occupant(slot, now))
    }

    /// The first of [`iter`](Self::iter)'s buckets in slot number `slot` or behind it, and its number:
    /// for a binding that cannot hold an iterator.
    pub fn occupant_from(&self, slot: usize, now: Instant) -> Option<(usize, Occupant)> {
        let rest = self.sets.get(slot >> SLOTS.trailing_zeros()..)?;
        let in_set = slot & (SLOTS - 1);
        let mut slots = rest.iter().flat_map(SlotSet::slots).enumerate().skip(in_set);
        slots.find_map(|(past, found)| Some((slot - in_set + past, occupant(found, now)?)))
    }

    #[inline(always)]
    fn acquire(&self, hash: u64, ask: Ask<'_>) -> Outcome {
        if ask.n > ask.quota.burst() {
            return Outcome::Never;
        }
        if ask.n == 0 {
            return self.look(hash, ask);
        }
        if ask.quota.ticks_at(self.longest.get()) < ask.quota.stepped_debt() {
            self.longest.raise_to(ask.quota.first_nano(ask.quota.stepped_debt()));
        }
        if let Some((set, fingerprint)) = home::first(self.sets, hash)
            && let Some(outcome) = self.charge_in(set, fingerprint, ask)
        {
            return outcome;
        }
        self.acquire_beyond(hash, ask)
    }

    /// The short way for a bucket that is there already; `None` to go the long one.
    #[inline(always)]
    fn charge_in(&self, set: &SlotSet, fingerprint: u64, ask: Ask<'_>) -> Option<Outcome> {
        let slot = set.find(fingerprint)?;
        let (state, key) = slot.get();
        let ours = state.is_confirmed() && key.is_of(fingerprint);
        if ours { self.charge(slot, state, ask) } else { None }
    }

    /// For a key that is not in its first set, or whose slot is being changed.
    #[inline(never)]
    fn acquire_beyond(&self, hash: u64, ask: Ask<'_>) -> Outcome {
        let Some(home) = home::all(self.sets, hash) else { return self.overflow(u64::MAX, ask) };
        if let Some(set) = home.second()
            && let Some(outcome) = self.charge_in(set, home.fingerprint(), ask)
        {
            return outcome;
        }
        loop {
            let answer = match home.find(ask.now) {
                Found::Bucket(slot, state) => self.charge(slot, state, ask),
                Found::Room(room) => room.claim(self.nonces.take_number()).and_then(|claim| {
                    home.name(claim)?;
                    home.outdo(claim)?;
                    let (next, outcome) = self.decide(State::EMPTY, ask);
                    // There always is a next one: the bucket is full, and n is from 1 to its burst.
                    claim.confirm(next.unwrap_or(State::EMPTY)).map(|()| outcome)
                }),
                Found::Nothing(free_at) => return self.overflow(free_at, ask),
            };
            if let Some(outcome) = answer {
                return outcome;
            }
        }
    }

    /// Charges a bucket; `None` when it is no longer what was seen.
    #[inline(always)]
    fn charge(&self, slot: Slot<'_>, seen: State, ask: Ask<'_>) -> Option<Outcome> {
        let (next, outcome) = self.decide(seen, ask);
        match next {
            Some(next) => slot.replace(seen, next).then_some(outcome),
            None => Some(outcome),
        }
    }

    /// What [`acquire`](Self::acquire) would answer.
    fn look(&self, hash: u64, ask: Ask<'_>) -> Outcome {
        if ask.n > ask.quota.burst() {
            return Outcome::Never;
        }
        let found = home::all(self.sets, hash).map(|home| home.find(ask.now));
        match found.unwrap_or(Found::Nothing(u64::MAX)) {
            Found::Bucket(_, state) => self.decide(state, ask).1,
            Found::Room(_) => ask.fresh(),
            Found::Nothing(_) if self.full == Full::Share => {
                self.decide(State::of(&self.shared), ask).1
            }
            Found::Nothing(free_at) => ask.without_a_bucket(self.full, free_at),
        }
    }

    /// A request that found no slot.
    #[cold]
    fn overflow(&self, free_at: u64, ask: Ask<'_>) -> Outcome {
        self.overflowed.take_number();
        if self.full != Full::Share {
            return ask.without_a_bucket(self.full, free_at);
        }
        loop {
            let seen = State::of(&self.shared);
            let (next, outcome) = self.decide(seen, ask);
            if next.is_none_or(|next| seen.replace(&self.shared, next)) {
                return outcome;
            }
        }
    }

    #[inline(always)]
    fn decide(&self, seen: State, ask: Ask<'_>) -> (Option<State>, Outcome) {
        // Whoever wrote the state had raised `longest` before, and reading the state made that known.
        ask.decide(seen, || self.longest.get())
    }

    #[inline(always)]
    fn hash(&self, key: &[u8]) -> u64 {
        SipHasher13::new_with_keys(self.seed.0, self.seed.1).hash(key)
    }
}

/// The bucket of a slot, unless a new key could take the slot at `now`.
fn occupant(slot: Slot<'_>, now: Instant) -> Option<Occupant> {
    let (key, state) = (slot.key(), slot.state());
    // The same key on both sides of the state is the state's.
    let live = state.is_confirmed() && !state.is_free(now) && slot.key() == key;
    live.then(|| Occupant {
        fingerprint: key.fingerprint(),
        full_at: Instant::from_nanos(state.full_at()),
    })
}
