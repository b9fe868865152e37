//! `SharedHeader`: what stands at the beginning of memory that processes share, so that each knows what
//! it has before it.
//!
//! ```text
//! offset 0       the header: eight lines that describe the rest, and eight that count denials
//!        1024    the slot sets of a keyed limiter; a single bucket has none
//!        …       zeros
//! length - 64    the limiter's own words, which end where the memory ends
//! ```
//!
//! The limiter's words are the first fields of [`RateLimiter`] and [`KeyedRateLimiter`], and what is
//! private to a process (the quota, the seed, where the sets lie) are the others. So a process maps the
//! memory, puts a page of its own behind it, and has a limiter that begins in the one and ends in the
//! other: it is decided by the same code on the same words as a limiter of a single process.
//!
//! # Making it
//!
//! Memory of zeros is *being made*. Whoever opens it writes what it wants into each word in turn, if
//! nothing stands there, and gives up at the first word that says something else; the word that says
//! *made* is the last. Every step is a compare-and-swap from zero, so it does not matter who did those
//! before: a process that is killed in between leaves a beginning that the next one completes, and nobody
//! waits for anybody.
//!
//! **A description is always one that somebody asked for as a whole.** Whoever wrote its last word had found
//! all the others to be what it wanted. The seed is the exception, in two words that may be of two
//! processes: halves of two random numbers are one.

use super::{
    Full, KeyedRateLimiter, RateLimiter,
    slot::{SLOTS, SlotSet},
};
use crate::{
    cell::{SlotWord, Word},
    quota::Quota,
    time::Span,
};

/// The first 1,024 bytes of shared memory; all-zero is being made, and any bits are a header.
///
/// # Concurrency
///
/// Any number of processes may [`join`](Self::join) one header at the same time, and any of them may be
/// killed while it does.
///
/// # Examples
///
/// ```
/// use tidegate::{Quota, Span};
/// use tidegate::limit::{SharedClock, SharedFault, SharedHeader, SharedKind, SharedLayout};
///
/// let header = SharedHeader::new(); // in a program: the beginning of a mapped file of zeros
/// let quota = Quota::new(500, Span::from_secs(60), 500)?;
/// let clock = SharedClock { id: 7, boot: 0x1234_5678_9abc_def0_1234_5678_9abc_def0 };
/// let layout = SharedLayout { kind: SharedKind::Bucket, quota, clock };
/// let bytes = layout.bytes(4_096).unwrap();
/// assert_eq!(bytes, 4_096);
/// let seed = header.join(&layout, bytes, 99);
/// assert_eq!((seed, header.join(&layout, bytes, 77)), (Ok(99 | 1 << 64), seed)); // no half of a seed is 0
///
/// let other = SharedLayout { quota: Quota::new(300, Span::from_secs(60), 500)?, ..layout };
/// let (found, wanted) = ([500, 60_000_000_000, 500], [300, 60_000_000_000, 500]);
/// assert_eq!(header.join(&other, bytes, 1), Err(SharedFault::Quota { found, wanted }));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
#[repr(C, align(64))]
pub struct SharedHeader {
    words: [SlotWord; WORDS],
    stripes: [Stripe; STRIPES],
}

/// A count on a cache line of its own.
#[derive(Debug)]
#[repr(C, align(64))]
struct Stripe {
    denied: Word,
}

/// What shared memory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedLayout {
    /// Which limiter.
    pub kind: SharedKind,
    /// Its quota; of a keyed limiter that of calls which bring no other.
    pub quota: Quota,
    /// The clock of everybody's `now`.
    pub clock: SharedClock,
}

/// Which limiter lies in shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedKind {
    /// One bucket.
    Bucket,
    /// A bucket for each key.
    Keyed {
        /// How many [`SlotSet`]s.
        sets: u64,
        /// What a request gets that finds no slot.
        full: Full,
    },
}

/// The clock that all processes read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedClock {
    /// Which clock: one number for each that differs from another, below 2⁶³.
    pub id: u64,
    /// Since when it counts: what the system draws anew whenever it starts. No half of it is 0 (then
    /// it is taken for 1).
    pub boot: u128,
}

/// Why memory cannot be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedFault {
    /// It does not begin as shared memory of a limiter does.
    Foreign {
        /// What its first eight bytes say instead.
        found: u64,
    },
    /// Another version of the layout.
    Version {
        /// Which one.
        found: u64,
    },
    /// It was made before the system started anew, so its times are of a clock that is no more.
    Stale,
    /// It was made with another clock.
    Clock {
        /// Which one.
        found: u64,
    },
    /// It holds the other kind of limiter, or a keyed one that does something else when it is full.
    Kind {
        /// 1 is a bucket; 2, 3, 4 are keyed: deny, share, allow.
        found: u64,
        /// The same, of what was asked for.
        wanted: u64,
    },
    /// It has room for another number of keys.
    Capacity {
        /// How many.
        found: u64,
        /// How many were asked for.
        wanted: u64,
    },
    /// It was made with another quota.
    Quota {
        /// Limit, period in nanoseconds, burst; what is not written yet is 0.
        found: [u64; 3],
        /// The same, of the quota that was asked for.
        wanted: [u64; 3],
    },
    /// It has not the length that its content needs.
    Length {
        /// How long it is, in bytes.
        found: u64,
        /// How long it must be.
        needed: u64,
    },
    /// It says of itself what cannot be: somebody has written into it.
    Damaged,
    /// Nobody has finished making it.
    Unfinished,
}

impl SharedHeader {
    /// How many bytes it takes.
    pub const BYTES: usize = size_of::<SharedHeader>();
    /// So many counts of denials, for processes to choose from.
    pub const STRIPES: usize = STRIPES;

    /// Being made.
    #[cfg(not(loom))]
    pub const fn new() -> SharedHeader {
        SharedHeader {
            words: [const { SlotWord::new() }; WORDS],
            stripes: [const { Stripe { denied: Word::new(0) } }; STRIPES],
        }
    }

    /// As without the model checker.
    #[cfg(loom)]
    pub fn new() -> SharedHeader {
        SharedHeader {
            words: core::array::from_fn(|_| SlotWord::new()),
            stripes: core::array::from_fn(|_| Stripe { denied: Word::new(0) }),
        }
    }

    /// The seed of memory of `bytes` bytes that holds what `layout` says: makes it if nobody has, and
    /// completes what another process has begun. `seed` is what a new one gets, drawn at random; no half
    /// of it is 0 (then it is taken for 1).
    ///
    /// # Errors
    ///
    /// [`SharedFault`] says in what the memory is another, and leaves it as it was, except for words that
    /// nobody had written.
    pub fn join(&self, layout: &SharedLayout, bytes: u64, seed: u128) -> Result<u128, SharedFault> {
        let needed = layout.needs();
        let fits = bytes >= needed;
        let making = match self.word(MADE) {
            0 => true,
            MAGIC => false,
            found => return Err(SharedFault::Foreign { found }),
        };
        let wanted = layout.words(bytes);
        for (word, wanted) in wanted {
            let found = if making && fits { self.settle(word, wanted) } else { self.word(word) };
            if found != wanted && (found != 0 || !making) {
                return Err(self.fault(word, found, wanted, layout));
            }
        }
        if !fits {
            return Err(SharedFault::Length { found: bytes, needed });
        }
        let [low, high] = halves(seed);
        let seed = [(SEED, low), (SEED + 1, high)]
            .map(|(word, drawn)| if making { self.settle(word, drawn) } else { self.word(word) });
        if making {
            self.settle(MADE, MAGIC);
        }
        Ok(whole(seed))
    }

    /// As [`join`](Self::join), killed after so many words were looked at.
    #[cfg(loom)]
    #[doc(hidden)]
    pub fn die_after(&self, words: usize, layout: &SharedLayout, bytes: u64) {
        for (word, wanted) in layout.words(bytes).into_iter().take(words) {
            if self.settle(word, wanted) != wanted {
                return;
            }
        }
    }

    /// What memory of `bytes` bytes holds, and its seed: for one who looks and wants nothing.
    ///
    /// # Errors
    ///
    /// [`SharedFault::Foreign`], [`Unfinished`](SharedFault::Unfinished),
    /// [`Version`](SharedFault::Version), [`Length`](SharedFault::Length), or
    /// [`Damaged`](SharedFault::Damaged).
    pub fn read(&self, bytes: u64) -> Result<(SharedLayout, u128), SharedFault> {
        match self.word(MADE) {
            MAGIC => {}
            0 => return Err(SharedFault::Unfinished),
            found => return Err(SharedFault::Foreign { found }),
        }
        let said = |word| self.word(word) & !WRITTEN;
        if said(VERSION) != LAYOUT {
            return Err(SharedFault::Version { found: said(VERSION) });
        }
        let sets = said(SETS);
        let full = |full| SharedKind::Keyed { sets, full };
        let kind = match said(KIND) {
            BUCKET => SharedKind::Bucket,
            DENY => full(Full::Deny),
            SHARE => full(Full::Share),
            ALLOW => full(Full::Allow),
            _ => return Err(SharedFault::Damaged),
        };
        let period = Span::from_nanos(said(PERIOD));
        let quota = Quota::new(said(LIMIT), period, said(BURST));
        let quota = quota.map_err(|_| SharedFault::Damaged)?;
        let boot = whole([self.word(BOOT), self.word(BOOT + 1)]);
        let layout = SharedLayout { kind, quota, clock: SharedClock { id: said(CLOCK), boot } };
        let (needed, length) = (layout.needs(), said(LENGTH));
        if bytes < needed || bytes != length {
            return Err(SharedFault::Length { found: bytes, needed: needed.max(length) });
        }
        Ok((layout, whole([self.word(SEED), self.word(SEED + 1)])))
    }

    /// Counts a denial. Processes that choose different `stripe`s do not take a cache line from each other.
    #[inline]
    pub fn count_denied(&self, stripe: usize) {
        if let Some(stripe) = self.stripes.get(stripe & (STRIPES - 1)) {
            stripe.denied.add(1);
        }
    }

    /// How many denials were counted, by all processes together; wraps.
    pub fn denied(&self) -> u64 {
        self.stripes.iter().fold(0, |sum, stripe| sum.wrapping_add(stripe.denied.get()))
    }

    fn word(&self, word: usize) -> u64 {
        self.words.get(word).map_or(0, SlotWord::get)
    }

    /// Writes a word that nobody has written, and says what stands there then.
    fn settle(&self, word: usize, wanted: u64) -> u64 {
        let Some(place) = self.words.get(word) else { return 0 };
        let found = place.get();
        // Who finds it written in between finds what another process wants; nobody makes it 0 again.
        if found == 0 && place.replace(0, wanted) { wanted } else { place.get() }
    }

    fn fault(&self, word: usize, found: u64, wanted: u64, layout: &SharedLayout) -> SharedFault {
        let (found, wanted) = (found & !WRITTEN, wanted & !WRITTEN);
        match word {
            VERSION => SharedFault::Version { found },
            CLOCK => SharedFault::Clock { found },
            KIND => SharedFault::Kind { found, wanted },
            SETS => SharedFault::Capacity {
                found: found.saturating_mul(SLOTS as u64),
                wanted: wanted.saturating_mul(SLOTS as u64),
            },
            LIMIT | PERIOD | BURST => {
                let quota = &layout.quota;
                SharedFault::Quota {
                    found: [LIMIT, PERIOD, BURST].map(|word| self.word(word) & !WRITTEN),
                    wanted: [quota.limit(), quota.period().as_nanos(), quota.burst()],
                }
            }
            LENGTH => SharedFault::Length { found, needed: wanted },
            _ => SharedFault::Stale,
        }
    }
}

impl Default for SharedHeader {
    fn default() -> SharedHeader {
        SharedHeader::new()
    }
}

impl SharedLayout {
    /// How long its memory is, in whole pages of `page` bytes; `None` when that is more than memory can be,
    /// or a page is none.
    pub fn bytes(&self, page: u64) -> Option<u64> {
        let longest = isize::MAX as u64;
        let bytes = self.needs().checked_next_multiple_of(page)?;
        (bytes <= longest).then_some(bytes)
    }

    /// Saturates.
    fn needs(&self) -> u64 {
        let sets = match self.kind {
            SharedKind::Bucket => 0,
            SharedKind::Keyed { sets, .. } => sets.saturating_mul(size_of::<SlotSet>() as u64),
        };
        sets.saturating_add((SharedHeader::BYTES + TAIL) as u64)
    }

    /// The words of its description, in the order in which they are written.
    fn words(&self, bytes: u64) -> [(usize, u64); 10] {
        let (kind, sets) = match self.kind {
            SharedKind::Bucket => (BUCKET, 0),
            SharedKind::Keyed { sets, full: Full::Deny } => (DENY, sets),
            SharedKind::Keyed { sets, full: Full::Share } => (SHARE, sets),
            SharedKind::Keyed { sets, full: Full::Allow } => (ALLOW, sets),
        };
        let [boot_low, boot_high] = halves(self.clock.boot);
        let quota = &self.quota;
        [
            (VERSION, LAYOUT | WRITTEN),
            (BOOT, boot_low),
            (BOOT + 1, boot_high),
            (CLOCK, self.clock.id | WRITTEN),
            (KIND, kind | WRITTEN),
            (SETS, sets | WRITTEN),
            (LIMIT, quota.limit() | WRITTEN),
            (PERIOD, quota.period().as_nanos() | WRITTEN),
            (BURST, quota.burst() | WRITTEN),
            (LENGTH, bytes | WRITTEN),
        ]
    }
}

/// Two words that are written, of a number.
fn halves(number: u128) -> [u64; 2] {
    [number as u64, (number >> u64::BITS) as u64].map(|half| half.max(1))
}

fn whole([low, high]: [u64; 2]) -> u128 {
    u128::from(high) << u64::BITS | u128::from(low)
}

/// "tidegate" in the memory of a machine whose lowest byte comes first; on others it is another word, so
/// that a file from the one is foreign to the other.
const MAGIC: u64 = u64::from_le_bytes(*b"tidegate");
/// Of this file's picture. A limiter's words or a slot's bits that mean something else need another one.
const LAYOUT: u64 = 1;
/// Is in every word that is written, also of a number 0. No number of a description reaches it.
const WRITTEN: u64 = 1 << 63;

const MADE: usize = 0;
const VERSION: usize = 1;
const KIND: usize = 2;
const LENGTH: usize = 3;
const SETS: usize = 4;
const LIMIT: usize = 5;
const PERIOD: usize = 6;
const BURST: usize = 7;
const CLOCK: usize = 8;
const BOOT: usize = 9;
const SEED: usize = 11;
const WORDS: usize = 64;
const STRIPES: usize = 8;

const BUCKET: u64 = 1;
const DENY: u64 = 2;
const SHARE: u64 = 3;
const ALLOW: u64 = 4;

/// The line in which the limiter's words end.
const TAIL: usize = 64;

#[cfg(not(loom))]
const _: () = {
    assert!(SharedHeader::BYTES == 1_024);
    // The tag of an object of C comes before them.
    assert!(RateLimiter::SHARED_BYTES + 8 <= TAIL && KeyedRateLimiter::SHARED_BYTES + 8 <= TAIL);
};
