//! The headers a server sends with its decision.

use core::fmt::Write;

/// The text of a header's value: at most the twenty digits of a 64-bit number.
pub type HeaderValue = heapless::String<20>;

/// Names and values, in the order in which they are sent.
pub type Headers = heapless::Vec<(&'static str, HeaderValue), 5>;

/// Adds a header whose value is a number. OK to ignore the capacity: twenty digits fit, and an
/// answer has at most five of these headers.
pub(crate) fn push(headers: &mut Headers, name: &'static str, number: u64) {
    let mut value = HeaderValue::new();
    let _ = write!(value, "{number}");
    let _ = headers.push((name, value));
}
