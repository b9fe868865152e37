//! The JSON cursor: one value, which must be taken or refused as the model and as `serde_json` do.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::ErrorBody;
use tidegate_conformance::reference::json;
use tidegate_fuzz::allocating_nothing;

fuzz_target!(|input: &[u8]| {
    if input.len() > 4_000 {
        return;
    }
    let body = [&br#"{"x":"#[..], input, br#","code":"C"}"#].concat();
    let taken = allocating_nothing(|| ErrorBody::scan(&body).code().is_some());
    let Ok(text) = core::str::from_utf8(input) else {
        assert!(!taken, "not UTF-8");
        return;
    };
    // What closes the object early and opens another is no value, but a body with a code.
    let Ok(whole) = core::str::from_utf8(&body) else { return };
    let exact = json::parse(whole, 32).is_some_and(|body| body.text("code").is_some());
    assert_eq!(taken, exact, "{text}");
    match serde_json::from_str::<serde_json::Value>(whole) {
        Ok(value) => {
            let has_code = value.get("code").is_some_and(serde_json::Value::is_string);
            assert_eq!(taken, has_code && depth(&value) <= 32, "{text}");
        }
        // Its numbers are of 64 bits; ours have any size.
        Err(why) => assert!(!taken || why.to_string().starts_with("number out of range"), "{why}"),
    }
});

fn depth(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        serde_json::Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
