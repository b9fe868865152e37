//! `Slot`: one word of the keyed limiter, and what its bits mean.
//!
//! ```text
//!   bits  62            2     1          63
//!         fingerprint   past  pending    nanoseconds (or, if pending, a number used once)
//! ```
//!
//! A bucket is one tick, the theoretical arrival time, but ticks are of different lengths under
//! different quotas, and whoever looks for a free slot does not know the quota of a stranger's. So a
//! slot holds the time in nanoseconds: the first one at which the bucket is full again, and by how
//! many ticks of its quota that nanosecond is past the exact tick: 0, 1 or 2, because a nanosecond
//! has less than three. From both the tick comes back exactly.

use crate::{
    cell::{SlotBits, SlotWord},
    quota::{HORIZON, Quota},
    time::{Instant, NANOS_PER_SEC},
};

/// Room for one key of a [`KeyedRateLimiter`](crate::KeyedRateLimiter); all-zero is empty.
#[derive(Debug)]
#[repr(transparent)]
pub struct Slot(SlotWord);

/// Four slots in one cache line: where a key may live. All-zero is empty.
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
#[repr(align(64))]
pub struct SlotSet([Slot; SLOTS]);

impl Slot {
    /// An empty slot.
    #[cfg(not(loom))]
    pub const fn new() -> Slot {
        Slot(SlotWord::new())
    }

    /// An empty slot.
    #[cfg(loom)]
    pub fn new() -> Slot {
        Slot(SlotWord::new())
    }

    #[inline(always)]
    pub(super) fn get(&self) -> State {
        State(self.0.get())
    }

    /// Puts `next` in the place of `seen`, and says whether `seen` was still there.
    #[inline(always)]
    pub(super) fn replace(&self, seen: State, next: State) -> bool {
        self.0.replace(seen.0, next.0)
    }
}

impl SlotSet {
    /// Four empty slots.
    #[cfg(not(loom))]
    pub const fn new() -> SlotSet {
        SlotSet([const { Slot::new() }; SLOTS])
    }

    /// Empty slots.
    #[cfg(loom)]
    pub fn new() -> SlotSet {
        SlotSet(core::array::from_fn(|_| Slot::new()))
    }

    /// A key's slots in its own order: its preferred slot is at position 0.
    #[inline(always)]
    pub(super) fn at(&self, fingerprint: u64, position: usize) -> &Slot {
        let [first, ..] = &self.0;
        // Always there: the mask keeps the index below SLOTS, a power of two.
        self.0.get((fingerprint as usize ^ position) & (SLOTS - 1)).unwrap_or(first)
    }

    pub(super) fn slots(&self) -> &[Slot] {
        &self.0
    }
}

impl Default for Slot {
    fn default() -> Slot {
        Slot::new()
    }
}

impl Default for SlotSet {
    fn default() -> SlotSet {
        SlotSet::new()
    }
}

/// What one slot says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(SlotBits);

impl State {
    pub(super) const EMPTY: State = State(0);

    /// A key's bucket that is full again at the quota's tick `tat`, which is not 0.
    #[inline(always)]
    pub(super) fn confirmed(fingerprint: u64, quota: &Quota, tat: u64) -> State {
        let nanos = quota.first_nano(tat);
        let past = quota.ticks_at(nanos).saturating_sub(tat) & PAST;
        let key = (fingerprint as SlotBits) << PAST_BITS | past as SlotBits;
        State(key << HALF | nanos as SlotBits & TIME)
    }

    /// A key that is about to get a bucket here. It holds no charge.
    #[inline(always)]
    pub(super) fn pending(fingerprint: u64, nonce: u64) -> State {
        let key = (fingerprint as SlotBits) << PAST_BITS;
        State(key << HALF | PENDING | nonce as SlotBits & TIME)
    }

    #[inline(always)]
    pub(super) fn is_pending(self) -> bool {
        self.0 & PENDING != 0
    }

    #[inline(always)]
    pub(super) fn is_of(self, fingerprint: u64) -> bool {
        self.fingerprint() == fingerprint
    }

    /// 0 only when empty.
    #[inline(always)]
    pub(super) fn fingerprint(self) -> u64 {
        (self.0 >> (HALF + PAST_BITS)) as u64
    }

    /// The first nanosecond at which the bucket is full again.
    #[inline(always)]
    pub(super) fn full_at(self) -> u64 {
        (self.0 & TIME) as u64
    }

    /// The tick at which the bucket is full again: exact under the quota that wrote it.
    #[inline(always)]
    pub(super) fn tat(self, quota: &Quota) -> u64 {
        let past = (self.0 >> HALF) as u64 & PAST;
        quota.ticks_at(self.full_at()).saturating_sub(past)
    }

    /// Whether any key may take the slot, and no other is about to.
    #[inline(always)]
    pub(super) fn is_free(self, now: Instant) -> bool {
        !self.is_pending() && self.free_at() <= now.as_nanos().min(HORIZON)
    }

    /// From when on any key may take the slot.
    #[inline(always)]
    pub(super) fn free_at(self) -> u64 {
        if self == State::EMPTY || self.is_pending() {
            0
        } else {
            self.full_at().saturating_add(LATE)
        }
    }
}

/// A set. Two are enough to model everything that four can do to each other, in far fewer steps.
pub(super) const SLOTS: usize = if cfg!(loom) { 2 } else { 4 };
/// As many as the highest set bit of what is kept: no key has a fingerprint of 0.
pub(super) const FINGERPRINT: u64 = (1 << (HALF - PAST_BITS)) - 1;
/// How old a `now` may be. A bucket that was dropped as full at one caller's `now` must have been
/// full at every other caller's too.
const LATE: u64 = NANOS_PER_SEC;
const HALF: u32 = SlotBits::BITS >> 1;
const PENDING: SlotBits = 1 << (HALF - 1);
const TIME: SlotBits = PENDING - 1;
const PAST_BITS: u32 = 2;
const PAST: u64 = (1 << PAST_BITS) - 1;

#[cfg(not(loom))]
const _: () = assert!(size_of::<Slot>() == 16 && size_of::<SlotSet>() == 64);

#[cfg(all(test, not(loom)))]
mod tests {
    use super::{State, TIME};
    use crate::{
        quota::{HORIZON, Quota},
        retry::mix,
        time::{Instant, Span},
    };

    #[test]
    fn every_tick_comes_back_exactly() {
        for limit in [1, 3, 7_000_000, 300_000_000, 600_000_000, 999_999_937] {
            let quota = Quota::new(limit, Span::from_secs(1), 1).unwrap();
            let end = quota.ticks(Instant::from_nanos(HORIZON)) + (1 << 62);
            for number in 0..10_000 {
                for tat in [1 + number, mix(1, limit, number as u32) % end, end - number] {
                    let state = State::confirmed(5, &quota, tat);
                    assert_eq!((state.tat(&quota), state.fingerprint()), (tat, 5));
                    assert!(!state.is_pending());
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
    fn no_time_reaches_the_pending_bit() {
        let quota = Quota::new(1, Span::from_secs(1), 1 << 32).unwrap();
        let last = quota.ticks(Instant::MAX) + (1 << 62);
        assert!(u128::from(last) < TIME);
        assert!(!State::confirmed(1, &quota, last).is_pending());
    }
}
