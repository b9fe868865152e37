//! `Backoff`: the delay before each retry.

use super::jitter::{Jitter, mix};
use crate::{error::Error, time::Span};

/// Delays that grow by a factor up to a cap: `min(cap, initial · factorⁿ)`, spread by a [`Jitter`].
/// A factor of 1 is a constant delay.
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
    initial: Span,
    factor: u32,
    cap: Span,
    jitter: Jitter,
}

impl Backoff {
    /// Delays from `initial`, each `factor` times the one before, up to `cap`.
    ///
    /// # Errors
    ///
    /// [`Error::BackoffOutOfRange`]: `initial` is 0, `cap` is below it, `factor` is 0, or an additive
    /// jitter is longer than the cap.
    pub const fn new(initial: Span, factor: u32, cap: Span, jitter: Jitter) -> Result<Self, Error> {
        let spread = if let Jitter::Additive(spread) = jitter { spread } else { Span::ZERO };
        if initial.as_nanos() == 0
            || cap.as_nanos() < initial.as_nanos()
            || factor == 0
            || spread.as_nanos() > cap.as_nanos()
        {
            return Err(Error::BackoffOutOfRange);
        }
        Ok(Backoff { initial, factor, cap, jitter })
    }

    /// The delay before retry number `attempt`, counted from 0, of a call; never 0 and never above
    /// the cap, for any attempt. The same arguments give the same delay in every language.
    pub const fn delay(&self, seed: u64, call: u64, attempt: u32) -> Span {
        let growth = (self.factor as u64).saturating_pow(attempt);
        let nanos = self.initial.as_nanos().saturating_mul(growth);
        let base = if nanos < self.cap.as_nanos() { Span::from_nanos(nanos) } else { self.cap };
        let delay = self.jitter.apply(base, self.cap, mix(seed, call, attempt));
        // Only an additive jitter as long as the cap can draw nothing at all.
        if delay.as_nanos() == 0 { Span::from_nanos(1) } else { delay }
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Jitter};
    use crate::time::Span;

    #[test]
    fn at_the_cap_clients_are_still_spread() {
        let cap = Span::from_secs(60);
        for jitter in [Jitter::Full, Jitter::Equal, Jitter::Additive(Span::from_secs(1))] {
            let backoff = Backoff::new(Span::from_secs(1), 2, cap, jitter).unwrap();
            let delays = [1, 2, 3].map(|seed| backoff.delay(seed, 0, 40));
            assert!(delays.iter().all(|&delay| delay <= cap));
            assert!(delays[0] != delays[1] && delays[1] != delays[2], "{jitter:?}");
        }
    }
}
