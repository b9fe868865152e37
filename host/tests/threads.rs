//! Eight threads on one `Api`, on either side: the counts are exact.

use std::{sync::Barrier, thread};

use tidegate::{Api, Hints, Instant, Method, Policy, Request, Step, UnixTime};

const THREADS: usize = 8;
const NOW: Instant = Instant::from_nanos(1_000_000_000);
const WALL: UnixTime = UnixTime::from_secs(1_716_134_437);

/// The sum of what all threads return, all started together.
fn together(run: impl Fn(usize) -> u64 + Sync) -> u64 {
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        let (run, start) = (&run, &start);
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    start.wait();
                    run(thread)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

#[test]
fn a_server_admits_exactly_the_limit_of_each_key() {
    for round in 0..50 {
        let api = Box::new(Api::<8>::new(Policy::stackflow(), round));
        // Every thread brings the same new keys at the same instant: they must share one place.
        let admitted = together(|thread| {
            let mut admitted = 0;
            for request in 0..200 {
                let key = [b'a' + ((request + thread) % 4) as u8];
                let request = Request::new(Method::Get, "/api/v1/incidents", &key);
                admitted += u64::from(api.admit(&request, NOW, WALL).unwrap().is_allowed());
            }
            admitted
        });
        assert_eq!((admitted, api.overflowed()), (4 * 300, 0));
    }
}

#[test]
fn a_client_alone_sends_exactly_the_limit_and_is_never_refused() {
    for round in 0..20 {
        let server = Box::new(Api::<8>::new(Policy::stackflow(), round));
        let client = Box::new(Api::<8>::new(Policy::stackflow(), round));
        let request = Request::new(Method::Get, "/api/v1/incidents/search", b"alice");
        let sent = together(|_| {
            let mut sent = 0;
            for _ in 0..200 {
                let mut call = client.call(&request).unwrap();
                if call.next(&client, NOW, WALL) != Step::Send {
                    continue; // full, or what is in flight may fill it
                }
                let admission = server.admit(&request, NOW, WALL).unwrap();
                assert!(admission.is_allowed(), "refused although it was alone");
                let mut hints = Hints::new();
                for (name, value) in &admission.headers() {
                    hints.header(name.as_bytes(), value.as_bytes());
                }
                call.answered(&client, 200, &hints, b"", NOW, WALL).unwrap();
                sent += 1;
            }
            sent
        });
        // All answers are in, so what is left is known exactly: one more goes only if there is room.
        let mut last = client.call(&request).unwrap();
        let more = last.next(&client, NOW, WALL) == Step::Send;
        assert!(sent <= 120 && more == (sent < 120), "{sent} sent, one more: {more}");
    }
}
