//! How long the random tests try.

/// As many histories as `TIDEGATE_HISTORIES` says, or as many as usual: a slice with every change, and
/// millions in `cargo xtask test --long`.
///
/// # Panics
/// When the variable is no number: a long run must not become a short one.
pub fn histories(usual: u64) -> u64 {
    match std::env::var("TIDEGATE_HISTORIES") {
        Ok(text) => text.parse().expect("TIDEGATE_HISTORIES is a number"),
        Err(_) => usual,
    }
}
