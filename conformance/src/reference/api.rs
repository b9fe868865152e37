//! What a client or a server of one API keeps: each limit for each key, and what all share.

use std::collections::HashMap;

use crate::reference::breaker::Breaker;
use crate::reference::bucket::Bucket;
use crate::reference::error::Error;
use crate::reference::first_use::FirstUse;
use crate::reference::layers::Limiter;
use crate::reference::mirror::{Mirror, Moment};
use crate::reference::policy::{Limit, LimitKind, Policy};
use crate::reference::purse::Purse;
use crate::reference::quota::Quota;
use crate::reference::skew::Skew;
use crate::reference::strict::Strict;
use crate::reference::window::Window;

/// One request, as both sides see it.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` and so on.
    pub method: String,
    /// With its query.
    pub path: String,
    /// Whom the limits count.
    pub key: String,
    /// Empty for none.
    pub role: String,
    /// What it needs of limits that do not count requests.
    pub tokens: u64,
}

/// Where a request is counted.
#[derive(Clone, Debug)]
pub struct Place {
    /// Whom.
    pub key: String,
    /// In which category.
    pub category: usize,
    /// What the limits of its role are a multiple of.
    factor: u64,
}

/// Whose limit it is: a key's or, without that, everybody's; and which.
pub type Spot = (Option<String>, Which);

/// A limit by its name, wherever it stands; one without by its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// Of one or more categories.
    Named(String),
    /// The category, and the number there; of what all share the number alone.
    Placed(usize, usize),
}

/// A limit as it is for one request.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Whose it is.
    pub spot: Spot,
    /// With the multiple of the role.
    pub limit: Limit,
    /// How much of it the request needs.
    pub need: u64,
}

impl Applied {
    /// Whether it is one of the category's own.
    pub fn is_own(&self) -> bool {
        self.spot.0.is_some()
    }

    /// Whether a client follows it by its answers.
    pub fn is_mirrored(&self) -> bool {
        self.limit.kind == LimitKind::Fixed
    }

    /// What a mirror needs to know of a moment.
    pub fn moment(&self, skew: &Skew, wall: u128) -> Moment {
        Moment {
            limit: self.limit.limit.into(),
            window: self.limit.per.into(),
            earliest: skew.earliest(wall),
            latest: skew.latest(wall),
        }
    }
}

/// The state of one API.
#[derive(Debug)]
pub struct Api {
    /// Its rules.
    pub policy: Policy,
    /// What the jitter is drawn from.
    pub seed: u64,
    /// The server's limits, and those of the client that it keeps by itself.
    pub limiters: HashMap<Spot, Limiter>,
    /// The client's view of the server's fixed windows.
    pub mirrors: HashMap<Spot, Mirror>,
    /// Until when a denial stopped a key in a category; without one, everything.
    pub pauses: HashMap<Option<(String, usize)>, u128>,
    /// Between our clock and the server's.
    pub skew: Skew,
    /// What retries may spend.
    pub purse: Purse,
    /// What leaves a server alone that fails.
    pub breaker: Option<Breaker>,
    /// Calls made so far.
    pub calls: u64,
}

impl Api {
    /// Nothing used, nothing known.
    pub fn new(policy: Policy, seed: u64) -> Api {
        let breaker = policy.breaker.clone().map(|(trip, open_for, probes)| {
            Breaker::new(trip, open_for, probes).expect("it was tried when the policy was read")
        });
        Api {
            purse: Purse::new(&policy.budget),
            breaker,
            policy,
            seed,
            limiters: HashMap::new(),
            mirrors: HashMap::new(),
            pauses: HashMap::new(),
            skew: Skew::default(),
            calls: 0,
        }
    }

    /// Where a request is counted.
    ///
    /// # Errors
    /// The first that is wrong of method, path, key, role.
    pub fn place(&self, request: &Request) -> Result<Place, Error> {
        let category = self.policy.category(&request.method, &request.path)?;
        if !request.path.starts_with('/') {
            return Err(Error::PathInvalid);
        }
        if request.key.is_empty() {
            return Err(Error::KeyEmpty);
        }
        let factor = self.policy.factor(&request.role)?;
        Ok(Place { key: request.key.clone(), category, factor })
    }

    /// The limits of a request: those of its category, then those that all share.
    pub fn applied(&self, place: &Place, tokens: u64) -> Vec<Applied> {
        let own = self.policy.categories[place.category].limits.iter().enumerate();
        let own = own.map(|(index, limit)| {
            let which = match limit.name.as_str() {
                "" => Which::Placed(place.category, index),
                name => Which::Named(name.to_owned()),
            };
            ((Some(place.key.clone()), which), limit.times(place.factor))
        });
        let shared = self.policy.shared.iter().enumerate();
        let shared = shared.map(|(index, limit)| ((None, Which::Placed(0, index)), limit.clone()));
        let applied = |(spot, limit): (Spot, Limit)| {
            let need = if limit.unit == "requests" { 1 } else { tokens };
            Applied { spot, limit, need }
        };
        own.chain(shared).map(applied).collect()
    }

    /// The limiters of limits.
    ///
    /// # Panics
    /// When a bucket or a strict window is asked for with another limit than before: its state means
    /// nothing then, so a key has one role.
    pub fn limiters(&self, applied: &[Applied]) -> Vec<Limiter> {
        applied.iter().map(|one| self.limiter(one)).collect()
    }

    fn limiter(&self, applied: &Applied) -> Limiter {
        const FITS: &str = "it was tried when the policy was read";
        let Limit { kind, limit, per, burst, .. } = applied.limit;
        let mut limiter = self.limiters.get(&applied.spot).cloned();
        match limiter.get_or_insert_with(|| match kind {
            LimitKind::Fixed => Limiter::Window(Window::new(limit, per).expect(FITS)),
            LimitKind::FirstUse => Limiter::FirstUse(FirstUse::new(limit, per).expect(FITS)),
            LimitKind::Strict => Limiter::Strict(Strict::new(limit, per).expect(FITS)),
            LimitKind::Bucket => {
                Limiter::Bucket(Bucket::new(Quota::new(limit, per, burst).expect(FITS)))
            }
        }) {
            Limiter::Window(window) => window.limit = limit.into(),
            Limiter::FirstUse(window) => window.limit = limit.into(),
            Limiter::Strict(window) => assert_eq!(window.limit, u128::from(limit), "one role"),
            Limiter::Bucket(bucket) => {
                assert_eq!(bucket.quota.limit, u128::from(limit), "one role");
            }
        }
        limiter.expect("it was made")
    }

    /// Keeps what became of limiters.
    pub fn keep(&mut self, applied: &[Applied], limiters: Vec<Limiter>) {
        let spots = applied.iter().map(|one| one.spot.clone());
        self.limiters.extend(spots.zip(limiters));
    }

    /// Until when a place is stopped.
    pub fn pause(&self, place: &Place) -> u128 {
        let own = self.pauses.get(&Some((place.key.clone(), place.category)));
        let all = self.pauses.get(&None);
        own.copied().unwrap_or(0).max(all.copied().unwrap_or(0))
    }
}
