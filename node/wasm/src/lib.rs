//! What the binding uses of `napi`, for WebAssembly: the same names, and no Node-API below them.
//!
//! JavaScript (`lib/wasm.cjs`) writes the arguments of a call into a buffer, calls, and reads the answer
//! from another. Nothing goes back and forth meanwhile, so a call is one call, and the code for it is a
//! third of what `napi` itself has.
//!
//! * [`layout`] is what both sides know, [`Value`] and [`Output`] read and write it.
//! * [`FromJs`] and [`ToJs`] are the types that cross; [`External`], [`BigInt`], [`Either`] those with a
//!   name of `napi`.
//! * [`call`] and [`memory`] are what JavaScript calls; [`sys`] what a bare function is made of.

#![allow(unsafe_code, reason = "the buffers are memory that JavaScript writes")]

mod big_int;
pub mod call;
mod either;
mod external;
mod from_js;
pub mod layout;
pub mod memory;
mod output;
mod result;
pub mod sys;
#[cfg(test)]
mod tests;
mod to_js;
mod value;

pub use big_int::BigInt;
pub use either::Either;
pub use external::External;
pub use from_js::{Arguments, FromJs};
pub use output::Output;
pub use result::{Error, Result};
pub use sys::{Env, Unknown};
pub use to_js::ToJs;
pub use value::Value;

/// The names under which `napi` has them.
pub mod bindgen_prelude {
    pub use crate::{BigInt, Either, External};
}

/// Nothing, or the error of a status that is not `napi_ok`.
#[macro_export]
macro_rules! check_status {
    ($status:expr) => {
        $crate::sys::checked($status)
    };
}

/// What a value has that its own methods do not need: `raw`, as `napi` has it in a trait.
pub trait JsValue {
    /// The value as a bare function knows it.
    fn raw(&self) -> sys::napi_value;
}
