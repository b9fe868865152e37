//! What servers say: reading and writing `Retry-After`, `X-RateLimit-*` and error bodies.
//!
//! [`Hints`] are the headers of the two APIs that are built in, and what a [`Call`](crate::Call)
//! learns from. [`Advice`] reads every dialect, and [`Advice::hints`] hands the tightest limit on.

mod advice;
mod allowance;
mod announce;
mod body;
mod body_fields;
mod body_paths;
mod client_address;
mod date;
mod decimal;
mod dialect;
mod header;
mod hints;
mod ip;
mod link;
mod names;
mod places;
mod ratelimit;
mod read;
mod reader;
mod rfc3339;
mod structured;
mod text;
mod told;
mod webhook;
mod write;

pub use crate::json::JsonStr;
pub use advice::Advice;
pub use allowance::{Allowance, Reset, Unit};
pub use announce::{Announced, AnnouncedValue, Announcement, Form};
pub use body::{ErrorBody, FieldError};
pub use body_paths::BodyPaths;
pub use client_address::ClientAddress;
pub use dialect::{Dialect, ResetForm};
pub use hints::{Field, Hints};
pub use link::link_next;
pub use read::RetryAfter;
pub use reader::Reader;
pub use told::Told;
pub use webhook::Webhook;
pub use write::{HeaderValue, Headers};

pub(crate) use write::push;
