//! `Home`: the slots that a key may use, and how one of them becomes its own.
//!
//! A key may live in any slot of two sets: positions 0 to 3 in its first set, 4 to 7 in its second,
//! the same for all who bring the key. A slot is two words, a *state* (empty, confirmed, or pending
//! with a number used once) and a *key*. A charge is one compare-and-swap of the state alone. To get
//! a slot:
//!
//! 1. Read each slot, the state before the key. Confirmed and ours: charge it, done. Otherwise choose
//!    a pending slot of ours, else a free one, else a pending one of a stranger, which holds no
//!    charge, so that a thread that died there costs nothing. None: the policy, [`Full`](super::Full).
//! 2. *Claim* it: swap its state for a pending one with a fresh number.
//! 3. *Name* it: swap its key, as read in step 1, for ours with the next version. Once a claim.
//! 4. Pass the fence and look at the other slots, the key before the state. Ours and confirmed, or
//!    ours and pending at a lower position: give up the claim. Ours and pending at a higher position:
//!    clear that one.
//! 5. *Confirm*: swap the pending state for a charged one.
//!
//! Whenever a swap fails, start over. Nobody goes on with another's claim; whoever finds one makes it
//! its own with a new one, from step 2.
//!
//! **While a state is confirmed, the key beside it is the confirmer's and does not change.** Say C
//! claimed, named, and confirmed. No state but the empty one comes again (a slot is free only a second
//! after its bucket is full, so times grow from owner to owner as they do from charge to charge), so
//! the slot was C's from its claim to its confirmation. Say D names the slot after C did. No key comes again
//! either, so D had read C's key, or a later one, before it claimed. So D's claim came after C's
//! naming, and it took the state away from C: before C confirmed, then C's confirmation fails, or
//! afterwards, then the state is not confirmed any more.
//!
//! **So a charge goes to the right bucket.** Whoever read a confirmed state and then its own key and
//! swaps that state has found it unchanged in between, and so the key with it.
//!
//! **A key has at most one confirmed slot that is not free.** Of two who name a slot each with one
//! key, the one that passes the fence later sees the other's name, or a later one; then the other's
//! slot has been claimed since, so its confirmation fails, or its bucket was free. It does not
//! confirm before the other's claim is confirmed (then it gives up) or gone.
//!
//! What this rests on beyond the order of the words: a version comes again after 65,536 owners of one
//! slot, and is taken for the old one only if the key is the same too and a thread stopped between
//! its steps 1 and 3 for exactly so long. A state can come again after a clock has stepped back, for
//! a thread that has stopped in a charge for more than a second; its `now` is then older than is
//! allowed. Both would give one bucket a charge too few. `tests/interleavings/keyed.rs` checks the rest.

use super::slot::{FINGERPRINT, Key, SLOTS, Slot, SlotSet, State};
use crate::{cell::fence, time::Instant};

/// The slots that one key may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home<'a> {
    fingerprint: u64,
    first: &'a SlotSet,
    /// None when the table is a single set.
    second: Option<&'a SlotSet>,
}

/// What a look at all slots of a key found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'a> {
    /// The key's bucket, and what it said.
    Bucket(Slot<'a>, State),
    /// A slot that it may claim.
    Room(Room<'a>),
    /// All slots hold live buckets of others; the first is free at this nanosecond.
    Nothing(u64),
}

/// A slot that a key may claim, and what it said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room<'a> {
    position: usize,
    slot: Slot<'a>,
    state: State,
    key: Key,
}

/// A slot with our pending state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'a> {
    room: Room<'a>,
    pending: State,
}

/// The first set of a key, and what is kept of its hash. `None` when there are no sets.
#[inline(always)]
pub(super) fn first(sets: &[SlotSet], hash: u64) -> Option<(&SlotSet, u64)> {
    Some((sets.get(scale(hash, sets.len()))?, (hash & FINGERPRINT).max(1)))
}

/// All slots of a key. `None` when there are no sets.
pub(super) fn all(sets: &[SlotSet], hash: u64) -> Option<Home<'_>> {
    let (first, fingerprint) = self::first(sets, hash)?;
    // Another set than the first, by how far it is behind it; the hash's low half has not chosen yet.
    let others = sets.len().saturating_sub(1);
    let behind = scale(hash.rotate_left(u32::BITS), others).wrapping_add(1);
    let index = scale(hash, sets.len()).wrapping_add(behind);
    let index = if index > others { index.wrapping_sub(sets.len()) } else { index };
    let second = if others == 0 { None } else { sets.get(index) };
    Some(Home { fingerprint, first, second })
}

impl<'a> Home<'a> {
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    pub(super) fn second(&self) -> Option<&'a SlotSet> {
        self.second
    }

    /// Step 1.
    pub(super) fn find(&self, now: Instant) -> Found<'a> {
        let (mut ours, mut free, mut strange) = (None, None, None);
        let mut free_at = u64::MAX;
        for (position, slot) in self.slots() {
            let (state, key) = slot.get();
            let is_ours = key.is_of(self.fingerprint);
            if is_ours && state.is_confirmed() {
                return Found::Bucket(slot, state);
            }
            let kind = match (state.is_pending(), is_ours) {
                (true, true) => &mut ours,
                (true, false) => &mut strange,
                (false, _) if state.is_free(now) => &mut free,
                (false, _) => {
                    free_at = free_at.min(state.free_at());
                    continue;
                }
            };
            kind.get_or_insert(Room { position, slot, state, key });
        }
        ours.or(free).or(strange).map_or(Found::Nothing(free_at), Found::Room)
    }

    /// Step 3; `None` to start over.
    pub(super) fn name(&self, claim: Claim<'a>) -> Option<()> {
        let Room { slot, key, .. } = claim.room;
        if slot.rename(key, self.fingerprint) {
            return Some(());
        }
        slot.replace(claim.pending, State::EMPTY);
        None
    }

    /// Step 4; `None` to start over.
    pub(super) fn outdo(&self, claim: Claim<'a>) -> Option<()> {
        fence();
        for (position, slot) in self.slots() {
            if position == claim.room.position || !slot.key().is_of(self.fingerprint) {
                continue;
            }
            let state = slot.state();
            let stays = state.is_confirmed() || position < claim.room.position;
            // An empty one is nobody's claim: its owner gave it up, or lost it.
            if state != State::EMPTY && (stays || !slot.replace(state, State::EMPTY)) {
                claim.room.slot.replace(claim.pending, State::EMPTY);
                return None;
            }
        }
        Some(())
    }

    fn slots(&self) -> impl Iterator<Item = (usize, Slot<'a>)> + use<'a> {
        let sets = [Some(self.first), self.second];
        sets.into_iter().enumerate().flat_map(|(set, slots)| {
            let position = move |slot: usize| set.wrapping_mul(SLOTS).wrapping_add(slot);
            let slots = slots.into_iter().flat_map(SlotSet::slots).enumerate();
            slots.map(move |(slot, words)| (position(slot), words))
        })
    }
}

impl<'a> Room<'a> {
    /// Step 2; `None` to start over.
    pub(super) fn claim(self, nonce: u64) -> Option<Claim<'a>> {
        let pending = State::pending(nonce);
        self.slot.replace(self.state, pending).then_some(Claim { room: self, pending })
    }
}

impl Claim<'_> {
    /// Step 5; `None` to start over.
    pub(super) fn confirm(self, next: State) -> Option<()> {
        self.room.slot.replace(self.pending, next).then_some(())
    }
}

/// A number below `end` from the high bits of `hash`, without a division.
#[inline(always)]
fn scale(hash: u64, end: usize) -> usize {
    (u128::from(hash).wrapping_mul(end as u128) >> u64::BITS) as usize
}
