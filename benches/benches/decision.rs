//! What a call's decision costs: reporting an answer, and what to do next.

use core::{cell::Cell, hint::black_box};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use benches::medians;
use tidegate::{Api, Call, Hints, Instant, Method, Policy, Request, Step, UnixTime};

static API: Api<8> = Api::new(Policy::stackflow(), 7);

/// The state in which a call waits for its answer is copied each time, so that every round decides the
/// same. It is plain data.
fn main() {
    let (now, wall) = (Instant::from_nanos(1_000_000_000), UnixTime::from_secs(1_716_134_437));
    let request = Request::new(Method::Get, "/api/v1/incidents", b"alice");
    let mut sent = API.call(&request).expect("a request");
    assert_eq!(sent.next(&API, now, wall), Step::Send);
    let word = AtomicU64::new(0);
    let none = Hints::new();
    let mut told = Hints::new();
    told.header(b"Date", b"Sun, 19 May 2024 16:00:37 GMT");
    told.header(b"X-RateLimit-Limit", b"300");
    told.header(b"X-RateLimit-Remaining", b"287");
    told.header(b"X-RateLimit-Reset", b"1716134460");
    let tick = Cell::new(0);
    let decide = |status: u16, hints: &Hints| {
        let mut call: Call = black_box(sent);
        tick.set(tick.get() + 1);
        let now = black_box(now.saturating_add(tidegate::Span::from_nanos(tick.get())));
        call.answered(&API, black_box(status), hints, black_box(b""), now, wall)
            .expect("in flight");
        let _ = black_box(call.next(&API, now, wall));
    };
    let times = medians(
        20_000,
        &[
            ("bare swap", &|| {
                let seen = word.load(Relaxed);
                let _ = black_box(word.compare_exchange(seen, seen + 1, Relaxed, Relaxed));
            }),
            ("200", &|| decide(200, &none)),
            ("503", &|| decide(503, &none)),
            ("200 with headers", &|| decide(200, &told)),
            ("copy of the call", &|| _ = black_box(black_box(sent))),
        ],
    );
    println!(
        "a bare load and swap {:.1} ns; answered + next: {:.1} ns after a 200, {:.1} ns after a 503, \
         {:.1} ns after a 200 with headers; of that copying the call {:.1} ns",
        times[0], times[1], times[2], times[3], times[4]
    );
}
