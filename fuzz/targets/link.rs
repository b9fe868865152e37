//! `link_next`: the lines of a `Link` header.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::wire::link_next;
use tidegate_conformance::reference::link;
use tidegate_fuzz::allocating_nothing;

fuzz_target!(|input: &[u8]| {
    let Ok(input) = core::str::from_utf8(input) else { return };
    let lines: Vec<&str> = input.split('\n').collect();
    let found = allocating_nothing(|| link_next(input.split('\n').map(str::as_bytes)));
    assert_eq!(found, link::next(&lines).map(str::as_bytes));
});
