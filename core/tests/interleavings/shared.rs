//! The making of shared memory: of processes that want one thing all get it, of those that want several
//! somebody does, and one that dies keeps nobody from either.

use loom::{sync::Arc, thread};
use tidegate::{
    Quota, Span,
    limit::{SharedClock, SharedFault, SharedHeader, SharedKind, SharedLayout},
};

use crate::model_within;

fn layout(limit: u64, burst: u64) -> SharedLayout {
    let quota = Quota::new(limit, Span::from_secs(1), burst).expect("within bounds");
    SharedLayout { kind: SharedKind::Bucket, quota, clock: SharedClock { id: 7, boot: 1 } }
}

fn join(header: &SharedHeader, layout: &SharedLayout, seed: u128) -> Result<u128, SharedFault> {
    header.join(layout, PAGE, seed)
}

#[test]
fn all_who_want_one_thing_get_it() {
    model_within(1, "two make one memory", || {
        let header = Arc::new(SharedHeader::new());
        let other = header.clone();
        let thread = thread::spawn(move || join(&other, &layout(5, 5), SEEDS[0]));
        let here = join(&header, &layout(5, 5), SEEDS[1]);
        assert_eq!(here, thread.join().unwrap());
        let seed = here.expect("both want the same");
        assert_eq!(header.read(PAGE), Ok((expected(5, 5), seed)));
    });
}

/// The quotas differ in one number or in two: never is what stands there in the end a mixture.
#[test]
fn of_those_who_want_several_one_gets_it() {
    for other in [(5, 3), (4, 5), (4, 3)] {
        model_within(2, "two make two memories of one", move || {
            let header = Arc::new(SharedHeader::new());
            let theirs = header.clone();
            let thread = thread::spawn(move || join(&theirs, &layout(other.0, other.1), SEEDS[0]));
            let here = join(&header, &layout(5, 5), SEEDS[1]);
            let there = thread.join().unwrap();
            assert_ne!(here.is_ok(), there.is_ok());
            let made = if here.is_ok() { (5, 5) } else { other };
            let seed = here.or(there).expect("one of them");
            assert_eq!(header.read(PAGE), Ok((expected(made.0, made.1), seed)));
            assert!(matches!(here.and(there), Err(SharedFault::Quota { .. })));
        });
    }
}

/// A process that dies after each of its steps: another that wants the same completes it, at once or later.
#[test]
fn who_dies_stops_nobody() {
    for words in 0..=10 {
        model_within(2, "one dies while two make a memory", move || {
            let header = Arc::new(SharedHeader::new());
            let dying = header.clone();
            let dying = thread::spawn(move || dying.die_after(words, &layout(5, 5), PAGE));
            let here = join(&header, &layout(5, 5), SEEDS[1]).expect("the same is wanted");
            dying.join().unwrap();
            assert_eq!(join(&header, &layout(5, 5), SEEDS[0]), Ok(here));
            assert!(matches!(join(&header, &layout(4, 5), 1), Err(SharedFault::Quota { .. })));
        });
    }
}

fn expected(limit: u64, burst: u64) -> SharedLayout {
    let layout = layout(limit, burst);
    SharedLayout { clock: SharedClock { boot: 1 << 64 | 1, ..layout.clock }, ..layout }
}

const PAGE: u64 = 65_536;
const SEEDS: [u128; 2] = [3 << 64 | 5, 7 << 64 | 11];
