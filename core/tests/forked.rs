//! `Api::number_calls_from`: what a process that `fork` has copied does to retry at other times.
#![cfg(not(loom))]

use tidegate::{Api, Hints, Instant, Method, Policy, Request, Span, Step, UnixTime};

const NOW: Instant = Instant::from_nanos(0);
const WALL: UnixTime = UnixTime::from_nanos(0);

/// What the next call of this process would wait after a failure of the server.
fn wait(api: &Api) -> Span {
    let mut call = api.call(&Request::new(Method::Get, "/", b"alice")).unwrap();
    assert_eq!(call.next(api, NOW, WALL), Step::Send);
    call.answered(api, 503, &Hints::new(), b"", NOW, WALL).unwrap();
    match call.next(api, NOW, WALL) {
        Step::Wait { delay, .. } => delay,
        step => panic!("{step:?}"),
    }
}

#[test]
fn a_copy_that_numbers_its_calls_anew_waits_for_other_times() {
    let apis = [(); 3].map(|()| Box::new(Api::new(Policy::velaflows(), 7)));
    let [parent, copy, child] = &apis;
    child.number_calls_from(1 << 40);
    assert_eq!(wait(parent), wait(copy));
    assert_ne!(wait(parent), wait(child));
    let first = Box::new(Api::new(Policy::velaflows(), 7));
    first.number_calls_from(1 << 40);
    child.number_calls_from(1 << 40);
    assert_eq!(wait(&first), wait(child)); // a number gives the same wait again
}
