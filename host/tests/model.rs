//! Every operation of a bucket, in random order, with clocks that step back, stop and jump, against the
//! exact reference model. A difference names its history; it belongs into `conformance/traces`.

use tidegate::{
    Carry, Instant, Outcome, Quota, RateLimiter, Refused, Reservation, Snapshot, Span, retry::mix,
};
use tidegate_conformance::histories;
use tidegate_conformance::reference::{
    bucket::Bucket, carry, decision::Decision, quota::Quota as Exact, reservation,
};

const SECOND: u64 = 1_000_000_000;
const QUOTAS: [(u64, u64, u64); 12] = [
    (1, SECOND, 1),
    (3, SECOND, 5),
    (10, SECOND, 4),
    (300, 60 * SECOND, 50),
    (7_000_000, SECOND, 100),
    (300_000_000, SECOND, 9),
    (600_000_000, SECOND, 1 << 20),
    (999_999_937, SECOND, 1_000),
    (SECOND, SECOND, 1 << 32),
    (1, 86_400 * SECOND, 3),
    (2, 366 * 86_400 * SECOND, 3),
    (0, SECOND, 0),
];

/// The same bucket twice.
struct Twins {
    real: RateLimiter,
    exact: Bucket,
    reserved: Vec<(Reservation, reservation::Reservation, u64)>,
    snapshots: (Snapshot, carry::Snapshot),
    quota: (u64, u64, u64),
    now: u64,
    wait: u64,
}

impl Twins {
    fn new(quota: (u64, u64, u64), now: u64, empty: bool) -> Twins {
        let (real, exact) = quotas(quota);
        let (real, exact) = if empty {
            (RateLimiter::empty(real, Instant::from_nanos(now)), Bucket::empty(exact, now))
        } else {
            (RateLimiter::new(real), Bucket::new(exact))
        };
        let snapshots = Default::default();
        Twins { real, exact, reserved: Vec::new(), snapshots, quota, now, wait: 0 }
    }

    /// One operation, and whether both answered the same.
    fn step(&mut self, draw: &dyn Fn(u32) -> u64) -> (String, String) {
        let (limit, period, burst) = self.quota;
        let interval = period / limit.max(1);
        self.now = match draw(0) % 24 {
            0..9 => self.now,
            9..17 => self.now.saturating_add(draw(1) % (2 * interval + 2)),
            17..20 => self.now.saturating_add(self.wait % (1 << 60)),
            20 => self.now.saturating_add(draw(1) % (interval * burst.min(1 << 10) + 2)),
            21 => self.now.saturating_sub(draw(1) % SECOND),
            22 => self.now.saturating_sub(draw(1) % (3 * SECOND)),
            _ => draw(1) % (100 * 366 * 86_400 * SECOND),
        };
        let now = Instant::from_nanos(self.now);
        let n = match draw(2) % 8 {
            0 => 0,
            1 => draw(3) % (burst + 2),
            2 => u64::MAX - draw(3) % 2,
            _ => 1 + draw(3) % (burst / 3 + 1),
        };
        let span = draw(4) % (3 * interval.min(1 << 58) + 2) * (1 + draw(5) % 3);
        match draw(6) % 16 {
            0..3 => {
                self.decided(|real, exact, at| (real.try_acquire(n, now), exact.acquire(n, at)))
            }
            3 => self.decided(|real, exact, at| (real.peek(n, now), exact.peek(n, at))),
            4 => {
                let (taken, decision) = self.exact.acquire_up_to(n, self.now);
                let partial = self.real.acquire_up_to(n, now);
                let real = format!("{} {}", partial.taken, shown(partial.outcome));
                (real, format!("{taken} {decision}"))
            }
            5..8 => {
                let exact = self.exact.reserve(n, span, self.now);
                let real = self.real.reserve(n, Span::from_nanos(span), now);
                match (real, exact) {
                    (Ok(real), Ok(exact)) => {
                        let (wait, exact_wait) = (real.wait().as_nanos(), exact.wait);
                        self.reserved.push((real, exact, n));
                        (format!("wait {wait}"), format!("wait {exact_wait}"))
                    }
                    (real, exact) => (
                        real.map_or_else(refused, |_| "reserved".into()),
                        exact.map_or_else(|decision| decision.to_string(), |_| "reserved".into()),
                    ),
                }
            }
            8..11 if !self.reserved.is_empty() => {
                let index = draw(7) as usize % self.reserved.len();
                let (real, exact, n) = self.reserved.swap_remove(index);
                let actual =
                    if draw(8).is_multiple_of(3) { draw(9) % (n.min(1 << 40) * 2 + 2) } else { 0 };
                let exact = self.exact.settle(&exact, actual, self.now);
                (self.real.settle(real, actual, now).to_string(), exact.to_string())
            }
            11 => {
                let taken_at = self.now.saturating_sub(draw(7) % (2 * interval + 1));
                let exact = self.exact.refund(n, taken_at, self.now);
                let real = self.real.refund(n, Instant::from_nanos(taken_at), now);
                (real.to_string(), exact.to_string())
            }
            12 => {
                let exact = self.exact.drain(self.now);
                (self.real.drain(now).to_string(), exact.to_string())
            }
            13 => {
                let until = self.now.saturating_add(span);
                if draw(7).is_multiple_of(2) {
                    self.exact.pause_until(until, self.now);
                    self.real.pause_until(Instant::from_nanos(until), now);
                } else {
                    let remaining = draw(8) % (burst + 2);
                    self.exact.observe(burst, remaining, span, self.now);
                    self.real.observe(burst, remaining, Span::from_nanos(span), now);
                }
                (String::new(), String::new())
            }
            14 => {
                self.snapshots = (self.real.snapshot(now), self.exact.snapshot(self.now));
                let (Snapshot { remaining, full_after }, exact) = self.snapshots;
                let exact = format!("{} {}", exact.remaining, exact.full_after);
                (format!("{remaining} {}", full_after.as_nanos()), exact)
            }
            _ => {
                self.replace(span, draw);
                (String::new(), String::new())
            }
        }
    }

    fn replace(&mut self, span: u64, draw: &dyn Fn(u32) -> u64) {
        let now = Instant::from_nanos(self.now);
        if draw(7).is_multiple_of(4) {
            let span = Span::from_nanos(span);
            self.real = self.real.reset_to(self.snapshots.0, span, now).expect("not taken over");
            self.exact = self.exact.restore(self.snapshots.1, span.as_nanos(), self.now);
            return;
        }
        let kinds = [
            (Carry::Keep, carry::Carry::Keep),
            (Carry::Proportional, carry::Carry::Proportional),
            (Carry::Reset, carry::Carry::Reset),
        ];
        let (real, exact) = kinds[draw(8) as usize % 3];
        self.quota = QUOTAS[draw(9) as usize % QUOTAS.len()];
        let quotas = quotas(self.quota);
        self.real = self.real.reconfigure(quotas.0, real, now).expect("not taken over");
        self.exact = self.exact.reconfigure(quotas.1, exact, self.now);
    }

    fn decided(
        &mut self,
        decide: impl Fn(&RateLimiter, &mut Bucket, u64) -> (Outcome, Decision),
    ) -> (String, String) {
        let (real, exact) = decide(&self.real, &mut self.exact, self.now);
        self.wait = real.retry_after().map_or(0, Span::as_nanos);
        (shown(real), exact.to_string())
    }
}

fn quotas((limit, period, burst): (u64, u64, u64)) -> (Quota, Exact) {
    let real = Quota::new(limit, Span::from_nanos(period), burst).expect("within bounds");
    (real, Exact::new(limit, period, burst).expect("within bounds"))
}

fn shown(outcome: Outcome) -> String {
    match outcome {
        Outcome::Allowed { remaining, reset_after } => {
            format!("allow remaining {remaining} reset_after {}", reset_after.as_nanos())
        }
        Outcome::Denied { retry_after } => format!("deny retry_after {}", retry_after.as_nanos()),
        Outcome::Never => "never".into(),
    }
}

fn refused(refused: Refused) -> String {
    match refused {
        Refused::Denied { retry_after } => shown(Outcome::Denied { retry_after }),
        Refused::Never => shown(Outcome::Never),
    }
}

#[test]
fn every_operation_equals_the_exact_model() {
    for history in 0..histories(6_000) {
        let quota = QUOTAS[history as usize % QUOTAS.len()];
        let start = mix(history, 0, 1) % (90 * 366 * 86_400 * SECOND);
        let mut twins = Twins::new(quota, start, history % 5 == 0);
        for step in 0..60 {
            let (real, exact) = twins.step(&|part| mix(history, step + 1, part));
            assert_eq!(real, exact, "history {history}, step {step}, at {} ns", twins.now);
        }
    }
}
