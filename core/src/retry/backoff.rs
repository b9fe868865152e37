//! `Backoff`: the delay before each retry.

use super::{
    decorrelated::{decorrelated, decorrelated_v2},
    growth::Growth,
    jitter::{Jitter, mix},
};
use crate::{error::Error, time::Span};

/// Delays that grow up to a cap, spread by a [`Jitter`].
///
/// | constructor | before retry number `n`, from 0 |
/// | --- | --- |
/// | [`new`](Self::new) | `initial · factorⁿ` |
/// | [`exponential`](Self::exponential) | `initial · (numerator/denominator)ⁿ` |
/// | [`constant`](Self::constant) | `delay` |
/// | [`linear`](Self::linear) | `initial + n · step` |
/// | [`polynomial`](Self::polynomial) | `initial · (n + 1)^power` |
/// | [`fibonacci`](Self::fibonacci) | `initial` times 1, 1, 2, 3, 5, 8, … |
/// | [`list`](Self::list) | as listed, then the last one for ever |
///
/// All saturate at the cap, for any attempt, and their jitter lies within it. [`Self::first_at_once`]
/// puts a retry without a wait before them.
///
/// # Examples
///
/// ```
/// use tidegate::{Backoff, Jitter, Span};
///
/// // StackFlow's: 2ⁿ seconds and up to one more, within a minute.
/// let spread = Jitter::Additive(Span::from_secs(1));
/// let backoff = Backoff::new(Span::from_secs(1), 2, Span::from_secs(60), spread)?;
/// let third = backoff.delay(7, 0, 2);
/// assert!(third >= Span::from_secs(4) && third <= Span::from_secs(5));
/// assert!(backoff.delay(7, 0, u32::MAX) <= Span::from_secs(60));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    growth: Growth,
    cap: Span,
    jitter: Jitter,
    first_at_once: bool,
}

impl Backoff {
    /// Delays from `initial`, each `factor` times the one before, up to `cap`.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: `initial` is 0, `cap` is below it, `factor` is 0, an additive
    /// jitter is longer than the cap, or a proportional one above 1,000,000 millionths. The other
    /// constructors have the same bounds for `initial`, `cap` and `jitter`.
    pub const fn new(initial: Span, factor: u32, cap: Span, jitter: Jitter) -> Result<Self, Error> {
        Backoff::exponential(initial, factor, 1, cap, jitter)
    }

    /// Delays from `initial`, each `numerator / denominator` times the one before, up to `cap`. Each
    /// is rounded up to a nanosecond, and what was rounded does not add up.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: as [`new`](Self::new); or the factor is below 1, or above 1 and
    /// below 1.01, which would be thousands of steps from the cap.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Backoff, Jitter, Span};
    ///
    /// let (second, minute) = (Span::from_secs(1), Span::from_secs(60));
    /// let backoff = Backoff::exponential(second, 3, 2, minute, Jitter::None)?;
    /// assert_eq!(backoff.delay(0, 0, 2), Span::from_millis(2_250));
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub const fn exponential(
        initial: Span,
        numerator: u32,
        denominator: u32,
        cap: Span,
        jitter: Jitter,
    ) -> Result<Self, Error> {
        Backoff::made(Growth::ratio(initial.as_nanos(), numerator, denominator), cap, jitter)
    }

    /// The same delay each time. A cap above it gives a jitter room to add.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: as [`new`](Self::new).
    pub const fn constant(delay: Span, cap: Span, jitter: Jitter) -> Result<Self, Error> {
        Backoff::linear(delay, Span::ZERO, cap, jitter)
    }

    /// Delays from `initial`, each `step` longer than the one before, up to `cap`.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: as [`new`](Self::new).
    pub const fn linear(
        initial: Span,
        step: Span,
        cap: Span,
        jitter: Jitter,
    ) -> Result<Self, Error> {
        let growth = Growth::Linear { initial: initial.as_nanos(), step: step.as_nanos() };
        Backoff::made(Some(growth), cap, jitter)
    }

    /// `initial` times 1, 2, 3, … to the given power, up to `cap`.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: as [`new`](Self::new).
    pub const fn polynomial(
        initial: Span,
        power: u32,
        cap: Span,
        jitter: Jitter,
    ) -> Result<Self, Error> {
        Backoff::made(Some(Growth::Polynomial { initial: initial.as_nanos(), power }), cap, jitter)
    }

    /// `initial` times the numbers of Fibonacci, 1, 1, 2, 3, 5, up to `cap`.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: as [`new`](Self::new).
    pub const fn fibonacci(initial: Span, cap: Span, jitter: Jitter) -> Result<Self, Error> {
        Backoff::made(Some(Growth::Fibonacci { initial: initial.as_nanos() }), cap, jitter)
    }

    /// The listed delays in turn, then the last one for ever.
    ///
    /// They are copied, so that every language can make a list while it runs; hence at most eight.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: no delay or more than eight; one that is 0 or above `cap`; the
    /// jitter as in [`new`](Self::new).
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Backoff, Jitter, Span};
    ///
    /// const LIST: [Span; 3] = [Span::from_millis(50), Span::from_secs(1), Span::from_secs(5)];
    /// let backoff = Backoff::list(&LIST, Span::from_secs(5), Jitter::None)?.first_at_once();
    /// let delays = [0, 1, 2, 3, 4].map(|attempt| backoff.delay(0, 0, attempt).as_nanos());
    /// assert_eq!(delays, [0, 50_000_000, 1_000_000_000, 5_000_000_000, 5_000_000_000]);
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub const fn list(delays: &[Span], cap: Span, jitter: Jitter) -> Result<Self, Error> {
        Backoff::made(Growth::list(delays, cap.as_nanos()), cap, jitter)
    }

    /// The same, behind a first retry that does not wait at all: the delay before retry number
    /// `n + 1` is what that before retry `n` was.
    pub const fn first_at_once(self) -> Self {
        Backoff { first_at_once: true, ..self }
    }

    const fn made(growth: Option<Growth>, cap: Span, jitter: Jitter) -> Result<Self, Error> {
        let Some(growth) = growth else { return Err(Error::BackoffOutOfRange) };
        let first = growth.at(0, u64::MAX);
        if first == 0 || cap.as_nanos() < first || !jitter.fits(cap) {
            return Err(Error::BackoffOutOfRange);
        }
        Ok(Backoff { growth, cap, jitter, first_at_once: false })
    }

    /// The delay before retry number `attempt`, counted from 0, before it is spread: at most the cap.
    pub const fn base(&self, attempt: u32) -> Span {
        match (self.first_at_once, attempt) {
            (true, 0) => Span::ZERO,
            (true, attempt) => Span::from_nanos(self.growth.at(attempt - 1, self.cap.as_nanos())),
            (false, attempt) => Span::from_nanos(self.growth.at(attempt, self.cap.as_nanos())),
        }
    }

    /// The longest delay.
    pub const fn cap(&self) -> Span {
        self.cap
    }

    /// How delays are spread.
    pub const fn jitter(&self) -> Jitter {
        self.jitter
    }

    /// The delay before retry number `attempt`, counted from 0, of a call; never above the cap, for
    /// any attempt, and never 0 but for the first of [`first_at_once`](Self::first_at_once). The same
    /// arguments give the same delay in every language.
    pub const fn delay(&self, seed: u64, call: u64, attempt: u32) -> Span {
        let attempt = match attempt.checked_sub(self.first_at_once as u32) {
            Some(attempt) => attempt,
            None => return Span::ZERO,
        };
        let cap = self.cap.as_nanos();
        let nanos = match self.jitter {
            Jitter::Decorrelated => decorrelated(self.growth.at(0, cap), cap, seed, call, attempt),
            Jitter::DecorrelatedV2 => {
                decorrelated_v2(self.growth.at(0, cap), cap, seed, call, attempt)
            }
            jitter => {
                let base = Span::from_nanos(self.growth.at(attempt, cap));
                jitter.apply(base, self.cap, mix(seed, call, attempt)).as_nanos()
            }
        };
        // Some kinds can draw nothing at all; a client that waits for nothing would spin.
        Span::from_nanos(if nanos == 0 { 1 } else { nanos })
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Jitter};
    use crate::time::Span;

    const KINDS: [Jitter; 7] = [
        Jitter::Full,
        Jitter::Equal,
        Jitter::Additive(Span::from_secs(1)),
        Jitter::Around(200_000),
        Jitter::Above(200_000),
        Jitter::Decorrelated,
        Jitter::DecorrelatedV2,
    ];

    #[test]
    fn at_the_cap_clients_are_still_spread() {
        let cap = Span::from_secs(60);
        for jitter in KINDS {
            let backoff = Backoff::new(Span::from_secs(1), 2, cap, jitter).unwrap();
            for attempt in [40, 41, 1_000, u32::MAX] {
                let delays = [1, 2, 3, 4].map(|seed| backoff.delay(seed, 0, attempt));
                assert!(delays.iter().all(|&delay| delay <= cap), "{jitter:?} {delays:?}");
                for pair in delays.windows(2) {
                    assert_ne!(pair[0], pair[1], "{jitter:?}");
                }
            }
        }
    }

    /// Of a thousand clients at the cap no thirty come within a millisecond. (Where the sum is cut at
    /// the cap instead, all of them do.)
    #[test]
    fn no_delay_is_everybodys() {
        let (second, cap) = (1_000_000_000, Span::from_secs(60));
        for jitter in KINDS {
            let backoff = Backoff::new(Span::from_secs(1), 2, cap, jitter).unwrap();
            let mut delays: [u64; 1_000] =
                core::array::from_fn(|seed| backoff.delay(seed as u64, 0, 100).as_nanos());
            delays.sort_unstable();
            // Every kind here is at least a second wide.
            assert!(delays[999] - delays[0] > second * 9 / 10, "{jitter:?}");
            let crowd = delays.windows(30).filter(|some| some[29] - some[0] < second / 1_000);
            assert_eq!(crowd.count(), 0, "{jitter:?}");
        }
    }

    #[test]
    fn bounds_of_a_list() {
        let list = |delays: &[Span]| Backoff::list(delays, Span::from_secs(9), Jitter::None);
        assert!(list(&[]).is_err() && list(&[Span::ZERO]).is_err());
        assert!(list(&[Span::from_secs(9); 8]).is_ok() && list(&[Span::from_secs(9); 9]).is_err());
        assert!(list(&[Span::from_secs(1), Span::from_nanos(9_000_000_001)]).is_err());
    }
}
