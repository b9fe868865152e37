//! Many keys: a bucket for each, for as long as the table lasts.
//!
//! The table has room for every key or for none, so it does not matter how keys are placed, nor that
//! a bucket may be dropped a second after it is full: a new one answers the same. Each key keeps one
//! plan, and so does the bucket that is shared; a clock that steps back needs one plan for all.

use std::collections::HashMap;

use crate::reference::MAX;
use crate::reference::bucket::Bucket;
use crate::reference::decision::Decision;
use crate::reference::quota::Quota;

/// What happens to a request whose key finds no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// It waits; in a table without room for ever.
    Deny,
    /// It takes from a bucket that all such requests share.
    Share,
    /// It is admitted.
    Allow,
}

/// A request without its key.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The plan of the key.
    pub quota: Quota,
    /// How many.
    pub n: u64,
    /// When.
    pub now: u64,
}

/// Buckets by key.
#[derive(Debug)]
pub struct Keyed {
    room: bool,
    full: Full,
    buckets: HashMap<Vec<u8>, Bucket>,
    shared: Option<Bucket>,
    overflowed: u64,
}

impl Keyed {
    /// Full buckets.
    pub fn new(room: bool, full: Full) -> Keyed {
        Keyed { room, full, buckets: HashMap::new(), shared: None, overflowed: 0 }
    }

    /// Takes from the bucket of the key, or says when.
    pub fn acquire(&mut self, key: &[u8], ask: &Ask) -> Decision {
        let (Ask { quota, n, now }, room) = (ask, self.room);
        if *n == 0 || u128::from(*n) > quota.burst {
            return self.peek(key, ask);
        }
        if room {
            let bucket = self.buckets.entry(key.to_vec());
            return bucket.or_insert_with(|| Bucket::new(quota.clone())).acquire(*n, *now);
        }
        self.overflowed += 1;
        if self.full == Full::Share {
            let shared = self.shared.get_or_insert_with(|| Bucket::new(quota.clone()));
            return shared.acquire(*n, *now);
        }
        self.peek(key, ask)
    }

    /// What [`Keyed::acquire`] would answer; changes nothing.
    pub fn peek(&self, key: &[u8], ask: &Ask) -> Decision {
        let Ask { quota, n, now } = ask;
        let fresh = Bucket::new(quota.clone());
        let bucket = if self.room { self.buckets.get(key) } else { self.shared.as_ref() };
        let decision = bucket.unwrap_or(&fresh).peek(*n, *now);
        if self.room || self.full == Full::Share || decision == Decision::Never {
            return decision;
        }
        let for_ever = (MAX - u128::from(*now)).max(1);
        match (self.full, n) {
            (Full::Allow, _) => fresh.peek(*n, *now),
            (_, 0) => Decision::Allow { remaining: 0, reset_after: for_ever },
            _ => Decision::Deny { retry_after: for_ever },
        }
    }

    /// How many requests found no room.
    pub fn overflowed(&self) -> u64 {
        self.overflowed
    }
}
