//! Several limits, all or nothing.
//!
//! All layers are first looked at; only when every one has room are they charged, one word after the
//! other, and a layer that was emptied by another thread in between takes the charges back. Windows
//! are charged first, because a window's charge can always be taken back exactly. A bucket's can be
//! taken back exactly while nobody else has charged it; when somebody has, it stays charged: the
//! other's admission may have been decided on the refill that a refund would hand out again, and
//! never over comes before never short. That needs two buckets and two races at once.

use super::{bucket, window};
use crate::{
    cell::Word,
    limit::{FixedWindow, RateLimiter},
    outcome::Outcome,
    quota::Quota,
    time::{Instant, Span, UnixTime},
};

/// One limit and how much of it a request needs.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) n: u64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'a> {
    Bucket(&'a Quota, &'a bucket::State),
    Window(u64, Span, &'a window::State),
}

impl RateLimiter {
    /// `n` tokens of this bucket, as one layer of [`try_acquire_all`].
    #[inline]
    pub fn layer(&self, n: u64) -> Layer<'_> {
        Layer { kind: Kind::Bucket(&self.quota, &self.state), n }
    }
}

impl FixedWindow {
    /// `n` requests of this window, as one layer of [`try_acquire_all`].
    #[inline]
    pub fn layer(&self, n: u64) -> Layer<'_> {
        Layer { kind: Kind::Window(self.limit(), self.period(), self.state()), n }
    }
}

/// What several limits answer together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a denied request must not be sent"]
pub struct Layered {
    /// Allowed with the least that remains and the longest reset; denied with the longest wait;
    /// never when one layer can never hold its part.
    pub outcome: Outcome,
    /// Which layer decided, as its index: of a denial the one with the longest wait, otherwise the
    /// one with the least that remains. 0 when there are no layers.
    pub layer: usize,
}

/// Charges every layer, or none.
///
/// # Concurrency
///
/// Never over in any layer. A denial has consumed nothing once the call returns (see the module's
/// text for the one exception, which errs on the side of denying).
///
/// # Examples
///
/// ```
/// use tidegate::{FixedWindow, Instant, Outcome, Quota, RateLimiter, Span, UnixTime, try_acquire_all};
///
/// let (now, wall) = (Instant::from_nanos(0), UnixTime::from_secs(1_716_134_400));
/// let user = FixedWindow::new(10, Span::from_secs(60))?;
/// let gateway = RateLimiter::new(Quota::new(5_000, Span::from_secs(1), 1)?);
/// assert!(try_acquire_all(&[user.layer(1), gateway.layer(1)], now, wall).outcome.is_allowed());
/// let denied = try_acquire_all(&[user.layer(1), gateway.layer(1)], now, wall);
/// assert_eq!(denied.outcome, Outcome::Denied { retry_after: Span::from_nanos(200_000) });
/// assert_eq!(denied.layer, 1);
/// let Outcome::Allowed { remaining, .. } = user.peek(0, wall) else { panic!() };
/// assert_eq!(remaining, 9); // the denied request took nothing from the user's window
/// # Ok::<(), tidegate::Error>(())
/// ```
pub fn try_acquire_all(layers: &[Layer<'_>], now: Instant, wall: UnixTime) -> Layered {
    acquire_all(layers, now, wall, &mut |_, _| {})
}

/// As [`try_acquire_all`]; `charged` hears what each layer answered to the charge that held.
pub(crate) fn acquire_all(
    layers: &[Layer<'_>],
    now: Instant,
    wall: UnixTime,
    charged: &mut dyn FnMut(usize, Outcome),
) -> Layered {
    loop {
        let looked = layers
            .iter()
            .enumerate()
            .fold(Layered::NOTHING, |all, (index, layer)| all.and(index, layer.look(now, wall)));
        if !looked.outcome.is_allowed() {
            return looked;
        }
        let windows = layers.iter().enumerate().filter(|(_, layer)| layer.is_window());
        let buckets = layers.iter().enumerate().filter(|(_, layer)| !layer.is_window());
        if let Some(all) = charge(&mut windows.chain(buckets), now, wall, charged) {
            return all;
        }
        // Another thread took the last of some layer in between, so it made progress: look again.
    }
}

/// Charges the layers one by one; `None` when one had no room, and everything is taken back. It
/// calls itself once a layer, so that each call holds what its layer's charge must be undone with.
fn charge<'a>(
    layers: &mut dyn Iterator<Item = (usize, &Layer<'a>)>,
    now: Instant,
    wall: UnixTime,
    charged: &mut dyn FnMut(usize, Outcome),
) -> Option<Layered> {
    let Some((index, layer)) = layers.next() else { return Some(Layered::NOTHING) };
    let (taken, outcome) = layer.take(now, wall);
    if !outcome.is_allowed() {
        return None;
    }
    let Some(rest) = charge(layers, now, wall, charged) else {
        layer.give_back(taken);
        return None;
    };
    charged(index, outcome);
    Some(rest.and(index, outcome))
}

/// The words before and after a charge.
type Taken = Option<(u64, u64)>;

impl Layer<'_> {
    fn is_window(&self) -> bool {
        matches!(self.kind, Kind::Window(..))
    }

    fn word(&self) -> &Word {
        match self.kind {
            Kind::Bucket(_, state) => &state.tat,
            Kind::Window(_, _, state) => state.word(),
        }
    }

    fn decide(&self, word: u64, now: Instant, wall: UnixTime) -> (Option<u64>, Outcome) {
        match self.kind {
            Kind::Bucket(quota, state) => state.decide(quota, word, self.n, now),
            Kind::Window(limit, period, _) => window::decide(limit, period, word, self.n, wall),
        }
    }

    /// The answer without the charge. A clock step is noted, as every denial does.
    pub(crate) fn look(&self, now: Instant, wall: UnixTime) -> Outcome {
        self.word().update(|word| {
            let (next, outcome) = self.decide(word, now, wall);
            (if outcome.is_allowed() { None } else { next }, outcome)
        })
    }

    fn take(&self, now: Instant, wall: UnixTime) -> (Taken, Outcome) {
        self.word().update(|word| {
            let (next, outcome) = self.decide(word, now, wall);
            (next, (next.map(|next| (word, next)), outcome))
        })
    }

    fn give_back(&self, taken: Taken) {
        let Some((before, after)) = taken else { return };
        self.word().update(|word| match self.kind {
            Kind::Window(..) => (window::give_back(after, word, self.n), ()),
            // A pause that came in between is not shortened.
            Kind::Bucket(_, state) => {
                (if word == after { Some(before.max(state.floor.get())) } else { None }, ())
            }
        });
    }
}

impl Layered {
    /// What no layers at all allow.
    const NOTHING: Layered = Layered {
        outcome: Outcome::Allowed { remaining: u64::MAX, reset_after: Span::ZERO },
        layer: 0,
    };

    /// This and one more layer.
    fn and(self, index: usize, outcome: Outcome) -> Layered {
        use Outcome::{Allowed, Denied, Never};
        let here = Layered { outcome, layer: index };
        match (self.outcome, outcome) {
            (Never, _) => self,
            (_, Never) => here,
            (Denied { retry_after: before }, Denied { retry_after }) => {
                if retry_after > before {
                    here
                } else {
                    self
                }
            }
            (Denied { .. }, Allowed { .. }) => self,
            (Allowed { .. }, Denied { .. }) => here,
            (
                Allowed { remaining: before, reset_after: longest },
                Allowed { remaining, reset_after },
            ) => Layered {
                outcome: Allowed {
                    remaining: remaining.min(before),
                    reset_after: reset_after.max(longest),
                },
                layer: if remaining < before { index } else { self.layer },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::try_acquire_all;
    use crate::{FixedWindow, Instant, Outcome, Quota, RateLimiter, Span, UnixTime};

    #[test]
    fn eight_threads_leave_no_charge_behind() {
        extern crate std;
        let minute = Span::from_secs(60);
        let scarce = RateLimiter::new(Quota::new(1, minute, 100).unwrap());
        let wide = FixedWindow::new(1_000_000, minute).unwrap();
        let (now, wall) = (Instant::from_nanos(7), UnixTime::from_secs(61));
        let admitted: usize = std::thread::scope(|scope| {
            let threads: std::vec::Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let layers = [scarce.layer(1), wide.layer(1)];
                        let admit =
                            |_: &i32| try_acquire_all(&layers, now, wall).outcome.is_allowed();
                        (0..1_000).filter(admit).count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(admitted, 100);
        let Outcome::Allowed { remaining, .. } = wide.peek(0, wall) else { unreachable!() };
        assert_eq!(remaining, 1_000_000 - 100);
    }
}
