//! `FromJs`: what arguments may be.

use crate::{
    Value,
    layout::{BOOLEAN, NULL, UNDEFINED},
    sys::{Env, Unknown},
    value::Items,
};

/// A type of arguments.
pub trait FromJs<'a>: Sized {
    /// The value, if it is of this type.
    fn read(value: Value<'a>) -> Option<Self>;

    /// The next argument; `undefined` where none was given.
    fn take(arguments: &mut Arguments<'a>) -> Option<Self> {
        Self::read(arguments.0.next().unwrap_or(Value::UNDEFINED))
    }
}

/// The arguments of a call that have not been taken.
#[derive(Debug)]
pub struct Arguments<'a>(pub(crate) Items<'a>);

impl<'a> FromJs<'a> for Value<'a> {
    fn read(value: Value<'a>) -> Option<Value<'a>> {
        Some(value)
    }
}

impl<'a> FromJs<'a> for Unknown<'a> {
    fn read(value: Value<'a>) -> Option<Unknown<'a>> {
        Some(Unknown::Given(value))
    }
}

impl<'a> FromJs<'a> for &'a Env {
    fn read(_: Value<'a>) -> Option<&'a Env> {
        Some(&Env)
    }

    /// It is no argument.
    fn take(_: &mut Arguments<'a>) -> Option<&'a Env> {
        Some(&Env)
    }
}

impl<'a> FromJs<'a> for f64 {
    fn read(value: Value<'a>) -> Option<f64> {
        value.number()
    }
}

impl<'a> FromJs<'a> for u32 {
    fn read(value: Value<'a>) -> Option<u32> {
        // The JavaScript in front has seen that it fits.
        value.number().map(|number| number as u32)
    }
}

impl<'a> FromJs<'a> for bool {
    fn read(value: Value<'a>) -> Option<bool> {
        (value.tag() == BOOLEAN).then_some(value.more() != 0)
    }
}

impl<'a> FromJs<'a> for &'a str {
    fn read(value: Value<'a>) -> Option<&'a str> {
        value.text()
    }
}

impl<'a> FromJs<'a> for String {
    fn read(value: Value<'a>) -> Option<String> {
        value.text().map(str::to_owned)
    }
}

impl<'a> FromJs<'a> for &'a [u8] {
    fn read(value: Value<'a>) -> Option<&'a [u8]> {
        value.bytes()
    }
}

impl<'a, T: FromJs<'a>> FromJs<'a> for Option<T> {
    fn read(value: Value<'a>) -> Option<Option<T>> {
        match value.tag() {
            UNDEFINED | NULL => Some(None),
            _ => T::read(value).map(Some),
        }
    }
}

impl<'a, T: FromJs<'a>> FromJs<'a> for Vec<T> {
    fn read(value: Value<'a>) -> Option<Vec<T>> {
        value.items()?.map(T::read).collect()
    }
}
