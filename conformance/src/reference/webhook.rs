//! The signature of a webhook: its time, what is signed, and its signatures.

use crate::reference::SECOND;
use crate::reference::error::Error;

/// What the headers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Of the scheme that has one.
    pub id: Option<String>,
    /// Before the body.
    pub prefix: String,
    /// In seconds.
    pub time: u128,
    /// In hexadecimal digits.
    pub signatures: Vec<String>,
}

impl Webhook {
    /// Of one header with `t=` and `v1=`.
    ///
    /// # Errors
    /// [`Error::SignatureMalformed`] without one time, or without a signature.
    pub fn timestamped(header: &str) -> Result<Webhook, Error> {
        let pairs = header.split(',').filter_map(|part| part.split_once('='));
        let pairs: Vec<_> = pairs.map(|(name, value)| (trim(name), trim(value))).collect();
        // A time that is empty is none.
        let mut times = pairs.iter().filter(|(name, _)| *name == "t").map(|(_, value)| *value);
        let mut time = "";
        for value in times.by_ref() {
            if !time.is_empty() {
                return Err(Error::SignatureMalformed);
            }
            time = value;
        }
        let is_hex = |text: &str| text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
        let signatures = pairs.iter().filter(|(name, value)| *name == "v1" && is_hex(value));
        let signatures = signatures.map(|(_, value)| value.to_lowercase()).collect();
        Webhook::made(None, time, format!("{time}."), signatures)
    }

    /// Of the three headers of Standard Webhooks.
    ///
    /// # Errors
    /// [`Error::SignatureMalformed`] without an id, a time or a signature.
    pub fn standard(id: &str, time: &str, signature: &str) -> Result<Webhook, Error> {
        let (id, time) = (trim(id), trim(time));
        if id.is_empty() {
            return Err(Error::SignatureMalformed);
        }
        let parts = signature.split(' ').filter_map(|part| trim(part).strip_prefix("v1,"));
        let signatures = parts.filter_map(base64).collect();
        Webhook::made(Some(id.to_owned()), time, format!("{id}.{time}."), signatures)
    }

    fn made(
        id: Option<String>,
        time: &str,
        prefix: String,
        signatures: Vec<String>,
    ) -> Result<Webhook, Error> {
        let is_number = !time.is_empty() && time.chars().all(|digit| digit.is_ascii_digit());
        if !is_number || signatures.is_empty() {
            return Err(Error::SignatureMalformed);
        }
        let digit = |sum: u128, digit: char| {
            sum.saturating_mul(10).saturating_add(digit as u128 - '0' as u128)
        };
        Ok(Webhook { id, prefix, time: time.chars().fold(0, digit), signatures })
    }

    /// Whether it lies within the window of now.
    ///
    /// # Errors
    /// [`Error::SignatureOutOfWindow`] if it does not.
    pub fn check_time(&self, wall: u64, window: u64) -> Result<(), Error> {
        let time = self.time.saturating_mul(SECOND).min(u64::MAX.into());
        let is_near = time.abs_diff(wall.into()) <= u128::from(window);
        if is_near { Ok(()) } else { Err(Error::SignatureOutOfWindow) }
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// 32 bytes of base64, in hexadecimal digits.
fn base64(text: &str) -> Option<String> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.strip_suffix('=')?;
    if digits.chars().count() != 43 {
        return None;
    }
    let mut bits = String::new();
    for digit in digits.chars() {
        bits += &format!("{:06b}", DIGITS.find(digit)?);
    }
    let (bytes, rest) = bits.split_at(256);
    if rest != "00" {
        return None;
    }
    let halves = bytes.as_bytes().chunks(4).map(|half| {
        let value = half.iter().fold(0, |value, bit| value * 2 + u32::from(bit - b'0'));
        char::from_digit(value, 16).expect("below 16")
    });
    Some(halves.collect())
}
