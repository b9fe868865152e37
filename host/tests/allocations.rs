//! A counting allocator: a million mixed operations of every kind allocate nothing.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use tidegate::{
    Api, Backoff, Carry, ErrorBody, FixedWindow, Hints, Instant, Jitter, KeyedRateLimiter, Lease,
    Method, Policy, Quota, RateLimiter, Request, RetryAfter, Span, Step, UnixTime,
    limit::{Full, SlotSet},
    retry::mix,
    try_acquire_all,
};

struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the system allocator's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

static TABLE: [SlotSet; 64] = [const { SlotSet::new() }; 64];
static KEYED: KeyedRateLimiter<'static> = KeyedRateLimiter::new(&TABLE, 7, Full::Share);
static CLIENT: Api<8> = Api::new(Policy::stackflow(), 7);
static SERVER: Api<8> = Api::new(Policy::velaflows(), 7);

#[test]
fn a_million_mixed_operations_allocate_nothing() {
    let quota = Quota::new(1_000, Span::from_secs(1), 50).unwrap();
    let mut limiter = RateLimiter::new(quota);
    let window = FixedWindow::new(1_000, Span::from_secs(1)).unwrap();
    let mut lease = Lease::new(8, Span::from_millis(10)).unwrap();
    let second = Span::from_secs(1);
    let backoff = Backoff::new(second, 2, Span::from_secs(60), Jitter::Full).unwrap();

    // The counter counts: a box is one.
    let before = ALLOCATED.load(Relaxed);
    drop(std::hint::black_box(Box::new(7)));
    assert_eq!(ALLOCATED.load(Relaxed), before + 1);

    let before = ALLOCATED.load(Relaxed);
    let mut sum = 0;
    for call in 0..1_000_000_u64 {
        let draw = |part| mix(3, call, part);
        let now = Instant::from_nanos(call * 100_000 + draw(0) % 1_000);
        let wall = UnixTime::from_secs(1_716_134_400 + call / 10_000);
        let n = draw(1) % 4;
        sum += match draw(2) % 14 {
            0 | 1 => u64::from(limiter.try_acquire(n, now).is_allowed()),
            2 => limiter.acquire_up_to(n, now).taken,
            3 => match limiter.reserve(n, second, now) {
                Ok(reservation) if draw(3) % 2 == 0 => limiter.cancel(reservation, now),
                Ok(reservation) => limiter.settle(reservation, draw(4) % 5, now),
                Err(_) => limiter.refund(n, now, now),
            },
            4 => {
                limiter.pause_until(now.saturating_add(Span::from_millis(1)), now);
                limiter.observe(60, draw(3) % 60, Span::from_millis(1), now);
                limiter.drain(now)
            }
            5 => {
                let snapshot = limiter.snapshot(now);
                let carried = limiter.reconfigure(quota, Carry::Proportional, now);
                limiter =
                    carried.unwrap_or_else(|| RateLimiter::restore(quota, snapshot, second, now));
                snapshot.remaining
            }
            6 => {
                u64::from(lease.try_acquire(1, now, |n| limiter.acquire_up_to(n, now)).is_allowed())
            }
            7 => {
                let layers = [window.layer(n), limiter.layer(1)];
                try_acquire_all(&layers, now, wall).layer as u64
            }
            8 | 9 => u64::from(KEYED.try_acquire_u64(draw(3) % 300, &quota, n, now).is_allowed()),
            10 => backoff.delay(draw(3), call, n as u32).as_nanos(),
            11 => {
                let mut hints = Hints::new();
                hints.header(b"X-RateLimit-Remaining", b"17");
                hints.header(b"Retry-After", b"Fri, 31 Dec 1999 23:59:59 GMT");
                let body = ErrorBody::scan(br#"{"error":"no","code":"THROTTLED"}"#);
                let date = RetryAfter::parse(b"120").is_some();
                hints.remaining().unwrap_or(0) + u64::from(body.code().is_some() && date)
            }
            12 => {
                let request = Request::new(Method::Get, "/api/v1/incidents/search", b"alice");
                let mut call = CLIENT.call(&request).unwrap();
                if call.next(&CLIENT, now, wall) == Step::Send {
                    call.answered(&CLIENT, 200, &Hints::new(), b"", now, wall).unwrap();
                }
                u64::from(call.attempts())
            }
            _ => {
                let request = Request::new(Method::Post, "/api/v1/tags/bulk", b"token");
                let admission = SERVER.admit(&request, now, wall).unwrap();
                admission.headers().len() as u64
            }
        };
    }
    assert_eq!(ALLOCATED.load(Relaxed), before, "something allocated");
    assert!(sum > 0);
}
