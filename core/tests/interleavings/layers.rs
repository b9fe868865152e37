//! Layers, all or nothing, while others take from one of them.

use loom::{sync::Arc, thread};
use tidegate::{
    FixedWindow, Instant, Outcome, Quota, RateLimiter, Span, UnixTime, try_acquire_all,
};

use crate::model;

const NOW: Instant = Instant::from_nanos(7);
const WALL: UnixTime = UnixTime::from_secs(61);

struct Limits {
    window: FixedWindow,
    bucket: RateLimiter,
    other: RateLimiter,
}

/// Ten in the window, one in each bucket.
fn limits() -> Arc<Limits> {
    let bucket = || RateLimiter::new(Quota::new(1, Span::from_secs(1), 1).unwrap());
    let window = FixedWindow::new(10, Span::from_secs(60)).unwrap();
    Arc::new(Limits { window, bucket: bucket(), other: bucket() })
}

fn used(window: &FixedWindow) -> u64 {
    match window.peek(0, WALL) {
        Outcome::Allowed { remaining, .. } => 10 - remaining,
        _ => unreachable!(),
    }
}

fn all(limits: &Limits) -> u64 {
    let layers = [limits.window.layer(1), limits.bucket.layer(1)];
    u64::from(try_acquire_all(&layers, NOW, WALL).outcome.is_allowed())
}

#[test]
fn a_denial_leaves_no_charge() {
    model("two take a window and a bucket of one", || {
        let limits = limits();
        let other = limits.clone();
        let other = thread::spawn(move || all(&other));
        let admitted = all(&limits) + other.join().unwrap();
        assert_eq!((admitted, used(&limits.window)), (1, 1));
    });
    model("one takes both, another the bucket", || {
        let limits = limits();
        let other = limits.clone();
        let other = thread::spawn(move || u64::from(other.bucket.try_acquire(1, NOW).is_allowed()));
        let both = all(&limits);
        assert_eq!(both + other.join().unwrap(), 1);
        assert_eq!(used(&limits.window), both);
    });
}

#[test]
fn two_buckets_in_either_order() {
    model("two take two buckets in other orders", || {
        let limits = limits();
        let other = limits.clone();
        let other = thread::spawn(move || {
            let layers = [other.other.layer(1), other.bucket.layer(1)];
            u64::from(try_acquire_all(&layers, NOW, WALL).outcome.is_allowed())
        });
        let layers = [limits.bucket.layer(1), limits.other.layer(1)];
        let mine = u64::from(try_acquire_all(&layers, NOW, WALL).outcome.is_allowed());
        // Never both: each bucket holds one.
        assert!(mine + other.join().unwrap() <= 1);
    });
}
