//! `ErrorBody::scan_with`: two paths each of code, message and request id, that of the list of fields,
//! and those of path and issue in it, `-` for none; a space after each; a body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{ErrorBody, Text, wire::BodyPaths};
use tidegate_conformance::reference::body;
use tidegate_fuzz::{allocating_nothing, same_body};

fuzz_target!(|input: &[u8]| {
    let mut words = input.splitn(10, |&byte| byte == b' ');
    let mut texts = [Text::<48>::EMPTY; 9];
    for text in &mut texts {
        let word = words.next().unwrap_or_default();
        let Ok(word) = core::str::from_utf8(word) else { return };
        *text = if word == "-" { Text::EMPTY } else { Text::new(word) };
    }
    let body = words.next().unwrap_or_default();

    let [c, d, m, n, r, s, fields, field_path, field_issue] = texts;
    let paths = BodyPaths {
        code: [c, d],
        message: [m, n],
        request_id: [r, s],
        fields,
        field_path,
        field_issue,
    };
    let scanned = allocating_nothing(|| ErrorBody::scan_with(body, &paths));
    let owned = |text: &Text<48>| text.as_str().to_owned();
    let both = |texts: &[Text<48>; 2]| texts.iter().map(owned).collect();
    let exact = body::Paths {
        code: both(&paths.code),
        message: both(&paths.message),
        request_id: both(&paths.request_id),
        fields: owned(&fields),
        field_path: owned(&field_path),
        field_issue: owned(&field_issue),
    };
    same_body(&scanned, &body::scan_with(body, &exact));
});
