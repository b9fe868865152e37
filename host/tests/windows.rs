//! Windows that hold in any stretch of time: against the exact sums, and the log against its model.

use tidegate::{Instant, Outcome, SlidingLog, Span, StrictWindow, retry::mix};
use tidegate_conformance::reference::{decision::Decision, log::Log};

const SECOND: u64 = 1_000_000_000;
const WINDOWS: [(u64, u64); 6] = [
    (1, 1_000_000),
    (3, SECOND),
    (7, 999_999_937),
    (100, 60 * SECOND),
    (5_000, SECOND),
    (1_000_000_000, 1_000_000),
];

/// Never more than the limit in any stretch of a period, both ends included; the wait of each denial
/// is exact.
#[test]
fn no_stretch_of_a_strict_window_is_over() {
    for (number, (limit, period)) in WINDOWS.into_iter().enumerate() {
        for history in 0..200 {
            let window = StrictWindow::new(limit, Span::from_nanos(period)).unwrap();
            let segment = period.div_ceil(u64::from(window.segments()));
            let mut now = mix(history, number as u64, 0) % (1 << 60);
            let mut admitted: Vec<(u64, u64)> = Vec::new();
            for step in 1..150 {
                let draw = mix(history, number as u64, step);
                // Times that matter: none, the edges of segments, a period after something.
                now += match draw % 6 {
                    0 => 0,
                    1 => 1,
                    2 => segment - now % segment,
                    3 => segment - now % segment - 1,
                    4 => (draw >> 8) % segment,
                    _ => admitted.first().map_or(0, |_| (draw >> 8) % period),
                };
                let n = if draw >> 61 == 0 { limit } else { 1 + (draw >> 50) % limit.min(40) };
                match window.try_acquire(n, Instant::from_nanos(now)) {
                    Outcome::Allowed { .. } => admitted.push((now, n)),
                    Outcome::Denied { retry_after } => {
                        let due = now + retry_after.as_nanos();
                        assert!(window.peek(n, Instant::from_nanos(due)).is_allowed());
                        assert!(!window.peek(n, Instant::from_nanos(due - 1)).is_allowed());
                        if draw >> 62 == 0 {
                            assert!(window.try_acquire(n, Instant::from_nanos(due)).is_allowed());
                            now = due;
                            admitted.push((now, n));
                        }
                    }
                    Outcome::Never => panic!("{n} of {limit}"),
                }
            }
            for (first, &(from, _)) in admitted.iter().enumerate() {
                let inside = admitted[first..].iter().take_while(|&&(to, _)| to - from <= period);
                let sum: u64 = inside.map(|&(_, n)| n).sum();
                assert!(sum <= limit, "{limit} per {period} ns: {sum} from {from}");
            }
        }
    }
}

/// A caller that takes all it can at once loses a segment of each window at the most.
#[test]
fn a_strict_window_gives_all_but_one_segment() {
    for (limit, period) in WINDOWS {
        let window = StrictWindow::new(limit, Span::from_nanos(period)).unwrap();
        let segments = u64::from(window.segments());
        let segment = period.div_ceil(segments);
        let start = 1_000 * segment; // the worst moment in a segment
        let mut now = start;
        for _ in 0..100 {
            assert!(window.try_acquire(limit, Instant::from_nanos(now)).is_allowed());
            let wait = window.peek(limit, Instant::from_nanos(now)).retry_after().unwrap();
            now += wait.as_nanos();
        }
        assert_eq!(now - start, 100 * (segments + 1) * segment);
        // k / (k + 1) of the limit in each period, but for the rounding of the segment.
        assert!((now - start) * segments < 100 * (segments + 1) * (period + segments));
    }
}

fn follow<const N: usize>(limit: u64, period: u64) {
    let mut denied_for_entries = 0;
    for history in 0..200 {
        let mut log = SlidingLog::<N>::new(limit, Span::from_nanos(period)).unwrap();
        let mut model = Log::new(limit, period, N).unwrap();
        let mut now = 1_000 * SECOND;
        let mut wait = 0;
        for step in 0..200 {
            let draw = mix(history, N as u64, step);
            let size = draw >> 8;
            now = match draw % 16 {
                0..4 => now,
                4..8 => now + size % (period / 4),
                8 => now + wait,
                9 => now + u64::saturating_sub(wait, 1),
                10 => now + 1,
                11 => now + size % (3 * period),
                12 => now - size % SECOND,
                13 => now - SECOND - size % 2,
                14 => now - size % (3 * SECOND),
                _ => now + period,
            };
            let n = (draw >> 40) % (limit + 2).min(5);
            let at = Instant::from_nanos(now);
            let peeked = log.peek(n, at);
            assert_eq!(shown(peeked), model.peek(n, now), "{history} {step}");
            if draw >> 62 == 0 {
                continue;
            }
            let outcome = log.try_acquire(n, at);
            assert_eq!(outcome, peeked);
            assert_eq!(shown(outcome), model.acquire(n, now), "{history} {step}");
            wait = outcome.retry_after().map_or(0, Span::as_nanos);
            let Outcome::Allowed { remaining, .. } = log.peek(0, at) else { panic!() };
            denied_for_entries += u32::from(wait > 0 && remaining == 0 && n == 1);
        }
    }
    assert!(denied_for_entries > 0);
}

fn shown(outcome: Outcome) -> Decision {
    match outcome {
        Outcome::Allowed { remaining, reset_after } => Decision::Allow {
            remaining: remaining.into(),
            reset_after: reset_after.as_nanos().into(),
        },
        Outcome::Denied { retry_after } => {
            Decision::Deny { retry_after: retry_after.as_nanos().into() }
        }
        Outcome::Never => Decision::Never,
    }
}

#[test]
fn a_log_is_its_model() {
    follow::<1>(1, 1_000_000);
    follow::<4>(3, SECOND);
    follow::<4>(1_000, SECOND / 10);
    follow::<16>(12, 60 * SECOND);
}

/// Exactly a period after it was admitted a request leaves, and none is held back longer.
#[test]
fn a_log_gives_all_of_the_limit_and_no_more() {
    let (limit, period) = (8, SECOND);
    let mut log = SlidingLog::<8>::new(limit, Span::from_nanos(period)).unwrap();
    let (mut now, mut admitted) = (0, Vec::new());
    for step in 0..2_000 {
        now += mix(step, 3, 4) % (period / 12);
        let recent = admitted.iter().filter(|&&then| now - then < period).count();
        let allowed = log.try_acquire(1, Instant::from_nanos(now)).is_allowed();
        assert_eq!(allowed, recent < limit as usize);
        if allowed {
            admitted.push(now);
        }
    }
}
