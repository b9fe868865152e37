//! A seed for an [`Api`](tidegate::Api) or a [`Backoff`](tidegate::Backoff).

/// A random number from the system, so that two processes do not retry in step and nobody can guess
/// the hash of a key. Where the system has none to give, the clocks stand in.
pub fn seed() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        tidegate::retry::mix(crate::wall().as_nanos(), crate::monotonic().as_nanos(), 0)
    })
}
