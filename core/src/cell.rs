//! The atomic words and the one loop that changes them: the only file that names an `Ordering`.
//!
//! A word is the whole shared state of what it serves: no other memory is published through it, and
//! nothing is read on the strength of what it says. All accesses of one word, of any ordering, agree
//! on a single modification order, and a successful compare-and-swap reads the latest value in it.
//! That is all a limiter needs, so every access is `Relaxed`: there is no partner to synchronize
//! with. On failure the loop decides anew on the value that the failed exchange returned.
//!
//! A bucket that lets callers wait is not alone: how much it may be owed, and how much was given back,
//! lie in words beside it. Who changes one of those changes it first and then
//! [publishes](Word::publish) the bucket's word; who decides on one of them reads the bucket's word,
//! passes [`acquire`], and then reads it. So it is never older than the bucket's word.
//!
//! The words of a slot of the keyed limiter are not alone either, which two things here answer for:
//!
//! * [`SlotWord`] loads with `Acquire` and swaps with `AcqRel`, each the other's partner: who sees a
//!   slot confirmed then sees the key that its confirmer had written before, or a later one, and
//!   every quota that the confirmer knew of. Who claims a slot after it has read a key does so later,
//!   in the order of the slot's state, than whoever wrote that key.
//! * [`fence`] is `SeqCst`. A key may be written into two slots at once, by threads that have not
//!   seen each other. Each writes, passes the fence, and looks at the other slots. The fences have
//!   one order, so at least the later of the two sees the other. No weaker fence gives that: it is the
//!   store-then-load of Dekker's algorithm.
//!
//! A value of several words that is replaced as a whole (`retry::whole`) uses the same two: its head is
//! published and acquired, and both fences keep a place from being written while it may be read as new.
//!
//! What a caller may rely on: two threads never both win the same tokens. What a caller may *not*
//! rely on: that memory written before `try_acquire` by one thread is visible to another after it.

#[cfg(loom)]
use loom::sync::atomic::{AtomicU64 as ModelledAtomic, fence as atomic_fence};
use portable_atomic::{
    AtomicU32, AtomicU64, AtomicU128,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};
#[cfg(not(loom))]
use portable_atomic::{AtomicU64 as ModelledAtomic, fence as atomic_fence};

/// A function that is `const` unless the model checker runs: its words cannot be made by a constant.
macro_rules! const_fn {
    ($($(#[$meta:meta])* $vis:vis fn $name:ident($($arguments:tt)*) -> $result:ty $body:block)+) => {$(
        #[cfg(not(loom))]
        $(#[$meta])* $vis const fn $name($($arguments)*) -> $result $body
        #[cfg(loom)]
        $(#[$meta])* $vis fn $name($($arguments)*) -> $result $body
    )+};
}
pub(crate) use const_fn;

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $atomic:ident, $integer:ident $(, $const:ident)?) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[repr(transparent)]
        pub(crate) struct $name($atomic);

        impl $name {
            #[inline]
            pub(crate) $($const)? fn new(value: $integer) -> Self {
                Self($atomic::new(value))
            }

            #[inline]
            pub(crate) fn get(&self) -> $integer {
                self.0.load(Relaxed)
            }

            /// Calls `decide` on the word until its answer holds for the value it saw. `None` leaves
            /// the word alone: not even its cache line is taken from other processors.
            #[inline(always)]
            pub(crate) fn update<T>(
                &self,
                mut decide: impl FnMut($integer) -> (Option<$integer>, T),
            ) -> T {
                let mut seen = self.0.load(Relaxed);
                loop {
                    let (next, answer) = decide(seen);
                    let Some(next) = next else { return answer };
                    match self.0.compare_exchange_weak(seen, next, Relaxed, Relaxed) {
                        Ok(_) => return answer,
                        Err(other) => seen = other,
                    }
                }
            }
        }
    };
}

word! {
    /// One 32-bit word, which every target changes in one step, even in an interrupt.
    HalfWord, AtomicU32, u32, const
}
word! {
    /// One 64-bit word.
    Word, AtomicU64, u64, const
}
word! {
    /// One 128-bit word, for state whose parts must change together.
    DoubleWord, AtomicU128, u128, const
}

/// What a word needs whose state may have other words beside it.
macro_rules! beside {
    ($name:ident) => {
        impl $name {
            /// Puts what `next` says in the place of the word, and returns the value that it was said of. As
            /// [`update`](Self::update), for a caller whose answer follows from both: it is then found
            /// once, after the exchange, and threads that meet lose fewer of them.
            #[inline(always)]
            pub(crate) fn swap(
                &self,
                mut next: impl FnMut(u64) -> Option<u64>,
            ) -> (u64, Option<u64>) {
                let mut seen = self.0.load(Relaxed);
                while let Some(new) = next(seen) {
                    match self.0.compare_exchange_weak(seen, new, Relaxed, Relaxed) {
                        Ok(_) => return (seen, Some(new)),
                        Err(other) => seen = other,
                    }
                }
                (seen, None)
            }

            /// As [`update`](Self::update), with a `Release` exchange whose partner is [`acquire`] after a read
            /// of the word: who reads what it wrote, or what was written over it, also sees what this thread
            /// had written to other words before.
            #[inline]
            pub(crate) fn publish<T>(&self, mut decide: impl FnMut(u64) -> (Option<u64>, T)) -> T {
                let mut seen = self.0.load(Relaxed);
                loop {
                    let (next, answer) = decide(seen);
                    let Some(next) = next else { return answer };
                    match self.0.compare_exchange_weak(seen, next, Release, Relaxed) {
                        Ok(_) => return answer,
                        Err(other) => seen = other,
                    }
                }
            }

            /// Raises the word to `value` if it is lower.
            #[inline]
            pub(crate) fn raise_to(&self, value: u64) {
                self.0.fetch_max(value, Relaxed);
            }

            /// Writes the word, which no other thread changes at that moment.
            #[inline]
            pub(crate) fn set(&self, value: u64) {
                self.0.store(value, Relaxed);
            }

            /// Adds to the word, wrapping.
            #[inline]
            pub(crate) fn add(&self, value: u64) {
                self.0.fetch_add(value, Relaxed);
            }
        }
    };
}

beside!(Word);

/// The words of one bucket or window, which the model checker goes through.
#[cfg(not(loom))]
pub(crate) type StateWord = Word;
#[cfg(loom)]
word! {
    /// The words of one bucket or window, as the model checker knows words.
    StateWord, ModelledAtomic, u64
}
#[cfg(loom)]
beside!(StateWord);

impl Word {
    /// Adds one, wrapping, and returns the value before.
    #[inline]
    pub(crate) fn take_number(&self) -> u64 {
        self.0.fetch_add(1, Relaxed)
    }
}

/// Either of the two words of a slot of the keyed limiter.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct SlotWord(ModelledAtomic);

impl SlotWord {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> SlotWord {
        SlotWord(ModelledAtomic::new(0))
    }

    #[cfg(loom)]
    pub(crate) fn new() -> SlotWord {
        SlotWord(ModelledAtomic::new(0))
    }

    #[inline(always)]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Acquire)
    }

    /// Puts `next` in the place of `seen`, and says whether `seen` was still there.
    #[inline(always)]
    pub(crate) fn replace(&self, seen: u64, next: u64) -> bool {
        self.0.compare_exchange(seen, next, AcqRel, Acquire).is_ok()
    }
}

/// Orders what this thread has read of a bucket before it against what it reads after it. Its partner is
/// [`Word::publish`].
#[inline]
pub(crate) fn acquire() {
    atomic_fence(Acquire);
}

/// Orders what this thread has written and read before it against what it reads after it, in one
/// order with all other fences.
#[inline]
pub(crate) fn fence() {
    atomic_fence(SeqCst);
}
