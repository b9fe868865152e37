//! Structured fields: a byte for the field, then its lines.
//!
//! How a list is split into lines means nothing (RFC 9651 section 4.2): joined, it says the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{
    Field,
    wire::{Advice, Dialect},
};
use tidegate_conformance::reference;
use tidegate_fuzz::{allocating_nothing, limit_of, limit_of_model, same_field};

fuzz_target!(|input: &[u8]| {
    let Some((field, rest)) = input.split_first() else { return };
    let name = FIELDS[usize::from(*field) % FIELDS.len()].as_bytes();
    let lines: Vec<&[u8]> = rest.split(|&byte| byte == b'\n').take(8).collect();

    let mut advice = Advice::new(Dialect::IETF);
    let dialect = reference::dialect::Dialect::named("ietf").expect("a dialect");
    let mut exact = reference::advice::Advice::new(dialect);
    let mut all_read = true;
    for line in &lines {
        let read = allocating_nothing(|| advice.header(name, line));
        assert!(same_field(read, exact.header(name, line)), "{read:?}");
        all_read &= read == Field::Read && !line.trim_ascii().is_empty();
    }
    let limits: Vec<_> = advice.allowances().map(|it| limit_of(&it)).collect();
    assert_eq!(limits, exact.allowances().iter().map(limit_of_model).collect::<Vec<_>>());
    assert_eq!((advice.invalid(), advice.dropped()), (exact.invalid, exact.dropped));
    // Nothing malformed is half used.
    assert!(advice.invalid() == 0 || limits.is_empty());

    let mut joined = Advice::new(Dialect::IETF);
    if all_read && joined.header(name, &lines.join(&b", "[..])) == Field::Read {
        let joined: Vec<_> = joined.allowances().map(|it| limit_of(&it)).collect();
        assert_eq!(joined, limits);
    }
});

const FIELDS: [&str; 3] = ["RateLimit", "RateLimit-Policy", "RateLimit-Limit"];
