//! A saturating client against a server with a clock of its own, in virtual time: alone it is never
//! refused and uses all but a hundredth of every window; with a rival it never comes before the time
//! that a refusal told.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use tidegate::{
    Api, Call, Hints, Instant, Method, Policy, Request, Span, Step, UnixTime, retry::mix,
};

/// What the simulation varies.
#[derive(Clone, Copy)]
struct Setting {
    policy: Policy,
    path: &'static str,
    window_secs: u64,
    /// How far the client's wall clock is ahead of the server's.
    ahead_ms: i64,
    /// The longest way to the server and back, in microseconds.
    latency_us: u64,
    /// Requests of others in each window, as a share of the limit in percent.
    rival_percent: u64,
    seed: u64,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Setting { policy, path, window_secs, ahead_ms, latency_us, rival_percent, seed } = self;
        let name = policy.name();
        write!(
            f,
            "{name} {path} window {window_secs} s, ahead {ahead_ms} ms, latency {latency_us} us, \
             rival {rival_percent} %, seed {seed}"
        )
    }
}

/// What became of it.
#[derive(Debug, Default)]
struct Seen {
    /// Admitted requests of the client in each window of the server.
    used: BTreeMap<u64, u64>,
    refused: u64,
    early: u64,
    gave_up: u64,
    limit: u64,
}

/// Something that happens to a worker at a time, in nanoseconds of the server's clock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The worker asks what to do.
    Ask(usize),
    /// Its request reaches the server.
    Arrive(usize),
    /// The answer reaches it: status and headers.
    Answer(usize, u16, Vec<(String, String)>),
    /// Somebody else's request reaches the server.
    Rival,
}

const START: u64 = 1_716_134_401_370_000_000;
const WORKERS: usize = 8;

fn run(setting: Setting, windows: u64) -> Seen {
    let policy = setting.policy.with_window(Span::from_secs(setting.window_secs)).unwrap();
    let (server, client) =
        (Box::new(Api::<4>::new(policy, 1)), Box::new(Api::<4>::new(policy, setting.seed)));
    let request =
        Request { idempotency_key: true, ..Request::new(Method::Post, setting.path, b"alice") };
    let limit = server.admit(&request, Instant::ZERO, UnixTime::ZERO).unwrap().limit();
    let end = START + windows * setting.window_secs * 1_000_000_000;
    let mut draws = 0;
    let mut draw = |below: u64| {
        draws += 1;
        ((u128::from(mix(setting.seed, draws, 0)) * u128::from(below)) >> 64) as u64
    };
    let clocks = |time: u64| {
        let wall = time.saturating_add_signed(setting.ahead_ms * 1_000_000);
        (Instant::from_nanos(time - START + 1), UnixTime::from_nanos(wall))
    };
    let mut events = BinaryHeap::new();
    (0..WORKERS)
        .for_each(|worker| events.push(Reverse((START + worker as u64, Event::Ask(worker)))));
    let rivals = limit * setting.rival_percent / 100;
    for window in 0..windows {
        for _ in 0..rivals {
            let time = START + window * setting.window_secs * 1_000_000_000;
            events.push(Reverse((time + draw(setting.window_secs * 1_000_000_000), Event::Rival)));
        }
    }
    let mut calls: Vec<Call> = (0..WORKERS).map(|_| client.call(&request).unwrap()).collect();
    let mut told = 0;
    let mut seen = Seen { limit, ..Seen::default() };
    while let Some(Reverse((time, event))) = events.pop().filter(|Reverse((time, _))| *time < end) {
        let (now, wall) = clocks(time);
        match event {
            Event::Ask(worker) => match calls[worker].next(&client, now, wall) {
                Step::Send => {
                    events.push(Reverse((
                        time + 1 + draw(setting.latency_us * 500),
                        Event::Arrive(worker),
                    )));
                }
                Step::Wait { delay, .. } => {
                    events.push(Reverse((time + delay.as_nanos(), Event::Ask(worker))));
                }
                step => {
                    seen.gave_up += u64::from(step != Step::Done);
                    calls[worker] = client.call(&request).unwrap();
                    events.push(Reverse((time, Event::Ask(worker))));
                }
            },
            Event::Arrive(worker) => {
                let admission = server.admit(&request, now, UnixTime::from_nanos(time)).unwrap();
                seen.early += u64::from(time < told && calls[worker].attempts() > 1);
                let status = if admission.is_allowed() {
                    *seen.used.entry(admission.reset().as_secs_ceil()).or_default() += 1;
                    200
                } else {
                    seen.refused += 1;
                    told = time + admission.retry_after().unwrap().as_secs_ceil() * 1_000_000_000;
                    429
                };
                let mut headers: Vec<_> = admission
                    .headers()
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_string()))
                    .collect();
                headers.push(("Date".into(), imf_fixdate(time / 1_000_000_000)));
                let back = time + 1 + draw(setting.latency_us * 500);
                events.push(Reverse((back, Event::Answer(worker, status, headers))));
            }
            Event::Answer(worker, status, headers) => {
                let mut hints = Hints::new();
                for (name, value) in &headers {
                    hints.header(name.as_bytes(), value.as_bytes());
                }
                calls[worker].answered(&client, status, &hints, b"", now, wall).unwrap();
                events.push(Reverse((time, Event::Ask(worker))));
            }
            Event::Rival => _ = server.admit(&request, now, UnixTime::from_nanos(time)).unwrap(),
        }
    }
    seen
}

/// A `Date` of May to December 2024, which is where the simulation plays.
fn imf_fixdate(secs: u64) -> String {
    let (mut day, second) = ((secs - 1_714_521_600) / 86_400, secs % 86_400);
    let months = [("May", 31), ("Jun", 30), ("Jul", 31), ("Aug", 31), ("Sep", 30), ("Oct", 31)];
    let month = months
        .iter()
        .find(|(_, days)| {
            day < *days || {
                day -= days;
                false
            }
        })
        .unwrap()
        .0;
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("Wed, {:02} {month} 2024 {hour:02}:{minute:02}:{:02} GMT", day + 1, second % 60)
}

fn settings() -> impl Iterator<Item = Setting> {
    let paths = [
        (Policy::stackflow(), "/api/v1/incidents"),
        (Policy::stackflow(), "/api/v1/incidents/bulk"),
        (Policy::velaflows(), "/api/v1/contacts"),
        (Policy::velaflows(), "/api/v1/auth/token"),
    ];
    paths.into_iter().flat_map(|(policy, path)| {
        [0, 370, -370, 5_000, -90_000].into_iter().flat_map(move |ahead_ms| {
            [(60, 80_000), (60, 1_000), (2, 8_000)].into_iter().map(
                move |(window_secs, latency_us)| Setting {
                    policy,
                    path,
                    window_secs,
                    ahead_ms,
                    latency_us,
                    rival_percent: 0,
                    seed: ahead_ms.unsigned_abs() + window_secs + latency_us,
                },
            )
        })
    })
}

fn with_seeds(setting: Setting) -> impl Iterator<Item = Setting> {
    (0..4).map(move |seed| Setting { seed: setting.seed + seed, ..setting })
}

#[test]
fn alone_it_is_never_refused_and_uses_the_window() {
    for setting in settings().flat_map(with_seeds) {
        let seen = run(setting, 12);
        assert_eq!((seen.refused, seen.gave_up), (0, 0), "{setting:?}");
        // The first window began before the client, the last did not end.
        let whole: Vec<u64> = seen.used.values().copied().skip(1).collect();
        let whole = &whole[..whole.len() - 1];
        assert!(whole.len() >= 10, "{setting:?}: {seen:?}");
        assert!(whole.iter().all(|used| used * 100 >= seen.limit * 99), "{setting:?}: {seen:?}");
    }
}

#[test]
fn with_a_rival_it_waits_as_it_was_told() {
    for setting in settings().flat_map(with_seeds) {
        let seen = run(Setting { rival_percent: 50, ..setting }, 12);
        assert_eq!(seen.early, 0, "{setting:?}: {seen:?}");
        // A rival's request may come between a header and ours, never more than are in flight.
        assert!(seen.refused <= 12 * WORKERS as u64, "{setting:?}: {seen:?}");
        let used: u64 = seen.used.values().sum();
        assert!(used >= seen.limit * 5, "{setting:?}: {seen:?}");
    }
}
