//! Reading and writing the headers of one response, against a copy of their bytes.

use core::hint::black_box;

use benches::{Case, medians};
use criterion::Criterion;
use tidegate::{
    Hints, Span, UnixTime,
    wire::{Advice, Announcement, Dialect, Form},
};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("four_headers");
    group.bench_function("copy", |bencher| bencher.iter(|| copy(black_box(&X))));
    group.bench_function("hints_x", |bencher| bencher.iter(|| hints(black_box(&X))));
    for (name, dialect, headers) in CASES {
        group.bench_function(name, |bencher| {
            bencher.iter(|| advice(dialect, black_box(headers)).invalid())
        });
    }
    group.bench_function("advised_ietf", |bencher| {
        bencher.iter(|| advice(Dialect::IETF, black_box(&IETF)).hints(WALL))
    });
    group.bench_function("announce_draft_10", |bencher| {
        bencher.iter(|| Form::Draft10.headers(black_box(&[LIMIT]), Some(LIMIT.reset_after), WALL))
    });
    group.finish();
    criterion.final_summary();
    ratios();
}

type Header = (&'static [u8], &'static [u8]);

fn copy(headers: &[Header]) -> [u8; 128] {
    let mut copy = [0; 128];
    let mut at = 0;
    for text in headers.iter().flat_map(|(name, value)| [name, value]) {
        copy[at..at + text.len()].copy_from_slice(text);
        at += text.len();
    }
    copy
}

fn hints(headers: &[Header]) -> Hints {
    let mut hints = Hints::new();
    for (name, value) in headers {
        hints.header(name, value);
    }
    hints
}

fn advice(dialect: Dialect, headers: &[Header]) -> Advice {
    let mut advice = Advice::new(dialect);
    for (name, value) in headers {
        advice.header(name, value);
    }
    advice
}

/// Each as a multiple of the copy, the medians of interleaved rounds.
fn ratios() {
    let copy = || _ = black_box(copy(black_box(&X)));
    let x = || _ = black_box(hints(black_box(&X)));
    let reads = CASES.map(|(_, dialect, headers)| {
        move || _ = black_box(advice(dialect, black_box(headers)).invalid())
    });
    let mut cases: Vec<Case<'_>> = vec![("copy", &copy), ("hints_x", &x)];
    cases.extend(CASES.iter().zip(&reads).map(|((name, ..), read)| (*name, read as &dyn Fn())));
    let times = medians(20_000, &cases);
    for ((name, _), time) in cases.iter().zip(&times) {
        println!("{name} {time:.0} ns, {:.1} x", time / times[0]);
    }
}

const CASES: [(&str, Dialect, &[Header]); 5] = [
    ("advice_x", Dialect::GITHUB, &X),
    ("advice_x_common", Dialect::COMMON, &X),
    ("advice_ietf_one_policy", Dialect::IETF, &IETF_ONE),
    ("advice_ietf_two_policies", Dialect::IETF, &IETF),
    ("advice_openai", Dialect::OPENAI, &OPENAI),
];

const X: [Header; 4] = [
    (b"x-ratelimit-limit", b"300"),
    (b"x-ratelimit-remaining", b"287"),
    (b"x-ratelimit-reset", b"1716134460"),
    (b"retry-after", b"23"),
];

const IETF: [Header; 4] = [
    (b"ratelimit-policy", b"\"burst\";q=100;w=60, \"daily\";q=1000;w=86400"),
    (b"ratelimit", b"\"burst\";r=50;t=30, \"daily\";r=900;t=36000"),
    (b"date", b"Sun, 19 May 2024 16:00:37 GMT"),
    (b"retry-after", b"23"),
];

const IETF_ONE: [Header; 4] = [
    (b"ratelimit-policy", b"\"default\";q=100;w=60"),
    (b"ratelimit", b"\"default\";r=50;t=30"),
    (b"date", b"Sun, 19 May 2024 16:00:37 GMT"),
    (b"retry-after", b"23"),
];

const OPENAI: [Header; 4] = [
    (b"x-ratelimit-limit-requests", b"60"),
    (b"x-ratelimit-remaining-requests", b"59"),
    (b"x-ratelimit-remaining-tokens", b"149984"),
    (b"x-ratelimit-reset-tokens", b"6m0s"),
];

const LIMIT: Announcement<'_> = Announcement {
    name: "default",
    limit: 100,
    remaining: 50,
    reset_after: Span::from_secs(30),
    window: Span::from_secs(60),
};

const WALL: UnixTime = UnixTime::from_secs(1_716_134_437);
