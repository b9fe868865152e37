//! `SlotSet`: the keyed limiter's memory, and what its bits mean.
//!
//! ```text
//!   state   0            empty
//!           4t - past    confirmed: the bucket is full again at nanosecond t
//!           2^64 - 2^56  and above: pending, with a number used once; no charge
//!   key     48 bits of the key's hash, 16 bits that grow whenever the key is written
//! ```
//!
//! A bucket is one tick, the theoretical arrival time, but ticks are of different lengths under
//! different quotas, and whoever looks for a free slot does not know the quota of a stranger's. So a
//! slot holds the time in nanoseconds: the first one at which the bucket is full again, and by how
//! many ticks of its quota that nanosecond is past the exact tick: 0, 1 or 2, because a nanosecond
//! has less than three. From both the tick comes back exactly. A charge costs at least a nanosecond,
//! so it makes the state a larger number, whatever quota it comes with: `past` counts as 0 where a tick
//! is a nanosecond, and elsewhere a token costs at least as many ticks as `past` can say.

use crate::{
    cell::SlotWord,
    quota::{HORIZON, Quota},
    time::{Instant, NANOS_PER_SEC},
};

/// Four slots in one cache line, each with room for one key; all-zero is empty.
///
/// # Examples
///
/// ```
/// use tidegate::limit::SlotSet;
///
/// static TABLE: [SlotSet; 256] = [const { SlotSet::new() }; 256];
/// assert_eq!(size_of_val(&TABLE), 256 * 64);
/// ```
#[derive(Debug)]
#[repr(C, align(64))]
pub struct SlotSet {
    keys: [SlotWord; SLOTS],
    states: [SlotWord; SLOTS],
}

/// One slot of a set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    key: &'a SlotWord,
    state: &'a SlotWord,
}

/// What a slot says of its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u64);

/// Whose a slot is, if its state is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u64);

impl SlotSet {
    /// How many keys a set has room for.
    pub const SLOTS: usize = SLOTS;

    /// Four empty slots.
    #[cfg(not(loom))]
    pub const fn new() -> SlotSet {
        SlotSet {
            keys: [const { SlotWord::new() }; SLOTS],
            states: [const { SlotWord::new() }; SLOTS],
        }
    }

    /// Empty slots.
    #[cfg(loom)]
    pub fn new() -> SlotSet {
        let words = || core::array::from_fn(|_| SlotWord::new());
        SlotSet { keys: words(), states: words() }
    }

    /// The first slot in which the key stands, whatever its state. All four are compared without a
    /// branch, since the processor cannot foresee which it will be.
    #[inline(always)]
    pub(super) fn find(&self, fingerprint: u64) -> Option<Slot<'_>> {
        let mut found = 0;
        for (position, key) in self.keys.iter().enumerate() {
            found |= u32::from(Key(key.get()).is_of(fingerprint)) << position;
        }
        // Beyond the last slot when nothing was found.
        self.slot(found.trailing_zeros() as usize)
    }

    #[inline(always)]
    pub(super) fn slot(&self, position: usize) -> Option<Slot<'_>> {
        Some(Slot { key: self.keys.get(position)?, state: self.states.get(position)? })
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = Slot<'_>> {
        self.keys.iter().zip(&self.states).map(|(key, state)| Slot { key, state })
    }
}

impl Default for SlotSet {
    fn default() -> SlotSet {
        SlotSet::new()
    }
}

impl Slot<'_> {
    /// The state, and then the key: if the state is confirmed and is still the same when it is
    /// replaced, this is its key.
    #[inline(always)]
    pub(super) fn get(self) -> (State, Key) {
        let state = self.state();
        (state, self.key())
    }

    #[inline(always)]
    pub(super) fn key(self) -> Key {
        Key(self.key.get())
    }

    #[inline(always)]
    pub(super) fn state(self) -> State {
        State(self.state.get())
    }

    /// Puts `next` in the place of `seen`, and says whether `seen` was still there.
    #[inline(always)]
    pub(super) fn replace(self, seen: State, next: State) -> bool {
        self.state.replace(seen.0, next.0)
    }

    /// Writes the key in the place of `seen`, and says whether `seen` was still there.
    #[inline(always)]
    pub(super) fn rename(self, seen: Key, fingerprint: u64) -> bool {
        self.key.replace(seen.0, seen.next(fingerprint).0)
    }
}

impl State {
    pub(super) const EMPTY: State = State(0);

    /// What a word on its own says: the bucket that keys share.
    #[inline(always)]
    pub(super) fn of(word: &SlotWord) -> State {
        State(word.get())
    }

    /// As [`Slot::replace`], for a word on its own.
    #[inline(always)]
    pub(super) fn replace(self, word: &SlotWord, next: State) -> bool {
        word.replace(self.0, next.0)
    }

    /// A bucket that is full again at the quota's tick `tat`, which is not 0.
    #[inline(always)]
    pub(super) fn confirmed(quota: &Quota, tat: u64) -> State {
        let nanos = quota.first_nano(tat);
        let past = quota.ticks_at(nanos).saturating_sub(tat) & PAST;
        // Neither wraps: a time is from 1 to a hundred years, a refill and a nanosecond.
        State((nanos << PAST_BITS).wrapping_sub(past))
    }

    /// A slot that is about to get an owner. It holds no charge.
    #[inline(always)]
    pub(super) fn pending(nonce: u64) -> State {
        State(PENDING | nonce & !PENDING)
    }

    #[inline(always)]
    pub(super) fn is_pending(self) -> bool {
        self.0 >= PENDING
    }

    #[inline(always)]
    pub(super) fn is_confirmed(self) -> bool {
        self != State::EMPTY && !self.is_pending()
    }

    /// The first nanosecond at which the bucket is full again.
    #[inline(always)]
    pub(super) fn full_at(self) -> u64 {
        self.0.div_ceil(1 << PAST_BITS)
    }

    /// The tick at which the bucket is full again: exact under the quota that wrote it.
    #[inline(always)]
    pub(super) fn tat(self, quota: &Quota) -> u64 {
        quota.ticks_before(self.full_at(), self.0.wrapping_neg() & PAST)
    }

    /// Whether any key may take the slot, and no other is about to.
    #[inline(always)]
    pub(super) fn is_free(self, now: Instant) -> bool {
        !self.is_pending() && self.free_at() <= now.as_nanos().min(HORIZON)
    }

    /// From when on any key may take the slot.
    #[inline(always)]
    pub(super) fn free_at(self) -> u64 {
        if self.is_confirmed() { self.full_at().saturating_add(LATE) } else { 0 }
    }
}

impl Key {
    #[inline(always)]
    pub(super) fn is_of(self, fingerprint: u64) -> bool {
        self.fingerprint() == fingerprint
    }

    /// 0 only in a slot that never had an owner.
    #[inline(always)]
    pub(super) fn fingerprint(self) -> u64 {
        self.0 >> VERSION_BITS
    }

    /// The key that stands here after this one.
    #[inline(always)]
    fn next(self, fingerprint: u64) -> Key {
        Key(fingerprint << VERSION_BITS | self.0.wrapping_add(1) & VERSION)
    }
}

/// A set. Two are enough to model everything that four can do to each other, in far fewer steps.
pub(super) const SLOTS: usize = if cfg!(loom) { 2 } else { 4 };
/// What is kept of a key's hash. No key has a fingerprint of 0.
pub(super) const FINGERPRINT: u64 = u64::MAX >> VERSION_BITS;
/// How old a `now` may be. A bucket that was dropped as full at one caller's `now` must have been
/// full at every other caller's too.
const LATE: u64 = NANOS_PER_SEC;
/// So many numbers used once last for two years at a thousand million claims a second.
const PENDING: u64 = u64::MAX << 56;
const PAST_BITS: u32 = 2;
const PAST: u64 = (1 << PAST_BITS) - 1;
const VERSION_BITS: u32 = 16;
const VERSION: u64 = (1 << VERSION_BITS) - 1;

#[cfg(not(loom))]
const _: () = assert!(size_of::<SlotSet>() == 64);
// No time reaches the pending states.
const _: () = assert!(HORIZON + crate::quota::MAX_REFILL + 1 < PENDING >> PAST_BITS);

#[cfg(all(test, not(loom)))]
mod tests {
    use super::{Key, State};
    use crate::{
        quota::{HORIZON, Quota},
        retry::mix,
        time::{Instant, Span},
    };

    const LIMITS: [u64; 6] = [1, 3, 7_000_000, 300_000_000, 600_000_000, 999_999_937];

    #[test]
    fn every_tick_comes_back_exactly() {
        for limit in LIMITS {
            let quota = Quota::new(limit, Span::from_secs(1), 1).unwrap();
            let end = quota.ticks(Instant::from_nanos(HORIZON)) / 100 * 145;
            for number in 0..10_000 {
                for tat in [1 + number, mix(1, limit, number as u32) % end + 1, end - number] {
                    let state = State::confirmed(&quota, tat);
                    assert_eq!(state.tat(&quota), tat);
                    assert!(state.is_confirmed());
                    let full = Instant::from_nanos(state.full_at());
                    if full.as_nanos() <= HORIZON {
                        assert!(quota.ticks(full) >= tat);
                        assert!(quota.ticks(Instant::from_nanos(full.as_nanos() - 1)) < tat);
                    }
                }
            }
        }
    }

    #[test]
    fn a_charge_makes_the_state_larger_under_any_quota() {
        let quotas = [1, 3, 7_000_000, 300_000_000, 600_000_000, 999_999_937, 1_000_000_000]
            .map(|limit| Quota::new(limit, Span::from_secs(1), 5).unwrap());
        let mut state = State::confirmed(&quotas[3], 12_345);
        for call in 0..100_000 {
            let quota = &quotas[mix(2, call, 0) as usize % quotas.len()];
            let next = State::confirmed(quota, state.tat(quota) + quota.cost_of(1));
            assert!(next.0 > state.0, "{call}");
            state = next;
        }
    }

    #[test]
    fn a_key_that_is_written_again_is_another_word() {
        let key = Key(0).next(7);
        assert!(key.is_of(7) && key.next(7).is_of(7) && key.next(8).is_of(8));
        assert_ne!(key.next(7), key);
        assert_eq!(Key(u64::MAX).next(super::FINGERPRINT).0 & super::VERSION, 0);
    }
}
