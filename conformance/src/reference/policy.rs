//! The two presets: what each API's documents say about limits and retries.

use core::ops::RangeInclusive;

use crate::reference::SECOND;
use crate::reference::backoff::{Backoff, Jitter, Spread};
use crate::reference::error::Error;
use crate::reference::growth::Growth;
use crate::reference::route::covers;

/// The rules of one API.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The requests of each category in a window.
    pub categories: Vec<(&'static str, u64)>,
    /// The length of every window.
    pub window: u128,
    /// The account-wide bucket: permits a second, and depth.
    pub gateway: Option<(u64, u64)>,
    /// What a role multiplies the categories' limits by.
    pub roles: Vec<(&'static str, u64)>,
    /// Patterns and their categories; the first that covers a path counts.
    pub routes: Vec<(&'static str, &'static str)>,
    /// The category of each method, for paths without a route.
    pub methods: Vec<(&'static str, &'static str)>,
    /// The statuses that may be tried again.
    pub retryable: Vec<RangeInclusive<u16>>,
    /// Attempts in all.
    pub max_attempts: u32,
    /// The wait after a 429 that names none.
    pub default_429: Option<u128>,
    /// The waits when the server names none.
    pub backoff: Backoff,
    /// The most that is added to a wait that the server named.
    pub server_jitter: u128,
    /// The longest wait that a server may ask for.
    pub max_server_delay: u128,
}

impl Policy {
    /// The preset of this name, with every window replaced if a span is given.
    ///
    /// # Errors
    /// [`Error::UnknownApi`]; [`Error::WindowOutOfRange`].
    pub fn named(name: &str, window: Option<u64>) -> Result<Policy, Error> {
        let mut policy = match name {
            "stackflow" => stackflow(),
            "velaflows" => velaflows(),
            _ => return Err(Error::UnknownApi),
        };
        if let Some(window) = window.map(u128::from) {
            if !(SECOND..=366 * 86_400 * SECOND).contains(&window) || !window.is_multiple_of(SECOND)
            {
                return Err(Error::WindowOutOfRange);
            }
            policy.window = window;
        }
        Ok(policy)
    }

    /// The category of a request: its first route, else its method's.
    ///
    /// # Errors
    /// [`Error::UnknownMethod`]
    pub fn category(&self, method: &str, path: &str) -> Result<&'static str, Error> {
        let by_method = self.methods.iter().find(|(name, _)| *name == method);
        let (_, by_method) = by_method.ok_or(Error::UnknownMethod)?;
        let by_route = self.routes.iter().find(|(pattern, _)| covers(pattern, path));
        Ok(by_route.map_or(by_method, |(_, category)| category))
    }

    /// The requests in a window that a role has in a category.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]
    pub fn limit(&self, category: &str, role: &str) -> Result<u64, Error> {
        let factor = match role {
            "" => 1,
            _ => self.roles.iter().find(|(name, _)| *name == role).ok_or(Error::UnknownRole)?.1,
        };
        let limit = self.categories.iter().find(|(name, _)| *name == category);
        Ok(limit.map_or(0, |(_, limit)| limit * factor))
    }

    /// Whether a status may be tried again.
    pub fn is_retryable(&self, status: u16) -> bool {
        self.retryable.iter().any(|statuses| statuses.contains(&status))
    }
}

fn stackflow() -> Policy {
    Policy {
        categories: vec![("read", 300), ("write", 60), ("ai", 60), ("bulk", 10), ("search", 120)],
        window: 60 * SECOND,
        gateway: Some((5000, 5000)),
        roles: vec![("service_account", 10)],
        routes: vec![("/**/bulk", "bulk"), ("/**/ai/**", "ai"), ("/**/search", "search")],
        methods: methods("write"),
        retryable: vec![429..=429, 500..=500, 503..=503],
        max_attempts: 5,
        default_429: Some(60 * SECOND),
        backoff: backoff(),
        server_jitter: 0,
        max_server_delay: 3600 * SECOND,
    }
}

fn velaflows() -> Policy {
    Policy {
        categories: vec![("read", 300), ("write", 100), ("delete", 50), ("auth", 20), ("bulk", 10)],
        window: 900 * SECOND,
        gateway: None,
        roles: vec![],
        routes: vec![("/**/bulk", "bulk"), ("/**/auth/**", "auth")],
        methods: methods("delete"),
        retryable: vec![429..=429, 500..=599],
        max_attempts: 4,
        default_429: None,
        backoff: backoff(),
        server_jitter: SECOND,
        max_server_delay: 3600 * SECOND,
    }
}

fn methods(delete: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("GET", "read"),
        ("HEAD", "read"),
        ("OPTIONS", "read"),
        ("POST", "write"),
        ("PUT", "write"),
        ("PATCH", "write"),
        ("DELETE", delete),
    ]
}

/// 2ⁿ s plus up to 1 s, within 60 s: the same in both documents.
fn backoff() -> Backoff {
    const SECOND: u64 = 1_000_000_000;
    let spread = Spread::Plain(Jitter::Additive(SECOND.into()));
    let growth = Growth::Ratio(SECOND.into(), 2, 1);
    Backoff::new(growth, 60 * SECOND, spread).expect("the parts agree")
}

#[cfg(test)]
mod tests {
    use super::Policy;
    use crate::reference::SECOND;

    #[test]
    fn the_published_resets_are_edges() {
        // The sample headers of both documents: why windows are taken to be aligned to the clock.
        for (name, reset) in [("stackflow", 1_716_134_460), ("velaflows", 1_711_296_000)] {
            let policy = Policy::named(name, None).unwrap();
            assert_eq!(reset * SECOND % policy.window, 0, "{name}");
        }
    }
}
