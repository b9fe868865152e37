//! `Advice` of every dialect: three bytes for the dialect, the form of a reset and decimals, then lines
//! `Name:value`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{
    UnixTime,
    wire::{Advice, Dialect, ResetForm},
};
use tidegate_conformance::reference::{self, SECOND, reset::Form};
use tidegate_fuzz::{
    NOW, allocating_nothing, limit_of, limit_of_model, lines, same_field, same_hints,
    same_retry_after, span, time,
};

fuzz_target!(|input: &[u8]| {
    let Some(([dialect, reset, decimals], rest)) = input.split_first_chunk::<3>() else { return };
    let name = DIALECTS[usize::from(*dialect) % DIALECTS.len()];
    let mut dialect = Dialect::named(name).expect("a dialect");
    let mut exact = reference::dialect::Dialect::named(name).expect("a dialect");
    if let Some((form, of_model)) = RESETS.get(usize::from(*reset) % 16) {
        dialect = dialect.with_reset(*form);
        exact.reset = *of_model;
    }
    if decimals % 4 < 2 {
        dialect = dialect.with_decimals(decimals % 4 == 0);
        exact.decimals = decimals % 4 == 0;
    }
    let (mut advice, mut exact) = (Advice::new(dialect), reference::advice::Advice::new(exact));
    for (name, value) in lines(rest) {
        let field = allocating_nothing(|| advice.header(name, value));
        let right = exact.header(name, value);
        assert!(same_field(field, right), "{field:?}, not {right:?}");
    }
    let now = UnixTime::from_nanos(NOW);
    let (tightest, wait, hints) = allocating_nothing(|| {
        assert!(advice.allowances().count() <= 16);
        (advice.tightest(now), advice.wait(now), advice.hints(now))
    });
    let limits: Vec<_> = advice.allowances().map(|it| limit_of(&it)).collect();
    assert_eq!(limits, exact.allowances().iter().map(limit_of_model).collect::<Vec<_>>());
    assert_eq!(
        tightest.map(|it| limit_of(&it)),
        exact.tightest(NOW.into()).as_ref().map(limit_of_model)
    );
    assert_eq!(wait, exact.wait(NOW.into()).map(span));
    assert!(same_hints(&hints, &exact.hints(NOW.into())));
    assert!(same_retry_after(advice.retry_after(), exact.retry_after()));
    assert_eq!(advice.date(), exact.date.map(time));
    assert_eq!((advice.should_retry(), advice.global()), (exact.should_retry, exact.global));
    assert_eq!(
        (advice.bucket(), advice.scope()),
        (exact.bucket.as_deref(), exact.scope.as_deref())
    );
    assert_eq!(advice.is_cached(), exact.cached);
    assert_eq!((advice.invalid(), advice.dropped()), (exact.invalid, exact.dropped));
});

const DIALECTS: [&str; 16] = [
    "common",
    "ietf",
    "github",
    "gitlab",
    "discord",
    "shopify",
    "stripe",
    "openai",
    "anthropic",
    "reddit",
    "twitter",
    "okta",
    "slack",
    "atlassian",
    "azure",
    "aws",
];

const RESETS: [(ResetForm, Form); 7] = [
    (ResetForm::Auto, Form::Auto),
    (ResetForm::EpochSeconds, Form::Epoch(SECOND)),
    (ResetForm::EpochMillis, Form::Epoch(SECOND / 1_000)),
    (ResetForm::Seconds, Form::Wait(SECOND)),
    (ResetForm::Millis, Form::Wait(SECOND / 1_000)),
    (ResetForm::Duration, Form::Duration),
    (ResetForm::Rfc3339, Form::Rfc3339),
];
