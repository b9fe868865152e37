//! The server's side: whether a request is admitted, and the headers that say so.

use core::fmt;

use crate::reference::api::{Api, Request};
use crate::reference::decision::Decision;
use crate::reference::error::Error;
use crate::reference::layers::acquire_all;
use crate::reference::{MAX, SECOND};

/// What the server answers.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Where the request was counted.
    pub category: String,
    /// The layer that denied and its wait, if one did.
    pub denied: Option<(&'static str, u128)>,
    /// The limit that is shown.
    pub limit: u128,
    /// How many of it are left.
    pub remaining: u128,
    /// When all of it will be there.
    pub reset: u128,
    /// The length of its window.
    pub window: u128,
}

impl Api {
    /// Counts a request in every limit or in none.
    ///
    /// # Errors
    /// The first that is wrong of method, path, key, role.
    pub fn admit(&mut self, request: &Request, now: u64, wall: u64) -> Result<Admission, Error> {
        let place = self.place(request)?;
        let category = self.policy.categories[place.category].name.clone();
        let applied = self.applied(&place, request.tokens);
        let needs: Vec<_> = applied.iter().map(|one| one.need).collect();
        let before = self.limiters(&applied);
        let mut after = before.clone();
        let all = acquire_all(&mut after, &needs, now, wall);

        let is_allowed = matches!(all.decision, Decision::Allow { .. });
        let wait = match all.decision {
            Decision::Allow { .. } => None,
            Decision::Deny { retry_after } => Some(retry_after),
            Decision::Never => Some(MAX),
        };
        let is_own = applied.get(all.layer).is_some_and(|one| one.is_own());
        let denied = wait.map(|wait| (if is_own { "category" } else { "gateway" }, wait));

        // Shown is the key's limit that denied, else the one of the key with the least left; everybody's
        // where the key has none. If it was let in, as that counted; else as it stands.
        let has_own = applied.iter().any(|one| one.is_own());
        let mut shown = (0, 0, 0, 0);
        let mut is_shown = false;
        for (index, one) in applied.iter().enumerate() {
            if one.is_own() != has_own {
                continue;
            }
            let stands = match is_allowed {
                true => before[index].peek(needs[index], now, wall),
                false => after[index].peek(0, now, wall),
            };
            let Decision::Allow { remaining, reset_after } = stands else {
                unreachable!("nothing is always there")
            };
            let is_denier = !is_allowed && all.layer == index;
            if !is_shown || remaining < shown.1 || is_denier {
                let limit = &one.limit;
                shown = (limit.limit.into(), remaining, reset_after, limit.per.into());
                is_shown = true;
            }
            if is_denier {
                break;
            }
        }
        self.keep(&applied, after);
        let (limit, remaining, reset_after, window) = shown;
        let reset = (u128::from(wall) + reset_after).min(MAX);
        Ok(Admission { category, denied, limit, remaining, reset, window })
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
