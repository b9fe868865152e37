//! `RateLimiter`: a token bucket kept as one instant, the *theoretical arrival time*.
//!
//! The generic cell rate algorithm (ATM Forum TM 4.0, virtual scheduling): the word holds `tat`, the
//! tick at which the bucket will be full again. A bucket that holds `burst` tokens lacks
//! `tat - now` ticks; taking `n` tokens moves `tat` by `n * cost`; the request fits when that leaves
//! `tat <= now + burst * cost`. Zero is a full bucket, so a limiter may live in zeroed memory.

use crate::{
    cell::{StateWord, acquire, const_fn},
    outcome::Outcome,
    quota::Quota,
    time::{Instant, Span},
};

/// One token bucket, exact at any rate, in one atomic word; usable in a `static`.
///
/// In every window of length `w` it admits at most burst + limit · (w + 1 ns) / period tokens, and
/// where the interval between tokens is a whole number of nanoseconds the 1 ns does not appear.
///
/// # Clocks
///
/// `now` must come from one monotonic clock. A `now` up to one second older than another caller's is
/// taken for a late thread: it is denied what the newer one took. One that is further back is a
/// clock that stepped: the bucket is then empty at that `now` (it never gains tokens from a step),
/// so that nobody waits for the old time to come again. A jump forward adds at most one burst. After
/// a hundred years of uptime time stands still.
///
/// A bucket that has lent tokens out in advance (by [`reserve`](Self::reserve),
/// [`settle`](Self::settle) or [`pause_until`](Self::pause_until)) may owe more than a burst; then
/// only what is more than it has ever owed is taken for a clock step.
///
/// # Concurrency
///
/// Any number of threads and interrupts share one limiter through `&self`. A call is one load and,
/// when it takes tokens, one compare-and-swap that is repeated only when another thread won. A denial
/// writes nothing, except to note a clock step.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Outcome, Quota, RateLimiter, Span};
///
/// let limiter = RateLimiter::new(Quota::new(300, Span::from_secs(60), 50)?);
/// let now = Instant::from_nanos(0);
/// let Outcome::Allowed { remaining, reset_after } = limiter.try_acquire(20, now) else { panic!() };
/// assert_eq!((remaining, reset_after), (30, Span::from_secs(4)));
/// assert_eq!(limiter.try_acquire(51, now), Outcome::Never);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
#[repr(C)] // the state first, and the quota a cache line behind it
pub struct RateLimiter {
    pub(super) state: State,
    /// How many buckets this one has taken over from, one after the other.
    pub(super) generation: u64,
    /// When it took over; tokens that were taken before were another bucket's.
    pub(super) born: Instant,
    pub(super) apart: u64,
    pub(super) quota: Quota,
}

/// A bucket without its quota. All-zero is full.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct State {
    /// The tick at which the bucket is full again; [`RETIRED`] once another bucket has taken over.
    pub(super) tat: StateWord,
    /// At least the longest debt in ticks, beyond a burst, that was ever lent out in advance.
    pub(super) longest: StateWord,
    /// All ticks that were ever given back; wraps.
    pub(super) returned: StateWord,
    /// The latest tick at which a reservation that waits ends.
    pub(super) told: StateWord,
    /// What giving back may not go below: what a pause or a server demanded.
    pub(super) floor: StateWord,
}

impl RateLimiter {
    const_fn! {
        /// A full bucket.
        #[inline]
        pub fn new(quota: Quota) -> RateLimiter {
            RateLimiter::with_state(quota, State::new())
        }

        /// An empty bucket: the first token comes one interval after `now`.
        #[inline]
        pub fn empty(quota: Quota, now: Instant) -> RateLimiter {
            // No sum wraps: the clock is at most 2⁶³ and a burst at most 2⁶².
            let tat = quota.ticks(now).wrapping_add(quota.burst_ticks());
            RateLimiter::with_state(quota, State { tat: StateWord::new(tat), ..State::new() })
        }
    }

    const fn with_state(quota: Quota, state: State) -> RateLimiter {
        RateLimiter { state, generation: 0, born: Instant::ZERO, apart: 0, quota }
    }

    /// How many of the limiter's first bytes are atomic words of which any bits are valid; they may lie in
    /// memory that processes share. What comes behind them is each process's own.
    pub const SHARED_BYTES: usize = core::mem::offset_of!(RateLimiter, generation);

    /// From now on the clock cannot step, so that no debt is too long to be true: whoever comes with an old
    /// `now`, because it was stopped after it had read the clock, is late and has seen no other time.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(1, Span::from_secs(1), 1)?);
    /// limiter.trust_clock();
    /// assert!(limiter.try_acquire(1, Instant::from_nanos(9_000_000_000)).is_allowed());
    /// let wait = limiter.try_acquire(1, Instant::ZERO).retry_after();
    /// assert_eq!(wait, Some(Span::from_secs(10))); // and not 1 s, as after a step of the clock
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn trust_clock(&self) {
        self.state.longest.raise_to(u64::MAX);
    }

    /// The quota.
    #[inline]
    pub const fn quota(&self) -> &Quota {
        &self.quota
    }

    /// Takes `n` tokens if they are there. `n` = 0 is [`peek`](Self::peek); `n` above the burst is
    /// [`Outcome::Never`].
    #[inline(always)] // so that what a caller does not ask of the answer is not computed
    pub fn try_acquire(&self, n: u64, now: Instant) -> Outcome {
        let (quota, state) = (&self.quota, &self.state);
        let clock = quota.ticks(now);
        let (seen, taken) = state.tat.swap(|tat| admit(quota, tat, n, clock));
        if let Some(next) = taken {
            return allowed(quota, next, clock, now);
        }
        match state.decide(quota, seen, n, now) {
            (None, outcome) => outcome,
            (Some(_), _) => self.decide_again(n, now),
        }
    }

    /// The clock has stepped, which must be noted, whatever the word is by now.
    #[cold]
    #[inline(never)]
    fn decide_again(&self, n: u64, now: Instant) -> Outcome {
        self.state.tat.update(|tat| self.state.decide(&self.quota, tat, n, now))
    }

    /// What [`try_acquire`](Self::try_acquire) would answer; changes nothing.
    #[inline]
    pub fn peek(&self, n: u64, now: Instant) -> Outcome {
        self.state.decide(&self.quota, self.state.tat.get(), n, now).1
    }

    /// Takes as many of `n` tokens as are there, and tells how many: a batch that may be cut.
    ///
    /// Of nothing (`n` = 0) nothing is taken, as by [`peek`](Self::peek).
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Instant, Outcome, Quota, RateLimiter, Span};
    ///
    /// let limiter = RateLimiter::new(Quota::new(5, Span::from_secs(1), 5)?);
    /// let now = Instant::from_nanos(0);
    /// assert_eq!(limiter.acquire_up_to(3, now).taken, 3);
    /// assert_eq!(limiter.acquire_up_to(3, now).taken, 2);
    /// let none = limiter.acquire_up_to(3, now);
    /// assert_eq!(none.outcome, Outcome::Denied { retry_after: Span::from_millis(200) });
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    #[inline]
    pub fn acquire_up_to(&self, n: u64, now: Instant) -> Partial {
        self.state.tat.update(|tat| {
            let there = self.state.available(&self.quota, tat, now);
            let taken = there.min(n);
            let (next, outcome) =
                self.state.decide(&self.quota, tat, if taken == 0 { n.min(1) } else { taken }, now);
            (next, Partial { taken, outcome })
        })
    }
}

/// What [`RateLimiter::acquire_up_to`] took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only so many requests may be sent"]
pub struct Partial {
    /// How many tokens, from 0 to as many as were asked for.
    pub taken: u64,
    /// What is left after them; when there was none, how long until there is one.
    pub outcome: Outcome,
}

impl State {
    const_fn! {
        /// A full bucket.
        pub(crate) fn new() -> State {
            State {
                tat: StateWord::new(0),
                longest: StateWord::new(0),
                returned: StateWord::new(0),
                told: StateWord::new(0),
                floor: StateWord::new(0),
            }
        }
    }

    /// The new word, if any, and the answer.
    #[inline(always)]
    pub(super) fn decide(
        &self,
        quota: &Quota,
        tat: u64,
        n: u64,
        now: Instant,
    ) -> (Option<u64>, Outcome) {
        decide_unless(quota, tat, n, now, |debt| self.is_owed(quota, debt, tat))
    }

    /// Whole tokens that are there now.
    fn available(&self, quota: &Quota, tat: u64, now: Instant) -> u64 {
        match self.decide(quota, tat, 0, now).1 {
            Outcome::Allowed { remaining, .. } => remaining,
            _ => 0,
        }
    }

    /// What giving back may not go below. A floor above the word was set before the clock stepped back, or is
    /// of a pause that is about to move the word and will find it changed.
    pub(super) fn floor(&self, tat: u64) -> u64 {
        let floor = self.floor.get();
        if floor > tat { 0 } else { floor }
    }

    /// The latest end of a reservation that waits; 0 for one that was told before the clock stepped back.
    pub(super) fn told(&self, quota: &Quota, clock: u64) -> u64 {
        let told = self.told.get();
        if self.is_of_now(quota, told, clock) { told } else { 0 }
    }

    /// Whether a tick can have been written at this clock: it is no further ahead than the longest debt
    /// and a second.
    pub(super) fn is_of_now(&self, quota: &Quota, tick: u64, clock: u64) -> bool {
        let debt = tick.saturating_sub(clock);
        debt <= quota.stepped_debt() || self.is_owed(quota, debt, tick)
    }

    /// Whether a debt that is longer than a burst and a second was lent out, so that no clock has
    /// stepped.
    #[cold]
    pub(super) fn is_owed(&self, quota: &Quota, debt: u64, tat: u64) -> bool {
        // Whoever published the debt had raised `longest` before; that is known from here on.
        acquire();
        let guard = quota.stepped_debt().saturating_sub(quota.burst_ticks());
        tat == RETIRED || debt <= self.longest.get().saturating_add(guard)
    }
}

/// The word of a bucket whose state another one has taken over: it denies everything, so that a
/// thread that still holds it asks again.
pub(super) const RETIRED: u64 = u64::MAX;

/// The word after `n` tokens were taken; `None` if they are not there, or if it is for nothing or for more
/// than ever is there.
#[inline(always)]
fn admit(quota: &Quota, tat: u64, n: u64, clock: u64) -> Option<u64> {
    let cost = quota.cost_of(n);
    // No sum here wraps: the clock is at most 2⁶³ and a burst at most 2⁶², and n is at most the
    // burst, so its cost is at most the burst's. A debt that was lent out is at most 2⁶² too.
    let limit = clock.wrapping_add(quota.burst_ticks());
    let is_there = n > 0 && n <= quota.burst() && tat <= limit.wrapping_sub(cost);
    is_there.then(|| (if tat > clock { tat } else { clock }).wrapping_add(cost))
}

/// The answer to whoever made `next` the word.
#[inline(always)]
fn allowed(quota: &Quota, next: u64, clock: u64, now: Instant) -> Outcome {
    let limit = clock.wrapping_add(quota.burst_ticks());
    let remaining = quota.tokens_in(limit.wrapping_sub(next));
    Outcome::Allowed { remaining, reset_after: quota.wait_for(next, now) }
}

/// The new word, if any, and the answer. A debt that looks like a clock step is one unless `owed`
/// knows better.
#[inline(always)]
pub(super) fn decide_unless(
    quota: &Quota,
    tat: u64,
    n: u64,
    now: Instant,
    owed: impl FnOnce(u64) -> bool,
) -> (Option<u64>, Outcome) {
    if n > quota.burst() {
        return (None, Outcome::Never);
    }
    let clock = quota.ticks(now);
    if let Some(next) = admit(quota, tat, n, clock) {
        return (Some(next), allowed(quota, next, clock, now));
    }
    let cost = quota.cost_of(n);
    let limit = clock.wrapping_add(quota.burst_ticks());
    // Whoever wrote `tat` saw a clock of at least `tat - burst`. If that is more than a second
    // ahead of ours, ours has stepped: an empty bucket, at our time.
    let stepped = tat > clock.wrapping_add(quota.stepped_debt()) && !owed(tat.wrapping_sub(clock));
    let tat = if stepped { limit } else { tat };
    if n == 0 {
        let base = if tat > clock { tat } else { clock };
        let remaining = quota.tokens_in(limit.saturating_sub(base));
        return (None, Outcome::Allowed { remaining, reset_after: quota.wait_for(tat, now) });
    }
    // OK because a denial means tat + cost > clock + burst.
    let due = tat.saturating_add(cost).saturating_sub(quota.burst_ticks());
    let wait = quota.wait_for(due, now);
    let outcome =
        Outcome::Denied { retry_after: if tat == RETIRED { Span::from_nanos(1) } else { wait } };
    (if stepped { Some(tat) } else { None }, outcome)
}

// What every decision reads lies a cache line or more from what every admission writes, wherever the
// limiter begins: two threads that meet on one bucket then pay 1.2 times a bare loop and not 1.5 (bench
// `contended`).
#[cfg(not(loom))]
const _: () = assert!(core::mem::offset_of!(RateLimiter, quota) >= 64);
#[cfg(not(loom))]
const _: () = assert!(size_of::<StateWord>() == 8 && core::mem::offset_of!(State, tat) == 0);

#[cfg(test)]
mod tests {
    use super::RateLimiter;
    use crate::{outcome::Outcome, quota::Quota, time::Instant, time::Span};

    fn limiter(limit: u64, seconds: u64, burst: u64) -> RateLimiter {
        RateLimiter::new(Quota::new(limit, Span::from_secs(seconds), burst).unwrap())
    }

    fn at(nanos: u64) -> Instant {
        Instant::from_nanos(nanos)
    }

    #[test]
    fn the_wait_is_exact_to_the_nanosecond() {
        for (limit, seconds) in [(3, 1), (7, 1), (300, 60), (999_999_937, 1), (7_000_000, 1)] {
            let limiter = limiter(limit, seconds, 5);
            assert!(limiter.try_acquire(5, at(12_345)).is_allowed());
            let wait = limiter.try_acquire(1, at(12_345)).retry_after().unwrap().as_nanos();
            assert!(!limiter.peek(1, at(12_345 + wait - 1)).is_allowed());
            assert!(limiter.peek(1, at(12_345 + wait)).is_allowed());
        }
    }

    #[test]
    fn a_late_thread_gains_nothing_and_a_stepped_clock_waits_one_bucket() {
        let limiter = limiter(1, 1, 2);
        assert!(limiter.try_acquire(2, at(10_000_000_000)).is_allowed());
        assert_eq!(
            limiter.try_acquire(1, at(9_500_000_000)),
            Outcome::Denied { retry_after: Span::from_millis(1_500) }
        );
        assert_eq!(
            limiter.try_acquire(1, at(1_000_000_000)),
            Outcome::Denied { retry_after: Span::from_secs(1) }
        );
        assert!(limiter.try_acquire(1, at(2_000_000_000)).is_allowed());
    }

    #[test]
    fn eight_threads_never_take_more_than_the_burst() {
        extern crate std;
        let limiter = limiter(1, 86_400, 1_000);
        let taken: usize = std::thread::scope(|scope| {
            let threads: std::vec::Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        (0..1_000).filter(|_| limiter.try_acquire(1, at(5)).is_allowed()).count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 1_000);
    }
}
