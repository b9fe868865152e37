//! `Webhook`: a header `t=…,v1=…`; or, behind a line feed, an id, a time and signatures in lines of their own.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{Error, Span, UnixTime, wire::Webhook};
use tidegate_conformance::reference::webhook::Webhook as Exact;
use tidegate_fuzz::{NOW, allocating_nothing};

fuzz_target!(|input: &[u8]| {
    let Ok(input) = core::str::from_utf8(input) else { return };
    let lines: Vec<&str> = input.splitn(4, '\n').collect();
    let (read, exact) = match lines[..] {
        [header] => (
            allocating_nothing(|| Webhook::timestamped(header.as_bytes())),
            Exact::timestamped(header),
        ),
        [_, id, time, signature] => (
            allocating_nothing(|| {
                Webhook::standard(id.as_bytes(), time.as_bytes(), signature.as_bytes())
            }),
            Exact::standard(id, time, signature),
        ),
        _ => return,
    };
    let Ok(exact) = exact else {
        assert_eq!(read, Err(Error::SignatureMalformed));
        return;
    };
    let read = read.expect("a webhook");
    assert_eq!(read.id(), exact.id.as_deref().map(str::as_bytes));
    assert_eq!(read.prefix().concat(), exact.prefix.as_bytes());
    let hex = |one: [u8; 32]| one.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(read.signatures().map(hex).collect::<Vec<_>>(), exact.signatures);
    let near = read.check_time(UnixTime::from_nanos(NOW), Span::from_secs(300)).is_ok();
    assert_eq!(near, exact.check_time(NOW, 300_000_000_000).is_ok());
});
