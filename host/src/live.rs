//! `LiveRateLimiter`: a bucket whose quota can change while any number of threads use it.

use core::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use arc_swap::{ArcSwapOption, Guard};
use tidegate::{Carry, Error, Instant, Outcome, Quota, RateLimiter, Snapshot, Span};

use crate::SharedRateLimiter;

/// A [`RateLimiter`] that [`reconfigure`](Self::reconfigure) replaces by another.
///
/// Taking tokens takes no lock while no quota changes: whoever still asks the bucket before is denied by it
/// and asks the new one, and waits for it if it is being made. Everything else holds the change back for as
/// long as it takes, so that it is done once.
///
/// The first bucket lies in place, so that a limiter whose quota never changes costs what a bucket
/// costs; the others lie behind a pointer, which costs 10 ns more.
///
/// # Examples
///
/// ```
/// use tidegate::{Carry, Instant, Quota, RateLimiter, Span};
/// use tidegate_host::LiveRateLimiter;
///
/// let (now, second) = (Instant::from_nanos(0), Span::from_secs(1));
/// let limiter = LiveRateLimiter::new(RateLimiter::new(Quota::new(10, second, 10)?));
/// assert!(limiter.try_acquire(10, now).is_allowed());
/// limiter.reconfigure(Quota::new(20, second, 20)?, Carry::Keep, now)?;
/// assert!(limiter.try_acquire(10, now).is_allowed());
/// assert_eq!(limiter.try_acquire(1, now).retry_after(), Some(Span::from_millis(50)));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct LiveRateLimiter {
    first: First,
    /// What took over; none before the quota has changed.
    next: ArcSwapOption<RateLimiter>,
    /// Written while the quota changes.
    changing: RwLock<()>,
}

/// The bucket that a limiter begins with.
#[derive(Debug)]
enum First {
    Own(RateLimiter),
    /// One that processes share; nothing ever takes over from it.
    Shared(SharedRateLimiter),
}

impl Deref for First {
    type Target = RateLimiter;

    #[inline]
    fn deref(&self) -> &RateLimiter {
        match self {
            First::Own(limiter) => limiter,
            First::Shared(limiter) => limiter,
        }
    }
}

impl LiveRateLimiter {
    /// Begins with this bucket.
    pub fn new(limiter: RateLimiter) -> LiveRateLimiter {
        LiveRateLimiter::beginning(First::Own(limiter))
    }

    /// This bucket, and no other: the processes that share it have one quota.
    pub fn shared(limiter: SharedRateLimiter) -> LiveRateLimiter {
        LiveRateLimiter::beginning(First::Shared(limiter))
    }

    fn beginning(first: First) -> LiveRateLimiter {
        LiveRateLimiter { first, next: ArcSwapOption::const_empty(), changing: RwLock::new(()) }
    }

    /// As [`RateLimiter::try_acquire`]; counts a denial of a bucket that processes share.
    #[inline(always)]
    pub fn try_acquire(&self, n: u64, now: Instant) -> Outcome {
        match &self.first {
            First::Own(first) => {
                ask(first, n, now).unwrap_or_else(|| self.try_acquire_beyond(n, now))
            }
            First::Shared(first) => first.try_acquire(n, now),
        }
    }

    /// Whether [`try_acquire`](Self::try_acquire) lets it through; `None` of more than there can ever be. What else
    /// an outcome says is not computed: each is made a yes or a no before they meet, or the compiler would
    /// have to keep all of it.
    #[inline(always)]
    pub fn admits(&self, n: u64, now: Instant) -> Option<bool> {
        match &self.first {
            First::Own(first) => match ask(first, n, now) {
                Some(outcome) => admitted(outcome),
                None => admitted(self.try_acquire_beyond(n, now)),
            },
            First::Shared(first) => admitted(first.try_acquire(n, now)),
        }
    }

    /// How many requests of the bucket that processes share were denied, by all of them; `None` of one that
    /// is this process's own.
    pub fn denied(&self) -> Option<u64> {
        match &self.first {
            First::Own(_) => None,
            First::Shared(first) => Some(first.denied()),
        }
    }

    /// # Errors
    ///
    /// [`Error::SharedDiffers`] of a bucket that processes share.
    fn may_change(&self) -> Result<(), Error> {
        match &self.first {
            First::Own(_) => Ok(()),
            First::Shared(_) => Err(Error::SharedDiffers),
        }
    }

    #[inline(never)]
    fn try_acquire_beyond(&self, n: u64, now: Instant) -> Outcome {
        let next = self.next.load();
        let outcome = next.as_ref().and_then(|limiter| ask(limiter, n, now));
        outcome.unwrap_or_else(|| self.with(|limiter| limiter.try_acquire(n, now)))
    }

    /// What `act` does with the bucket of this moment, which stays that until it is done. It must not come
    /// back to this limiter: a change that waits for it would be waited for.
    pub fn with<T>(&self, act: impl FnOnce(&RateLimiter) -> T) -> T {
        act(&self.hold())
    }

    /// The bucket of this moment, which stays that for as long as it is held. Not to be held twice by
    /// one thread: the second hold waits for a change that waits for the first.
    pub(crate) fn hold(&self) -> Held<'_> {
        let unchanged = self.changing.read().unwrap_or_else(PoisonError::into_inner);
        Held { newest: self.newest(), _unchanged: unchanged }
    }

    /// Another quota from now on; `carry` says what becomes of what was used.
    ///
    /// # Errors
    ///
    /// [`Error::SharedDiffers`]: the bucket is one that processes share, and has the quota of all of them.
    pub fn reconfigure(&self, quota: Quota, carry: Carry, now: Instant) -> Result<(), Error> {
        self.may_change()?;
        let _alone = self.changing.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = self.newest().reconfigure(quota, carry, now) {
            self.next.store(Some(Arc::new(next)));
        }
        Ok(())
    }

    /// As [`RateLimiter::restore`] under the quota of this moment: the state of the snapshot takes the
    /// place of whatever was used.
    ///
    /// # Errors
    ///
    /// [`Error::SharedDiffers`]: the bucket is one that processes share.
    pub fn restore(&self, snapshot: Snapshot, age: Span, now: Instant) -> Result<(), Error> {
        self.may_change()?;
        let _alone = self.changing.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = self.newest().reset_to(snapshot, age, now) {
            self.next.store(Some(Arc::new(next)));
        }
        Ok(())
    }

    /// The quota of this moment.
    pub fn quota(&self) -> Quota {
        *self.newest().quota()
    }

    /// The bucket of this moment, which may have been replaced the next.
    fn newest(&self) -> Newest<'_> {
        Newest { first: &self.first, next: self.next.load() }
    }
}

#[inline(always)]
fn admitted(outcome: Outcome) -> Option<bool> {
    match outcome {
        Outcome::Allowed { .. } => Some(true),
        Outcome::Denied { .. } => Some(false),
        Outcome::Never => None,
    }
}

/// The bucket's answer; `None` of one that another has taken over from, because its words say nothing
/// any more. Always inlined, so that a caller who only wants a yes or a no pays for no division.
#[inline(always)]
fn ask(limiter: &RateLimiter, n: u64, now: Instant) -> Option<Outcome> {
    let outcome = limiter.try_acquire(n, now);
    let took = n > 0 && outcome.is_allowed();
    if took || !limiter.is_retired() { Some(outcome) } else { None }
}

/// A bucket that is not replaced while this lives.
pub(crate) struct Held<'a> {
    newest: Newest<'a>,
    _unchanged: RwLockReadGuard<'a, ()>,
}

impl Deref for Held<'_> {
    type Target = RateLimiter;

    fn deref(&self) -> &RateLimiter {
        &self.newest
    }
}

struct Newest<'a> {
    first: &'a RateLimiter,
    next: Guard<Option<Arc<RateLimiter>>>,
}

impl Deref for Newest<'_> {
    type Target = RateLimiter;

    fn deref(&self) -> &RateLimiter {
        self.next.as_deref().unwrap_or(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::LiveRateLimiter;
    use tidegate::{Carry, Instant, Outcome, Quota, RateLimiter, Snapshot, Span};

    #[test]
    fn a_restored_state_takes_the_place_of_the_old_one() {
        let now = Instant::from_nanos(7);
        let limiter =
            LiveRateLimiter::new(RateLimiter::new(Quota::new(10, Span::from_secs(1), 10).unwrap()));
        let full = limiter.with(|limiter| limiter.snapshot(now));
        assert_eq!(limiter.with(|limiter| limiter.drain(now)), 10);
        let empty = limiter.with(|limiter| limiter.snapshot(now));
        limiter.restore(full, Span::ZERO, now).unwrap();
        assert!(limiter.try_acquire(10, now).is_allowed());
        limiter.restore(empty, Span::from_millis(300), now).unwrap();
        assert_eq!(empty, Snapshot { remaining: 0, full_after: Span::from_secs(1) });
        assert_eq!(limiter.with(|limiter| limiter.drain(now)), 3);
    }

    /// The bucket that began has no say any more: not in what never fits, nor in what a peek sees.
    #[test]
    fn the_first_bucket_is_forgotten() {
        let now = Instant::from_nanos(7);
        let quota = |burst| Quota::new(10, Span::from_secs(1), burst).unwrap();
        let limiter = LiveRateLimiter::new(RateLimiter::new(quota(2)));
        assert_eq!(limiter.try_acquire(3, now), Outcome::Never);
        for burst in [5, 4] {
            limiter.reconfigure(quota(burst), Carry::Reset, now).unwrap();
            assert_eq!(limiter.quota(), quota(burst));
            assert_eq!(limiter.try_acquire(burst + 1, now), Outcome::Never);
            assert!(limiter.try_acquire(3, now).is_allowed());
            let there = limiter.try_acquire(0, now);
            assert_eq!(there, limiter.with(|limiter| limiter.peek(0, now)));
            let left = burst - 3;
            assert!(matches!(there, Outcome::Allowed { remaining, .. } if remaining == left));
            assert_eq!(limiter.admits(left, now), Some(true));
            assert_eq!(
                (limiter.admits(1, now), limiter.admits(burst + 1, now)),
                (Some(false), None)
            );
            assert_eq!(limiter.try_acquire(1, now).retry_after(), Some(Span::from_millis(100)));
        }
    }

    /// While the quota changes ten thousand times, eight threads together take exactly the burst: no
    /// token is lost or found between two buckets.
    #[test]
    fn nothing_is_lost_or_found_between_two_buckets() {
        let quota = |burst| Quota::new(1, Span::from_secs(86_400), burst).unwrap();
        let limiter = LiveRateLimiter::new(RateLimiter::new(quota(5_000)));
        let now = Instant::from_nanos(7);
        let admitted: usize = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        (0..2_000).filter(|_| limiter.try_acquire(1, now).is_allowed()).count()
                    })
                })
                .collect();
            for change in 0..10_000 {
                limiter.reconfigure(quota(5_000 + change % 2), Carry::Keep, now).unwrap();
            }
            takers.into_iter().map(|taker| taker.join().unwrap()).sum()
        });
        limiter.reconfigure(quota(5_000), Carry::Keep, now).unwrap();
        let left = limiter.with(|limiter| limiter.drain(now));
        assert!(admitted as u64 + left <= 5_001 && admitted as u64 + left >= 5_000);
    }
}
