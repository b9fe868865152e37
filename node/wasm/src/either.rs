//! `Either`: a value of one of two types.

use crate::{FromJs, Output, ToJs, Value};

/// A value of one of two types; what could be both is the first.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names are those of `napi`")]
pub enum Either<A, B> {
    A(A),
    B(B),
}

impl<'a, A: FromJs<'a>, B: FromJs<'a>> FromJs<'a> for Either<A, B> {
    fn read(value: Value<'a>) -> Option<Either<A, B>> {
        A::read(value).map(Either::A).or_else(|| B::read(value).map(Either::B))
    }
}

impl<A: ToJs, B: ToJs> ToJs for Either<A, B> {
    fn write(self, out: &mut Output) {
        match self {
            Either::A(value) => value.write(out),
            Either::B(value) => value.write(out),
        }
    }
}
