//! What a server says only slows down: no header, however wrong, lets a client send more or earlier
//! than it would without it.

use tidegate::{
    Api, Error, Hints, Instant, Method, Outcome, Policy, Quota, RateLimiter, Request, RetryAfter,
    Span, Step, UnixTime,
    retry::mix,
    wire::{Advice, Dialect, Form},
};
use tidegate_conformance::histories;

const SECOND: u64 = 1_000_000_000;
const WALL: UnixTime = UnixTime::from_secs(1_716_134_400);

/// A response of headers of every family, with numbers of every size.
fn drawn(history: u64) -> Advice {
    let draw = |place: u32| mix(16, history, place);
    let number = |place: u32| draw(place) >> (draw(place + 100) % 64);
    let mut advice = Advice::new(Dialect::COMMON);
    for line in 0..1 + draw(0) as u32 % 6 {
        let at = 10 * (line + 1);
        let (a, b, c) = (number(at), number(at + 1), number(at + 2));
        let (name, value) = match draw(at + 3) % 8 {
            0 => ("RateLimit", format!("\"a\";r={a};t={b}, \"b\";r={c}")),
            1 => ("RateLimit-Policy", format!("\"a\";q={a};w={b}, \"b\";q={c}")),
            2 => ("X-RateLimit-Remaining", a.to_string()),
            3 => ("X-RateLimit-Reset", (a % 8_000_000_000).to_string()),
            4 => ("X-RateLimit-Limit", a.to_string()),
            5 => ("x-ratelimit-remaining-tokens", (a % 2).to_string()),
            6 => ("x-ratelimit-reset-tokens", format!("{a}ms")),
            _ => ("X-RateLimit-Reset-After", format!("{}.{c}", a % 100)),
        };
        advice.header(name.as_bytes(), value.as_bytes());
    }
    advice
}

#[test]
fn a_limiter_that_observes_the_tightest_limit_never_admits_more() -> Result<(), Error> {
    let quota = Quota::new(60, Span::from_secs(60), 60)?;
    let mut slowed = 0;
    for history in 0..histories(20_000) {
        let advice = drawn(history);
        let (deaf, heeding) = (RateLimiter::new(quota), RateLimiter::new(quota));
        let now = Instant::from_nanos(7);
        let used = mix(17, history, 0) % 60;
        assert_eq!(deaf.try_acquire(used, now), heeding.try_acquire(used, now));
        if let Some(told) = advice.tightest(WALL) {
            let wait = told.reset.map_or(Span::ZERO, |reset| reset.wait(WALL));
            let limit = told.limit.unwrap_or(u64::MAX);
            heeding.observe(limit, told.remaining.unwrap_or(u64::MAX), wait, now);
        }
        for later in [0, 1, 30, 3_600, 40_000_000] {
            let now = now.saturating_add(Span::from_secs(later));
            for n in 1..=60 {
                match (deaf.peek(n, now), heeding.peek(n, now)) {
                    (Outcome::Denied { retry_after: deaf }, Outcome::Denied { retry_after }) => {
                        assert!(deaf <= retry_after, "history {history}");
                    }
                    (deaf, heeding) => {
                        assert!(deaf.is_allowed() || !heeding.is_allowed(), "history {history}");
                        slowed += u64::from(deaf.is_allowed() && !heeding.is_allowed());
                    }
                }
            }
        }
    }
    assert!(slowed > 0, "nothing ever slowed down");
    Ok(())
}

#[test]
fn a_call_never_comes_before_the_wait_that_was_told() -> Result<(), Error> {
    let mut waited = 0;
    for history in 0..histories(20_000) {
        let api: Api<2> = Api::new(Policy::stackflow(), history);
        let now = Instant::from_nanos(SECOND);
        let mut call = api.call(&Request::new(Method::Get, "/api/v1/incidents", b"alice"))?;
        assert_eq!(call.next(&api, now, WALL), Step::Send);
        let advice = drawn(history);
        let hints = advice.hints(WALL);
        // An end by the server's clock is subject to what is known of that clock.
        let Some(RetryAfter::Delay(told)) = hints.retry_after() else { continue };
        assert_eq!(Some(told), advice.wait(WALL));
        call.answered(&api, 429, &hints, b"", now, WALL)?;
        match call.next(&api, now, WALL) {
            Step::Wait { delay, .. } => {
                assert!(delay >= told, "history {history}: {delay:?} before {told:?}");
                waited += 1;
            }
            Step::GiveUp(why) => assert_eq!(why.server_delay, Some(told)),
            // What is told of another unit than requests says nothing of this API's limit.
            Step::Send => assert_eq!(told, Span::ZERO, "history {history}"),
            other => panic!("history {history}: {other:?}"),
        }
    }
    assert!(waited > 0, "nobody ever waited");
    Ok(())
}

#[test]
fn a_client_heeds_what_a_server_announces_in_every_form() -> Result<(), Error> {
    let limit = tidegate::wire::Announcement {
        name: "default",
        limit: 300,
        remaining: 0,
        reset_after: Span::from_millis(22_500),
        window: Span::from_secs(60),
    };
    for form in [Form::XRateLimit, Form::Draft6, Form::Draft7, Form::Draft10] {
        let api: Api<2> = Api::new(Policy::stackflow(), 0);
        let now = Instant::from_nanos(SECOND);
        let request = Request::new(Method::Get, "/api/v1/incidents", b"alice");
        let mut call = api.call(&request)?;
        assert_eq!(call.next(&api, now, WALL), Step::Send);
        let mut advice = Advice::default();
        for (name, value) in form.headers(&[limit], None, WALL).expect("they fit") {
            advice.header(name.as_bytes(), value.as_bytes());
        }
        call.answered(&api, 429, &advice.hints(WALL), b"", now, WALL)?;
        let Step::Wait { delay, .. } = call.next(&api, now, WALL) else { panic!("{form:?}") };
        assert!(delay >= Span::from_secs(23), "{form:?}: {delay:?}");
        // Everybody of that limit waits.
        let Step::Wait { .. } = api.call(&request)?.next(&api, now, WALL) else {
            panic!("{form:?}")
        };
    }
    assert_eq!(Hints::new(), Advice::default().hints(WALL));
    Ok(())
}
