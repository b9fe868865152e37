//! Header lines of an input, and what was told by them, in the terms of core and of the model.

use tidegate::{
    Field, Hints, RetryAfter, Span, UnixTime,
    wire::{Allowance, Reset},
};
use tidegate_conformance::reference::{advice, hints, reset, retry_after};

/// The header lines of an input, `Name:value` each, up to 32.
pub fn lines(input: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
    input.split(|&byte| byte == b'\n').take(32).map(|line| {
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
        (&line[..colon], line.get(colon + 1..).unwrap_or_default())
    })
}

/// A span of the model.
pub fn span(nanos: u128) -> Span {
    Span::from_nanos(u64::try_from(nanos).expect("the model holds times of 64 bits"))
}

/// A time of the model.
pub fn time(nanos: u128) -> UnixTime {
    UnixTime::from_nanos(u64::try_from(nanos).expect("the model holds times of 64 bits"))
}

/// What a limit says: name, partition, unit; limit, remaining, used; reset, window.
pub type Limit =
    (String, Option<u64>, &'static str, [Option<u128>; 3], Option<reset::Reset>, Option<u128>);

/// A limit of core.
///
/// # Panics
///
/// If a value is beyond its documented bound.
pub fn limit_of(limit: &Allowance<'_>) -> Limit {
    const MOST: u64 = 1_000_000_000_000_000;
    let longest = Span::from_secs(366 * 86_400);
    let numbers = [limit.limit, limit.remaining, limit.used];
    assert!(limit.name.len() <= 32 && numbers.iter().flatten().all(|&number| number < MOST));
    assert!(limit.window.is_none_or(|window| window <= longest));
    let reset = limit.reset.map(|reset| match reset {
        Reset::At(at) => {
            assert!(at <= UnixTime::from_secs(4_102_444_800), "after 2100");
            reset::Reset::At(at.as_nanos().into())
        }
        Reset::After(wait) => {
            assert!(wait <= longest, "more than 366 days");
            reset::Reset::After(wait.as_nanos().into())
        }
    });
    let window = limit.window.map(|window| window.as_nanos().into());
    let numbers = numbers.map(|number| number.map(u128::from));
    (limit.name.to_owned(), limit.partition, limit.unit.name(), numbers, reset, window)
}

/// A limit of the model.
pub fn limit_of_model(limit: &advice::Allowance) -> Limit {
    // FNV-1a with 64 bits over the digits of the key.
    let fingerprint = |digits: &String| {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        digits.bytes().fold(0xcbf2_9ce4_8422_2325, step)
    };
    let partition = limit.partition.as_ref().map(fingerprint);
    let numbers = [limit.limit, limit.remaining, limit.used];
    (limit.name.clone(), partition, limit.unit, numbers, limit.reset, limit.window)
}

/// Whether both took a line for the same.
pub fn same_field(core: Field, model: hints::Field) -> bool {
    matches!(
        (core, model),
        (Field::Read, hints::Field::Read)
            | (Field::Unknown, hints::Field::Unknown)
            | (Field::Invalid, hints::Field::Invalid)
    )
}

/// Whether both read the same `Retry-After`.
pub fn same_retry_after(core: Option<RetryAfter>, model: Option<retry_after::RetryAfter>) -> bool {
    let core = core.map(|value| match value {
        RetryAfter::Delay(delay) => retry_after::RetryAfter::Delay(delay.as_nanos().into()),
        RetryAfter::Date(date) => retry_after::RetryAfter::Date(date.as_nanos().into()),
    });
    core == model
}

/// Whether both collected the same hints.
pub fn same_hints(core: &Hints, model: &hints::Hints) -> bool {
    same_retry_after(core.retry_after(), model.retry_after)
        && core.date() == model.date.map(time)
        && core.limit().map(u128::from) == model.limit
        && core.remaining().map(u128::from) == model.remaining
        && core.reset() == model.reset.map(time)
        && core.window() == model.window.map(span)
        && core.invalid() == model.invalid
}
