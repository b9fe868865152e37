//! Who admits more than was promised, and how much: a caller that never stops asking, on a given clock.

use core::num::NonZeroU32;
use std::{
    process::ExitCode,
    time::{Duration, UNIX_EPOCH},
};

use throttlecrab::{AdaptiveStore, RateLimiter as Throttle};
use tidegate::{Instant, Quota, RateLimiter, Span};

use crate::manual::Manual;

/// Prints one line of JSON for each rate, story and subject.
pub(crate) fn print() -> ExitCode {
    for (name, rate) in RATES {
        for story in [Story::Steady, Story::AfterIdle, Story::ClockStepsBack] {
            let promised = story.promised(rate);
            for (subject, make) in SUBJECTS {
                let Some(admitted) = make(rate).map(|mut take| story.admitted(&mut *take)) else {
                    continue;
                };
                println!(
                    "{{\"case\":\"rust/accuracy/{name}-{}\",\"subject\":\"{subject}\",\"promised\":{promised},\"admitted\":{admitted}}}",
                    story.name()
                );
            }
        }
    }
    ExitCode::SUCCESS
}

/// What happens to the clock. All begin with a full bucket of `BURST`.
#[derive(Clone, Copy)]
enum Story {
    /// Asked at every nanosecond, for so long.
    Steady,
    /// Emptied; an hour without a request; then asked as before.
    AfterIdle,
    /// Asked as before; in the middle the clock steps back by half of the time.
    ClockStepsBack,
}

impl Story {
    fn name(self) -> &'static str {
        match self {
            Story::Steady => "steady",
            Story::AfterIdle => "after-idle",
            Story::ClockStepsBack => "clock-steps-back",
        }
    }

    /// At most: the burst, and what comes in the time that the caller lives through. A clock that steps
    /// back may be trusted, so what it says is lived through twice.
    fn promised(self, rate: u64) -> u64 {
        let come = |span: u64| (u128::from(rate) * u128::from(span + 1) / 1_000_000_000) as u64;
        match self {
            Story::Steady => BURST + come(SPAN),
            Story::AfterIdle => 2 * BURST + come(SPAN),
            Story::ClockStepsBack => BURST + come(SPAN + SPAN / 2),
        }
    }

    fn admitted(self, take: &mut dyn FnMut(u64) -> bool) -> u64 {
        let mut count =
            |from: u64, span: u64| (from..=from + span).filter(|&now| take(now)).count() as u64;
        match self {
            Story::Steady => count(START, SPAN),
            Story::AfterIdle => {
                let first = (0..4 * BURST).filter(|_| count(START, 0) == 1).count() as u64;
                first + count(START + HOUR, SPAN)
            }
            Story::ClockStepsBack => count(START, SPAN) + count(START + SPAN / 2, SPAN / 2),
        }
    }
}

type Take = Box<dyn FnMut(u64) -> bool>;

const SUBJECTS: [(&str, fn(u64) -> Option<Take>); 4] = [
    ("tidegate", |rate| {
        let limiter = RateLimiter::new(Quota::new(rate, Span::from_secs(1), BURST).ok()?);
        Some(Box::new(move |now| limiter.try_acquire(1, Instant::from_nanos(now)).is_allowed()))
    }),
    ("governor", |rate| {
        let number = |count: u64| NonZeroU32::new(count as u32).expect("not 0");
        let clock = Manual::default();
        clock.advance(START);
        let quota = governor::Quota::per_second(number(rate)).allow_burst(number(BURST));
        let limiter = governor::RateLimiter::direct_with_clock(quota, clock.clone());
        Some(Box::new(move |now| {
            clock.set(now);
            limiter.check().is_ok()
        }))
    }),
    ("ratelimit", |rate| {
        let clock = Manual::default();
        let limiter = ratelimit::Builder::with_clock(rate, clock.clone())
            .max_tokens(BURST)
            .initial_available(BURST)
            .build()
            .ok()?;
        clock.advance(START);
        Some(Box::new(move |now| {
            clock.set(now);
            limiter.try_wait().is_ok()
        }))
    }),
    ("throttlecrab", |rate| {
        let mut limiter = Throttle::new(AdaptiveStore::new());
        Some(Box::new(move |now| {
            let now = UNIX_EPOCH + Duration::from_nanos(now);
            let outcome = limiter.rate_limit("key", BURST as i64, rate as i64, 1, 1, now);
            outcome.is_ok_and(|(allowed, _)| allowed)
        }))
    }),
];

const RATES: [(&str, u64); 6] = [
    ("1000", 1_000),
    ("7M", 7_000_000),
    ("60M", 60_000_000),
    ("300M", 300_000_000),
    ("600M", 600_000_000),
    ("999999937", 999_999_937),
];
const BURST: u64 = 10;
const START: u64 = 1_000_000_000;
const SPAN: u64 = 4_000_000;
const HOUR: u64 = 3_600_000_000_000;
