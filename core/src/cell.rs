//! The atomic words and the one loop that changes them: the only file that names an `Ordering`.
//!
//! A word is the whole shared state of what it serves: no other memory is published through it, and
//! nothing is read on the strength of what it says. All accesses of one word, of any ordering, agree
//! on a single modification order, and a successful compare-and-swap reads the latest value in it.
//! That is all a limiter needs, so every access is `Relaxed`: there is no partner to synchronize
//! with. On failure the loop decides anew on the value that the failed exchange returned.
//!
//! What a caller may rely on: two threads never both win the same tokens. What a caller may *not*
//! rely on: that memory written before `try_acquire` by one thread is visible to another after it.

use portable_atomic::{AtomicU64, AtomicU128, Ordering::Relaxed};

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $atomic:ident, $integer:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[repr(transparent)]
        pub(crate) struct $name($atomic);

        impl $name {
            #[inline]
            pub(crate) const fn new(value: $integer) -> Self {
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
    /// One 64-bit word.
    Word, AtomicU64, u64
}
word! {
    /// One 128-bit word, for state whose parts must change together.
    DoubleWord, AtomicU128, u128
}

impl Word {
    /// Raises the word to `value` if it is lower.
    #[inline]
    pub(crate) fn raise_to(&self, value: u64) {
        self.0.fetch_max(value, Relaxed);
    }

    /// Adds one, wrapping, and returns the value before.
    #[inline]
    pub(crate) fn take_number(&self) -> u64 {
        self.0.fetch_add(1, Relaxed)
    }
}
