//! A value of several words: no thread sees a part of another's, and none is lost.

use loom::{sync::Arc, thread};
use tidegate::{
    Instant,
    retry::{AdaptiveRate, SharedAdaptiveRate},
};

use crate::model_within;

const START: Instant = Instant::from_nanos(1_000_000_000);
const LATER: Instant = Instant::from_nanos(1_500_000_000);
const LATEST: Instant = Instant::from_nanos(2_000_000_001);

/// Who looks while another writes two values, the second into the place that is read
/// from meanwhile, sees one of them whole.
#[test]
fn what_is_seen_is_whole() {
    model_within(1, "whole", || {
        let answers = [(false, LATER), (true, LATEST)];
        let rate = Arc::new(SharedAdaptiveRate::starting(START));
        let other = rate.clone();
        let thread = thread::spawn(move || {
            for (refused, now) in answers {
                other.answered(refused, now);
            }
        });
        let looker = rate.clone();
        let looker = thread::spawn(move || looker.snapshot(START));
        let seen = looker.join().unwrap();
        thread.join().unwrap();
        let mut one = AdaptiveRate::new(START);
        let mut whole = seen == one;
        for (refused, now) in answers {
            one.answered(refused, now);
            whole |= seen == one;
        }
        assert!(whole, "{seen:?}");
        assert_eq!(rate.snapshot(START), one);
    });
}

/// Two answers at once, and a third thread that looks: it sees none, one or both.
#[test]
fn every_answer_counts() {
    model_within(2, "answers", || {
        let rate = Arc::new(SharedAdaptiveRate::starting(START));
        let threads = [0, 1].map(|_| {
            let rate = rate.clone();
            thread::spawn(move || rate.answered(false, START))
        });
        let seen = rate.snapshot(START);
        assert_eq!((seen.measured(), seen.rate() % 500_000_000_000), (0, 0));
        for thread in threads {
            thread.join().unwrap();
        }
        rate.answered(false, LATER);
        // Three answers in half a second, four fifths of them.
        assert_eq!(rate.snapshot(LATER).measured(), 4_800_000_000_000);
    });
}

/// One token and two who want it, while an answer is counted.
#[test]
fn a_token_is_taken_once() {
    model_within(2, "one token", || {
        let rate = Arc::new(SharedAdaptiveRate::starting(START));
        rate.answered(true, START);
        // Half a token a second: one is there after two.
        let full = Instant::from_nanos(3_000_000_000);
        let threads = [0, 1].map(|_| {
            let rate = rate.clone();
            thread::spawn(move || u32::from(rate.try_send(full).is_ok()))
        });
        let sent: u32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
        assert_eq!(sent, 1);
        assert!(rate.try_send(full).is_err());
    });
}
