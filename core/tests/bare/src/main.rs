//! All of core in a program without `std`, without an allocator, and without a reachable panic.
//!
//! The panic handler calls a function that does not exist, so the program links only if the
//! optimizer proves that no panic can be reached from any entry that is used here. What it decides
//! is checked too: the exit code is the number of the first check that fails.
#![no_std]
#![no_main]

use core::{fmt::Write, hint::black_box};

use tidegate::{
    Api, Attempts, Backoff, Backoff32, Carry, ErrorBody, Failure, FirstUseWindow, FixedWindow, Hints, Instant,
    Jitter, Jitter32, KeyedRateLimiter, Lease, LimitedBy, LocalKeyedRateLimiter, Method, Outcome32, Policy, Quota,
    Quota32, RateLimiter, RateLimiter32, Reason, Request, Reservation, RetryAfter, RetryRules, SlidingLog,
    Span, Step,
    StrictWindow, Text, UnixTime,
    limit::{Full, SharedClock, SharedHeader, SharedKind, SharedLayout, SlotSet},
    peek_all,
    retry::{
        AdaptiveRate, AdaptiveThrottle, BreakerState, CircuitBreaker, Purse, RetryBudget, RetryCause,
        RetryCosts, RetryQuota, RetryThrottle, Shared, SharedAdaptiveRate, mix, mix32,
    },
    try_acquire_all,
    api::{Envelope, Page, PageStyle, Pages},
    wire::{Advice, Announcement, BodyPaths, ClientAddress, Dialect, Form, Reader, ResetForm, Webhook, link_next},
};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn a_panic_is_reachable() -> !;
    }
    // SAFETY: never run: the symbol does not exist, so a program that keeps this does not link.
    unsafe { a_panic_is_reachable() }
}

/// Nobody interrupts this program.
#[cfg(feature = "critical-section")]
mod alone {
    struct Alone;
    critical_section::set_impl!(Alone);
    // SAFETY: there is one thread and no interrupt.
    unsafe impl critical_section::Impl for Alone {
        unsafe fn acquire() -> critical_section::RawRestoreState {}
        unsafe fn release(_: critical_section::RawRestoreState) {}
    }
}

static API: Api<4> = Api::new(Policy::stackflow(), 7);
static TABLE: [SlotSet; 2] = [const { SlotSet::new() }; 2];

/// The entry that the C library's start code calls.
// SAFETY: no other `main` is linked.
#[unsafe(no_mangle)]
extern "C" fn main(_arguments: i32, _values: *const *const u8) -> i32 {
    let checks: [fn() -> Option<bool>; 23] = [
        limits, ahead, lease, windows, layers, keyed, keyed_local, backoff, wire, dialects, bodies, client,
        server, ticks, protect, adaptive, breaker, files, attempts,
        around, shared, pages, webhooks,
    ];
    #[cfg(feature = "panic-on-purpose")]
    assert!(black_box(true), "so that the proof is seen to fail");
    for (number, check) in checks.iter().enumerate() {
        if black_box(check)() != Some(true) {
            return number as i32 + 1;
        }
    }
    0
}

fn limits() -> Option<bool> {
    let quota = Quota::new(black_box(5), Span::from_secs(black_box(1)), black_box(2)).ok()?;
    let limiter = RateLimiter::new(quota);
    let now = Instant::from_nanos(black_box(3));
    let allowed = limiter.try_acquire(black_box(2), now).is_allowed();
    let wait = limiter.peek(black_box(1), now).retry_after();
    let never = Quota::never_exceeding(black_box(9), Span::from_secs(black_box(1)), black_box(2)).ok()?;
    Some(allowed && wait == Some(Span::from_millis(200)) && never.limit() == 7)
}

fn shared() -> Option<bool> {
    let (limit, second) = (black_box(5), Span::from_secs(black_box(1)));
    let quota = Quota::new(limit, second, black_box(2)).ok()?;
    let header = black_box(SharedHeader::new());
    let clock = SharedClock { id: black_box(7), boot: black_box(0) };
    let kind = SharedKind::Keyed { sets: black_box(2), full: black_box(Full::Deny) };
    let layout = SharedLayout { kind, quota, clock };
    let bytes = layout.bytes(black_box(4_096))?;
    let seed = header.join(&layout, bytes, black_box(9)).ok()?;
    header.count_denied(black_box(usize::MAX));
    let (read, again) = header.read(black_box(bytes)).ok()?;
    let limiter = KeyedRateLimiter::new(&TABLE, seed, Full::Deny);
    limiter.trust_clock();
    RateLimiter::new(quota).trust_clock();
    let now = Instant::from_nanos(black_box(3));
    let none = limiter.iter(now).map(|occupant| occupant.remaining(&quota, now)).sum::<u64>();
    let other = SharedLayout { kind: SharedKind::Bucket, ..layout };
    let refused = header.join(&other, bytes, black_box(1)).is_err();
    Some(refused && header.denied() == 1 && read.kind == kind && again == seed && none < u64::MAX)
}

fn ahead() -> Option<bool> {
    let quota = Quota::new(black_box(7), Span::from_secs(black_box(1)), black_box(5)).ok()?;
    let (now, second) = (Instant::from_nanos(black_box(3)), Span::from_secs(black_box(1)));
    let limiter = RateLimiter::empty(quota, now);
    let first = limiter.reserve(black_box(2), second, now).ok()?;
    let parts = limiter.reserve(black_box(3), second, now).ok()?.into_parts();
    let refused = limiter.reserve(black_box(5), second, now).is_err_and(|error| {
        black_box(error) != tidegate::Refused::Never
    });
    let back = limiter.cancel(Reservation::from_parts(black_box(parts)), now);
    limiter.settle(first, black_box(u64::MAX), now);
    limiter.pause_until(black_box(Instant::MAX), now);
    limiter.observe(black_box(9), black_box(0), black_box(Span::MAX), now);
    let none = limiter.drain(now) + limiter.refund(black_box(9), now, now);
    let taken = limiter.acquire_up_to(black_box(9), now).taken;
    let snapshot = limiter.snapshot(now);
    let mut carried = RateLimiter::restore(quota, black_box(snapshot), second, now);
    for carry in [Carry::Keep, Carry::Proportional, Carry::Reset] {
        let limit = black_box(10);
        let quota = Quota::new(limit, Span::from_secs(black_box(2)), black_box(4)).ok()?;
        carried = carried.reconfigure(quota, black_box(carry), now)?;
    }
    // The pause of fifty years goes on under every quota.
    Some(refused && back == 3 && none + taken + carried.drain(now) == 0)
}

fn lease() -> Option<bool> {
    let whole = Quota::new(black_box(10), Span::from_secs(black_box(1)), black_box(9)).ok()?;
    let life = Span::from_millis(black_box(100));
    let parent = RateLimiter::new(Lease::parent_quota(&whole, life).ok()?);
    let mut lease = Lease::new(black_box(4), life).ok()?;
    let now = Instant::from_nanos(black_box(3));
    let taken = lease.try_acquire(black_box(1), now, |n| parent.acquire_up_to(n, now));
    let (unused, _) = lease.give_back(now);
    Some(taken.is_allowed() && unused == 3)
}

fn windows() -> Option<bool> {
    let (limit, minute) = (black_box(2), Span::from_secs(black_box(60)));
    let (now, wall) = (Instant::from_nanos(black_box(3)), UnixTime::from_nanos(black_box(3)));
    let skewed = FixedWindow::with_skew(limit, minute, black_box(i64::MIN)).ok()?;
    let first = FirstUseWindow::new(limit, minute).ok()?;
    let strict = StrictWindow::new(limit, minute).ok()?;
    let mut log = SlidingLog::<4>::new(limit, minute).ok()?;
    let mut right = skewed.limit() == first.limit() && skewed.period() == first.period();
    right &= strict.limit() == log.limit() && strict.period() == log.period();
    right &= skewed.try_acquire(black_box(2), wall).is_allowed();
    right &= first.try_acquire(black_box(2), wall).is_allowed();
    right &= strict.try_acquire(black_box(2), now).is_allowed();
    right &= log.try_acquire(black_box(2), now).is_allowed();
    right &= log.try_acquire(black_box(1), Instant::ZERO).retry_after().is_some();
    let layers = [skewed.layer(black_box(1)), first.layer(1), strict.layer(1)];
    right &= !peek_all(black_box(&layers), now, wall).outcome.is_allowed();
    right &= !try_acquire_all(black_box(&layers), now, wall).outcome.is_allowed();
    right &= first.peek(black_box(1), wall).retry_after() == Some(minute);
    right &= log.peek(black_box(1), now).retry_after() == Some(minute);
    Some(right && strict.peek(black_box(0), now).is_allowed() && strict.segments() == 32)
}

fn layers() -> Option<bool> {
    let window = FixedWindow::new(black_box(2), Span::from_secs(black_box(60))).ok()?;
    let limiter = RateLimiter::new(Quota::new(black_box(7), Span::from_secs(1), black_box(9)).ok()?);
    let (now, wall) = (Instant::from_nanos(black_box(9)), UnixTime::from_secs(black_box(61)));
    let layers = [window.layer(black_box(2)), limiter.layer(black_box(3))];
    let first = try_acquire_all(&layers, now, wall).outcome.is_allowed();
    Some(first && !try_acquire_all(black_box(&layers), now, wall).outcome.is_allowed())
}

fn keyed() -> Option<bool> {
    let mut right = true;
    for full in [Full::Deny, Full::Share, Full::Allow] {
        let limiter = KeyedRateLimiter::new(black_box(&TABLE), black_box(9), black_box(full));
        let quota = Quota::new(black_box(7), Span::from_secs(black_box(1)), black_box(2)).ok()?;
        for key in 0..black_box(20) {
            let now = Instant::from_nanos(black_box(u64::MAX));
            let asked = limiter.try_acquire_u64(key, &quota, black_box(1), now);
            let again = limiter.try_acquire(black_box(b"alice"), &quota, black_box(2), now);
            let peeked = limiter.peek(black_box(b"alice"), &quota, black_box(3), now);
            right &= limiter.peek_u64(key, &quota, black_box(0), now).is_allowed();
            right &= asked.is_allowed() | !again.is_allowed() | !peeked.is_allowed();
        }
        let now = Instant::from_nanos(black_box(3));
        right &= limiter.occupied(now) <= limiter.capacity() && limiter.iter(now).count() <= 8;
        right &= limiter.overflowed() > 0;
        right &= limiter.occupant_from(black_box(9), now).is_none();
    }
    Some(right)
}

fn keyed_local() -> Option<bool> {
    let mut right = true;
    for full in [Full::Deny, Full::Share, Full::Allow] {
        let mut limiter = LocalKeyedRateLimiter::<8>::new(black_box(9), black_box(full));
        let quota = Quota::new(black_box(7), Span::from_secs(black_box(1)), black_box(2)).ok()?;
        for key in 0..black_box(20) {
            let now = Instant::from_nanos(black_box(u64::MAX));
            let asked = limiter.try_acquire_u64(key, &quota, black_box(1), now);
            let again = limiter.try_acquire(black_box(b"alice"), &quota, black_box(2), now);
            let peeked = limiter.peek(black_box(b"alice"), &quota, black_box(3), now);
            right &= limiter.peek_u64(key, &quota, black_box(0), now).is_allowed();
            right &= asked.is_allowed() | !again.is_allowed() | !peeked.is_allowed();
        }
        let now = Instant::from_nanos(black_box(3));
        right &= limiter.occupied(now) <= limiter.capacity() && limiter.iter(now).count() <= 8;
        right &= limiter.overflowed() > 0;
    }
    Some(right)
}

fn backoff() -> Option<bool> {
    let (second, minute) = (Span::from_secs(black_box(1)), Span::from_secs(black_box(60)));
    let mut inside = true;
    for jitter in [
        Jitter::None,
        Jitter::Full,
        Jitter::Equal,
        Jitter::Additive(second),
        Jitter::Around(black_box(200_000)),
        Jitter::Above(black_box(200_000)),
        Jitter::Decorrelated,
        Jitter::DecorrelatedV2,
    ] {
        let jitter = black_box(jitter);
        for backoff in [
            Backoff::new(second, black_box(2), minute, jitter),
            Backoff::exponential(second, black_box(3), black_box(2), minute, jitter),
            Backoff::constant(second, minute, jitter),
            Backoff::linear(second, black_box(second), minute, jitter),
            Backoff::polynomial(second, black_box(2), minute, jitter),
            Backoff::fibonacci(second, minute, jitter),
            Backoff::list(black_box(&[second, minute]), minute, jitter),
        ] {
            let backoff = backoff.ok()?.first_at_once();
            inside &= backoff.delay(black_box(1), 2, black_box(u32::MAX)) <= minute;
            inside &= backoff.delay(black_box(1), 2, black_box(0)) == Span::ZERO;
        }
    }
    Some(inside && mix(1, 2, 3) != 0)
}

fn protect() -> Option<bool> {
    let now = Instant::from_nanos(black_box(u64::MAX));
    let quota = RetryQuota::new(black_box(500), RetryCosts::named(black_box("aws_2_1"))?);
    let cost = quota.try_spend(RetryCause::named(black_box("transient"))?)?;
    quota.succeeded(black_box(cost));
    quota.cancelled(black_box(cost));
    let throttle = RetryThrottle::new(black_box(4), black_box(1_600)).ok()?;
    let mut right = throttle.failed() && throttle.allows() && quota.tokens() == 500;
    let throttle = throttle.replaced(black_box(10), black_box(3_000)).ok()?;
    throttle.succeeded();
    right &= throttle.thousandths() == 10_000;
    let window = Span::from_secs(black_box(10));
    let budget = RetryBudget::new(window, black_box(200_000), black_box(1)).ok()?;
    budget.deposit(now);
    right &= budget.try_withdraw(now) && !budget.try_withdraw(now) && budget.available(now) == 0;
    let sre = AdaptiveThrottle::new(window, black_box(2_000), black_box(900_000)).ok()?;
    right &= sre.try_send(black_box(1), 2, 3, now);
    sre.accepted(now);
    Some(right && sre.rejected_millionths(now) == 0)
}

fn adaptive() -> Option<bool> {
    let now = Instant::from_nanos(black_box(u64::MAX));
    let mut rate = AdaptiveRate::new(black_box(Instant::ZERO));
    rate.answered(black_box(true), now);
    rate.answered(black_box(false), black_box(Instant::ZERO));
    let waits = rate.try_send(black_box(Instant::ZERO)).is_err();
    let shared = SharedAdaptiveRate::starting(now);
    shared.answered(black_box(true), now);
    let waits = waits && shared.try_send(now).is_err() && shared.snapshot(now).rate() > 0;
    Some(waits && rate.rate() > 0 && rate.measured() < rate.rate())
}

fn breaker() -> Option<bool> {
    let (now, second) = (Instant::from_nanos(black_box(3)), Span::from_secs(black_box(1)));
    let mut right = true;
    for breaker in [
        CircuitBreaker::consecutive(black_box(1), second, black_box(1)),
        CircuitBreaker::ratio(second, black_box(500_000), black_box(1), second, black_box(1)),
    ] {
        let breaker = breaker.ok()?;
        breaker.succeeded(breaker.try_call(now).ok()?, now);
        breaker.failed(breaker.try_call(now).ok()?, now);
        right &= breaker.try_call(now) == Err(second) && breaker.state(now) == BreakerState::Open;
        right &= black_box(breaker.state(now)).name() == "open";
        let probe = breaker.try_call(black_box(Instant::MAX)).ok()?;
        breaker.cancelled(black_box(probe));
        let probe = breaker.try_call(black_box(Instant::MAX)).ok()?;
        breaker.succeeded(black_box(probe), now);
        right &= breaker.state(now) == BreakerState::Closed;
    }
    Some(right)
}

fn attempts() -> Option<bool> {
    let (mut right, second) = (true, Span::from_secs(black_box(1)));
    let breaker = CircuitBreaker::consecutive(black_box(9), second, black_box(1)).ok()?;
    let quota = RetryQuota::new(black_box(500), RetryCosts::AWS_2_0);
    let budget = RetryBudget::new(second, black_box(200_000), black_box(1)).ok()?;
    let throttle = RetryThrottle::new(black_box(4), black_box(1_600)).ok()?;
    let rules = RetryRules { max_attempts: black_box(3), ..RetryRules::default() };
    for purse in
        [Purse::Unlimited, Purse::Quota(&quota), Purse::Ratio(&budget), Purse::Throttle(&throttle)]
    {
        let shared = Shared { purse: black_box(purse), breaker: Some(&breaker) };
        let mut now = Instant::from_nanos(black_box(u64::MAX >> 1));
        let mut attempts = Attempts::new(&rules, black_box(7), black_box(0), now);
        let reason = loop {
            match attempts.next(&shared, now) {
                Step::Wait { until, .. } => now = until,
                Step::GiveUp(why) => break why.reason,
                _ => {
                    right &= attempts.left(&rules, now) == Span::MAX;
                    let cause = black_box(RetryCause::Throttled);
                    right &= attempts.failed(&rules, &shared, cause, Some(second), now).is_ok();
                }
            }
        };
        right &= reason == Reason::AttemptsExhausted && attempts.attempts() == 3;
        right &= attempts.succeeded(&shared, now).is_err();
        attempts.aborted(black_box(&shared));
    }
    Some(right)
}

fn pages() -> Option<bool> {
    let lines: [&[u8]; 2] = [b"</1>; rel=prev, <", b"</3>; title=\"a, b\"; rel=\"last next\""];
    let mut right = link_next(black_box(lines)) == Some(b"/3");
    let policy = Policy::velaflows();
    for style in [PageStyle::Number, PageStyle::Offset, PageStyle::Cursor, PageStyle::Link] {
        let pages = Pages { style: black_box(style), ..*policy.pages()? };
        let mut paging = pages.start(Some(black_box(50))).ok()?;
        right &= pages.start(Some(black_box(101))).is_err();
        let page = Page { items: black_box(50), more: None, next: Some(black_box(b"x")) };
        right &= paging.answered(&page) && paging.size() == Some(("limit", 50));
        right &= paging.position().is_some() == paging.cursor().is_none() || style == PageStyle::Link;
        right &= !paging.answered(&Page { items: black_box(0), ..page });
    }
    let wait = Span::from_secs(black_box(45));
    let mut text = heapless_text();
    for envelope in [Envelope::Problem, Envelope::Stackflow, Envelope::Velaflows] {
        let policy = policy.with_envelope(black_box(envelope));
        let by = black_box(LimitedBy::Category);
        let body = policy.refusal(by, black_box("A"), black_box("b"), wait, black_box("\"\n"));
        right &= write!(text, "{body}").is_ok() && !body.content_type().is_empty();
    }
    Some(right)
}

/// A place for a text that is not kept.
fn heapless_text() -> impl Write {
    struct Nowhere;
    impl Write for Nowhere {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            black_box(text);
            Ok(())
        }
    }
    Nowhere
}

fn webhooks() -> Option<bool> {
    let hex: &[u8] = b"t=5,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd";
    let base64: &[u8] = b"v1a,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let mut right = true;
    for webhook in [
        Webhook::timestamped(black_box(hex)),
        Webhook::standard(black_box(b"m"), black_box(b"5"), black_box(base64)),
    ] {
        let webhook = webhook.ok()?;
        right &= webhook.signatures().nth(black_box(0)).is_some() && webhook.prefix()[2] == b"5";
        let (wall, window) = (UnixTime::from_secs(black_box(6)), Span::from_secs(black_box(1)));
        right &= webhook.check_time(wall, window).is_ok() && webhook.time() < wall;
        right &= webhook.id().is_none_or(|id| id == b"m");
    }
    right &= Webhook::timestamped(black_box(base64)).is_err();
    Some(right && Webhook::seen_once(black_box(Webhook::WINDOW)).is_ok())
}

fn around() -> Option<bool> {
    let lines: [&[u8]; 2] = [b"for=6.6.6.6", b"for=\"[2001:db8:7:12ff::1]:4711\";host=\"a,b\""];
    let read = |trusted: u32, prefix: u8| {
        ClientAddress::read(black_box(b"10.0.0.1:80"), black_box(lines), trusted, prefix)
    };
    let mut right = read(black_box(0), black_box(56)).ok()?.as_str() == "10.0.0.1";
    right &= read(black_box(1), black_box(56)).ok()?.as_str() == "2001:db8:7:1200::/56";
    right &= read(black_box(9), black_box(56)).ok()?.is_known() && read(1, black_box(31)).is_err();
    Some(right)
}

fn wire() -> Option<bool> {
    let mut hints = Hints::new();
    hints.header(black_box(b"x-ratelimit-remaining"), black_box(b"17"));
    hints.header(black_box(b"Date"), black_box(b"Sun, 06 Nov 1994 08:49:37 GMT"));
    let date = RetryAfter::parse_at(black_box(b"Sunday, 06-Nov-94 08:49:37 GMT"), UnixTime::MAX);
    Some(hints.remaining() == Some(17) && date.is_some() && hints.date().is_some())
}

fn dialects() -> Option<bool> {
    let now = UnixTime::from_secs(black_box(1_716_134_400));
    let limit = Announcement {
        name: black_box("a"),
        limit: black_box(9),
        remaining: black_box(0),
        reset_after: Span::from_secs(black_box(30)),
        window: Span::from_secs(black_box(60)),
    };
    let mut right = Dialect::named(black_box("openai")) == Some(Dialect::OPENAI);
    right &= ResetForm::named(black_box("ms")) == Some(ResetForm::Millis);
    for form in ["x", "draft-6", "draft-7", "draft-10"] {
        let headers = Form::named(black_box(form))?.headers(&[limit; 2], Some(limit.window), now)?;
        let mut advice = Advice::new(black_box(Dialect::COMMON));
        for (name, value) in &headers {
            advice.header(black_box(name.as_bytes()), black_box(value.as_bytes()));
        }
        let told = advice.tightest(now)?;
        right &= told.limit == Some(9) && told.window == Some(limit.window);
        right &= advice.wait(now) == Some(limit.window) && advice.hints(now).remaining() == Some(0);
        right &= advice.allowances().count() >= 1 && advice.invalid() == 0 && advice.dropped() == 0;
    }
    let mut advice = Advice::new(black_box(Dialect::default()));
    let lines: [(&[u8], &[u8]); 8] = [
        (b"x-ratelimit-reset-tokens", b"6m0s"),
        (b"anthropic-ratelimit-requests-reset", b"2025-10-25T12:00:00.5+02:00"),
        (b"X-Shopify-Shop-Api-Call-Limit", b"32/40"),
        (b"X-RateLimit-Bucket", b"abcd"),
        (b"x-ratelimit-reset-after", b"1.25"),
        (b"RateLimit", b"\"a\";r=1;pk=:YQ==:, \"\\\"\";r=2;d=%\"a%c3%bc\""),
        (b"RateLimit", b"\"a\";r=x"),
        (b"RateLimit-Limit", b"10, 10;w=1"),
    ];
    for (name, value) in lines {
        advice.header(black_box(name), black_box(value));
    }
    right &= advice.bucket() == Some("abcd") && advice.scope().is_none() && advice.invalid() == 1;
    let mut told = Letters(0);
    write!(told, "{}", Reader::Dialect(advice.clone()).told(now)).ok()?;
    write!(told, "{}", Reader::new(black_box(None)).told(now)).ok()?;
    right &= told.0 > 200;
    Some(right && advice.allowances().count() == 5 && !advice.is_cached())
}

fn bodies() -> Option<bool> {
    let body = ErrorBody::scan(black_box(
        br#"{"error":{"code":"A\u0042","details":{"errors":[{"path":"a","message":"b"}]}}}"#,
    ));
    let code = body.code()?;
    let mut right = code.chars().eq("AB".chars()) && code.as_str().is_none();
    right &= body.fields().len() == 1 && body.violated_policies().is_empty();
    let paths = BodyPaths {
        code: [Text::new(black_box("errors[].code")), Text::new(black_box("a.b"))],
        fields: Text::new(black_box("errors")),
        field_path: Text::new(black_box("at.0")),
        ..BodyPaths::ANY
    };
    let body = black_box(br#"{"errors":[{"code":7,"at":{"0":"x"},"detail":"no"}],"type":"a:b"}"#);
    let body = ErrorBody::scan_with(body, black_box(&paths));
    right &= body.code()?.as_str() == Some("7") && body.fields().first()?.path.as_str() == Some("x");
    let body = ErrorBody::scan(black_box(br#"{"errors":{"a":{"_errors":[{"message":"b"}]}},"type":"a:b"}"#));
    Some(right && body.code()?.as_str() == Some("b") && body.fields().len() == 1)
}

fn client() -> Option<bool> {
    let (now, wall) = (Instant::from_nanos(black_box(1)), UnixTime::from_secs(black_box(1_716_134_437)));
    let method = Method::parse(black_box("GET")).ok()?;
    let mut call = API.call(&Request::new(method, black_box("/api/v1/ai/x"), black_box(b"alice"))).ok()?;
    let sent = call.next(&API, now, wall) == Step::Send;
    let mut hints = Hints::new();
    hints.header(black_box(b"Retry-After"), black_box(b"23"));
    call.answered(&API, black_box(429), &hints, black_box(b"{}"), now, wall).ok()?;
    let waits = matches!(call.next(&API, now, wall), Step::Wait { .. });
    let mut other = API.call(&Request::new(Method::Get, "/", b"bob")).ok()?;
    let _ = other.next(&API, now, wall);
    other.failed(&API, black_box(Failure::Reset), now, wall).ok()?;
    Some(sent && waits && call.category(&API) == "ai" && call.attempts() == 1)
}

fn server() -> Option<bool> {
    let policy = Policy::named(black_box("velaflows")).ok()?.with_window(Span::from_secs(2)).ok()?;
    let api: Api<2> = Api::new(policy, black_box(1));
    let (now, wall) = (Instant::from_nanos(black_box(1)), UnixTime::from_secs(black_box(61)));
    let admission = api.admit(&Request::new(Method::Delete, "/x", black_box(b"t")), now, wall).ok()?;
    Some(admission.is_allowed() && admission.remaining() == 49 && admission.headers().len() == 3)
}

fn ticks() -> Option<bool> {
    let quota = Quota32::new(black_box(5), black_box(1_000), black_box(2)).ok()?;
    let (limiter, now) = (RateLimiter32::new(), black_box(u32::MAX));
    let mut right = limiter.try_acquire(&quota, black_box(2), now) == Outcome32::ALLOWED;
    right &= limiter.peek(&quota, black_box(1), now).retry_after() == Some(200);
    right &= limiter.remaining(black_box(&quota), now) == 0 && quota.burst() == 2;
    right &= Quota32::every(black_box(200), black_box(2)) == Ok(quota) && quota.interval() == 200;
    for jitter in [Jitter32::None, Jitter32::Full, Jitter32::Equal, Jitter32::Additive(black_box(9))] {
        let backoff = Backoff32::new(black_box(9), black_box(2), black_box(60), black_box(jitter)).ok()?;
        right &= backoff.delay(black_box(1), 2, black_box(u32::MAX)) <= 60;
    }
    Some(right && mix32(1, 2, 3) != 0)
}

/// A policy file is read, a wrong one is told, and what it describes is hedged.
fn files() -> Option<bool> {
    let mut policy = Policy::from_json(black_box(tidegate::api::FILES.get(2)?.1)).ok()?;
    policy = policy.with_hedge(Some(tidegate::api::Hedge { after: Span::from_millis(200), most: 1 }));
    let error = Policy::from_json(black_box(r#"{"name": "mine", "categories": []}"#)).err()?;
    let mut told = Letters(0);
    write!(told, "{error}").ok()?;
    let named = Policy::named(black_box("openai")).ok()?;
    let mut explained = Letters(0);
    write!(explained, "{named}").ok()?;
    let api: Api<2> = Api::new(black_box(policy), 7);
    api.number_calls_from(black_box(7));
    let (now, wall) = (black_box(Instant::from_secs(7)), UnixTime::from_secs(1_716_134_400));
    let mut call = api.call(&Request::new(Method::Get, "/user", b"alice")).ok()?;
    let sent = call.next(&api, now, wall) == Step::Send;
    let at = call.hedge_at(&api)?;
    let mut twin = call.hedge(&api, at)?;
    let again = twin.next(&api, at, wall) == Step::Send;
    call.failed(&api, Failure::Aborted, at, wall).ok()?;
    let good_for = policy.cache_of(Method::Get, black_box("/user")).ok()??;
    let again = again && good_for == Span::from_secs(60);
    Some(sent && again && told.0 == 65 && explained.0 > 500 && named.name() == "openai")
}

/// How many bytes were written.
struct Letters(usize);

impl Write for Letters {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0 = self.0.wrapping_add(text.len());
        Ok(())
    }
}
