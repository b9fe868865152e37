//! What a limiter is to the compiler: how large, shared between threads or not, and made by a constant.
#![cfg(not(loom))]

use tidegate::{
    Backoff, Backoff32, FirstUseWindow, FixedWindow, KeyedRateLimiter, Layer, Lease,
    LocalKeyedRateLimiter, Outcome, Quota, Quota32, RateLimiter, RateLimiter32, Reservation,
    SlidingLog, Snapshot, Span, StrictWindow,
    limit::{Full, SlotSet},
};

/// The value of a constant that was checked when it was made.
macro_rules! checked {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(_) => panic!("within bounds"),
        }
    };
}

const MINUTE: Span = Span::from_secs(60);
const QUOTA: Quota = checked!(Quota::new(300, MINUTE, 50));

static BUCKET: RateLimiter = RateLimiter::new(QUOTA);
static FIXED: FixedWindow = checked!(FixedWindow::new(300, MINUTE));
static SKEWED: FixedWindow = checked!(FixedWindow::with_skew(300, MINUTE, -5));
static FIRST_USE: FirstUseWindow = checked!(FirstUseWindow::new(300, MINUTE));
static STRICT: StrictWindow = checked!(StrictWindow::new(300, MINUTE));
static TABLE: [SlotSet; 4] = [const { SlotSet::new() }; 4];
static KEYED: KeyedRateLimiter<'static> = KeyedRateLimiter::new(&TABLE, 7, Full::Share);
static QUOTA32: Quota32 = checked!(Quota32::new(10, 1_000, 5));
static BUCKET32: RateLimiter32 = RateLimiter32::new();

// Sizes are promises: to C, to tables of a million keys, to microcontrollers.
const _: () = assert!(size_of::<RateLimiter>() == 128);
const _: () = assert!(size_of::<FixedWindow>() == 32);
const _: () = assert!(size_of::<FirstUseWindow>() == 32);
const _: () = assert!(size_of::<StrictWindow>() == 48);
const _: () = assert!(size_of::<SlotSet>() == 64 && align_of::<SlotSet>() == 64);
const _: () = assert!(size_of::<RateLimiter32>() == 4 && size_of::<Quota32>() == 8);
const _: () = assert!(size_of::<Reservation>() == 40 && size_of::<Snapshot>() == 16);
const _: () = assert!(size_of::<Lease>() == 32);

const fn shared<T: Send + Sync>() {}
const _: () = {
    shared::<Quota>();
    shared::<RateLimiter>();
    shared::<Reservation>();
    shared::<FixedWindow>();
    shared::<FirstUseWindow>();
    shared::<StrictWindow>();
    shared::<SlidingLog<8>>();
    shared::<Layer<'static>>();
    shared::<KeyedRateLimiter<'static>>();
    shared::<LocalKeyedRateLimiter<8>>();
    shared::<Lease>();
    shared::<RateLimiter32>();
    shared::<Backoff>();
    shared::<Backoff32>();
};

#[test]
fn statics_are_limiters_at_once() {
    let (now, wall) = (tidegate::Instant::ZERO, tidegate::UnixTime::ZERO);
    assert!(BUCKET.try_acquire(50, now).is_allowed() && !BUCKET.try_acquire(1, now).is_allowed());
    assert!(
        FIXED.try_acquire(300, wall).is_allowed() && SKEWED.try_acquire(300, wall).is_allowed()
    );
    assert!(FIRST_USE.try_acquire(300, wall).is_allowed());
    assert!(STRICT.try_acquire(300, now).is_allowed());
    assert!(KEYED.try_acquire(b"alice", &QUOTA, 50, now).is_allowed());
    assert!(BUCKET32.try_acquire(&QUOTA32, 5, 0).is_allowed());
}

#[test]
fn a_fresh_bucket_is_full_at_any_time() {
    let fresh = RateLimiter::new(QUOTA);
    let full = Outcome::Allowed { remaining: 50, reset_after: Span::ZERO };
    for now in [0, 1, u64::MAX] {
        assert_eq!(fresh.peek(0, tidegate::Instant::from_nanos(now)), full);
        assert!(RateLimiter32::default().peek(&QUOTA32, 5, now as u32).is_allowed());
    }
}
