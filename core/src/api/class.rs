//! `Class`: what an error means, and the rule that says so.

use crate::text::Text;

/// What a status together with a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRule {
    /// The status, 0 for any; the two built-in APIs use the same codes with different ones.
    pub status: u16,
    /// The code.
    pub code: Text<47>,
    /// The meaning.
    pub class: Class,
}

/// The meaning of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The same request would fail again.
    Permanent,
    /// It may go well the next time.
    Transient,
    /// New credentials are needed; trying again with these is useless.
    RefreshCredentials,
    /// A limit of the key denied it: nothing was done.
    Throttled,
    /// A limit that all keys share denied it: nothing was done.
    ThrottledAll,
}

impl Class {
    /// Every class.
    pub const ALL: &'static [Class] = &[
        Class::Permanent,
        Class::Transient,
        Class::RefreshCredentials,
        Class::Throttled,
        Class::ThrottledAll,
    ];

    /// Its name in policy files.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Permanent => "permanent",
            Class::Transient => "transient",
            Class::RefreshCredentials => "refresh_credentials",
            Class::Throttled => "throttled",
            Class::ThrottledAll => "throttled_all",
        }
    }

    /// Whether a limit denied the request.
    pub const fn is_throttled(self) -> bool {
        matches!(self, Class::Throttled | Class::ThrottledAll)
    }
}
