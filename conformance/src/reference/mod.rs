//! The exact reference model: what every implementation must answer.
//!
//! Plain integers wide enough that nothing overflows (`u128`, `i128`), one thread, no table, no
//! shortcut. Each file states one rule of the library in the order in which the rule is written, so
//! that it can be checked by reading. Where a result saturates, the file says so.
//!
//! Times are nanoseconds; `now` is monotonic, `wall` counts from 1970.

pub mod adaptive_rate;
pub mod adaptive_throttle;
pub mod admit;
pub mod advice;
pub mod announce;
pub mod api;
pub mod attempts;
pub mod aws_code;
pub mod backoff;
pub mod backoff32;
pub mod body;
pub mod breaker;
pub mod bucket;
pub mod bucket32;
pub mod budget;
pub mod call;
pub mod carry;
pub mod client_address;
pub mod date;
pub mod decision;
pub mod decorrelated;
pub mod dialect;
pub mod error;
pub mod first_use;
pub mod growth;
pub mod hints;
pub mod json;
pub mod keyed;
pub mod layers;
pub mod learn;
pub mod link;
pub mod located;
pub mod log;
pub mod mirror;
pub mod paging;
pub mod pause;
pub mod policy;
pub mod policy_file;
pub mod policy_parts;
pub mod policy_table;
pub mod policy_value;
pub mod presets;
pub mod purse;
pub mod quota;
pub mod refusal;
pub mod reservation;
pub mod reset;
pub mod retry_after;
pub mod retry_quota;
pub mod route;
pub mod skew;
pub mod step;
pub mod strict;
pub mod structured;
pub mod tally;
pub mod throttle;
pub mod webhook;
pub mod window;

/// One second in nanoseconds.
pub const SECOND: u128 = 1_000_000_000;

/// The largest time that the library can hold.
pub const MAX: u128 = u64::MAX as u128;
