//! `Whole`: a value of several words that threads replace as a whole, without a lock.
//!
//! The value lies in one of several places, and a word, the head, says in which, with a version that
//! never comes again. To change it a thread copies it, checks that the head has not moved meanwhile,
//! takes a free place, writes the new value there, and moves the head with one exchange. If another was
//! faster it begins anew: somebody has then got on. The place of the value before becomes free.
//!
//! Why a torn copy is always noticed: whoever writes into a place has taken it after the head had moved
//! on from it, and [`fence`] stands between; whoever has read such a word passes [`acquire`] and then
//! reads the head, and so sees that it has moved.
//!
//! A thread that dies in between keeps its place for ever; that costs the others nothing until no place
//! is left. Then nothing can be changed, which is said.

#[cfg(loom)]
use core::array;

use crate::cell::{StateWord, acquire, fence};

/// `W` words, of which each is 0 at first.
#[derive(Debug)]
pub(super) struct Whole<const W: usize> {
    /// The version, and in the lowest four bits the place.
    head: StateWord,
    places: [Place<W>; PLACES],
}

/// Room for a value.
#[derive(Debug)]
struct Place<const W: usize> {
    /// 1 while some thread writes here, and while the head is here.
    taken: StateWord,
    words: [StateWord; W],
}

impl<const W: usize> Whole<W> {
    #[cfg(not(loom))]
    pub(super) const fn new() -> Whole<W> {
        Whole { head: StateWord::new(NOWHERE), places: [const { Place::new() }; PLACES] }
    }

    #[cfg(loom)]
    pub(super) fn new() -> Whole<W> {
        let places = array::from_fn(|_| Place {
            taken: StateWord::new(0),
            words: array::from_fn(|_| StateWord::new(0)),
        });
        Whole { head: StateWord::new(NOWHERE), places }
    }

    /// The value as it is now.
    pub(super) fn get(&self) -> [u64; W] {
        loop {
            if let (_, Some(words)) = self.look() {
                return words;
            }
        }
    }

    /// Calls `decide` on the value until its answer holds for the value it saw; `None` leaves the value
    /// alone. The answer is `None` if there was no place for a new value.
    pub(super) fn update<T>(
        &self,
        mut decide: impl FnMut([u64; W]) -> (Option<[u64; W]>, T),
    ) -> Option<T> {
        let mut mine: Option<(u64, &Place<W>)> = None;
        loop {
            let (head, Some(words)) = self.look() else { continue };
            let (next, answer) = decide(words);
            let Some(next) = next else {
                if let Some((_, place)) = mine {
                    place.leave();
                }
                return Some(answer);
            };
            let (number, place) = match mine {
                Some(mine) => mine,
                None => self.take()?,
            };
            mine = Some((number, place));
            for (word, next) in place.words.iter().zip(next) {
                word.set(next);
            }
            let moved = (head >> PLACE_BITS).wrapping_add(1) << PLACE_BITS | number;
            let won = self.head.publish(|seen| {
                let ours = seen == head;
                (if ours { Some(moved) } else { None }, ours)
            });
            if won {
                if let Some(before) = self.place(head) {
                    before.leave();
                }
                return Some(answer);
            }
        }
    }

    /// The head, and its value unless it moved while it was copied.
    fn look(&self) -> (u64, Option<[u64; W]>) {
        let head = self.head.get();
        acquire();
        let mut words = [0; W];
        if let Some(place) = self.place(head) {
            for (word, copy) in place.words.iter().zip(&mut words) {
                *copy = word.get();
            }
        }
        acquire();
        (head, if self.head.get() == head { Some(words) } else { None })
    }

    /// None for the first head.
    fn place(&self, head: u64) -> Option<&Place<W>> {
        self.places.get((head & PLACE_MASK) as usize)
    }

    /// A place that nobody has.
    fn take(&self) -> Option<(u64, &Place<W>)> {
        for (number, place) in self.places.iter().enumerate() {
            if place.taken.update(|taken| (if taken == 0 { Some(1) } else { None }, taken == 0)) {
                fence();
                return Some((number as u64, place));
            }
        }
        None
    }
}

impl<const W: usize> Place<W> {
    #[cfg(not(loom))]
    const fn new() -> Place<W> {
        Place { taken: StateWord::new(0), words: [const { StateWord::new(0) }; W] }
    }

    /// Lets others have it.
    fn leave(&self) {
        fence();
        self.taken.set(0);
    }
}

const PLACE_BITS: u32 = 4;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;
/// The first value, all 0, is in no place.
const NOWHERE: u64 = PLACE_MASK;
/// One for the head and one for each of 14 threads that are inside at the same moment. The model checker
/// has few, so that places are used again.
#[cfg(not(loom))]
const PLACES: usize = 15;
#[cfg(loom)]
const PLACES: usize = 3;
