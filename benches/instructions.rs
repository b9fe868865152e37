//! One hot path, so many times, and nothing else: what callgrind counts for `cargo xtask bench --check`.
//!
//! `instructions list` names the paths; `instructions PATH TIMES` walks one.

use core::hint::black_box;
use std::process::ExitCode;

use tidegate::{
    Api, Backoff, FixedWindow, Hints, Instant, Jitter, KeyedRateLimiter, Method, Policy, Quota,
    RateLimiter, Request, Span, StrictWindow, UnixTime,
    limit::{Full, SlotSet, try_acquire_all},
    wire::RetryAfter,
};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => PATHS.iter().for_each(|(name, _)| println!("{name}")),
        [name, times] => {
            let path = PATHS.iter().find(|(known, _)| known == name);
            let (Some((_, walk)), Ok(times)) = (path, times.parse()) else { return usage() };
            walk(times);
        }
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: instructions list | instructions PATH TIMES");
    ExitCode::from(2)
}

type Walk = fn(u64);

const PATHS: [(&str, Walk); 11] = [
    ("bucket/allow", |times| {
        let limiter = limiter(1_000_000, 1_000);
        for call in 1..=times {
            assert!(black_box(&limiter).try_acquire(1, at(call * 1_000_000)).is_allowed());
        }
    }),
    ("bucket/deny", |times| {
        let limiter = limiter(1, 1);
        assert!(limiter.try_acquire(1, at(0)).is_allowed());
        for _ in 0..times {
            assert!(!black_box(&limiter).try_acquire(1, at(0)).is_allowed());
        }
    }),
    ("window/fixed", |times| {
        let window = FixedWindow::new(1 << 20, Span::from_secs(60)).expect("a window");
        for call in 0..times {
            assert!(black_box(&window).try_acquire(1, UnixTime::from_nanos(call)).is_allowed());
        }
    }),
    ("window/strict", |times| {
        let window = StrictWindow::new(1 << 20, Span::from_secs(60)).expect("a window");
        for call in 0..times {
            assert!(black_box(&window).try_acquire(1, at(call)).is_allowed());
        }
    }),
    ("layers/two", |times| {
        let (first, second) = (limiter(1_000_000, 1_000), limiter(1_000_000, 1_000));
        for call in 1..=times {
            let layers = [black_box(&first).layer(1), second.layer(1)];
            let layered = try_acquire_all(&layers, at(call * 1_000_000), UnixTime::from_nanos(0));
            assert!(layered.outcome.is_allowed());
        }
    }),
    ("keyed/number", |times| {
        keyed(
            |keyed, quota, call| keyed.try_acquire_u64(call & 7, quota, 1, at(call * 1_000_000)),
            times,
        );
    }),
    ("keyed/string", |times| {
        const NAMES: [&[u8]; 2] = [b"user-0000001", b"user-0000002"];
        keyed(
            |keyed, quota, call| {
                keyed.try_acquire(NAMES[call as usize & 1], quota, 1, at(call * 1_000_000))
            },
            times,
        );
    }),
    ("backoff/delay", |times| {
        let delay = Span::from_millis;
        let backoff = Backoff::new(delay(100), 2, delay(10_000), Jitter::Full).expect("a backoff");
        for call in 0..times {
            black_box(black_box(&backoff).delay(7, call, call as u32 & 3));
        }
    }),
    ("call/send-and-answer", |times| {
        let api: Api<8> = Api::new(Policy::velaflows(), 7);
        let request = Request::new(Method::Get, "/api/v1/contacts", b"token");
        let wall = UnixTime::from_secs(1_716_134_437);
        for call in 0..times {
            let now = at(call * 60_000_000_000);
            let wall = wall.saturating_add(Span::from_secs(call * 60));
            let mut sent = black_box(&api).call(&request).expect("a request");
            let _ = black_box(sent.next(&api, now, wall));
            let _ = black_box(sent.answered(&api, 200, &Hints::new(), b"", now, wall));
            let _ = black_box(sent.next(&api, now, wall));
        }
    }),
    ("headers/four", |times| {
        for _ in 0..times {
            let mut hints = Hints::new();
            hints.header(b"X-RateLimit-Limit", black_box(b"300"));
            hints.header(b"X-RateLimit-Remaining", black_box(b"287"));
            hints.header(b"X-RateLimit-Reset", black_box(b"1716134460"));
            hints.header(b"Retry-After", black_box(b"23"));
            assert_eq!(black_box(&hints).remaining(), Some(287));
        }
    }),
    ("headers/date", |times| {
        for _ in 0..times {
            assert!(RetryAfter::parse(black_box(b"Sun, 19 May 2024 16:00:37 GMT")).is_some());
        }
    }),
];

fn keyed(
    mut decide: impl FnMut(&KeyedRateLimiter<'_>, &Quota, u64) -> tidegate::Outcome,
    times: u64,
) {
    let table: [SlotSet; 8] = [const { SlotSet::new() }; 8];
    let limiter = KeyedRateLimiter::new(&table, 0x2545_f491_4f6c_dd1d_9e37, Full::Share);
    let quota = Quota::new(1_000_000, Span::from_secs(1), 1_000).expect("a quota");
    for call in 1..=times {
        assert!(decide(black_box(&limiter), &quota, call).is_allowed());
    }
}

fn limiter(limit: u64, burst: u64) -> RateLimiter {
    RateLimiter::new(Quota::new(limit, Span::from_secs(1), burst).expect("a quota"))
}

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}
