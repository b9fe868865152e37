//! `Webhook`: what the signature of a webhook says: when, over which bytes, and which signatures.
//!
//! Sources: the header `t=…,v1=…` as Stripe sends it, and the specification *Standard Webhooks* 1.0.

use super::text::{digits, divided, trim};
use crate::{
    error::Error,
    quota::Quota,
    time::{Span, UnixTime},
};

/// The signature headers of one webhook, read but not yet believed.
///
/// To believe it: its time must be [within the window](Self::check_time); HMAC-SHA256 by the secret, over the
/// [prefix](Self::prefix) and then the body as it came, must be one of its [signatures](Self::signatures),
/// compared in a time that does not depend on where they differ; and it must not have been seen before. Core
/// has neither a hash nor secrets: that is the language's own library.
///
/// # Examples
///
/// ```
/// use tidegate::{Error, Span, UnixTime, wire::Webhook};
///
/// let header = format!("t=1716134437,v1={},v0=other", "5f".repeat(32));
/// let webhook = Webhook::timestamped(header.as_bytes())?;
/// assert_eq!(webhook.prefix().concat(), b"1716134437.");
/// assert_eq!(webhook.signatures().collect::<Vec<_>>(), [[0x5f; 32]]);
///
/// let (window, late) = (Span::from_secs(300), UnixTime::from_secs(1_716_134_738));
/// assert_eq!(webhook.check_time(late, window), Err(Error::SignatureOutOfWindow));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Webhook<'a> {
    /// Empty in the scheme that has none.
    id: &'a [u8],
    timestamp: &'a [u8],
    /// As they came.
    signatures: &'a [u8],
}

impl<'a> Webhook<'a> {
    /// How far the time of a webhook may lie from ours, either way, where nothing else is said: 5 minutes.
    pub const WINDOW: Span = Span::from_secs(300);

    /// A webhook whose one header holds `t=UNIX` and one or more `v1=HEX`, between commas, in any order. Other
    /// parts are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureMalformed`]: there is no time of digits, or a second one, or no `v1` of 64
    /// hexadecimal digits.
    pub fn timestamped(header: &'a [u8]) -> Result<Webhook<'a>, Error> {
        let mut timestamp: &[u8] = b"";
        for (name, value) in parts(header) {
            if name == b"t" {
                if !timestamp.is_empty() {
                    return Err(Error::SignatureMalformed);
                }
                timestamp = value;
            }
        }
        Webhook { id: b"", timestamp, signatures: header }.checked()
    }

    /// A webhook of the specification Standard Webhooks, of the headers `webhook-id`, `webhook-timestamp` and
    /// `webhook-signature`: one or more `v1,BASE64` between spaces. Other versions are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureMalformed`]: the id is empty, the time no digits, or there is no `v1` of 32 bytes.
    pub fn standard(
        id: &'a [u8],
        timestamp: &'a [u8],
        signature: &'a [u8],
    ) -> Result<Webhook<'a>, Error> {
        match trim(id) {
            [] => Err(Error::SignatureMalformed),
            id => Webhook { id, timestamp: trim(timestamp), signatures: signature }.checked(),
        }
    }

    fn checked(self) -> Result<Webhook<'a>, Error> {
        let is_time = digits(self.timestamp).is_some();
        if is_time && self.signatures().next().is_some() {
            Ok(self)
        } else {
            Err(Error::SignatureMalformed)
        }
    }

    /// The id of the message, the same each time it is sent; `None` in the scheme that has none: there the
    /// signature that was found right tells one from another.
    pub const fn id(&self) -> Option<&'a [u8]> {
        if self.id.is_empty() { None } else { Some(self.id) }
    }

    /// When it was signed, in whole seconds.
    pub fn time(&self) -> UnixTime {
        UnixTime::from_secs(digits(self.timestamp).unwrap_or(u64::MAX))
    }

    /// What is signed before the body, in parts to be taken one after the other: id and time, each with a dot
    /// behind it.
    pub const fn prefix(&self) -> [&'a [u8]; 4] {
        let dot: &[u8] = if self.id.is_empty() { b"" } else { b"." };
        [self.id, dot, self.timestamp, b"."]
    }

    /// Its signatures of the version `v1`, in their order; one that is none is passed over. There are several
    /// while a sender changes its secret.
    pub fn signatures(&self) -> impl Iterator<Item = [u8; 32]> + 'a {
        let (line, standard) = (self.signatures, !self.id.is_empty());
        let divide = move |byte: &u8| *byte == if standard { b' ' } else { b',' };
        line.split(divide).filter_map(move |part| {
            if standard {
                base64(trim(part).strip_prefix(b"v1,")?)
            } else {
                hex(part_of(part).filter(|(name, _)| *name == b"v1")?.1)
            }
        })
    }

    /// Whether it was signed not more than `window` ago, nor further ahead, to the nanosecond; what is exactly
    /// so far is within.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureOutOfWindow`].
    pub fn check_time(&self, wall: UnixTime, window: Span) -> Result<(), Error> {
        let time = self.time();
        let away = wall.saturating_since(time).max(time.saturating_since(wall));
        if away <= window { Ok(()) } else { Err(Error::SignatureOutOfWindow) }
    }

    /// The quota of a [`KeyedRateLimiter`](crate::KeyedRateLimiter) in which each message that was believed is
    /// one request of its id: the second one is denied for as long as a copy of it could be within the window.
    ///
    /// # Errors
    ///
    /// [`Error::PeriodOutOfRange`]: `window` is not from half a millisecond to 183 days.
    pub const fn seen_once(window: Span) -> Result<Quota, Error> {
        let nanosecond = Span::from_nanos(1);
        Quota::new(1, window.saturating_add(window).saturating_add(nanosecond), 1)
    }
}

/// The parts of a header between commas: names and values.
fn parts(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    header.split(|&byte| byte == b',').filter_map(part_of)
}

fn part_of(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = divided(part, b'=')?;
    Some((trim(name), trim(value)))
}

fn hex(text: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let mut digits = text.iter().map(|&letter| char::from(letter).to_digit(16));
    for byte in &mut bytes {
        *byte = (digits.next()?? << 4 | digits.next()??) as u8; // OK: two digits
    }
    digits.next().is_none().then_some(bytes)
}

/// 43 digits of 6 bits and `=` (RFC 4648, section 4), of which the last two bits are 0.
fn base64(text: &[u8]) -> Option<[u8; 32]> {
    let text = text.strip_suffix(b"=")?;
    let mut bytes = [0; 32];
    let mut digits = text.iter().map(|&letter| match letter {
        b'A'..=b'Z' => Some(letter.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(letter.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(letter.wrapping_sub(b'0').wrapping_add(52)),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    });
    let (mut held, mut count) = (0_u32, 0_u32);
    for byte in &mut bytes {
        while count < 8 {
            held = held << 6 | u32::from(digits.next()??);
            count = count.wrapping_add(6);
        }
        count = count.wrapping_sub(8);
        *byte = (held >> count) as u8; // OK: the oldest 8 of the bits that are held
        held &= (1 << count) - 1;
    }
    (digits.next().is_none() && held == 0).then_some(bytes)
}
