//! Several limits, all or nothing, from eight threads: against the exact model of the merged history,
//! and never over as exact sums.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use tidegate::{
    FirstUseWindow, FixedWindow, Instant, Layer, Outcome, Quota, RateLimiter, Span, StrictWindow,
    UnixTime, retry::mix, try_acquire_all,
};
use tidegate_conformance::reference::{
    bucket::Bucket, decision::Decision, first_use::FirstUse, layers::Limiter as Model,
    quota::Quota as ModelQuota, strict::Strict, window::Window,
};

const THREADS: u64 = 8;
const SECOND: u64 = 1_000_000_000;
/// 2024-05-19T16:00:37Z; times count from here, and from 0 on the monotonic clock.
const WALL: u64 = 1_716_134_437 * SECOND;

#[derive(Clone, Copy)]
enum Kind {
    /// Burst.
    Bucket(u64),
    /// Skew.
    Window(i64),
    FirstUse,
    Strict,
}

/// One limit: its kind, limit and period.
type Spec = (Kind, u64, u64);

enum Limiter {
    Bucket(RateLimiter),
    Window(FixedWindow),
    FirstUse(FirstUseWindow),
    Strict(StrictWindow),
}

impl Limiter {
    fn new(&(kind, limit, period): &Spec) -> Limiter {
        let span = Span::from_nanos(period);
        match kind {
            Kind::Bucket(burst) => {
                Limiter::Bucket(RateLimiter::new(Quota::new(limit, span, burst).unwrap()))
            }
            Kind::Window(skew) => {
                Limiter::Window(FixedWindow::with_skew(limit, span, skew).unwrap())
            }
            Kind::FirstUse => Limiter::FirstUse(FirstUseWindow::new(limit, span).unwrap()),
            Kind::Strict => Limiter::Strict(StrictWindow::new(limit, span).unwrap()),
        }
    }

    fn is_window(&self) -> bool {
        !matches!(self, Limiter::Bucket(_))
    }

    fn layer(&self, n: u64) -> Layer<'_> {
        match self {
            Limiter::Bucket(it) => it.layer(n),
            Limiter::Window(it) => it.layer(n),
            Limiter::FirstUse(it) => it.layer(n),
            Limiter::Strict(it) => it.layer(n),
        }
    }

    fn peek(&self, n: u64, since: u64) -> Outcome {
        let (now, wall) = times(since);
        match self {
            Limiter::Bucket(it) => it.peek(n, now),
            Limiter::Window(it) => it.peek(n, wall),
            Limiter::FirstUse(it) => it.peek(n, wall),
            Limiter::Strict(it) => it.peek(n, now),
        }
    }
}

fn model(&(kind, limit, period): &Spec) -> Model {
    match kind {
        Kind::Bucket(burst) => {
            Model::Bucket(Bucket::new(ModelQuota::new(limit, period, burst).unwrap()))
        }
        Kind::Window(skew) => Model::Window(Window::with_skew(limit, period, skew).unwrap()),
        Kind::FirstUse => Model::FirstUse(FirstUse::new(limit, period).unwrap()),
        Kind::Strict => Model::Strict(Strict::new(limit, period).unwrap()),
    }
}

fn times(since: u64) -> (Instant, UnixTime) {
    (Instant::from_nanos(since), UnixTime::from_nanos(WALL + since))
}

/// What was admitted: which limits, in the order of the call, and how much of each.
type Request = Vec<(usize, u64)>;

/// A request for a few of the limits, in any order.
fn request(limits: usize, most: u64, seed: (u64, u64, u32)) -> Request {
    let draw = mix(seed.0, seed.1, seed.2);
    let mut order: Vec<usize> = (0..limits).collect();
    order.sort_by_key(|&limit| mix(draw, limit as u64, 1));
    order.truncate(2 + (draw % (limits as u64 - 1)) as usize);
    order.into_iter().map(|limit| (limit, mix(draw, limit as u64, 2) % (most + 1))).collect()
}

/// All threads ask at one instant, `asks` times each; what was admitted, of all threads. Between, each
/// makes calls that are charged everywhere, find no room in their last layer, and take all back: a
/// lost race without the luck that it takes.
fn round(limiters: &[Limiter], most: u64, asks: u32, since: u64, number: u64) -> Vec<Request> {
    let start = Barrier::new(THREADS as usize);
    let run = |thread: u64| {
        let (now, wall) = times(since);
        start.wait();
        let mut admitted = Vec::new();
        let own = RateLimiter::new(Quota::new(1, Span::from_secs(60), 3).unwrap());
        for ask in 0..asks {
            let request = request(limiters.len(), most, (number, thread, ask));
            // A shared bucket keeps a charge that others have joined, so it is not among these.
            let windows = request.iter().filter(|&&(limit, _)| limiters[limit].is_window());
            let mut lost: Vec<Layer<'_>> =
                windows.map(|&(limit, n)| limiters[limit].layer(n)).collect();
            // Each fits alone, both together never do.
            lost.truncate(6);
            lost.extend([own.layer(2), own.layer(2)]);
            assert!(!try_acquire_all(&lost, now, wall).outcome.is_allowed());
            let layers: Vec<Layer<'_>> =
                request.iter().map(|&(limit, n)| limiters[limit].layer(n)).collect();
            if try_acquire_all(&layers, now, wall).outcome.is_allowed() {
                admitted.push(request);
            }
        }
        admitted
    };
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || run(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn same(outcome: Outcome, decision: Decision) -> bool {
    match (outcome, decision) {
        (
            Outcome::Allowed { remaining, reset_after: reset },
            Decision::Allow { remaining: left, reset_after },
        ) => u128::from(remaining) == left && u128::from(reset.as_nanos()) == reset_after,
        (Outcome::Denied { retry_after: wait }, Decision::Deny { retry_after }) => {
            u128::from(wait.as_nanos()) == retry_after
        }
        (Outcome::Never, Decision::Never) => true,
        _ => false,
    }
}

/// At most one bucket, which is charged last: every denial leaves every layer as it was.
#[test]
fn each_round_ends_as_the_model_of_what_it_admitted() {
    let stack: [Spec; 6] = [
        (Kind::Bucket(60), 7, SECOND),
        (Kind::Window(0), 90, 3 * SECOND),
        (Kind::Window(-1_234_567_891), 80, 2 * SECOND),
        (Kind::FirstUse, 85, 2 * SECOND),
        (Kind::Strict, 95, 3 * SECOND),
        (Kind::Strict, 1_000, 60 * SECOND),
    ];
    let limiters: Vec<Limiter> = stack.iter().map(Limiter::new).collect();
    let mut models: Vec<Model> = stack.iter().map(model).collect();
    let (mut since, mut total) = (100 * SECOND, 0);
    for number in 0..400 {
        since += mix(number, 0, 7) % SECOND;
        let admitted = round(&limiters, 9, 12, since, number);
        for request in &admitted {
            for &(limit, n) in request {
                let decision = models[limit].acquire(n, since, WALL + since);
                assert!(matches!(decision, Decision::Allow { .. }), "layer {limit} is over");
            }
        }
        total += admitted.len();
        for (limit, (limiter, model)) in limiters.iter().zip(&models).enumerate() {
            for later in [0, 1, SECOND / 7, SECOND, 2 * SECOND, 3 * SECOND, 70 * SECOND] {
                for n in [0, 1, 40, 80] {
                    let (at, decision) =
                        (since + later, model.peek(n, since + later, WALL + since + later));
                    let outcome = limiter.peek(n, at);
                    assert!(
                        same(outcome, decision),
                        "round {number}, layer {limit}, {n} at +{later}: {outcome:?}, not {decision}"
                    );
                }
            }
        }
    }
    assert!(total > 1_000, "only {total} admitted");
}

/// Several layers whose charges cannot always be taken back: some may stay, but nothing is over in
/// any stretch of time, as exact integers.
#[test]
fn nothing_is_over_in_any_stretch_of_the_merged_history() {
    let stack: [Spec; 8] = [
        (Kind::Bucket(20), 7, SECOND),
        (Kind::Bucket(15), 3, SECOND),
        (Kind::Bucket(30), 11, SECOND),
        (Kind::FirstUse, 25, SECOND),
        (Kind::FirstUse, 40, 3 * SECOND),
        (Kind::Window(77), 30, SECOND),
        (Kind::Strict, 35, SECOND),
        (Kind::Strict, 70, 7 * SECOND),
    ];
    let limiters: Vec<Limiter> = stack.iter().map(Limiter::new).collect();
    let mut history: Vec<Vec<(u64, u64)>> = vec![Vec::new(); stack.len()];
    let mut since = 100 * SECOND;
    for number in 0..400 {
        since += mix(number, 1, 7) % (SECOND / 2);
        for request in round(&limiters, 4, 12, since, number) {
            for (limit, n) in request {
                history[limit].push((since, n));
            }
        }
    }
    for (spec, admitted) in stack.iter().zip(&history) {
        assert!(admitted.len() > 100, "only {} admitted", admitted.len());
        never_over(spec, admitted);
    }
}

/// Times rise. Both ends of each stretch are inside.
fn never_over(&(kind, limit, period): &Spec, admitted: &[(u64, u64)]) {
    for (first, &(from, _)) in admitted.iter().enumerate() {
        if first > 0 && admitted[first - 1].0 == from {
            continue;
        }
        let mut sum = 0;
        for (next, &(to, n)) in admitted.iter().enumerate().skip(first) {
            sum += u128::from(n);
            if admitted.get(next + 1).is_some_and(|&(after, _)| after == to) {
                continue;
            }
            let (width, period) = (u128::from(to - from), u128::from(period));
            let limit = u128::from(limit);
            match kind {
                // 1 ns more, because the interval is not a whole number of them.
                Kind::Bucket(burst) => {
                    let most = u128::from(burst) * period + limit * (width + 1);
                    assert!(sum * period <= most, "{sum} in {width} ns from {from}");
                }
                Kind::Window(skew) => {
                    let number = |time: u64| {
                        (i128::from(WALL + time) - i128::from(skew)).div_euclid(period as i128)
                    };
                    let windows = (number(to) - number(from) + 1) as u128;
                    assert!(sum <= limit * windows, "{sum} in {windows} windows from {from}");
                }
                // Windows are apart by a period at least, so a stretch meets no more than this.
                Kind::FirstUse => {
                    let windows = width / period + 2;
                    assert!(sum <= limit * windows, "{sum} in {width} ns from {from}");
                }
                Kind::Strict => {
                    let stretches = (width + 1).div_ceil(period + 1);
                    assert!(sum <= limit * stretches, "{sum} in {width} ns from {from}");
                }
            }
        }
    }
}

/// Each thread reads a clock that others move on at once, and may be late with it: buckets hold in
/// every stretch, windows in the whole run.
#[test]
fn nothing_is_over_while_the_clock_runs() {
    let stack: [Spec; 5] = [
        (Kind::Bucket(10), 7, SECOND / 100),
        (Kind::Bucket(20), 3, SECOND / 300),
        (Kind::FirstUse, 15, SECOND / 100),
        (Kind::Window(-5), 12, SECOND / 100),
        (Kind::Strict, 14, SECOND / 100),
    ];
    let limiters: Vec<Limiter> = stack.iter().map(Limiter::new).collect();
    let clock = AtomicU64::new(100 * SECOND);
    let start = Barrier::new(THREADS as usize);
    let run = |thread: u64| {
        let mut admitted = Vec::new();
        start.wait();
        for ask in 0..2_000 {
            let request = request(limiters.len(), 3, (99, thread, ask));
            let layers: Vec<Layer<'_>> =
                request.iter().map(|&(limit, n)| limiters[limit].layer(n)).collect();
            // Less than a second in all, so that no thread is late by more than that.
            let since = clock.fetch_add(mix(thread, 5, ask) % (SECOND / (8 * 2_000)), Relaxed);
            let (now, wall) = times(since);
            if try_acquire_all(&layers, now, wall).outcome.is_allowed() {
                admitted.extend(request.into_iter().map(|(limit, n)| (since, limit, n)));
            }
        }
        admitted
    };
    let mut admitted: Vec<(u64, usize, u64)> = thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || run(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    admitted.sort_unstable();
    let width = clock.into_inner() - 100 * SECOND;
    for (limit, spec) in stack.iter().enumerate() {
        let of_limit = admitted.iter().filter(|&&(_, of, _)| of == limit);
        let history: Vec<(u64, u64)> = of_limit.map(|&(since, _, n)| (since, n)).collect();
        let sum: u64 = history.iter().map(|&(_, n)| n).sum();
        assert!(sum > 100, "only {sum} of layer {limit}");
        match spec.0 {
            Kind::Bucket(_) => never_over(spec, &history),
            Kind::Window(_) | Kind::FirstUse => assert!(sum <= spec.1 * (width / spec.2 + 2)),
            Kind::Strict => assert!(sum <= spec.1 * (width / spec.2 + 1)),
        }
    }
}
