//! The module `tidegate._core`: the core's types as Python classes.
//!
//! A binding converts, calls, converts and sleeps; every decision is the core's. All classes are
//! frozen, so a call needs no borrow flag and any thread may make it, with or without a GIL.

mod adaptive_rate;
mod adaptive_throttle;
mod admission;
mod advice;
mod allowance;
mod announce;
mod api;
mod attempts;
mod backoff;
mod breaker;
mod budget;
mod call;
mod category;
mod client_key;
mod clock;
mod decision;
mod dialect;
mod errors;
mod fast;
mod first_use;
#[cfg(feature = "floor")]
mod floor;
mod given;
mod jitter;
mod key;
mod keyed;
mod layers;
mod limiter;
mod line;
mod number;
mod pages;
mod paging;
mod patience;
mod policy;
mod quota;
mod rate;
mod ready;
mod reservation;
mod retry_quota;
mod seed;
mod shared;
mod snapshot;
mod strict;
mod text;
mod throttle;
mod time;
mod webhook;
mod window;
mod wire;

/// The compiled part of `tidegate`. Import its names from `tidegate`.
#[pyo3::pymodule(gil_used = false)]
mod _core {
    use pyo3::prelude::{Bound, PyModule, PyModuleMethods, PyResult};

    #[cfg(feature = "floor")]
    #[pymodule_export]
    use crate::floor::Floor;
    #[pymodule_export]
    use crate::{
        adaptive_rate::AdaptiveRate,
        adaptive_throttle::AdaptiveThrottle,
        admission::Admission,
        advice::Advice,
        allowance::Allowance,
        announce::{Announcement, announce},
        api::Api,
        attempts::{Attempts, RetryRules, cap},
        backoff::Backoff,
        breaker::{CircuitBreaker, Passage},
        budget::RetryBudget,
        call::{Call, Step},
        category::{Category, Limit},
        client_key::client_key,
        clock::{advance, advance_to, hold, read, release},
        decision::Decision,
        dialect::Dialect,
        first_use::FirstUseWindow,
        keyed::{KeyedRateLimiter, Occupant, Occupants},
        layers::{LayeredDecision, peek_all, try_acquire_all},
        limiter::RateLimiter,
        pages::{Batch, Pages},
        paging::{Paging, link_next},
        patience::Patience,
        policy::Policy,
        quota::Quota,
        reservation::Reservation,
        retry_quota::{RetryCosts, RetryQuota},
        shared::{SharedView, remove_shared},
        snapshot::Snapshot,
        strict::StrictWindow,
        throttle::RetryThrottle,
        time::{monotonic_ns, seconds_until},
        webhook::Webhook,
        window::FixedWindow,
        wire::{ErrorBody, Hints, RetryAfter, parse_retry_after, scan_error_body},
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("APIS", crate::api::names(module.py())?)?;
        module.add("ERRORS", crate::errors::table(module.py())?)?;
        module.add("FAILURES", crate::call::failures(module.py())?)?;
        module.add("REASONS", crate::call::reasons(module.py())?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        crate::seed::install(module.py())?;
        crate::ready::install(module.py())?;
        crate::fast::install(module.py())
    }
}
