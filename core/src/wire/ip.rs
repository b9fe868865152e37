//! `Ip`: an address of either family, read and written without a panic that could be reached (those of
//! `core::net` can, as far as the compiler knows).

use core::fmt::{self, Write};

use super::text::{digits, divided};

/// An address as its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ip {
    V4(u32),
    V6(u128),
}

impl Ip {
    /// The first `prefix` bits of an address of IPv6, the others 0; IPv4 as it is.
    pub(super) const fn network(self, prefix: u32) -> Ip {
        match self {
            Ip::V6(bits) => Ip::V6(match u128::MAX.checked_shr(prefix) {
                Some(host) => bits & !host,
                None => bits,
            }),
            v4 @ Ip::V4(_) => v4,
        }
    }
}

/// Four numbers from 0 to 255 without zeros before them, which some read as octal.
pub(super) fn v4(text: &[u8]) -> Option<Ip> {
    Some(Ip::V4(v4_bits(text)?))
}

/// Eight groups of hexadecimal digits (RFC 4291, section 2.2): `::` stands for one or more that are zero, and
/// the last two may be written as IPv4. An address of IPv4 in the form of IPv6 is one of IPv4.
pub(super) fn v6(text: &[u8]) -> Option<Ip> {
    let bits = match text.windows(2).position(|pair| pair == b"::") {
        Some(at) => {
            let (head, tail) = (text.get(..at)?, text.get(at.saturating_add(2)..)?);
            let ((head, before), (tail, after)) = (groups(head, false)?, groups(tail, true)?);
            let behind = GROUPS.checked_sub(before).filter(|&behind| behind > after)?;
            // Where nothing stands before it all bits are moved out, and all are 0.
            head.checked_shl(behind.saturating_mul(16)).unwrap_or(0) | tail
        }
        None => groups(text, true).filter(|&(_, count)| count == GROUPS)?.0,
    };
    Some(if bits >> 32 == 0xffff { Ip::V4(bits as u32) } else { Ip::V6(bits) })
}

fn v4_bits(text: &[u8]) -> Option<u32> {
    let mut parts = text.split(|&byte| byte == b'.');
    let mut bits = 0;
    for _ in 0..4 {
        let part = parts.next()?;
        let plain = part.len() <= 3 && (part == b"0" || !part.starts_with(b"0"));
        let number = digits(part).filter(|&number| plain && number <= 255)?;
        bits = bits << 8 | number as u32; // OK because it is at most 255
    }
    parts.next().is_none().then_some(bits)
}

/// Groups between colons and how many; none of the empty text.
fn groups(text: &[u8], may_end_in_v4: bool) -> Option<(u128, u32)> {
    let (mut bits, mut count) = (0, 0_u32);
    let mut rest = if text.is_empty() { None } else { Some(text) };
    while let Some(text) = rest {
        let (part, others) = match divided(text, b':') {
            Some((part, others)) => (part, Some(others)),
            None => (text, None),
        };
        rest = others;
        let (value, width) = if part.contains(&b'.') {
            (v4_bits(part).filter(|_| may_end_in_v4 && rest.is_none())?, 2)
        } else {
            (group(part)?, 1)
        };
        count = count.saturating_add(width);
        if count > GROUPS {
            return None;
        }
        bits = bits << width.wrapping_mul(16) | u128::from(value); // OK: 16 or 32
    }
    Some((bits, count))
}

/// One to four hexadecimal digits.
fn group(part: &[u8]) -> Option<u32> {
    let digit = |value: u32, &letter: &u8| Some(value << 4 | char::from(letter).to_digit(16)?);
    let fits = (1..=4).contains(&part.len());
    part.iter().try_fold(0, digit).filter(|_| fits)
}

/// As RFC 5952 has it: small letters, no zeros in front, and `::` for the first of the longest runs of two or
/// more groups of zeros.
impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = match *self {
            Ip::V4(bits) => {
                let [a, b, c, d] = bits.to_be_bytes();
                return write!(f, "{a}.{b}.{c}.{d}");
            }
            Ip::V6(bits) => bits,
        };
        let (mut first, mut len) = (GROUPS, 1);
        for start in 0..GROUPS {
            let run =
                (start..GROUPS).take_while(|&place| group_at(bits, place) == 0).count() as u32;
            if run > len {
                (first, len) = (start, run);
            }
        }
        for place in 0..GROUPS {
            let in_run = place.checked_sub(first).is_some_and(|behind| behind < len);
            if in_run {
                f.write_str(if place == first { "::" } else { "" })?;
                continue;
            }
            if place > 0 && place != first.saturating_add(len) {
                f.write_char(':')?;
            }
            write_hex(f, group_at(bits, place))?;
        }
        Ok(())
    }
}

fn group_at(bits: u128, place: u32) -> u32 {
    // At most 112.
    let shift = 7_u32.saturating_sub(place).saturating_mul(16);
    bits.checked_shr(shift).unwrap_or(0) as u32 & 0xffff
}

fn write_hex(f: &mut fmt::Formatter<'_>, group: u32) -> fmt::Result {
    let mut is_inside = false;
    for shift in [12, 8, 4, 0] {
        let digit = group >> shift & 0xf;
        is_inside |= digit != 0 || shift == 0;
        if is_inside {
            f.write_char(char::from_digit(digit, 16).unwrap_or('0'))?;
        }
    }
    Ok(())
}

const GROUPS: u32 = 8;
