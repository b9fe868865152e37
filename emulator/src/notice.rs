//! `Notices`: what a client has been told, from the moment on at which it must know it.

use std::collections::VecDeque;

/// How long after an answer was written its client is taken to have read it. Requests that were on
/// the wire meanwhile are not blamed.
pub(crate) const NOTICE_NS: u64 = 50_000_000;

/// The strictest of the numbers told so far, each counting from [`NOTICE_NS`] after it was written.
#[derive(Debug)]
pub(crate) struct Notices {
    young: VecDeque<(u64, u64)>,
    known: Option<u64>,
    stricter: fn(u64, u64) -> u64,
}

impl Notices {
    /// Nothing told yet; `stricter` chooses between two numbers.
    pub(crate) fn new(stricter: fn(u64, u64) -> u64) -> Notices {
        Notices { young: VecDeque::new(), known: None, stricter }
    }

    /// Tells `number` in an answer written at `at`. Answers come in the order of their times.
    pub(crate) fn tell(&mut self, at: u64, number: u64) {
        self.young.push_back((at, number));
    }

    /// The strictest number that a request arriving at `now` must have known.
    pub(crate) fn known(&mut self, now: u64) -> Option<u64> {
        while let Some(&(at, number)) = self.young.front()
            && at.saturating_add(NOTICE_NS) <= now
        {
            self.young.pop_front();
            self.known = Some(self.known.map_or(number, |known| (self.stricter)(known, number)));
        }
        self.known
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.young.clear();
        self.known = None;
    }
}

#[cfg(test)]
mod tests {
    use super::{NOTICE_NS, Notices};

    #[test]
    fn a_number_is_known_exactly_50_ms_after_it_was_written() {
        let mut notices = Notices::new(Ord::min);
        notices.tell(100, 7);
        notices.tell(101, 9);
        assert_eq!(notices.known(100 + NOTICE_NS - 1), None);
        assert_eq!(notices.known(100 + NOTICE_NS), Some(7));
        assert_eq!(notices.known(101 + NOTICE_NS), Some(7));
        notices.clear();
        assert_eq!(notices.known(u64::MAX), None);
    }
}
