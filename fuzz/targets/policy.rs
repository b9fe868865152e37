//! Policy files: a JSON text.
//!
//! The first mistake is where the reference model finds it. A policy that is taken is JSON to another
//! reader too, means the same however its members are ordered, spaced and escaped, and drives a call and an
//! admission.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{Api, Hints, Instant, Method, Policy, Request, Step, UnixTime};
use tidegate_conformance::reference::policy_file;
use tidegate_fuzz::{NOW, allocating_nothing};

fuzz_target!(|input: &[u8]| {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let read = allocating_nothing(|| Policy::from_json(text));
    let place = read
        .map(drop)
        .map_err(|it| (it.line as usize, it.column as usize, it.member.as_str().to_owned()));
    let exact = policy_file::read(text).map(drop).map_err(|it| (it.line, it.column, it.member));
    assert_eq!(place, exact, "{text}");
    let policy = match read {
        Ok(policy) => policy,
        Err(error) => {
            let line = text.split('\n').nth(error.line as usize - 1).expect("a line of the text");
            assert!((1..=line.chars().count() + 1).contains(&(error.column as usize)), "{error}");
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let tree: serde_json::Value = match serde_json::from_str(text) {
        Ok(tree) => tree,
        // Its numbers are of 64 bits.
        Err(why) => return assert!(why.to_string().starts_with("number out of range"), "{why}"),
    };
    // The names of its members in the order of the alphabet.
    for other in [tree.to_string(), serde_json::to_string_pretty(&tree).expect("a tree")] {
        assert_eq!(Policy::from_json(&other), Ok(policy), "{other}");
    }
    assert!(!policy.to_string().is_empty());
    drives(policy);
});

/// One request on each side, refused once.
fn drives(policy: Policy) {
    let (client, server): (Api<2>, Api<2>) = (Api::new(policy, 7), Api::new(policy, 7));
    let (now, wall) = (Instant::from_nanos(1), UnixTime::from_nanos(NOW));
    let request = Request::new(Method::Get, "/", b"alice");
    let Ok(mut call) = client.call(&request) else { return };
    allocating_nothing(|| {
        if call.next(&client, now, wall) != Step::Send {
            return;
        }
        let answered = match server.admit(&request, now, wall) {
            Ok(admission) if admission.is_allowed() => 200,
            _ => 429,
        };
        let told = call.answered(&client, answered, &Hints::new(), b"{}", now, wall);
        assert_eq!(told, Ok(()));
        assert_ne!(call.next(&client, now, wall), Step::Pending);
    });
}
