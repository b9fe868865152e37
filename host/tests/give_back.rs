//! Rule one with everything that gives back: what was reserved, cancelled, settled and refunded, in any
//! order, also when one bucket takes over from another, never lets more through in any window than the history of what was used allows.

use tidegate::{Carry, Instant, Quota, RateLimiter, Reservation, Span, retry::mix};
use tidegate_conformance::histories;

const SECOND: u64 = 1_000_000_000;
const QUOTAS: [(u64, u64, u64); 7] = [
    (1, SECOND, 1),
    (1, SECOND, 2),
    (1, SECOND, 3),
    (10, SECOND, 5),
    (3, SECOND, 4),
    (999_999_937, SECOND, 6),
    (300, 60 * SECOND, 9),
];

/// What may be used, and from when on.
struct Used {
    at: u64,
    n: u64,
    reservation: Option<Reservation>,
}

struct History {
    limiter: RateLimiter,
    burst: u64,
    interval: u64,
    now: u64,
    /// The end of the last pause, and what was used before it was ordered.
    paused: u64,
    used: Vec<Used>,
}

impl History {
    fn step(&mut self, draw: &dyn Fn(u32) -> u64) {
        self.now += match draw(0) % 8 {
            0..4 => 0,
            4 => draw(1) % 3,
            5 => self.interval,
            6 => draw(1) % (2 * self.interval + 2),
            _ => draw(1) % (2 * self.interval * self.burst + 2),
        };
        // Now and then a thread that read its clock a moment ago.
        let late = if draw(2).is_multiple_of(8) { draw(3) % SECOND.min(self.interval) } else { 0 };
        let clock = self.now - late;
        let now = Instant::from_nanos(clock);
        let n = if draw(4).is_multiple_of(4) { 1 + draw(5) % self.burst } else { 1 };
        match draw(6) % 11 {
            0..2 => {
                if self.limiter.try_acquire(n, now).is_allowed() {
                    self.used.push(Used { at: clock, n, reservation: None });
                }
            }
            2 => {
                let n = self.limiter.acquire_up_to(n, now).taken;
                self.used.push(Used { at: clock, n, reservation: None });
            }
            3..6 => {
                let patience = Span::from_nanos(draw(7) % (4 * self.interval * self.burst));
                if let Ok(reservation) = self.limiter.reserve(n, patience, now) {
                    let at = clock + reservation.wait().as_nanos();
                    self.used.push(Used { at, n, reservation: Some(reservation) });
                }
            }
            10 if draw(7).is_multiple_of(4) => {
                // At the same rate, and never with a larger burst than the history began with.
                let (quota, now) = (*self.limiter.quota(), Instant::from_nanos(self.now));
                let burst = 1 + draw(8) % self.burst;
                let quota = Quota::new(quota.limit(), quota.period(), burst).unwrap();
                let next = self.limiter.reconfigure(quota, Carry::Keep, now);
                self.limiter = next.expect("not taken over");
            }
            10 if draw(7) % 4 == 1 => {
                self.paused = self.now + 1 + draw(8) % (4 * self.interval);
                let now = Instant::from_nanos(self.now);
                self.limiter.pause_until(Instant::from_nanos(self.paused), now);
            }
            _ if self.used.is_empty() => {}
            kind => {
                let recent = self.used.len().min(6);
                let index = self.used.len() - 1 - draw(8) as usize % recent;
                self.give_back(index, kind, draw(9));
            }
        }
    }

    /// With a clock that is not late: what flows in by the lateness could be given back twice.
    fn give_back(&mut self, index: usize, kind: u64, draw: u64) {
        let now = Instant::from_nanos(self.now);
        let used = &mut self.used[index];
        match used.reservation.take() {
            Some(reservation) if kind < 9 => {
                self.limiter.cancel(reservation, now);
                used.n = 0;
            }
            Some(reservation) => {
                used.n = draw % (used.n + 1);
                self.limiter.settle(reservation, used.n, now);
            }
            None if used.n > 0 => {
                let back = 1 + draw % used.n;
                self.limiter.refund(back, Instant::from_nanos(used.at), now);
                used.n -= back;
            }
            None => {}
        }
    }
}

#[test]
fn what_is_given_back_lets_no_window_over() {
    let mut given_back = 0;
    for (number, (limit, period, burst)) in QUOTAS.into_iter().enumerate() {
        let quota = Quota::new(limit, Span::from_nanos(period), burst).unwrap();
        let whole = period.is_multiple_of(limit);
        for seed in 0..histories(4_000) {
            let mut history = History {
                limiter: RateLimiter::new(quota),
                burst,
                interval: period / limit,
                now: 10 * SECOND + seed,
                paused: 0,
                used: Vec::new(),
            };
            for step in 0..40 {
                let draw = |part| mix(seed, step * 64 + number as u64, part);
                let (before, paused) = (history.used.len(), history.paused);
                history.step(&draw);
                let lasts = history.now < paused;
                for used in &history.used[before..] {
                    assert!(!lasts || used.n == 0 || used.at >= paused, "seed {seed}: in a pause");
                }
            }
            let mut used: Vec<_> = history.used.iter().map(|used| (used.at, used.n)).collect();
            given_back += used.iter().filter(|(_, n)| *n == 0).count();
            used.sort_unstable();
            for (first, &(from, _)) in used.iter().enumerate() {
                let mut sum = 0;
                for &(to, n) in &used[first..] {
                    sum += u128::from(n);
                    let width = u128::from(to - from) + u128::from(!whole);
                    let most = u128::from(burst) * u128::from(period) + u128::from(limit) * width;
                    assert!(
                        sum * u128::from(period) <= most,
                        "{limit} per {period} ns, burst {burst}, seed {seed}: {sum} in {} ns",
                        to - from
                    );
                }
            }
        }
    }
    assert!(given_back > 10_000, "only {given_back} were given back");
}
