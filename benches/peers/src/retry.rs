//! Delays, budgets, and the decision what to do after an answer.

use core::{hint::black_box, time::Duration};

use backon::BackoffBuilder;
use tidegate::{
    Api, Backoff, Call, Hints, Instant, Jitter, Method, Policy, Request, Span, Step, UnixTime,
    retry::RetryBudget,
};
use tower::retry::budget::{Budget, TpsBudget};

use crate::{
    manual::Manual,
    subject::{Subject, each},
};

pub(crate) fn subjects() -> Vec<Subject> {
    [delays(), budgets(), calls()].into_iter().flatten().collect()
}

/// The delays of a call that is tried five times, doubling from 100 ms to 10 s, with full jitter.
fn delays() -> Vec<Subject> {
    let case = "rust/backoff/five-delays";
    vec![
        each(case, "tidegate", true, || {
            let delay = Span::from_millis;
            let backoff =
                Backoff::new(delay(100), 2, delay(10_000), Jitter::Full).expect("a backoff");
            let mut call = 0;
            move || {
                call += 1;
                (0..5).all(|attempt| backoff.delay(7, call, attempt) <= backoff.cap())
            }
        }),
        each(case, "backon", true, || {
            let backoff = backon::ExponentialBuilder::default()
                .with_min_delay(Duration::from_millis(100))
                .with_max_delay(Duration::from_secs(10))
                .with_max_times(5)
                .with_jitter();
            move || backoff.build().filter(|delay| *delay <= Duration::from_secs(20)).count() == 5
        }),
        each(case, "tokio-retry", true, || {
            use tokio_retry::strategy::{ExponentialBackoff, jitter};
            move || {
                let delays = ExponentialBackoff::from_millis(2)
                    .factor(50)
                    .max_delay(Duration::from_secs(10))
                    .map(jitter)
                    .take(5);
                delays.filter(|delay| *delay <= Duration::from_secs(10)).count() == 5
            }
        }),
    ]
}

/// A request that pays in, and a retry that is paid for.
fn budgets() -> Vec<Subject> {
    let case = "rust/budget/deposit-and-withdraw";
    vec![
        each(case, "tidegate", true, || {
            let (clock, window) = (Manual::default(), Span::from_secs(10));
            let budget = RetryBudget::new(window, 1_000_000, 1_000).expect("a budget");
            move || {
                clock.advance(10_000); // a segment counts 262,143 retries
                budget.deposit(clock.instant());
                budget.try_withdraw(clock.instant())
            }
        }),
        each(case, "tower", true, || {
            let budget = TpsBudget::new(Duration::from_secs(10), 100, 1.0);
            move || {
                budget.deposit();
                budget.withdraw()
            }
        }),
    ]
}

/// What comes of an answer and what to do next; the state of a call that waits for its answer is copied
/// each time, so that every round decides the same.
fn calls() -> Vec<Subject> {
    let of = |name: &'static str, status: u16, headers: &'static [(&str, &str)]| {
        each(format!("rust/call/{name}"), "tidegate", true, move || {
            let api: Api<8> = Api::new(Policy::stackflow(), 7);
            let (mut now, wall) = (Instant::from_nanos(1), UnixTime::from_secs(1_716_134_437));
            let request = Request::new(Method::Get, "/api/v1/incidents", b"alice");
            let mut sent: Call = api.call(&request).expect("a request");
            assert_eq!(sent.next(&api, now, wall), Step::Send);
            let mut hints = Hints::new();
            for (name, value) in headers {
                hints.header(name.as_bytes(), value.as_bytes());
            }
            move || {
                let mut call = black_box(sent);
                now = now.saturating_add(Span::from_nanos(1));
                let answered = call.answered(&api, status, &hints, b"", now, wall).is_ok();
                let _ = black_box(call.next(&api, now, wall));
                answered
            }
        })
    };
    vec![of("200", 200, &[]), of("200-with-headers", 200, &HEADERS), of("503", 503, &[])]
}

const HEADERS: [(&str, &str); 4] = [
    ("Date", "Sun, 19 May 2024 16:00:37 GMT"),
    ("X-RateLimit-Limit", "300"),
    ("X-RateLimit-Remaining", "287"),
    ("X-RateLimit-Reset", "1716134460"),
];
