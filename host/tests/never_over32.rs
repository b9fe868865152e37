//! Rule one for 32 bits, against the exact account on a clock that never goes round: no window admits
//! more than burst + count · w / period, through idle turns of the clock and callers that are late.

use tidegate::{Outcome32, Quota32, RateLimiter32, retry::mix};
use tidegate_conformance::reference::bucket32::Account32;

/// Count, period, burst.
const QUOTAS: [(u32, u32, u32); 12] = [
    (1, 1, 1),
    (1, 1, 5),
    (3, 10, 2),
    (1, 1_000, 3),
    (7, 1_000, 50),
    (999, 1_000, 64),
    (10, 32_768, 5),
    (5, 1_000_000, 2),
    (1_000, 48_000_000, 1_000),
    (1, 1 << 28, 4),
    (1, 1 << 30, 1),
    (2, 1_999_999_999, 1),
];
const TURN: u128 = 1 << 32;
const HISTORIES: u64 = 10;
const STEPS: u32 = 2_500;

/// `draw` as a fraction of 2⁶⁴, of so many values.
fn below(draw: u64, count: u128) -> u128 {
    (u128::from(draw) * count) >> 64
}

#[test]
fn no_window_is_over_and_no_wait_is_wrong() {
    let (mut operations, mut admitted, mut late, mut turned, mut false_denials) = (0, 0, 0, 0, 0);
    for (number, (count, period, burst)) in QUOTAS.into_iter().enumerate() {
        let quota = Quota32::new(count, period, burst).unwrap();
        let interval = u128::from(quota.interval());
        let window = interval * u128::from(burst);
        for history in 0..HISTORIES {
            let limiter = RateLimiter32::new();
            let mut account = Account32::new(count, period, burst);
            let draw = |step: u32, what: u64| mix(history, number as u64 * 8 + what, step);
            // The newest time that any caller has seen; a late one is behind it.
            let mut newest = TURN + below(draw(0, 0), 3 * TURN);
            // When the bucket is full by the exact time; at first it is.
            let mut full_at: Option<u128> = None;
            for step in 1..=STEPS {
                newest += match draw(step, 1) % 16 {
                    0..4 => 0,
                    4..8 => below(draw(step, 2), 2 * interval + 1),
                    8..14 => below(draw(step, 2), window + 2),
                    14 => below(draw(step, 2), 3 * TURN),
                    // Just before a turn of the clock: where the past looks like a debt.
                    _ => TURN - below(draw(step, 2), 3 * window).min(TURN - 1),
                };
                let lag = if draw(step, 3) % 4 == 0 { below(draw(step, 4), window) } else { 0 };
                let now = newest - lag;
                let tick = (now % TURN) as u32;
                let n = if draw(step, 5) % 3 == 0 { burst } else { 1 };
                let outcome = limiter.try_acquire(&quota, n, tick);
                let cost = u128::from(n) * interval;
                operations += 1;
                late += u32::from(lag > 0);
                turned += u32::from(full_at.is_some_and(|full_at| now > full_at + TURN));
                // How long it is until a turn is over that began when the bucket was full.
                let gone = full_at.and_then(|full_at| now.checked_sub(full_at));
                let before = gone.map(|gone| TURN - gone % TURN);
                let debt = full_at.map_or(0, |full_at| full_at.saturating_sub(now));
                match outcome {
                    Outcome32::ALLOWED => {
                        account.admit(n, now);
                        // What is left of a turn that has almost gone by looks like a debt.
                        let debt = before.filter(|&before| before <= window).unwrap_or(debt);
                        // Tick 0 is told as tick 1.
                        let next = now + debt + cost;
                        full_at = Some(next + u128::from(next.is_multiple_of(TURN)));
                        admitted += 1;
                    }
                    Outcome32::NEVER => panic!("{n} of {burst} is never"),
                    denied => {
                        let wait = denied.retry_after().unwrap();
                        assert!(u128::from(wait) <= 2 * window, "{count}/{period}/{burst}: {wait}");
                        let due = tick.wrapping_add(wait);
                        assert!(limiter.peek(&quota, n, due).is_allowed());
                        assert!(!limiter.peek(&quota, n, due.wrapping_sub(1)).is_allowed());
                        // By the exact time it was right, or the clock had almost gone round.
                        if debt + cost <= window {
                            let before = before.expect("a denial out of nothing");
                            assert!(before <= 2 * window, "{count}/{period}/{burst}: {before}");
                            false_denials += 1;
                        }
                    }
                }
            }
            assert_eq!(account.first_over(), None, "{count}/{period}/{burst}, history {history}");
        }
    }
    println!(
        "{operations} operations, {admitted} admitted, {late} late, {turned} after a turn, \
         {false_denials} denied before a turn"
    );
    assert!(operations >= 240_000);
    // Each of what is claimed was met often.
    for met in [admitted, late, turned, false_denials] {
        assert!(met >= 1_000, "only {met}");
    }
}

#[test]
fn a_saturating_caller_gets_a_token_each_interval() {
    for (count, period, burst) in QUOTAS {
        let quota = Quota32::new(count, period, burst).unwrap();
        let limiter = RateLimiter32::new();
        let mut now = 5_u32;
        assert!(limiter.try_acquire(&quota, burst, now).is_allowed());
        // Ten turns of the clock or more, at the most bursts of it; only tick 0 costs a tick.
        let mut zeros = 0;
        for _ in 0..1_000 {
            let wait = limiter.try_acquire(&quota, 1, now).retry_after().unwrap();
            zeros += wait - quota.interval();
            assert!(wait <= quota.interval() + 1, "{count}/{period}/{burst}: {wait}");
            now = now.wrapping_add(wait);
            assert!(limiter.try_acquire(&quota, 1, now).is_allowed());
        }
        let turns = ((u64::from(quota.interval()) * 1_000) >> 32) as u32 + 1;
        assert!(zeros <= turns, "{count}/{period}/{burst}: {zeros} ticks lost");
    }
}
