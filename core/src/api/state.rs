//! `Api`: what all callers of one API share, in fixed memory and without a lock.

use core::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::{
    Method, Policy,
    mirror::{MAX_LIMIT, Mirror},
    skew::Skew,
};
use crate::{
    cell::Word,
    error::Error,
    limit::{RateLimiter, WindowState},
    quota::Quota,
    retry::mix,
    time::{Instant, Span},
};

/// One API: its [`Policy`] and the state of its limits, for up to `KEYS` keys.
///
/// A client calls [`call`](Self::call), a server [`admit`](Self::admit); one `Api` serves one side.
/// It may be a `static`; it never grows. Keys beyond `KEYS - 1` share the last place, so they limit
/// each other rather than nobody ([`overflowed`](Self::overflowed) counts them).
///
/// # Concurrency
///
/// Everything is shared through `&self`; each word changes by compare-and-swap alone.
#[derive(Debug)]
pub struct Api<const KEYS: usize = 64> {
    policy: Policy,
    seed: u64,
    calls: Word,
    overflowed: Word,
    pub(super) skew: Skew,
    pub(super) gateway: RateLimiter,
    pub(super) gateway_pause: Word,
    keys: [KeySlot; KEYS],
}

/// The state of one key.
#[derive(Debug)]
struct KeySlot {
    /// A keyed hash, never 0; 0 is a free slot. A slot is never given to another key.
    fingerprint: Word,
    categories: [CategoryState; Policy::MAX_CATEGORIES],
}

/// The state of one key in one category.
#[derive(Debug)]
pub(super) struct CategoryState {
    /// The client's picture of the server's window.
    pub(super) mirror: Mirror,
    /// Until when nobody may send, as monotonic ns: what a 429 ordered.
    pub(super) pause: Word,
    /// The server's own window.
    pub(super) window: WindowState,
}

/// A request, as far as limits and retries are concerned.
///
/// # Examples
///
/// ```
/// use tidegate::{Method, Request};
///
/// let request = Request {
///     idempotency_key: true,
///     ..Request::new(Method::Post, "/api/v1/incidents", b"alice")
/// };
/// assert_eq!(request.role, "");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The path, from its first slash; a query may follow.
    pub path: &'a str,
    /// Whose limits: the user or token.
    pub key: &'a [u8],
    /// The role of that key, or "".
    pub role: &'a str,
    /// Whether the request carries an `Idempotency-Key`, so that repeating it does it once.
    pub idempotency_key: bool,
    /// When the caller no longer wants the answer; [`Instant::MAX`] for never.
    pub deadline: Instant,
}

impl<'a> Request<'a> {
    /// A request without a role, an idempotency key or a deadline.
    pub const fn new(method: Method, path: &'a str, key: &'a [u8]) -> Request<'a> {
        Request { method, path, key, role: "", idempotency_key: false, deadline: Instant::MAX }
    }
}

/// A request, found its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) slot: u32,
    pub(super) category: u8,
    pub(super) limit: u64,
}

impl<const KEYS: usize> Api<KEYS> {
    /// An API of which nothing has been used. The seed spreads this process's retries and keys its
    /// hash: draw it at random where that matters, fix it where a test must repeat.
    pub const fn new(policy: Policy, seed: u64) -> Self {
        const { assert!(KEYS > 0 && KEYS <= 1 << 31, "an Api has room for at least one key") };
        let quota = match policy.gateway {
            Some(quota) => quota,
            None => NO_GATEWAY,
        };
        Api {
            policy,
            seed,
            calls: Word::new(0),
            overflowed: Word::new(0),
            skew: Skew::new(),
            gateway: RateLimiter::new(quota),
            gateway_pause: Word::new(0),
            keys: [const { KeySlot::new() }; KEYS],
        }
    }

    /// The description.
    #[inline]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// How many requests came with a key that found all places taken.
    pub fn overflowed(&self) -> u64 {
        self.overflowed.get()
    }

    pub(super) const fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) fn take_call_number(&self) -> u64 {
        self.calls.take_number()
    }

    /// Checks a request and finds its category and its key's place.
    pub(super) fn place(&self, request: &Request<'_>) -> Result<Place, Error> {
        if !request.path.starts_with('/') {
            return Err(Error::PathInvalid);
        }
        if request.key.is_empty() {
            return Err(Error::KeyEmpty);
        }
        let multiplier = self.policy.multiplier(request.role)?;
        let category = self.policy.categorize(request.method, request.path).unwrap_or(0);
        let limit = self.policy.category(category).map_or(0, |category| category.limit);
        let limit = limit.saturating_mul(multiplier).min(MAX_LIMIT);
        Ok(Place { slot: self.slot(request.key), category: category as u8, limit })
    }

    /// The state of a key in a category; `None` for a place of another `Api`.
    pub(super) fn state(&self, place: Place) -> Option<&CategoryState> {
        self.keys.get(place.slot as usize)?.categories.get(usize::from(place.category))
    }

    /// The key's slot, taken now if it is new. Two threads that bring the same new key look at the
    /// slots in the same order, and slots are never freed, so both end at the same one.
    #[expect(clippy::integer_division_remainder_used, reason = "KEYS is at least 1")]
    fn slot(&self, key: &[u8]) -> u32 {
        let last = KEYS - 1;
        let fingerprint = self.fingerprint(key);
        let first = (fingerprint % KEYS as u64) as usize;
        for step in 0..KEYS {
            let index = (first + step) % KEYS;
            let Some(slot) = self.keys.get(index).filter(|_| index != last) else { continue };
            let owner = slot.fingerprint.update(|owner| match owner {
                0 => (Some(fingerprint), fingerprint),
                owner => (None, owner),
            });
            if owner == fingerprint {
                return index as u32;
            }
        }
        self.overflowed.take_number();
        last as u32
    }

    /// A keyed hash of the key, so that nobody can choose keys that meet. Never 0.
    fn fingerprint(&self, key: &[u8]) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(self.seed, mix(self.seed, 0, 0));
        hasher.write(key);
        hasher.finish().max(1)
    }
}

impl KeySlot {
    const fn new() -> KeySlot {
        let categories = [const {
            CategoryState { mirror: Mirror::new(), pause: Word::new(0), window: WindowState::new() }
        }; Policy::MAX_CATEGORIES];
        KeySlot { fingerprint: Word::new(0), categories }
    }
}

/// Stands where a policy has no gateway; never asked.
const NO_GATEWAY: Quota = match Quota::new(0, Span::from_secs(1), 1) {
    Ok(quota) => quota,
    Err(_) => panic!("a limit of 0 is within bounds"),
};

#[cfg(test)]
mod tests {
    use super::{Api, Method, Policy, Request};

    #[test]
    fn keys_beyond_the_capacity_share_the_last_place() {
        let api = Api::<3>::new(Policy::stackflow(), 1);
        let place = |key: &[u8]| api.place(&Request::new(Method::Get, "/", key)).unwrap().slot;
        let (first, second) = (place(b"a"), place(b"b"));
        assert!(first != second && first < 2 && second < 2);
        assert_eq!((place(b"c"), place(b"d"), place(b"a")), (2, 2, first));
        assert_eq!(api.overflowed(), 2);
    }
}
