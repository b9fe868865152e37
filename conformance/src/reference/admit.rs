//! The server's side: whether a request is admitted, and the headers that say so.

use core::fmt;

use crate::reference::SECOND;
use crate::reference::api::{Api, Request};
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::window::Window;

/// What the server answers.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Where the request was counted.
    pub category: &'static str,
    /// The layer that denied and its wait, if one did.
    pub denied: Option<(&'static str, u128)>,
    /// The requests in a window.
    pub limit: u128,
    /// How many of them are left.
    pub remaining: u128,
    /// The end of the window.
    pub reset: u128,
    /// The length of the window.
    pub window: u128,
}

impl Api {
    /// Counts a request in its category and at the gateway, in both or in none.
    ///
    /// # Errors
    /// The first that is wrong of method, path, key, role.
    pub fn admit(&mut self, request: &Request, now: u64, wall: u64) -> Result<Admission, Error> {
        let (lane, limit) = self.lane(request)?;
        let category = lane.1;
        let length = self.policy.window;
        let window = self.windows.entry(lane).or_insert_with(|| {
            Window::new(limit, length as u64).expect("the presets are in bounds")
        });
        window.limit = limit.into();

        let by_category = wait(window.peek(1, wall));
        let by_gateway = self.gateway.as_ref().and_then(|bucket| wait(bucket.peek(1, now)));
        let denied = match (by_category, by_gateway) {
            (None, None) => None,
            (Some(category), Some(gateway)) if gateway > category => Some(("gateway", gateway)),
            (Some(category), _) => Some(("category", category)),
            (None, Some(gateway)) => Some(("gateway", gateway)),
        };
        // The layer that denies is asked for good as well, the category if both do: it takes nothing and
        // keeps the correction of a clock that stepped.
        if by_gateway.is_none() || by_category.is_some() {
            window.acquire(1, wall);
        }
        if by_category.is_none()
            && let Some(bucket) = &mut self.gateway
        {
            bucket.acquire(1, now);
        }

        let wall = u128::from(wall);
        Ok(Admission {
            category,
            denied,
            limit: window.limit,
            remaining: window.remaining(wall),
            reset: window.end(wall),
            window: length,
        })
    }
}

/// The wait of a denial.
fn wait(decision: Decision) -> Option<u128> {
    match decision {
        Decision::Deny { retry_after } => Some(retry_after),
        Decision::Allow { .. } | Decision::Never => None,
    }
}

/// As in the headers: whole seconds, rounded up.
impl fmt::Display for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denied {
            None => write!(f, "allow {}", self.category)?,
            Some((layer, _)) => write!(f, "deny {} {layer}", self.category)?,
        }
        let (reset, window) = (self.reset.div_ceil(SECOND), self.window.div_ceil(SECOND));
        write!(
            f,
            " limit {} remaining {} reset {reset} window {window}",
            self.limit, self.remaining
        )?;
        match self.denied {
            None => Ok(()),
            Some((_, wait)) => write!(f, " retry_after {}", wait.div_ceil(SECOND)),
        }
    }
}
