//! `AdaptiveThrottle`: a client that rejects its own requests as a server accepts fewer of them.
//!
//! Source: *Site Reliability Engineering* (Beyer and others, 2016), chapter 21, "Client-Side
//! Throttling": a request is rejected at the client with the probability
//! `max(0, (requests - K · accepts) / (requests + 1))`.

use core::num::NonZeroU64;

use super::{
    jitter::{mix, scale},
    tally::{Tally, number, segment_of},
};
use crate::{
    error::Error,
    time::{Instant, Span},
};

/// Requests and accepts of a window; the book's is two minutes with a `K` of 2.
///
/// Before each send, the first and every retry, call [`try_send`](Self::try_send), and send only if it
/// says so; when the server has accepted the request (answered it with anything but a refusal for its
/// load), call [`accepted`](Self::accepted). Requests that were rejected here count as requests, so
/// rejection goes on until the server accepts `1/K` of what is asked.
///
/// The window is counted in twelve segments, the one that has begun included.
///
/// # Concurrency
///
/// Any number of threads may share it. Each request and accept counts once; which of two that come at
/// the same moment sees the other is chance.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Span, retry::AdaptiveThrottle};
///
/// let throttle = AdaptiveThrottle::new(Span::from_secs(120), 2_000, 1_000_000)?;
/// let now = Instant::from_nanos(0);
/// for call in 0..99 {
///     throttle.try_send(7, call, 0, now);
/// }
/// // None of 99 was accepted: 99 of 100 are rejected from now on.
/// assert_eq!(throttle.rejected_millionths(now), 990_000);
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug)]
pub struct AdaptiveThrottle {
    segment: NonZeroU64,
    thousandths: u32,
    most: u32,
    requests: Tally<SEGMENTS>,
    accepts: Tally<SEGMENTS>,
}

impl AdaptiveThrottle {
    /// Counts over `window`; `k` in thousandths; never rejects more than `most` millionths of the
    /// requests, so that some always find out whether the server is back.
    ///
    /// # Errors
    ///
    /// [`Error::BudgetOutOfRange`]: `window` is not from 1 s to 1 hour, `k` not from 1 to 1,000, or
    /// `most` above 1,000,000.
    pub const fn new(window: Span, k: u32, most: u32) -> Result<AdaptiveThrottle, Error> {
        match segment_of::<SEGMENTS>(window) {
            Some(segment) if k >= THOUSAND && k <= MILLION && most <= MILLION => {
                Ok(AdaptiveThrottle {
                    segment,
                    thousandths: k,
                    most,
                    requests: Tally::new(),
                    accepts: Tally::new(),
                })
            }
            _ => Err(Error::BudgetOutOfRange),
        }
    }

    /// Counts a request, and says whether to send it. It is drawn from `(seed, call, attempt)`, the
    /// same in every language, and judged by what was counted before it.
    pub fn try_send(&self, seed: u64, call: u64, attempt: u32, now: Instant) -> bool {
        // Another number than the jitter of the same attempt draws.
        let draw = mix(!seed, call, attempt);
        let (rejected, of) = self.part(now);
        let send = scale(draw, u128::from(of)) >= rejected
            || scale(draw, u128::from(MILLION)) >= u64::from(self.most);
        self.requests.count(number(now, self.segment));
        send
    }

    /// Counts a request that the server has accepted.
    pub fn accepted(&self, now: Instant) {
        self.accepts.count(number(now, self.segment));
    }

    /// How many of a million requests would be rejected now, rounded down.
    pub fn rejected_millionths(&self, now: Instant) -> u32 {
        let (rejected, of) = self.part(now);
        // Never wraps: 40 bits and 20.
        let part = rejected.wrapping_mul(u64::from(MILLION)).checked_div(of).unwrap_or(0);
        self.most.min(part as u32) // OK because it is at most 10⁶
    }

    /// `max(0, requests - K · accepts)` of `requests + 1`, both in thousandths; below 2⁴⁰.
    fn part(&self, now: Instant) -> (u64, u64) {
        let here = number(now, self.segment);
        let requests = self.requests.sum(here).saturating_mul(u64::from(THOUSAND));
        let accepts = self.accepts.sum(here).saturating_mul(u64::from(self.thousandths));
        (requests.saturating_sub(accepts), requests.saturating_add(u64::from(THOUSAND)))
    }
}

const THOUSAND: u32 = 1_000;
const MILLION: u32 = 1_000_000;
const SEGMENTS: usize = 12;
