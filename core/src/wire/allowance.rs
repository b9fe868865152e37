//! `Allowance`: one limit as a server tells it, and which of several is the tightest.

use crate::time::{Span, UnixTime};

/// One limit that a response told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance<'a> {
    /// The server's name for it, `""` if it has none.
    pub name: &'a str,
    /// Which of several partitions of the same limit: a fingerprint of `pk`, equal for equal keys.
    pub partition: Option<u64>,
    /// What is counted.
    pub unit: Unit,
    /// How many a window, at most 10¹⁵ − 1, as the next two.
    pub limit: Option<u64>,
    /// How many are left, rounded down; the limit less what was used where only those were told.
    pub remaining: Option<u64>,
    /// How many were used, rounded up.
    pub used: Option<u64>,
    /// When there will be more.
    pub reset: Option<Reset>,
    /// The length of a window, from 1 s to 366 days.
    pub window: Option<Span>,
}

/// When there will be more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// At this instant of the server's clock, not after 2100.
    At(UnixTime),
    /// So long after the answer, at most 366 days.
    After(Span),
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Requests, where nothing else is said.
    Requests,
    /// Tokens of a language model.
    Tokens,
    /// Bytes of content.
    ContentBytes,
    /// Requests at the same time: no wait makes room, only an answer.
    ConcurrentRequests,
    /// Something that the drafts do not name.
    Other,
}

impl Unit {
    /// As the drafts write it; `tokens` and `other` are ours.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Requests => "requests",
            Unit::Tokens => "tokens",
            Unit::ContentBytes => "content-bytes",
            Unit::ConcurrentRequests => "concurrent-requests",
            Unit::Other => "other",
        }
    }
}

impl Reset {
    /// How long after `server_now`; a past instant is zero.
    pub fn wait(self, server_now: UnixTime) -> Span {
        match self {
            Reset::At(instant) => instant.saturating_since(server_now),
            Reset::After(span) => span,
        }
    }
}

impl Allowance<'_> {
    /// Whether nothing is left of it, and time will change that.
    pub(super) fn is_exhausted(&self) -> bool {
        self.remaining == Some(0) && self.unit != Unit::ConcurrentRequests
    }

    /// How soon it stops a client that sends requests, the smallest first; `None` if it cannot be
    /// compared: the rest of a limit that counts something else.
    pub(super) fn urgency(&self, server_now: UnixTime) -> Option<(u64, core::cmp::Reverse<Span>)> {
        let comparable = self.unit == Unit::Requests || self.is_exhausted();
        let remaining = self.remaining.filter(|_| comparable)?;
        let wait = self.reset.map_or(Span::ZERO, |reset| reset.wait(server_now));
        Some((remaining, core::cmp::Reverse(wait)))
    }
}
