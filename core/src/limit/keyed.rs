//! `KeyedRateLimiter`: a token bucket for each of many keys, in memory that the caller lends.
//!
//! A key may live in any slot of its set, which is one cache line. A slot is one word: empty, *pending*
//! (a key and a number used once, no charge), or *confirmed* (a key and when its bucket is full
//! again). To acquire:
//!
//! 1. Scan the set, the key's preferred slot first. Confirmed and ours: charge by compare-and-swap on
//!    the whole word, done. Otherwise remember a pending slot of ours, else a free one, else a
//!    pending one of a stranger: it holds no charge, so it may be taken, and a thread that died there
//!    costs nothing.
//! 2. None of ours: put our pending word into the slot remembered. No slot: the policy, [`Full`].
//! 3. Pass the fence, and scan the other slots. Ours and confirmed, or ours and pending at a lower
//!    index: clear the pending word, start over. Ours and pending at a higher index: clear that one.
//! 4. Put a confirmed word, already charged, into the place of the pending one. Who found a pending
//!    word of its key in step 1 goes on with it from step 3.
//!
//! Whenever a word is not the one seen any more, start over. A key has at most one confirmed slot,
//! because whoever confirms has seen every other slot after its own word could be seen; the number
//! used once keeps a late thread from confirming another's word. `tests/loom_keyed.rs` checks it.
//!
//! A slot is free a second after its bucket is full again, not at once: a `now` may be a second old,
//! and for such a caller a bucket that another thread dropped would not have been full yet.

use core::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::{
    bucket,
    slot::{FINGERPRINT, SLOTS, Slot, SlotSet, State},
};
use crate::{
    cell::{Word, fence},
    outcome::Outcome,
    quota::Quota,
    time::{Instant, Span},
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
/// any point neither blocks another nor lets anyone over. Where the processor has no 128-bit
/// compare-and-swap, portable-atomic locks instead.
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
pub struct KeyedRateLimiter<'a> {
    sets: &'a [SlotSet],
    seed: (u64, u64),
    full: Full,
    /// At least the longest debt, in nanoseconds, that a bucket of any quota used here can have.
    longest: Word,
    nonces: Word,
    overflowed: Word,
    /// The bucket of [`Full::Share`].
    shared: Slot,
}

/// What a request gets whose key has no slot and finds none free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Full {
    /// It is denied until the first slot of its set is free.
    Deny,
    /// All such requests share one bucket, each under its own quota.
    #[default]
    Share,
    /// It is allowed, and not counted anywhere but in [`KeyedRateLimiter::overflowed`].
    Allow,
}

/// A key's live bucket, as [`KeyedRateLimiter::iter`] shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occupant {
    /// The keyed hash by which the table knows the key.
    pub fingerprint: u64,
    /// When its bucket is full again.
    pub full_at: Instant,
}

/// Where a key may live.
#[derive(Clone, Copy)]
struct Place<'a> {
    set: &'a SlotSet,
    fingerprint: u64,
}

/// A request without its key.
#[derive(Clone, Copy)]
struct Ask<'a> {
    quota: &'a Quota,
    n: u64,
    now: Instant,
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
            shared: Slot::new(),
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
            shared: Slot::new(),
        }
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

    /// A thread that dies between its steps 2 and 3.
    #[cfg(loom)]
    #[doc(hidden)]
    pub fn die_pending(&self, key: u64, now: Instant) {
        let Some(place) = self.place(self.hash(&key.to_le_bytes())) else { return };
        for position in 0..SLOTS {
            let seen = place.slot(position).get();
            if !seen.is_of(place.fingerprint) && seen.is_free(now) {
                self.announce(place, position, seen);
                return;
            }
        }
    }

    /// Slots in the table.
    #[inline]
    pub const fn capacity(&self) -> usize {
        self.sets.len().saturating_mul(SLOTS)
    }

    /// How many slots no new key could take at `now`. Reads the whole table.
    pub fn occupied(&self, now: Instant) -> usize {
        self.iter(now).count()
    }

    /// How many requests found all slots that their key may use taken.
    #[inline]
    pub fn overflowed(&self) -> u64 {
        self.overflowed.get()
    }

    /// The buckets in slots that no new key could take at `now`. Each slot is read once, when the
    /// iterator comes to it.
    pub fn iter(&self, now: Instant) -> impl Iterator<Item = Occupant> + use<'a> {
        let states = self.sets.iter().flat_map(SlotSet::slots).map(Slot::get);
        let live = states.filter(move |state| !state.is_pending() && !state.is_free(now));
        live.map(|state| Occupant {
            fingerprint: state.fingerprint(),
            full_at: Instant::from_nanos(state.full_at()),
        })
    }

    /// The first of [`iter`](Self::iter)'s buckets in slot number `slot` or behind it, and its number:
    /// for a binding that cannot hold an iterator.
    pub fn occupant_from(&self, slot: usize, now: Instant) -> Option<(usize, Occupant)> {
        let set = slot >> SLOTS.trailing_zeros();
        let slots = self.sets.get(set..)?.iter().flat_map(SlotSet::slots).map(Slot::get);
        let before = slot & (SLOTS - 1);
        let (past, state) = (slots.enumerate().skip(before))
            .find(|(_, state)| !state.is_pending() && !state.is_free(now))?;
        let (fingerprint, full_at) = (state.fingerprint(), Instant::from_nanos(state.full_at()));
        Some((slot - before + past, Occupant { fingerprint, full_at }))
    }

    #[inline(always)]
    fn acquire(&self, hash: u64, ask: Ask<'_>) -> Outcome {
        if ask.n > ask.quota.burst() {
            return Outcome::Never;
        }
        if ask.n == 0 {
            return self.look(hash, ask);
        }
        if self.longest.get() < ask.quota.stepped_debt() {
            self.longest.raise_to(ask.quota.stepped_debt());
        }
        let Some(place) = self.place(hash) else { return self.overflow(&[], ask) };
        loop {
            let slot = place.slot(0);
            let seen = slot.get();
            let answer = if place.owns(seen) {
                self.charge(slot, seen, place.fingerprint, ask)
            } else {
                self.acquire_beyond(place, ask)
            };
            if let Some(outcome) = answer {
                return outcome;
            }
        }
    }

    /// Steps 1 to 4 for a key that is not in its preferred slot; `None` to start over.
    #[inline(never)]
    fn acquire_beyond(&self, place: Place<'_>, ask: Ask<'_>) -> Option<Outcome> {
        let (mut ours, mut free, mut strange) = (None, None, None);
        for position in 0..SLOTS {
            let slot = place.slot(position);
            let seen = slot.get();
            if place.owns(seen) {
                return self.charge(slot, seen, place.fingerprint, ask);
            }
            let kind = match (seen.is_of(place.fingerprint), seen.is_pending()) {
                (true, _) => &mut ours,
                (false, true) => &mut strange,
                (false, false) if seen.is_free(ask.now) => &mut free,
                (false, false) => continue,
            };
            kind.get_or_insert((position, seen));
        }
        let (position, pending) = match (ours, free.or(strange)) {
            (Some(ours), _) => ours,
            (None, Some((position, seen))) => (position, self.announce(place, position, seen)?),
            (None, None) => return Some(self.overflow(place.set.slots(), ask)),
        };
        self.confirm(place, position, pending, ask)
    }

    /// Step 2: our pending word in the place of `seen`.
    fn announce(&self, place: Place<'_>, position: usize, seen: State) -> Option<State> {
        let pending = State::pending(place.fingerprint, self.nonces.take_number());
        place.slot(position).replace(seen, pending).then_some(pending)
    }

    /// Steps 3 and 4.
    fn confirm(
        &self,
        place: Place<'_>,
        position: usize,
        pending: State,
        ask: Ask<'_>,
    ) -> Option<Outcome> {
        let slot = place.slot(position);
        fence();
        for other in (0..SLOTS).filter(|&other| other != position) {
            let seen = place.slot(other).get();
            if !seen.is_of(place.fingerprint) {
                continue;
            }
            if !seen.is_pending() || other < position {
                slot.replace(pending, State::EMPTY);
                return None;
            }
            if !place.slot(other).replace(seen, State::EMPTY) {
                return None;
            }
        }
        let (next, outcome) = self.decide(State::EMPTY, place.fingerprint, ask);
        // There always is a next one: the bucket is full, and n is from 1 to its burst.
        let next = next.unwrap_or(State::EMPTY);
        slot.replace(pending, next).then_some(outcome)
    }

    /// Charges a confirmed slot; `None` when it is no longer what was seen.
    #[inline(always)]
    fn charge(&self, slot: &Slot, seen: State, fingerprint: u64, ask: Ask<'_>) -> Option<Outcome> {
        let (next, outcome) = self.decide(seen, fingerprint, ask);
        match next {
            Some(next) => slot.replace(seen, next).then_some(outcome),
            None => Some(outcome),
        }
    }

    /// The bucket's decision, for a slot.
    #[inline(always)]
    fn decide(&self, seen: State, fingerprint: u64, ask: Ask<'_>) -> (Option<State>, Outcome) {
        let Ask { quota, n, now } = ask;
        let (next, outcome) =
            bucket::decide_unless(quota, seen.tat(quota), n, now, |debt| self.is_owed(quota, debt));
        (next.map(|tat| State::confirmed(fingerprint, quota, tat)), outcome)
    }

    /// Whether a debt that is too long for this quota is one of another quota, and no clock step.
    #[cold]
    fn is_owed(&self, quota: &Quota, debt: u64) -> bool {
        // Whoever wrote the debt had raised `longest` before; the fence makes that known here.
        fence();
        let longest = self.longest.get();
        longest > quota.stepped_debt() && debt <= quota.ticks_at(longest)
    }

    /// What [`acquire`](Self::acquire) would answer.
    fn look(&self, hash: u64, ask: Ask<'_>) -> Outcome {
        if ask.n > ask.quota.burst() {
            return Outcome::Never;
        }
        let fresh = self.decide(State::EMPTY, 0, ask).1;
        let Some(place) = self.place(hash) else { return self.look_beyond(&[], fresh, ask) };
        let mut room = false;
        for position in 0..SLOTS {
            let seen = place.slot(position).get();
            if place.owns(seen) {
                return self.decide(seen, 0, ask).1;
            }
            room |= seen.is_pending() || seen.is_free(ask.now);
        }
        if room { fresh } else { self.look_beyond(place.set.slots(), fresh, ask) }
    }

    /// A request that found no slot.
    #[cold]
    fn overflow(&self, slots: &[Slot], ask: Ask<'_>) -> Outcome {
        self.overflowed.take_number();
        if self.full != Full::Share {
            let fresh = self.decide(State::EMPTY, 0, ask).1;
            return self.look_beyond(slots, fresh, ask);
        }
        loop {
            if let Some(outcome) = self.charge(&self.shared, self.shared.get(), SHARED, ask) {
                return outcome;
            }
        }
    }

    /// What a request that found no slot is answered, without a charge.
    fn look_beyond(&self, slots: &[Slot], fresh: Outcome, ask: Ask<'_>) -> Outcome {
        match self.full {
            Full::Allow => fresh,
            Full::Share => self.decide(self.shared.get(), SHARED, ask).1,
            Full::Deny if ask.n == 0 => {
                Outcome::Allowed { remaining: 0, reset_after: first_free(slots, ask.now) }
            }
            Full::Deny => Outcome::Denied { retry_after: first_free(slots, ask.now) },
        }
    }

    /// The key's set. `None` when there are no sets.
    #[inline(always)]
    fn place(&self, hash: u64) -> Option<Place<'a>> {
        // The high bits choose among the sets, without a division.
        let index = (u128::from(hash).wrapping_mul(self.sets.len() as u128) >> u64::BITS) as usize;
        let set = self.sets.get(index)?;
        Some(Place { set, fingerprint: (hash & FINGERPRINT).max(1) })
    }

    #[inline(always)]
    fn hash(&self, key: &[u8]) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(self.seed.0, self.seed.1);
        hasher.write(key);
        hasher.finish()
    }
}

impl<'a> Place<'a> {
    #[inline(always)]
    fn slot(&self, position: usize) -> &'a Slot {
        self.set.at(self.fingerprint, position)
    }

    /// Whether the slot holds this key's bucket.
    #[inline(always)]
    fn owns(&self, seen: State) -> bool {
        seen.is_of(self.fingerprint) && !seen.is_pending()
    }
}

/// How long until one of the slots is free; for ever when there are none.
fn first_free(slots: &[Slot], now: Instant) -> Span {
    let first = slots.iter().map(|slot| slot.get().free_at()).min().unwrap_or(u64::MAX);
    // At least a nanosecond: another thread may have freed one just now.
    Span::from_nanos(first.saturating_sub(now.as_nanos()).max(1))
}

/// Stands where a key's fingerprint stands in the bucket that keys share.
const SHARED: u64 = 1;
