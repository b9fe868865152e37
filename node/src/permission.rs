//! `Permission`: whether to send now, and if not, when.

use napi::bindgen_prelude::BigInt;
use napi_derive::napi;
use tidegate::Span;

use crate::values;

/// What was decided of one send.
#[napi(object, object_from_js = false)]
pub(crate) struct Permission {
    /// Whether to send.
    pub allowed: bool,
    /// Milliseconds until it is worth asking again; 0 when allowed.
    pub retry_after: f64,
    /// The same in nanoseconds.
    pub retry_after_ns: BigInt,
    /// Of a breaker, what the send is reported with.
    pub passage: Option<u32>,
}

impl Permission {
    /// To send.
    pub(crate) fn given(passage: Option<u32>) -> Permission {
        Permission { allowed: true, passage, ..Permission::refused(Span::ZERO) }
    }

    /// To wait.
    pub(crate) fn refused(wait: Span) -> Permission {
        Permission {
            allowed: false,
            retry_after: values::millis(wait),
            retry_after_ns: values::nanos(wait),
            passage: None,
        }
    }
}
