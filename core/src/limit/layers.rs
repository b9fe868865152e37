//! Several limits, all or nothing.
//!
//! All layers are first looked at; only when every one has room are they charged, one word after the
//! other, and a layer that was emptied by another thread in between takes the charges back. Those are
//! charged first whose charge can be taken back exactly in most cases:
//!
//! 1. A [`FixedWindow`] and a [`StrictWindow`]: always. Who was admitted beside a charge would have
//!    been admitted without it.
//! 2. A [`FirstUseWindow`]: unless the charge began the window and somebody has been counted later in
//!    it. Their window would have started later without it, and end later.
//! 3. A [`RateLimiter`]: while nobody else has charged it. The other's admission may have been decided
//!    on the refill that a refund would hand out again.
//!
//! Where it cannot, it stays charged: never over comes before never short. As the last layer's charge
//! is never taken back, that needs two layers of the last two kinds and two races at once.

use super::{bucket, first_use, strict, window};
use crate::{
    cell::{DoubleWord, StateWord},
    limit::{FirstUseWindow, FixedWindow, RateLimiter, StrictWindow},
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
    /// Limit, period, shift.
    Window(u64, Span, u64, &'a window::State),
    FirstUse(u64, Span, &'a DoubleWord),
    Strict(&'a strict::Shape, &'a DoubleWord),
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
        Layer { kind: Kind::Window(self.limit(), self.period(), self.shift(), self.state()), n }
    }
}

impl FirstUseWindow {
    /// `n` requests of this window, as one layer of [`try_acquire_all`].
    #[inline]
    pub fn layer(&self, n: u64) -> Layer<'_> {
        Layer { kind: Kind::FirstUse(self.limit(), self.period(), self.word()), n }
    }
}

impl StrictWindow {
    /// `n` requests of this window, as one layer of [`try_acquire_all`].
    #[inline]
    pub fn layer(&self, n: u64) -> Layer<'_> {
        Layer { kind: Kind::Strict(self.shape(), self.word()), n }
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
    /// one with the least that remains; of equals the first. 0 when there are no layers.
    pub layer: usize,
}

/// Charges every layer, or none. Layers may be of different kinds and weights, at most
/// [`MAX_LAYERS`]: of more it answers [`Outcome::Never`] for the first that is too many.
///
/// # Concurrency
///
/// Never over in any layer. A denial has consumed nothing once the call returns, except that a charge
/// stays in a bucket which another thread has charged since, or in a first-use window that it began and
/// another has joined later, when two such layers lose a race in one call: it errs on the side of
/// denying. A call that has lost eight races in a row is denied, so it always ends; so is one whose
/// layers are one limiter twice, with a total that does not fit.
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
    if layers.len() > MAX_LAYERS {
        return Layered { outcome: Outcome::Never, layer: MAX_LAYERS };
    }
    if let [layer] = layers {
        // Nothing else can deny, so nothing has to be looked at first.
        let (_, outcome) = layer.take(now, wall);
        if outcome.is_allowed() {
            charged(0, outcome);
        }
        return Layered { outcome, layer: 0 };
    }
    let mut attempt = 1;
    loop {
        // Whether each has room is quickly told; how much each has left, only by its charge or a denial.
        if !layers.iter().all(|layer| layer.peek(now, wall).is_allowed()) {
            let looked = fold(layers, |layer| layer.look(now, wall));
            if !looked.outcome.is_allowed() {
                return looked;
            }
        }
        match charge(layers, Next::FIRST, now, wall, charged) {
            Ok(all) => return all,
            Err(denied) if attempt == MAX_ATTEMPTS => return denied,
            // Another thread took the last of some layer in between: look again.
            Err(_) => attempt += 1,
        }
    }
}

/// What [`try_acquire_all`] would answer; changes nothing.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Outcome, Span, StrictWindow, UnixTime, peek_all, try_acquire_all};
///
/// let (now, wall) = (Instant::from_nanos(0), UnixTime::from_secs(1_716_134_400));
/// let requests = StrictWindow::new(60, Span::from_secs(60))?;
/// let tokens = StrictWindow::new(10_000, Span::from_secs(60))?;
/// let layers = [requests.layer(1), tokens.layer(9_000)];
/// assert!(peek_all(&layers, now, wall).outcome.is_allowed());
/// assert!(try_acquire_all(&layers, now, wall).outcome.is_allowed());
/// assert_eq!(peek_all(&layers, now, wall).layer, 1);
/// # Ok::<(), tidegate::Error>(())
/// ```
pub fn peek_all(layers: &[Layer<'_>], now: Instant, wall: UnixTime) -> Layered {
    if layers.len() > MAX_LAYERS {
        return Layered { outcome: Outcome::Never, layer: MAX_LAYERS };
    }
    fold(layers, |layer| layer.peek(now, wall))
}

fn fold(layers: &[Layer<'_>], answer: impl Fn(&Layer<'_>) -> Outcome) -> Layered {
    let layers = layers.iter().enumerate();
    layers.fold(Layered::NOTHING, |all, (index, layer)| all.and(index, answer(layer)))
}

/// Where to look for the layer that is charged next.
#[derive(Clone, Copy)]
struct Next {
    rank: u8,
    index: usize,
}

impl Next {
    const FIRST: Next = Next { rank: 0, index: 0 };

    /// That layer, its index, and where to look for the one after it.
    fn find<'l, 'a>(mut self, layers: &'l [Layer<'a>]) -> Option<(usize, &'l Layer<'a>, Next)> {
        while self.rank <= MAX_RANK {
            while let Some(layer) = layers.get(self.index) {
                let index = self.index;
                self.index = index.wrapping_add(1);
                if layer.rank() == self.rank {
                    return Some((index, layer, self));
                }
            }
            self = Next { rank: self.rank.wrapping_add(1), index: 0 };
        }
        None
    }
}

/// Charges the layers one by one; the denial of the one that had no room, when everything has been
/// taken back. It calls itself once a layer, so that each call holds what its layer's charge must be
/// undone with.
fn charge(
    layers: &[Layer<'_>],
    next: Next,
    now: Instant,
    wall: UnixTime,
    charged: &mut dyn FnMut(usize, Outcome),
) -> Result<Layered, Layered> {
    let Some((index, layer, next)) = next.find(layers) else { return Ok(Layered::NOTHING) };
    let (taken, outcome) = layer.take(now, wall);
    if !outcome.is_allowed() {
        return Err(Layered { outcome, layer: index });
    }
    match charge(layers, next, now, wall, charged) {
        Ok(rest) => {
            charged(index, outcome);
            Ok(rest.and(index, outcome))
        }
        Err(denied) => {
            layer.give_back(taken);
            Err(denied)
        }
    }
}

/// The words before and after a charge.
#[derive(Clone, Copy)]
enum Taken {
    Nothing,
    Word(u64, u64),
    DoubleWord(u128, u128),
}

impl Layer<'_> {
    /// The order in which layers are charged: see the module's text.
    fn rank(&self) -> u8 {
        match self.kind {
            Kind::Window(..) | Kind::Strict(..) => 0,
            Kind::FirstUse(..) => 1,
            Kind::Bucket(..) => 2,
        }
    }

    /// Updates the layer's word as `keep` says for a decision, and tells what was written.
    #[inline]
    fn update(&self, now: Instant, wall: UnixTime, keep: fn(Outcome) -> bool) -> (Taken, Outcome) {
        let n = self.n;
        match self.kind {
            Kind::Bucket(quota, state) => {
                single(&state.tat, keep, |word| state.decide(quota, word, n, now))
            }
            Kind::Window(limit, period, shift, state) => single(state.word(), keep, |word| {
                window::decide(limit, period, shift, word, n, wall)
            }),
            Kind::FirstUse(limit, period, word) => {
                double(word, keep, |word| first_use::decide(limit, period, word, n, wall))
            }
            Kind::Strict(shape, word) => {
                double(word, keep, |word| strict::decide(shape, word, n, now))
            }
        }
    }

    /// The answer without the charge. A clock step is noted, as every denial does.
    pub(crate) fn look(&self, now: Instant, wall: UnixTime) -> Outcome {
        self.update(now, wall, |outcome| !outcome.is_allowed()).1
    }

    fn peek(&self, now: Instant, wall: UnixTime) -> Outcome {
        self.update(now, wall, |_| false).1
    }

    fn take(&self, now: Instant, wall: UnixTime) -> (Taken, Outcome) {
        self.update(now, wall, |_| true)
    }

    fn give_back(&self, taken: Taken) {
        let n = self.n;
        match (self.kind, taken) {
            (Kind::Bucket(_, state), Taken::Word(before, after)) => {
                // A pause that came in between is not shortened.
                let before = before.max(state.floor(after));
                state.tat.update(|word| (if word == after { Some(before) } else { None }, ()));
            }
            (Kind::Window(_, _, _, state), Taken::Word(before, after)) => {
                state.word().update(|word| (window::give_back(before, after, word, n), ()));
            }
            (Kind::FirstUse(_, _, word), Taken::DoubleWord(before, after)) => {
                word.update(|word| (first_use::give_back(before, after, word, n), ()));
            }
            (Kind::Strict(shape, word), Taken::DoubleWord(before, after)) => {
                word.update(|word| (strict::give_back(shape, before, after, word, n), ()));
            }
            // A request for nothing has taken nothing.
            _ => {}
        }
    }
}

#[inline]
fn single(
    word: &StateWord,
    keep: fn(Outcome) -> bool,
    decide: impl Fn(u64) -> (Option<u64>, Outcome),
) -> (Taken, Outcome) {
    word.update(|word| {
        let (next, outcome) = decide(word);
        let next = next.filter(|_| keep(outcome));
        (next, (next.map_or(Taken::Nothing, |next| Taken::Word(word, next)), outcome))
    })
}

#[inline]
fn double(
    word: &DoubleWord,
    keep: fn(Outcome) -> bool,
    decide: impl Fn(u128) -> (Option<u128>, Outcome),
) -> (Taken, Outcome) {
    word.update(|word| {
        let (next, outcome) = decide(word);
        let next = next.filter(|_| keep(outcome));
        (next, (next.map_or(Taken::Nothing, |next| Taken::DoubleWord(word, next)), outcome))
    })
}

impl Layered {
    /// What no layers at all allow.
    const NOTHING: Layered = Layered {
        outcome: Outcome::Allowed { remaining: u64::MAX, reset_after: Span::ZERO },
        layer: 0,
    };

    /// This and one more layer; of equals the one with the lower index.
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
                layer: if (remaining, index) < (before, self.layer) { index } else { self.layer },
            },
        }
    }
}

/// The most layers of one decision: a charge that is taken back is held on the stack.
pub const MAX_LAYERS: usize = 8;
/// The rank of what is charged last.
const MAX_RANK: u8 = 2;
/// Lost races after which a call is denied.
const MAX_ATTEMPTS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::{MAX_LAYERS, peek_all, try_acquire_all};
    use crate::{
        FirstUseWindow, FixedWindow, Instant, Layered, Outcome, Quota, RateLimiter, Span,
        StrictWindow, UnixTime,
    };

    const MINUTE: Span = Span::from_secs(60);

    /// Every kind of layer is shared by threads and can be made before the program runs.
    #[test]
    fn layers_stand_in_statics() {
        static FIRST: FirstUseWindow = match FirstUseWindow::new(3, MINUTE) {
            Ok(window) => window,
            Err(_) => panic!(),
        };
        static STRICT: StrictWindow = match StrictWindow::new(2, MINUTE) {
            Ok(window) => window,
            Err(_) => panic!(),
        };
        static SKEWED: FixedWindow = match FixedWindow::with_skew(4, MINUTE, -1) {
            Ok(window) => window,
            Err(_) => panic!(),
        };
        fn shared<T: Send + Sync>(it: &T) -> &T {
            it
        }
        let layers = [shared(&FIRST).layer(1), shared(&STRICT).layer(1), shared(&SKEWED).layer(1)];
        let Layered { outcome, layer } =
            try_acquire_all(&layers, Instant::ZERO, UnixTime::from_secs(61));
        assert!(matches!(outcome, Outcome::Allowed { remaining: 1, .. }));
        assert_eq!(layer, 1);
    }

    #[test]
    fn a_denial_changes_no_layer_of_any_kind() {
        let strict = StrictWindow::new(5, MINUTE).unwrap();
        let first = FirstUseWindow::new(5, MINUTE).unwrap();
        let skewed = FixedWindow::with_skew(5, MINUTE, -7).unwrap();
        let scarce = RateLimiter::new(Quota::new(1, MINUTE, 1).unwrap());
        let layers = || [scarce.layer(1), first.layer(2), strict.layer(2), skewed.layer(2)];
        let (now, wall) = (Instant::from_secs(7), UnixTime::from_secs(61));
        assert_eq!(peek_all(&layers(), now, wall).layer, 0);
        assert!(try_acquire_all(&layers(), now, wall).outcome.is_allowed());
        let retry_after = MINUTE;
        let denied = Layered { outcome: Outcome::Denied { retry_after }, layer: 0 };
        assert_eq!(try_acquire_all(&layers(), now, wall), denied);
        for outcome in [strict.peek(0, now), first.peek(0, wall), skewed.peek(0, wall)] {
            assert!(matches!(outcome, Outcome::Allowed { remaining: 3, .. }));
        }
    }

    #[test]
    fn nine_layers_are_never_and_the_same_limiter_twice_ends() {
        let window = FixedWindow::new(20, MINUTE).unwrap();
        let (now, wall) = (Instant::ZERO, UnixTime::from_secs(61));
        let nine = [window.layer(1); MAX_LAYERS + 1];
        let never = Layered { outcome: Outcome::Never, layer: MAX_LAYERS };
        assert_eq!(try_acquire_all(&nine, now, wall), never);
        assert_eq!(peek_all(&nine, now, wall), never);
        let twice = [window.layer(11), window.layer(11)];
        let Layered { outcome, layer } = try_acquire_all(&twice, now, wall);
        assert_eq!((outcome.retry_after(), layer), (Some(Span::from_secs(59)), 1));
        let Outcome::Allowed { remaining, .. } = window.peek(0, wall) else { panic!() };
        assert_eq!(remaining, 20);
    }

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
