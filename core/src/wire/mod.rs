//! What servers say: reading and writing `Retry-After`, `X-RateLimit-*` and error bodies.

mod body;
mod date;
mod hints;
mod read;
mod text;
mod write;

pub use body::{ErrorBody, FieldError, JsonStr};
pub use hints::{Field, Hints};
pub use read::RetryAfter;
pub use write::{HeaderValue, Headers};

pub(crate) use write::push;
