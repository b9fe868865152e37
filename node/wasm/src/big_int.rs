//! `BigInt`: a whole number of 128 bits and a sign.

use crate::{
    FromJs, Output, ToJs, Value,
    layout::{BIGINT, NEGATIVE, OVER_64, OVER_128},
};

/// A bigint of JavaScript; of a longer one the lowest 128 bits.
#[derive(Clone, Debug)]
pub struct BigInt {
    flags: u32,
    low: u64,
    high: u64,
}

impl BigInt {
    /// Whether it is below 0, its lowest 64 bits, and whether they are all of it and it is not.
    pub fn get_u64(&self) -> (bool, u64, bool) {
        (self.flags & NEGATIVE != 0, self.low, self.flags == 0)
    }

    /// Whether it is below 0, its lowest 128 bits, and whether they are all of it.
    pub fn get_u128(&self) -> (bool, u128, bool) {
        let bits = u128::from(self.high) << 64 | u128::from(self.low);
        (self.flags & NEGATIVE != 0, bits, self.flags & OVER_128 == 0)
    }
}

impl From<u64> for BigInt {
    fn from(number: u64) -> BigInt {
        BigInt { flags: 0, low: number, high: 0 }
    }
}

impl From<u128> for BigInt {
    fn from(number: u128) -> BigInt {
        let high = (number >> 64) as u64;
        BigInt { flags: if high > 0 { OVER_64 } else { 0 }, low: number as u64, high }
    }
}

impl From<i64> for BigInt {
    fn from(number: i64) -> BigInt {
        let flags = if number < 0 { NEGATIVE } else { 0 };
        BigInt { flags, low: number.unsigned_abs(), high: 0 }
    }
}

impl<'a> FromJs<'a> for BigInt {
    fn read(value: Value<'a>) -> Option<BigInt> {
        (value.tag() == BIGINT).then(|| BigInt {
            flags: value.more(),
            low: value.word(1),
            high: value.word(2),
        })
    }
}

impl ToJs for BigInt {
    #[inline(never)]
    fn write(self, out: &mut Output) {
        out.triple(BIGINT, self.flags, [self.low, self.high]);
    }
}
