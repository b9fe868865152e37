//! `Result` and `Error`: what is thrown in JavaScript.

use core::ffi::CStr;

use crate::{Output, ToJs, layout::NUMBER};

/// A value, or what is to be thrown.
pub type Result<T> = core::result::Result<T, Error>;

/// An error of JavaScript.
#[derive(Clone, Copy, Debug)]
pub struct Error {
    pub(crate) kind: Kind,
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

/// Which class it is of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Error = 0,
    Type = 1,
    Range = 2,
}

impl Error {
    /// An argument that the JavaScript in front should have refused.
    pub(crate) const UNEXPECTED: Error = Error {
        kind: Kind::Error,
        code: "InvalidArg",
        message: "an argument is not of the type that was expected",
    };

    /// An error that tells this.
    pub fn from_reason(reason: impl Reason) -> Error {
        Error { kind: Kind::Error, code: "GenericFailure", message: reason.reason() }
    }
}

/// What an error may tell.
pub trait Reason {
    /// Text that lives as long as the program.
    fn reason(self) -> &'static str;
}

impl Reason for &'static str {
    fn reason(self) -> &'static str {
        self
    }
}

impl Reason for std::borrow::Cow<'static, str> {
    fn reason(self) -> &'static str {
        match self {
            std::borrow::Cow::Borrowed(text) => text,
            std::borrow::Cow::Owned(text) => text.leak(),
        }
    }
}

impl Kind {
    pub(crate) fn with(self, code: &'static CStr, message: &'static CStr) -> Error {
        // What is no UTF-8 is not written here.
        let text = |text: &'static CStr| text.to_str().unwrap_or_default();
        Error { kind: self, code: text(code), message: text(message) }
    }
}

impl ToJs for Error {
    fn write(self, out: &mut Output) {
        out.pair(NUMBER, 0, f64::from(self.kind as u8).to_bits());
        out.text(self.code);
        out.text(self.message);
    }
}

impl<T: ToJs> ToJs for Result<T> {
    fn write(self, out: &mut Output) {
        match self {
            Ok(value) => value.write(out),
            Err(error) => out.error = Some(error),
        }
    }
}
