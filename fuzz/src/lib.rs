//! What all fuzz targets share: a count of allocations, header lines, and answers as the model gives
//! them.
//!
//! A target reads its input as the text that it stands for, so that a file of the corpus can be read
//! and written by hand. It fails on a difference from the reference model, on a value beyond a
//! documented bound, on anything written that does not read back, and on an allocation in core.

mod allocations;
mod bodies;
mod told;

pub use allocations::allocating_nothing;
pub use bodies::same_body;
pub use told::{
    Limit, limit_of, limit_of_model, lines, same_field, same_hints, same_retry_after, span, time,
};

/// Where the server's clock stands in every target: May 2024.
pub const NOW: u64 = 1_716_134_437_000_000_001;
