//! One bucket: its word, and the words beside it that must be known when they are needed.

use loom::{sync::Arc, thread};
use tidegate::{Carry, Instant, Quota, RateLimiter, Span};

use crate::model;

const NOW: Instant = Instant::from_nanos(7);
const SECOND: Span = Span::from_secs(1);

/// One a second.
fn limiter(burst: u64) -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new(quota(burst)))
}

fn quota(burst: u64) -> Quota {
    Quota::new(1, SECOND, burst).expect("within bounds")
}

/// What another thread did with the bucket meanwhile.
fn beside<T: 'static>(
    limiter: &Arc<RateLimiter>,
    act: impl FnOnce(&RateLimiter) -> T + 'static,
) -> thread::JoinHandle<T> {
    let limiter = limiter.clone();
    thread::spawn(move || act(&limiter))
}

fn taken(limiter: &RateLimiter) -> u64 {
    u64::from(limiter.try_acquire(1, NOW).is_allowed())
}

#[test]
fn the_last_token_is_taken_once() {
    model("three take two tokens", || {
        let limiter = limiter(2);
        let [one, two] = [0, 1].map(|_| beside(&limiter, taken));
        let mine = taken(&limiter);
        assert_eq!(one.join().unwrap() + two.join().unwrap() + mine, 2);
    });
}

/// With a relaxed exchange in the place of `publish`, a thread sees the debt but not that it is owed,
/// takes it for a clock step, and forgives it.
#[test]
fn what_is_owed_is_known_with_the_debt() {
    model("one waits for long, another asks", || {
        let limiter = limiter(1);
        let waiting = beside(&limiter, |limiter| {
            for _ in 0..4 {
                assert!(limiter.reserve(1, Span::from_secs(9), NOW).is_ok());
            }
        });
        let mine = taken(&limiter);
        waiting.join().unwrap();
        let wait = Span::from_secs(4 + mine);
        assert_eq!(limiter.try_acquire(1, NOW).retry_after(), Some(wait));
    });
    model("one pauses for long, another is denied", || {
        let limiter = limiter(1);
        let until = NOW.saturating_add(Span::from_secs(60));
        let pausing = beside(&limiter, move |limiter| limiter.pause_until(until, NOW));
        let mine = taken(&limiter);
        pausing.join().unwrap();
        assert!(mine <= 1);
        assert_eq!(limiter.try_acquire(1, NOW).retry_after(), Some(Span::from_secs(60)));
    });
}

/// Of what two cancel and another takes, never more is there than the burst.
#[test]
fn what_is_cancelled_is_given_back_once() {
    model("two cancel while another takes", || {
        let limiter = limiter(2);
        let [first, second] = [0, 1].map(|_| limiter.reserve(1, Span::ZERO, NOW).unwrap());
        let cancelling = beside(&limiter, |limiter| limiter.cancel(first, NOW));
        let taking = beside(&limiter, taken);
        let back = limiter.cancel(second, NOW);
        let (other, taken) = (cancelling.join().unwrap(), taking.join().unwrap());
        let left = limiter.drain(NOW);
        assert!(taken + left <= 2, "{taken} and {left}");
        assert!(left <= back + other, "{left} of {back} and {other}");
    });
}

/// One who waits was told a time; a newcomer never comes with him because another cancelled.
#[test]
fn who_waits_waits_alone() {
    model("one cancels while another begins to wait", || {
        let limiter = limiter(1);
        assert_eq!(taken(&limiter), 1);
        let first = limiter.reserve(1, Span::from_secs(9), NOW).unwrap();
        let waiting =
            beside(&limiter, |limiter| limiter.reserve(1, Span::from_secs(9), NOW).unwrap().wait());
        limiter.cancel(first, NOW);
        let told = waiting.join().unwrap();
        let newcomer = limiter.reserve(1, Span::from_secs(9), NOW).unwrap().wait();
        assert_eq!(newcomer, told.saturating_add(SECOND));
    });
}

#[test]
fn a_pause_is_not_shortened() {
    model("one pauses while another gives back", || {
        let limiter = limiter(3);
        let reservation = limiter.reserve(2, Span::ZERO, NOW).unwrap();
        let until = NOW.saturating_add(SECOND);
        let pausing = beside(&limiter, move |limiter| limiter.pause_until(until, NOW));
        limiter.cancel(reservation, NOW);
        pausing.join().unwrap();
        assert_eq!(limiter.try_acquire(1, NOW).retry_after(), Some(SECOND));
    });
}

/// The pause ends before what is reserved, so it changes no wait; it must be known all the same to who
/// gives that back.
#[test]
fn a_pause_within_a_debt_is_not_lost() {
    model("one pauses within the debt that another gives back", || {
        let limiter = limiter(2);
        assert_eq!(taken(&limiter), 1);
        let reservation = limiter.reserve(2, Span::from_secs(9), NOW).unwrap();
        let until = NOW.saturating_add(Span::from_millis(1_500));
        let pausing = beside(&limiter, move |limiter| limiter.pause_until(until, NOW));
        limiter.cancel(reservation, NOW);
        pausing.join().unwrap();
        let wait = limiter.try_acquire(1, NOW).retry_after();
        assert!(wait.is_some_and(|wait| wait >= Span::from_millis(1_500)), "{wait:?}");
    });
}

/// What is charged to the bucket that is taken over is carried, or it is not charged at all.
#[test]
fn nothing_is_lost_between_two_buckets() {
    model("one changes the quota while two take", || {
        let limiter = limiter(2);
        let [one, two] = [0, 1].map(|_| beside(&limiter, taken));
        let next = limiter.reconfigure(quota(2), Carry::Keep, NOW).expect("taken over once");
        let taken = one.join().unwrap() + two.join().unwrap();
        assert_eq!(taken + next.drain(NOW), 2);
        assert!(limiter.reconfigure(quota(2), Carry::Keep, NOW).is_none());
    });
    model("two change the quota", || {
        let limiter = limiter(2);
        let changes =
            |limiter: &RateLimiter| limiter.reconfigure(quota(3), Carry::Keep, NOW).is_some();
        let other = beside(&limiter, changes);
        assert!(changes(&limiter) != other.join().unwrap());
    });
}
