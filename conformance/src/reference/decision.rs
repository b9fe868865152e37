//! The three outcomes of a limiter.

use core::fmt;

/// What a limiter answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Admitted.
    Allow {
        /// What could still be taken now.
        remaining: u128,
        /// Until all is there again.
        reset_after: u128,
    },
    /// Not now.
    Deny {
        /// The exact wait after which the same request is admitted.
        retry_after: u128,
    },
    /// Not now and not later.
    Never,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Decision::Allow { remaining, reset_after } => {
                write!(f, "allow remaining {remaining} reset_after {reset_after}")
            }
            Decision::Deny { retry_after } => write!(f, "deny retry_after {retry_after}"),
            Decision::Never => write!(f, "never"),
        }
    }
}
