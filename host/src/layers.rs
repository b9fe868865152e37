//! `with_layers`: limits whose quotas can change, all or nothing with others.

use core::ptr;

use tidegate::Layer;

use crate::live::{Held, LiveRateLimiter};

/// One limit and how much of it a request needs, as [`with_layers`] takes it.
#[derive(Clone, Copy, Debug)]
pub enum LiveLayer<'a> {
    /// So many tokens of a bucket whose quota can change.
    Live(&'a LiveRateLimiter, u64),
    /// Any other limit.
    Other(Layer<'a>),
}

/// What `act` does with the layers, whose quotas stay what they are until it is done.
///
/// Holds back every change of their quotas for as long as it takes; others take tokens meanwhile.
/// Changes are held back in one order for all callers, so no two calls wait for each other.
///
/// # Examples
///
/// ```
/// use tidegate::{Instant, Quota, RateLimiter, Span, UnixTime, try_acquire_all};
/// use tidegate_host::{LiveLayer, LiveRateLimiter, with_layers};
///
/// let minute = Span::from_secs(60);
/// let requests = LiveRateLimiter::new(RateLimiter::new(Quota::new(500, minute, 500)?));
/// let tokens = LiveRateLimiter::new(RateLimiter::new(Quota::new(100_000, minute, 1_000)?));
/// let layers = [LiveLayer::Live(&requests, 1), LiveLayer::Live(&tokens, 900)];
/// let (now, wall) = (Instant::ZERO, UnixTime::ZERO);
/// let ask = || with_layers(&layers, |layers| try_acquire_all(layers, now, wall));
/// assert!(ask().outcome.is_allowed());
/// assert_eq!((ask().outcome.is_allowed(), ask().layer), (false, 1));
/// # Ok::<(), tidegate::Error>(())
/// ```
pub fn with_layers<T>(layers: &[LiveLayer<'_>], act: impl FnOnce(&[Layer<'_>]) -> T) -> T {
    let mut live: Vec<&LiveRateLimiter> = layers
        .iter()
        .filter_map(|layer| match *layer {
            LiveLayer::Live(limiter, _) => Some(limiter),
            LiveLayer::Other(_) => None,
        })
        .collect();
    live.sort_by_key(|&limiter| ptr::from_ref(limiter));
    // Held once: a second hold of this thread would wait for a change that waits for the first.
    live.dedup_by_key(|limiter| ptr::from_ref(*limiter));
    let held: Vec<Held<'_>> = live.iter().map(|limiter| limiter.hold()).collect();
    let bucket = |limiter: &LiveRateLimiter| {
        live.iter().position(|&other| ptr::eq(other, limiter)).and_then(|index| held.get(index))
    };
    let layers: Vec<Layer<'_>> = layers
        .iter()
        .filter_map(|layer| match *layer {
            LiveLayer::Live(limiter, n) => bucket(limiter).map(|held| held.layer(n)), // always there
            LiveLayer::Other(layer) => Some(layer),
        })
        .collect();
    act(&layers)
}

#[cfg(test)]
mod tests {
    use super::{LiveLayer, with_layers};
    use crate::LiveRateLimiter;
    use tidegate::{
        Carry, FixedWindow, Instant, Outcome, Quota, RateLimiter, Span, UnixTime, try_acquire_all,
    };

    /// Layers in either order while both quotas change: nobody waits for ever, the last layer of each
    /// order gives exactly its burst, and a denial leaves no charge in the window.
    #[test]
    fn layers_are_charged_while_their_quotas_change() {
        let quota = |burst| Quota::new(1, Span::from_secs(3_600), burst).unwrap();
        let [scarce, wide] =
            [4_000, 100_000].map(|burst| LiveRateLimiter::new(RateLimiter::new(quota(burst))));
        let window = FixedWindow::new(100_000, Span::from_secs(60)).unwrap();
        let (now, wall) = (Instant::from_nanos(7), UnixTime::from_secs(61));
        let admitted: usize = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..8)
                .map(|taker| {
                    let [first, second] = [LiveLayer::Live(&scarce, 1), LiveLayer::Live(&wide, 2)];
                    let [first, second] =
                        if taker % 2 == 0 { [first, second] } else { [second, first] };
                    let layers = [first, second, LiveLayer::Other(window.layer(3))];
                    scope.spawn(move || {
                        let ask = |_: &u32| {
                            with_layers(&layers, |layers| {
                                try_acquire_all(layers, now, wall).outcome.is_allowed()
                            })
                        };
                        (0..1_000).filter(ask).count()
                    })
                })
                .collect();
            for _ in 0..1_000 {
                scarce.reconfigure(quota(4_000), Carry::Keep, now).unwrap();
                wide.reconfigure(quota(100_000), Carry::Keep, now).unwrap();
            }
            takers.into_iter().map(|taker| taker.join().unwrap()).sum()
        });
        assert_eq!(admitted, 4_000);
        let Outcome::Allowed { remaining, .. } = window.peek(0, wall) else { unreachable!() };
        assert_eq!(remaining, 100_000 - 3 * 4_000);
        // A lost race may leave a bucket charged, never the other way.
        assert!(wide.with(|wide| wide.drain(now)) <= 100_000 - 2 * 4_000);
    }
}
