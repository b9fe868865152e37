//! `tg_allowance`: one limit as a server tells it.

use core::ffi::c_char;

use tidegate::{
    Error,
    wire::{Allowance, Reset, Unit},
};

use crate::text::{array, c, texts};

/// A buffer of this size holds a server's name for a limit, or its scope, the NUL included.
pub const TG_LIMIT_NAME_SIZE: usize = 40;

/// One limit that a response told of. A number without its flag is 0.
#[repr(C)]
pub struct tg_allowance {
    /// The server's name for it, ended by NUL, "" if it has none.
    pub name: [c_char; TG_LIMIT_NAME_SIZE],
    /// Which of several partitions of the same limit: a fingerprint, equal for equal keys.
    pub partition: u64,
    /// How many a window, at most 10^15 - 1, as the next two.
    pub limit: u64,
    /// How many are left, rounded down; the limit less what was used where only those were told.
    pub remaining: u64,
    /// How many were used, rounded up.
    pub used: u64,
    /// When there will be more, in nanoseconds: what `reset_kind` says.
    pub reset_ns: u64,
    /// The length of a window in nanoseconds, from 1 s to 366 days.
    pub window_ns: u64,
    /// One of enum tg_unit; TG_UNIT_NONE if there is no such limit.
    pub unit: i32,
    /// One of enum tg_reset_kind.
    pub reset_kind: i32,
    /// Whether partition was told.
    pub has_partition: bool,
    /// Whether limit was told.
    pub has_limit: bool,
    /// Whether remaining was told.
    pub has_remaining: bool,
    /// Whether used was told.
    pub has_used: bool,
    /// Whether window_ns was told.
    pub has_window: bool,
}

/// What a limit counts.
#[repr(i32)]
pub enum tg_unit {
    /// There is no such limit.
    TG_UNIT_NONE = 0,
    /// Requests, where nothing else is said.
    TG_UNIT_REQUESTS = 1,
    /// Tokens of a language model.
    TG_UNIT_TOKENS = 2,
    /// Bytes of content.
    TG_UNIT_CONTENT_BYTES = 3,
    /// Requests at the same time: no wait makes room, only an answer.
    TG_UNIT_CONCURRENT_REQUESTS = 4,
    /// Something that the drafts do not name.
    TG_UNIT_OTHER = 5,
}

/// When there will be more of a limit.
#[repr(i32)]
pub enum tg_reset_kind {
    /// It was not told.
    TG_RESET_KIND_NONE = 0,
    /// At reset_ns since 1970, by the server's clock; not after 2100.
    TG_RESET_KIND_AT = 1,
    /// reset_ns after the answer; at most 366 days.
    TG_RESET_KIND_AFTER = 2,
}

/// The name of a unit ("requests", "content-bytes"), the same in every language, static and never NULL.
/// TG_UNIT_NONE and a number that is no unit give "".
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub extern "C" fn tg_unit_name(unit: i32) -> *const c_char {
    let names = texts!([
        Unit::Requests.name(),
        Unit::Tokens.name(),
        Unit::ContentBytes.name(),
        Unit::ConcurrentRequests.name(),
        Unit::Other.name(),
    ]);
    names.numbered(unit).unwrap_or(c(c""))
}

/// What C is told of a limit, or of none.
pub(crate) fn told(allowance: Option<Allowance<'_>>) -> Result<tg_allowance, Error> {
    let Some(allowance) = allowance else { return Ok(NONE) };
    let (reset_kind, reset_ns) = match allowance.reset {
        None => (tg_reset_kind::TG_RESET_KIND_NONE, 0),
        Some(Reset::At(instant)) => (tg_reset_kind::TG_RESET_KIND_AT, instant.as_nanos()),
        Some(Reset::After(wait)) => (tg_reset_kind::TG_RESET_KIND_AFTER, wait.as_nanos()),
    };
    Ok(tg_allowance {
        name: array(allowance.name)?,
        partition: allowance.partition.unwrap_or(0),
        limit: allowance.limit.unwrap_or(0),
        remaining: allowance.remaining.unwrap_or(0),
        used: allowance.used.unwrap_or(0),
        reset_ns,
        window_ns: allowance.window.map_or(0, |window| window.as_nanos()),
        unit: unit(allowance.unit) as i32,
        reset_kind: reset_kind as i32,
        has_partition: allowance.partition.is_some(),
        has_limit: allowance.limit.is_some(),
        has_remaining: allowance.remaining.is_some(),
        has_used: allowance.used.is_some(),
        has_window: allowance.window.is_some(),
    })
}

fn unit(unit: Unit) -> tg_unit {
    match unit {
        Unit::Requests => tg_unit::TG_UNIT_REQUESTS,
        Unit::Tokens => tg_unit::TG_UNIT_TOKENS,
        Unit::ContentBytes => tg_unit::TG_UNIT_CONTENT_BYTES,
        Unit::ConcurrentRequests => tg_unit::TG_UNIT_CONCURRENT_REQUESTS,
        // A later one has no number yet.
        _ => tg_unit::TG_UNIT_OTHER,
    }
}

const NONE: tg_allowance = tg_allowance {
    name: [0; TG_LIMIT_NAME_SIZE],
    partition: 0,
    limit: 0,
    remaining: 0,
    used: 0,
    reset_ns: 0,
    window_ns: 0,
    unit: tg_unit::TG_UNIT_NONE as i32,
    reset_kind: tg_reset_kind::TG_RESET_KIND_NONE as i32,
    has_partition: false,
    has_limit: false,
    has_remaining: false,
    has_used: false,
    has_window: false,
};
