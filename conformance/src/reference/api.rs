//! What a client or a server of one API keeps: a window for each key and category, and the gateway.

use std::collections::HashMap;

use crate::reference::bucket::Bucket;
use crate::reference::error::Error;
use crate::reference::mirror::{Mirror, Moment};
use crate::reference::policy::Policy;
use crate::reference::quota::Quota;
use crate::reference::skew::Skew;
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
}

/// A key and a category.
pub type Lane = (String, &'static str);

/// The state of one API.
#[derive(Debug)]
pub struct Api {
    /// Its rules.
    pub policy: Policy,
    /// What the jitter is drawn from.
    pub seed: u64,
    /// The server's windows.
    pub windows: HashMap<Lane, Window>,
    /// The client's view of them.
    pub mirrors: HashMap<Lane, Mirror>,
    /// Until when a 429 stopped a lane.
    pub pauses: HashMap<Lane, u128>,
    /// The account-wide bucket.
    pub gateway: Option<Bucket>,
    /// Until when a 429 stopped everything.
    pub gateway_pause: u128,
    /// Between our clock and the server's.
    pub skew: Skew,
    /// Calls made so far.
    pub calls: u64,
}

impl Api {
    /// Nothing used, nothing known.
    pub fn new(policy: Policy, seed: u64) -> Api {
        let bucket = |(rate, burst)| {
            let quota = Quota::new(rate, 1_000_000_000, burst).expect("the presets are in bounds");
            Bucket::new(quota)
        };
        Api {
            gateway: policy.gateway.map(bucket),
            policy,
            seed,
            windows: HashMap::new(),
            mirrors: HashMap::new(),
            pauses: HashMap::new(),
            gateway_pause: 0,
            skew: Skew::default(),
            calls: 0,
        }
    }

    /// The lane of a request and its limit there.
    ///
    /// # Errors
    /// The first that is wrong of method, path, key, role.
    pub fn lane(&self, request: &Request) -> Result<(Lane, u64), Error> {
        let category = self.policy.category(&request.method, &request.path)?;
        if !request.path.starts_with('/') {
            return Err(Error::PathInvalid);
        }
        if request.key.is_empty() {
            return Err(Error::KeyEmpty);
        }
        let limit = self.policy.limit(category, &request.role)?;
        Ok(((request.key.clone(), category), limit))
    }

    /// What the mirrors need to know of a moment.
    pub fn moment(&self, limit: u64, wall: u128) -> Moment {
        Moment {
            limit: limit.into(),
            window: self.policy.window,
            earliest: self.skew.earliest(wall),
            latest: self.skew.latest(wall),
        }
    }
}
