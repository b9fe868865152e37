//! The generated traces: cases derived from the bounds of each rule, and histories drawn from seeds.
//!
//! Everything here is deterministic; the same sources give the same bytes.

mod admit;
mod advice;
mod advice_random;
mod announce;
mod attempts;
mod backoff;
mod body;
mod body_paths;
mod body_shapes;
mod bucket;
mod call;
mod check;
mod client_address;
mod drafts;
mod draw;
mod hints;
mod history;
mod keyed;
mod layers;
mod limiter;
mod link;
mod policy_random;
mod protect;
mod retry;
mod retry_after;
mod sheet;
mod strict;
mod structured;
mod ticks;
mod webhook;
mod window;
mod window_first;

use std::path::PathBuf;

use crate::trace;

pub use check::{check, fill, write};

/// The generated files of one folder: their names and their texts.
pub type Files = Vec<(&'static str, String)>;

/// All folders, and the files that are generated there.
pub fn folders() -> [(PathBuf, Files); 7] {
    [
        (trace::folder(), files()),
        (trace::folder32(), files32()),
        (trace::folder_dialects(), files_dialects()),
        (trace::folder_retry(), files_retry()),
        (trace::folder_policy(), files_policy()),
        (trace::folder_bodies(), vec![("paths.trace", body_paths::random())]),
        (trace::folder_around(), files_around()),
    ]
}

/// Every generated file of what stands around a call: its name and its text.
pub fn files_around() -> Files {
    vec![
        ("attempts_random.trace", attempts::histories()),
        ("client_address_random.trace", client_address::random()),
        ("link_random.trace", link::random()),
        ("webhook_random.trace", webhook::random()),
    ]
}

/// Every generated file of policies: its name and its text.
pub fn files_policy() -> Files {
    vec![("policy_random.trace", policy_random::histories())]
}

/// Every generated file of header dialects: its name and its text.
pub fn files_dialects() -> Files {
    vec![
        ("announce.trace", announce::forms()),
        ("bounds.trace", advice::bounds()),
        ("drafts.trace", drafts::examples()),
        ("names.trace", advice::names()),
        ("random.trace", advice_random::responses()),
        ("structured.trace", structured::fields()),
        ("values.trace", advice::values()),
    ]
}

/// Every generated file of retrying that only Rust replays: its name and its text.
pub fn files_retry() -> Files {
    vec![
        ("backoff_bounds.trace", retry::bounds()),
        ("backoff_growth.trace", retry::growth()),
        ("backoff_spread.trace", retry::spread()),
        ("backoff_random.trace", retry::random()),
        ("adaptive_random.trace", protect::adaptive()),
        ("breaker_random.trace", protect::breakers()),
        ("budget_bounds.trace", protect::bounds()),
        ("budget_random.trace", protect::budgets()),
    ]
}

/// Every generated file of 32 bits: its name and its text.
pub fn files32() -> Files {
    vec![
        ("backoff.trace", ticks::backoff()),
        ("limiter_bounds.trace", ticks::limiter_bounds()),
        ("limiter_clock.trace", ticks::limiter_clock()),
        ("limiter_quotas.trace", ticks::limiter_quotas()),
        ("limiter_random.trace", ticks::limiter_random()),
    ]
}

/// Every generated file: its name and its text.
pub fn files() -> Files {
    vec![
        ("admit_limits.trace", admit::limits()),
        ("admit_random.trace", admit::random()),
        ("backoff_attempts.trace", backoff::attempts()),
        ("backoff_bounds.trace", backoff::bounds()),
        ("backoff_random.trace", backoff::random()),
        ("body_bounds.trace", body::bounds()),
        ("body_codes.trace", body::codes()),
        ("body_shapes.trace", body_shapes::shapes()),
        ("bucket_cancels.trace", bucket::cancels()),
        ("bucket_random.trace", bucket::random()),
        ("call_alone_stackflow.trace", history::stackflow_alone()),
        ("call_alone_velaflows.trace", history::velaflows_alone()),
        ("call_answers_stackflow.trace", call::answers("stackflow")),
        ("call_answers_velaflows.trace", call::answers("velaflows")),
        ("call_delays_stackflow.trace", call::delays("stackflow")),
        ("call_delays_velaflows.trace", call::delays("velaflows")),
        ("call_rival_stackflow.trace", history::stackflow_rival()),
        ("call_rival_velaflows.trace", history::velaflows_rival()),
        ("hints_values.trace", hints::values()),
        ("keyed_random.trace", keyed::random()),
        ("layers_random.trace", layers::random()),
        ("limiter_bounds.trace", limiter::bounds()),
        ("limiter_clock.trace", limiter::clock()),
        ("limiter_random.trace", limiter::random()),
        ("limiter_rates.trace", limiter::rates()),
        ("retry_after_dates.trace", retry_after::dates()),
        ("retry_after_forms.trace", retry_after::forms()),
        ("retry_after_values.trace", retry_after::values()),
        ("strict_bounds.trace", strict::bounds()),
        ("strict_random.trace", strict::random()),
        ("window_edges.trace", window::edges()),
        ("window_first_edges.trace", window_first::edges()),
        ("window_first_random.trace", window_first::random()),
        ("window_random.trace", window::random()),
        ("window_skewed.trace", window::skewed()),
    ]
}
