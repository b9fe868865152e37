//! `Hints`: lines `Name:value`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::Hints;
use tidegate_conformance::reference::hints;
use tidegate_fuzz::{allocating_nothing, lines, same_field, same_hints};

fuzz_target!(|input: &[u8]| {
    let (mut hints, mut exact) = (Hints::new(), hints::Hints::default());
    for (name, value) in lines(input) {
        let field = allocating_nothing(|| hints.header(name, value));
        let right = exact.header(name, value);
        assert!(same_field(field, right), "{field:?}, not {right:?}");
    }
    assert!(same_hints(&hints, &exact), "{hints:?}, not {exact:?}");
});
