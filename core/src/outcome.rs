//! What a limiter answers.

use crate::time::Span;

/// The three outcomes of asking for tokens.
///
/// All numbers come from the one state that the decision was made on. They are plain arithmetic on
/// that state: where a caller ignores them, the compiler removes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a denied request must not be sent"]
pub enum Outcome {
    /// The tokens were taken.
    Allowed {
        /// Whole tokens that are left, rounded down.
        remaining: u64,
        /// The time until the limiter is full again (for a window: until it ends), rounded up.
        reset_after: Span,
    },
    /// Not now; nothing was taken.
    Denied {
        /// The exact wait: after it the same request succeeds if nobody else takes tokens, one
        /// nanosecond earlier it does not.
        retry_after: Span,
    },
    /// More than the limiter can ever hold; nothing was taken and no wait would help.
    Never,
}

impl Outcome {
    /// Whether the tokens were taken.
    #[inline]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Outcome::Allowed { .. })
    }

    /// The exact wait of a denial.
    #[inline]
    pub const fn retry_after(self) -> Option<Span> {
        match self {
            Outcome::Denied { retry_after } => Some(retry_after),
            _ => None,
        }
    }
}
