//! How far the server's clock may be ahead of ours, as an interval in signed nanoseconds.

use crate::reference::{MAX, SECOND};

/// The interval; (0, 0) until a response says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct Skew {
    lo: i128,
    hi: i128,
}

impl Skew {
    /// The earliest time that the server's clock may show at `wall`, saturating.
    pub fn earliest(&self, wall: u128) -> u128 {
        shifted(wall, self.lo)
    }

    /// The latest time that the server's clock may show at `wall`, saturating.
    pub fn latest(&self, wall: u128) -> u128 {
        shifted(wall, self.hi)
    }

    /// Whether the end of a window can lie there: not further than the reach ahead or back.
    pub fn is_plausible(&self, reset: u128, window: u128, wall: u128) -> bool {
        let (reset, wall, reach) = (reset as i128, wall as i128, reach(window) as i128);
        wall + self.lo - reach <= reset && reset <= wall + self.hi + reach
    }

    /// Learns from a `Date`: the server wrote it between the sending and now, and cut it to seconds.
    pub fn date(&mut self, date: u128, sent: u128, wall: u128) {
        if wall < sent {
            return;
        }
        let told = Skew {
            lo: date as i128 - wall as i128,
            hi: date as i128 + SECOND as i128 - sent as i128,
        };
        *self = if self.is_point() { told } else { self.within(told).unwrap_or(told) };
    }

    /// Learns from a plausible reset: the server counted the request in the window that ends there. A
    /// window of whole seconds ends at one, of others the end was rounded.
    pub fn reset(&mut self, reset: u128, window: u128, sent: u128, wall: u128) {
        if wall < sent || !window.is_multiple_of(SECOND) {
            return;
        }
        let told = Skew {
            lo: reset as i128 - window as i128 - wall as i128,
            hi: reset as i128 - sent as i128,
        };
        if self.is_point() {
            let point = self.lo.min(told.hi).max(told.lo);
            *self = Skew { lo: point, hi: point };
        } else {
            *self = self.within(told).unwrap_or(*self);
        }
    }

    /// Nothing measured yet.
    fn is_point(&self) -> bool {
        self.lo == self.hi
    }

    /// What both intervals allow.
    fn within(&self, other: Skew) -> Option<Skew> {
        let both = Skew { lo: self.lo.max(other.lo), hi: self.hi.min(other.hi) };
        (both.lo <= both.hi).then_some(both)
    }
}

/// Two windows and an hour: what is further away than that is a mistake of some clock.
pub fn reach(window: u128) -> u128 {
    2 * window + 3600 * SECOND
}

fn shifted(wall: u128, by: i128) -> u128 {
    (wall as i128 + by).clamp(0, MAX as i128) as u128
}
