//! `SharedView`: a shared limiter as it is, for one who only looks.

use tidegate::{
    Instant, Outcome, Quota,
    limit::{Occupant, SharedFault, SharedKind},
};

use super::{SharedError, SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter};

/// A shared limiter that this process cannot change: its memory is mapped to be read.
#[derive(Debug)]
pub struct SharedView {
    quota: Quota,
    limiter: Limiter,
}

#[derive(Debug)]
enum Limiter {
    Bucket(SharedRateLimiter),
    Keyed(SharedKeyedRateLimiter),
}

impl SharedView {
    /// The limiter of that place, with the quota and the capacity that it has.
    ///
    /// # Errors
    ///
    /// [`SharedError`]: there is none, or it is none that this process could use.
    pub fn open(place: &SharedPlace) -> Result<SharedView, SharedError> {
        let fault = |fault| SharedError::Fault { path: place.path().to_owned(), fault };
        let clock = crate::clock::shared().ok_or(SharedError::Unsupported)?;
        let Some((file, bytes)) = place.open(false)? else {
            return place.system("open", Err(rustix::io::Errno::NOENT.into()));
        };
        let memory = super::map(place, &file, bytes, super::mapping::page() as u64, false)?;
        let (layout, seed) = memory.header().read(bytes as u64).map_err(fault)?;
        if layout.clock.boot != clock.boot {
            return Err(fault(SharedFault::Stale));
        }
        if layout.clock.id != clock.id {
            return Err(fault(SharedFault::Clock { found: layout.clock.id }));
        }
        let quota = layout.quota;
        let limiter = match layout.kind {
            SharedKind::Bucket => Limiter::Bucket(SharedRateLimiter::within(memory, quota)),
            SharedKind::Keyed { sets, full } => {
                Limiter::Keyed(SharedKeyedRateLimiter::within(memory, sets, seed, quota, full))
            }
        };
        Ok(SharedView { quota, limiter })
    }

    /// Its quota; of a keyed one that of calls which bring no other.
    pub fn quota(&self) -> &Quota {
        &self.quota
    }

    /// What a request for nothing would be told: what is left. `None` of a keyed limiter.
    pub fn bucket(&self, now: Instant) -> Option<Outcome> {
        match &self.limiter {
            Limiter::Bucket(limiter) => Some(limiter.peek(0, now)),
            Limiter::Keyed(_) => None,
        }
    }

    /// Places for keys; `None` of a single bucket.
    pub fn capacity(&self) -> Option<usize> {
        match &self.limiter {
            Limiter::Bucket(_) => None,
            Limiter::Keyed(limiter) => Some(limiter.get().capacity()),
        }
    }

    /// The live buckets of a keyed limiter and the whole tokens that each has under its quota, those with
    /// the least first.
    pub fn occupants(&self, now: Instant) -> Vec<(Occupant, u64)> {
        let Limiter::Keyed(limiter) = &self.limiter else { return Vec::new() };
        let with_tokens = |occupant: Occupant| (occupant, occupant.remaining(&self.quota, now));
        let mut all: Vec<_> = limiter.get().iter(now).map(with_tokens).collect();
        all.sort_unstable_by_key(|(occupant, left)| {
            (*left, core::cmp::Reverse(occupant.full_at), occupant.fingerprint)
        });
        all
    }

    /// How many requests were denied, by all processes together.
    pub fn denied(&self) -> u64 {
        match &self.limiter {
            Limiter::Bucket(limiter) => limiter.denied(),
            Limiter::Keyed(limiter) => limiter.denied(),
        }
    }

    /// How many requests found all slots taken that their key may use; 0 of a single bucket.
    pub fn overflowed(&self) -> u64 {
        match &self.limiter {
            Limiter::Bucket(_) => 0,
            Limiter::Keyed(limiter) => limiter.get().overflowed(),
        }
    }
}
