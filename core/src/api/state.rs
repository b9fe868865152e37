//! `Api`: what all callers of one API share, in fixed memory and without a lock.

use core::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::{
    Method, Policy,
    limit::{InForce, Limit, LimitState},
    protect::Purse,
    skew::Skew,
};
use crate::{
    cell::Word,
    error::Error,
    retry::{CircuitBreaker, mix},
    time::{Instant, UnixTime},
    wire::{Hints, Reader, Unit},
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
    pub(super) purse: Purse,
    pub(super) breaker: Option<CircuitBreaker>,
    /// Until when nobody may send, as monotonic ns.
    pub(super) pause: Word,
    shared: [LimitState; Policy::MAX_SHARED],
    keys: [KeySlot; KEYS],
}

/// The state of one key.
#[derive(Debug)]
struct KeySlot {
    /// A keyed hash, never 0; 0 is a free slot. A slot is never given to another key.
    fingerprint: Word,
    /// Of each category, until when nobody may send, as monotonic ns: what a 429 ordered.
    pauses: [Word; Policy::MAX_CATEGORIES],
    limits: [LimitState; Policy::MAX_LIMITS],
}

/// One limit, as it is for one request.
#[derive(Debug)]
pub(super) struct Applied<'a> {
    pub(super) rule: InForce<'a>,
    pub(super) unit: Unit,
    /// As the policy has it, with its name.
    pub(super) limit: &'a Limit,
    pub(super) state: &'a LimitState,
}

/// How many limits apply to a request at most.
pub(super) const MAX_APPLIED: usize = Policy::MAX_CATEGORY_LIMITS + Policy::MAX_SHARED;

/// The limits that apply to a request: those of its category, then those that all keys share.
pub(super) type AllApplied<'a> = heapless::Vec<Applied<'a>, MAX_APPLIED>;

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
    /// The role of that key, or "". Where that changes, its token buckets and strict windows may once be
    /// taken for full or for empty: what they hold is counted in parts of a limit.
    pub role: &'a str,
    /// Whether the request carries an `Idempotency-Key`, so that repeating it does it once.
    pub idempotency_key: bool,
    /// How many tokens it will use, where a limit counts those: an estimate.
    pub tokens: u64,
    /// When the caller no longer wants the answer; [`Instant::MAX`] for never.
    pub deadline: Instant,
}

impl<'a> Request<'a> {
    /// A request without a role, an idempotency key, tokens or a deadline.
    pub const fn new(method: Method, path: &'a str, key: &'a [u8]) -> Request<'a> {
        Request {
            method,
            path,
            key,
            role: "",
            idempotency_key: false,
            tokens: 0,
            deadline: Instant::MAX,
        }
    }
}

/// A request, found its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) slot: u32,
    pub(super) category: u8,
    pub(super) multiplier: u64,
}

impl<const KEYS: usize> Api<KEYS> {
    /// An API of which nothing has been used. The seed spreads this process's retries and keys its
    /// hash: draw it at random where that matters, fix it where a test must repeat.
    // Inlined, so that it is made where it is to lie, and not first on the stack.
    #[inline(always)]
    pub const fn new(policy: Policy, seed: u64) -> Self {
        const { assert!(KEYS > 0 && KEYS <= 1 << 31, "an Api has room for at least one key") };
        let breaker = match policy.breaker {
            Some(rule) => match rule.breaker() {
                Ok(breaker) => Some(breaker),
                Err(_) => None, // never: it was tried when the rule was made
            },
            None => None,
        };
        Api {
            policy,
            seed,
            calls: Word::new(0),
            overflowed: Word::new(0),
            skew: Skew::new(),
            purse: Purse::new(policy.budget),
            breaker,
            pause: Word::new(0),
            shared: [const { LimitState::new() }; Policy::MAX_SHARED],
            keys: [const { KeySlot::new() }; KEYS],
        }
    }

    /// Goes on numbering calls from here. For a process that `fork` has copied: the seed is part of the
    /// copy, and calls of the same number would retry at the same times in both. Give it a random number.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Api, Policy};
    ///
    /// static API: Api = Api::new(Policy::stackflow(), 7);
    /// API.number_calls_from(1 << 40); // in a program: drawn anew
    /// ```
    pub fn number_calls_from(&self, number: u64) {
        self.calls.set(number);
    }

    /// The description.
    #[inline]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What reads the headers of one response in this API's dialect.
    pub const fn reader(&self) -> Reader {
        Reader::new(self.policy.dialect)
    }

    /// What was read, for [`Call::answered`](super::Call::answered): by the server's clock, as far as it
    /// is known.
    pub fn hints(&self, reader: &Reader, wall: UnixTime) -> Hints {
        reader.hints(self.skew.get().earliest(wall))
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
        let category = self.policy.categorize(request.method, request.path);
        // OK because there are at most 8 categories.
        Ok(Place { slot: self.slot(request.key), category: category as u8, multiplier })
    }

    /// Until when nobody may send in a key's category; `None` for a place of another `Api`.
    pub(super) fn key_pause(&self, place: Place) -> Option<&Word> {
        self.keys.get(place.slot as usize)?.pauses.get(usize::from(place.category))
    }

    /// Lists the limits of a place, each with its state. (A list that is returned would be copied, which
    /// is a sixth of the time of a decision: bench `decision`.)
    #[inline]
    pub(super) fn apply<'a>(&'a self, place: Place, all: &mut AllApplied<'a>) {
        let policy = &self.policy;
        let own = policy.categories.get(usize::from(place.category));
        if let Some((category, slot)) = own.zip(self.keys.get(place.slot as usize)) {
            for index in category.limits.iter().map(|&index| usize::from(index)) {
                if let Some((limit, state)) = policy.limits.get(index).zip(slot.limits.get(index)) {
                    let rule = limit.rule.adapted(place.multiplier, policy.window);
                    // OK: there is room for every limit that applies.
                    let _ = all.push(Applied { rule, unit: limit.unit(), limit, state });
                }
            }
        }
        for (limit, state) in policy.shared.iter().zip(&self.shared) {
            let (rule, unit) = (limit.rule.adapted(1, policy.window), limit.unit());
            let _ = all.push(Applied { rule, unit, limit, state });
        }
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
    #[inline(always)]
    const fn new() -> KeySlot {
        KeySlot {
            fingerprint: Word::new(0),
            pauses: [const { Word::new(0) }; Policy::MAX_CATEGORIES],
            limits: [const { LimitState::new() }; Policy::MAX_LIMITS],
        }
    }
}

impl Applied<'_> {
    /// How much of it a request needs.
    #[inline]
    pub(super) fn weight(&self, tokens: u64) -> u64 {
        if matches!(self.unit, Unit::Requests) { 1 } else { tokens }
    }
}

/// One key's place in a table of many: a whole number of cache lines would not pay for itself.
const _: () = assert!(size_of::<LimitState>() == 64);

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
