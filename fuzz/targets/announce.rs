//! Announcing limits: what is written is what the model writes, and reads back.
//!
//! A byte for the form, one for the wait; then for each limit four numbers of four bytes and a name, up
//! to a newline.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{
    Field, RetryAfter, Span, UnixTime,
    wire::{Advice, Announcement, Dialect, Form},
};
use tidegate_conformance::reference::announce;
use tidegate_fuzz::{NOW, allocating_nothing};

fuzz_target!(|input: &[u8]| {
    let Some(([form, wait], mut rest)) = input.split_first_chunk::<2>() else { return };
    let name = ["x", "draft-6", "draft-7", "draft-10"][usize::from(*form) % 4];
    let wait = (wait % 4 > 0).then(|| Span::from_millis(u64::from(*wait) * 123));
    let mut limits = Vec::new();
    while let Some((numbers, after)) = rest.split_first_chunk::<16>() {
        let (numbers, _) = numbers.as_chunks::<4>();
        let number = |place: usize| {
            let number = u32::from_le_bytes(numbers[place]);
            // Up to 16 million, shifted by up to 255 bits.
            u64::from(number >> 8).checked_shl(number & 0xff).unwrap_or(u64::MAX)
        };
        let end = after.iter().position(|&byte| byte == b'\n').unwrap_or(after.len());
        let Ok(name) = core::str::from_utf8(&after[..end]) else { return };
        rest = after.get(end + 1..).unwrap_or_default();
        limits.push(Announcement {
            name,
            limit: number(0),
            remaining: number(1),
            reset_after: Span::from_nanos(number(2)),
            window: Span::from_nanos(number(3)),
        });
    }

    let now = UnixTime::from_nanos(NOW);
    let form = Form::named(name).expect("a form");
    let headers = allocating_nothing(|| form.headers(&limits, wait, now));
    let of_model: Vec<_> = limits.iter().map(of_model).collect();
    let exact = announce::headers(name, &of_model, wait.map(|it| it.as_nanos().into()), NOW.into());
    let Some(headers) = headers else {
        assert!(exact.is_none());
        return;
    };
    let seen = headers.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    assert_eq!(Some(seen.collect()), exact);

    // Where the meaning of a reset is guessed, one of more than 366 days would be a time.
    let dialect = if form == Form::XRateLimit { Dialect::GITHUB } else { Dialect::IETF };
    let mut advice = Advice::new(dialect);
    for (name, value) in &headers {
        let field = advice.header(name.as_bytes(), value.as_bytes());
        let seconds: u64 = value.parse().unwrap_or(0);
        let after_2100 = *name == "X-RateLimit-Reset" && seconds > 4_102_444_800;
        assert!(field == Field::Read || after_2100 || is_too_much(&limits), "{name}: {value}");
    }
    let told = |wait: Span| RetryAfter::Delay(Span::from_secs(wait.as_secs_ceil()));
    assert_eq!(advice.retry_after(), wait.map(told));
    if form != Form::Draft10 || is_too_much(&limits) {
        return;
    }
    let limit_of = |limit: &Announcement<'_>| {
        let most = 999_999_999_999_999;
        (limit.name.to_owned(), Some(limit.limit.min(most)), Some(limit.remaining.min(most)))
    };
    let told = advice.allowances().map(|it| (it.name.to_owned(), it.limit, it.remaining));
    let told: Vec<_> = told.collect();
    assert_eq!(told, limits.iter().map(limit_of).collect::<Vec<_>>());
});

/// More than `Advice` has room for, or two limits that it cannot tell apart.
fn is_too_much(limits: &[Announcement<'_>]) -> bool {
    let twice = |place: usize| limits[..place].iter().any(|it| it.name == limits[place].name);
    let long = |place: usize| limits[place].name.len() > 32;
    limits.len() > 8 || (0..limits.len()).any(|place| long(place) || twice(place))
}

fn of_model(limit: &Announcement<'_>) -> announce::Announcement {
    announce::Announcement {
        name: limit.name.to_owned(),
        limit: limit.limit.into(),
        remaining: limit.remaining.into(),
        reset_after: limit.reset_after.as_nanos().into(),
        window: limit.window.as_nanos().into(),
    }
}
