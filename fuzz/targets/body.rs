//! `ErrorBody::scan`: a body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::ErrorBody;
use tidegate_conformance::reference;
use tidegate_fuzz::allocating_nothing;

fuzz_target!(|input: &[u8]| {
    let body = allocating_nothing(|| ErrorBody::scan(input));
    let exact = reference::body::scan(input);
    assert_eq!(body.code().map(|it| it.to_string()), exact.code);
    assert_eq!(body.message().map(|it| it.to_string()), exact.message);
    assert_eq!(body.request_id().map(|it| it.to_string()), exact.request_id);
    assert!(body.fields().len() <= 8);
    let fields = body.fields().iter().map(|it| (it.path.to_string(), it.issue.to_string()));
    assert_eq!(fields.collect::<Vec<_>>(), exact.fields);
});
