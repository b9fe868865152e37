//! Several limits, all or nothing.

use core::fmt;

use crate::reference::bucket::Bucket;
use crate::reference::decision::Decision;
use crate::reference::first_use::FirstUse;
use crate::reference::strict::Strict;
use crate::reference::window::Window;

/// One limit of any kind that can be shared.
#[derive(Clone, Debug)]
pub enum Limiter {
    /// On monotonic time.
    Bucket(Bucket),
    /// On wall time, as is the next.
    Window(Window),
    /// Starts with its first request.
    FirstUse(FirstUse),
    /// On monotonic time.
    Strict(Strict),
}

impl Limiter {
    /// Takes `n`, or says when.
    pub fn acquire(&mut self, n: u64, now: u64, wall: u64) -> Decision {
        match self {
            Limiter::Bucket(bucket) => bucket.acquire(n, now),
            Limiter::Window(window) => window.acquire(n, wall),
            Limiter::FirstUse(window) => window.acquire(n, wall),
            Limiter::Strict(window) => window.acquire(n, now),
        }
    }

    /// What [`Limiter::acquire`] would answer; changes nothing.
    pub fn peek(&self, n: u64, now: u64, wall: u64) -> Decision {
        match self {
            Limiter::Bucket(bucket) => bucket.peek(n, now),
            Limiter::Window(window) => window.peek(n, wall),
            Limiter::FirstUse(window) => window.peek(n, wall),
            Limiter::Strict(window) => window.peek(n, now),
        }
    }
}

/// What several limits answer, and the layer that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layered {
    /// The layer, from 0.
    pub layer: usize,
    /// The answer of all.
    pub decision: Decision,
}

impl fmt::Display for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decision = self.decision.to_string();
        let (word, rest) = decision.split_once(' ').unwrap_or((&decision, ""));
        let space = if rest.is_empty() { "" } else { " " };
        write!(f, "{word} layer {}{space}{rest}", self.layer)
    }
}

/// Charges each layer with its number, or none. More layers than eight are never.
///
/// The clock step of a layer that denies is corrected, as that layer alone would do.
pub fn acquire_all(layers: &mut [Limiter], numbers: &[u64], now: u64, wall: u64) -> Layered {
    let looked = peek_all(layers, numbers, now, wall);
    if layers.len() > MOST {
        return looked;
    }
    let allowed = matches!(looked.decision, Decision::Allow { .. });
    let mut charged = Vec::new();
    for (layer, &n) in layers.iter_mut().zip(numbers) {
        if allowed || matches!(layer.peek(n, now, wall), Decision::Deny { .. }) {
            charged.push(layer.acquire(n, now, wall));
        }
    }
    if allowed { all(&charged) } else { looked }
}

/// What [`acquire_all`] would answer; changes nothing.
pub fn peek_all(layers: &[Limiter], numbers: &[u64], now: u64, wall: u64) -> Layered {
    if layers.len() > MOST {
        return Layered { layer: MOST, decision: Decision::Never };
    }
    let looks = layers.iter().zip(numbers).map(|(layer, &n)| layer.peek(n, now, wall));
    all(&looks.collect::<Vec<_>>())
}

/// Never by the first layer that says so; denied by the longest wait; allowed with the least that
/// remains. Of equals the first.
fn all(decisions: &[Decision]) -> Layered {
    if let Some(layer) = decisions.iter().position(|&decision| decision == Decision::Never) {
        return Layered { layer, decision: Decision::Never };
    }
    let waits = decisions.iter().enumerate().filter_map(|(layer, decision)| match decision {
        Decision::Deny { retry_after } => Some((*retry_after, layer)),
        _ => None,
    });
    if let Some((_, layer)) = waits.max_by_key(|&(wait, layer)| (wait, usize::MAX - layer)) {
        return Layered { layer, decision: decisions[layer] };
    }
    let (mut least, mut longest) = ((u128::from(u64::MAX), 0), 0);
    for (layer, decision) in decisions.iter().enumerate() {
        if let Decision::Allow { remaining, reset_after } = *decision {
            least = least.min((remaining, layer));
            longest = longest.max(reset_after);
        }
    }
    let decision = Decision::Allow { remaining: least.0, reset_after: longest };
    Layered { layer: least.1, decision }
}

/// The most layers of one decision.
const MOST: usize = 8;
