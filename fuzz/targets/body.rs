//! `ErrorBody::scan`: a body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::ErrorBody;
use tidegate_conformance::reference;
use tidegate_fuzz::{allocating_nothing, same_body};

fuzz_target!(|input: &[u8]| {
    let body = allocating_nothing(|| ErrorBody::scan(input));
    same_body(&body, &reference::body::scan(input));
});
