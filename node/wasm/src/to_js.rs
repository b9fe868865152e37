//! `ToJs`: what answers may be.

use crate::{
    Output,
    layout::{ARRAY, BOOLEAN, NULL, NUMBER, STRING, UNDEFINED},
};

/// A type of answers.
pub trait ToJs: Sized {
    /// Writes the value.
    fn write(self, out: &mut Output);

    /// Whether an object does not have it as a member.
    fn is_absent(&self) -> bool {
        false
    }
}

impl ToJs for () {
    fn write(self, out: &mut Output) {
        out.head(UNDEFINED, 0);
    }
}

impl ToJs for bool {
    fn write(self, out: &mut Output) {
        out.head(BOOLEAN, self.into());
    }
}

impl ToJs for f64 {
    fn write(self, out: &mut Output) {
        out.pair(NUMBER, 0, self.to_bits());
    }
}

impl ToJs for u32 {
    fn write(self, out: &mut Output) {
        f64::from(self).write(out);
    }
}

impl ToJs for &'static str {
    fn write(self, out: &mut Output) {
        out.text(self);
    }
}

impl ToJs for String {
    fn write(self, out: &mut Output) {
        out.octets(STRING, self.as_bytes());
    }
}

impl<T: ToJs> ToJs for Option<T> {
    fn write(self, out: &mut Output) {
        match self {
            Some(value) => value.write(out),
            None => out.head(NULL, 0),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: ToJs> ToJs for Vec<T> {
    fn write(self, out: &mut Output) {
        out.head(ARRAY, self.len() as u32);
        for value in self {
            value.write(out);
        }
    }
}

macro_rules! tuples {
    ($(($($name:ident),+))+) => { $(
        #[allow(non_snake_case, reason = "a value is called as its type")]
        impl<$($name: ToJs),+> ToJs for ($($name,)+) {
            fn write(self, out: &mut Output) {
                let ($($name,)+) = self;
                out.head(ARRAY, [$(stringify!($name)),+].len() as u32);
                $($name.write(out);)+
            }
        }
    )+ };
}

tuples! { (A, B) (A, B, C) (A, B, C, D) }
