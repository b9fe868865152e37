//! `SharedAdaptiveRate`: AWS' adaptive rate for any number of threads, without a lock.

use super::{
    adaptive_rate::{AdaptiveRate, WORDS},
    whole::Whole,
};
use crate::{
    cell::const_fn,
    time::{Instant, Span},
};

/// An [`AdaptiveRate`] that threads share: the same answers in the order in which they are given.
///
/// From [`new`](Self::new) it begins at the first answer. Its ten numbers are replaced as a whole.
///
/// # Concurrency
///
/// Lock-free: a thread that is slow or dies keeps no other from going on. Should more than 14 threads
/// be inside at the same moment, a send is told to ask again after a millisecond, and an answer is not
/// counted.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Span, retry::SharedAdaptiveRate};
///
/// static RATE: SharedAdaptiveRate = SharedAdaptiveRate::new();
///
/// let now = Instant::from_nanos(0);
/// assert_eq!(RATE.try_send(now), Ok(()));
/// RATE.answered(true, now);
/// assert_eq!(RATE.try_send(now), Err(Span::from_secs(2)));
/// ```
#[derive(Debug)]
pub struct SharedAdaptiveRate {
    whole: Whole<WORDS>,
}

impl SharedAdaptiveRate {
    const_fn! {
        /// One that holds nothing back yet.
        pub fn new() -> SharedAdaptiveRate {
            SharedAdaptiveRate { whole: Whole::new() }
        }
    }

    /// One that has begun, as [`AdaptiveRate::new`].
    pub fn starting(now: Instant) -> SharedAdaptiveRate {
        let rate = SharedAdaptiveRate::new();
        rate.whole.update(|_| (Some(AdaptiveRate::new(now).to_words()), ()));
        rate
    }

    /// As [`AdaptiveRate::try_send`].
    ///
    /// # Errors
    ///
    /// The time until there is a token; nothing was taken.
    pub fn try_send(&self, now: Instant) -> Result<(), Span> {
        let sent = self.whole.update(|words| {
            let mut rate = AdaptiveRate::from_words(words, now);
            let sent = rate.try_send(now);
            let (next, begun) = (rate.to_words(), words != [0; WORDS]);
            (if begun && next != words { Some(next) } else { None }, sent)
        });
        sent.unwrap_or(Err(Span::from_millis(1)))
    }

    /// As [`AdaptiveRate::answered`].
    pub fn answered(&self, refused: bool, now: Instant) {
        self.whole.update(|words| {
            let mut rate = AdaptiveRate::from_words(words, now);
            rate.answered(refused, now);
            (Some(rate.to_words()), ())
        });
    }

    /// The rate and the tokens as they are now.
    pub fn snapshot(&self, now: Instant) -> AdaptiveRate {
        AdaptiveRate::from_words(self.whole.get(), now)
    }
}

impl Default for SharedAdaptiveRate {
    fn default() -> Self {
        SharedAdaptiveRate::new()
    }
}
