//! `ClientAddress`: who a client is behind proxies, as the key of a limit.
//!
//! Sources: `X-Forwarded-For` as proxies write it, with and without ports, and `Forwarded` (RFC 7239).

use core::fmt::Write;

use super::{
    ip::{Ip, v4, v6},
    text::{divided, trim},
};
use crate::{error::Error, text::Text};

/// The address of a client, as text that is fit for a key: an IPv4 address whole, an IPv6 address as the
/// network that one customer has (`2001:db8:7:1200::/56`), and `unknown` where there is none to be read.
///
/// Each proxy appends the address that it was asked by to `X-Forwarded-For`, so what stands there can be
/// trusted from the right, for as many entries as there are proxies of one's own, and not one more: whatever
/// is left of them was sent by the client itself. An entry that cannot be read ends the way there: the one
/// before it, which is nearer to us, counts, so that all who come through there share one key.
///
/// # Examples
///
/// ```
/// use tidegate::wire::ClientAddress;
///
/// let lines: [&[u8]; 1] = [b"6.6.6.6, 203.0.113.7"]; // the first was sent by the client
/// let key = |trusted| ClientAddress::read(b"10.0.0.1", lines, trusted, ClientAddress::PREFIX);
/// assert_eq!(key(0)?.as_str(), "10.0.0.1");
/// assert_eq!(key(1)?.as_str(), "203.0.113.7");
///
/// let near = ClientAddress::read(b"2001:db8:7:12ff::1", [], 0, ClientAddress::PREFIX)?;
/// assert_eq!(near.as_str(), "2001:db8:7:1200::/56");
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress {
    text: Text<43>,
    is_known: bool,
}

impl ClientAddress {
    /// The bits of an IPv6 address that tell customers apart, where nothing else is said. Providers give a
    /// home 56 (RIPE-690), which is 256 networks of 64: with longer prefixes one customer has as many limits.
    pub const PREFIX: u8 = 56;

    /// Who asks: the peer of the connection, behind `trusted` proxies of one's own, the peer being the first.
    /// `lines` are the values of `X-Forwarded-For`, or of `Forwarded`, in the order in which they came. IPv6
    /// addresses are cut to `prefix` bits; an IPv4 address in the form of IPv6 is one of IPv4.
    ///
    /// With fewer entries than proxies the outermost entry counts, since a trusted proxy has written it.
    ///
    /// # Errors
    ///
    /// [`Error::PrefixOutOfRange`]: `prefix` is not from 32 to 128.
    pub fn read<'a, Lines>(
        peer: &[u8],
        lines: Lines,
        trusted: u32,
        prefix: u8,
    ) -> Result<ClientAddress, Error>
    where
        Lines: IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
    {
        if !(32..=128).contains(&prefix) {
            return Err(Error::PrefixOutOfRange);
        }
        let mut client = address(peer);
        let mut left = trusted;
        'lines: for line in lines.into_iter().rev() {
            let mut rest = Some(line);
            while let (Some(line), 1..) = (rest, left) {
                let entry;
                (rest, entry) = last_entry(line);
                let Some(nearer) = address(entry) else { break 'lines };
                client = Some(nearer);
                left = left.saturating_sub(1);
            }
        }
        Ok(ClientAddress::of(client, prefix))
    }

    fn of(client: Option<Ip>, prefix: u8) -> ClientAddress {
        let mut text = heapless::String::<43>::new();
        // OK to ignore the capacity: the longest address has 39 characters, and its prefix 4.
        let _ = match client.map(|client| client.network(prefix.into())) {
            None => text.write_str("unknown"),
            Some(address @ Ip::V4(_)) => write!(text, "{address}"),
            Some(network @ Ip::V6(_)) => write!(text, "{network}/{prefix}"),
        };
        ClientAddress { text: Text::new(&text), is_known: client.is_some() }
    }

    /// The key.
    #[inline]
    pub const fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Whether there was an address to be read.
    #[inline]
    pub const fn is_known(&self) -> bool {
        self.is_known
    }
}

/// Its key.
impl core::fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

/// What stands before the last comma of a line, and behind it. Read from the right, since a client could
/// open a quotation on the left that swallows what the proxies have appended; a comma that a proxy has
/// quoted divides nothing.
fn last_entry(line: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut quoted = false;
    for (index, byte) in line.iter().enumerate().rev() {
        let (before, after) = line.split_at_checked(index).unwrap_or((line, &[]));
        match byte {
            b'"' if !quoted => quoted = true,
            b'"' => quoted = is_escaped(before),
            b',' if !quoted => return (Some(before), after.get(1..).unwrap_or_default()),
            _ => {}
        }
    }
    (None, line)
}

/// Whether an odd number of backslashes stands at the end.
fn is_escaped(before: &[u8]) -> bool {
    before.iter().rev().take_while(|&&byte| byte == b'\\').count() & 1 == 1
}

/// The address of an entry of either header.
fn address(entry: &[u8]) -> Option<Ip> {
    let entry = trim(entry);
    let node = if entry.contains(&b'=') { for_parameter(entry)? } else { entry };
    let node = match node.strip_prefix(b"\"") {
        Some(node) => node.strip_suffix(b"\"")?,
        None => node,
    };
    match node.strip_prefix(b"[") {
        Some(node) => {
            let (address, port) = divided(node, b']')?;
            let port = port.strip_prefix(b":").map_or(port.is_empty(), is_port);
            v6_in_zone(address).filter(|_| port)
        }
        None => match divided(node, b':') {
            Some((address, port)) if !port.contains(&b':') => v4(address).filter(|_| is_port(port)),
            Some(_) => v6_in_zone(node),
            None => v4(node),
        },
    }
}

/// The value of `for` in an element of `Forwarded`.
fn for_parameter(element: &[u8]) -> Option<&[u8]> {
    let mut rest = element;
    loop {
        let mut quoted = false;
        let mut escaped = false;
        let end = rest.iter().position(|&byte| {
            let ends = byte == b';' && !quoted;
            quoted ^= byte == b'"' && !escaped;
            escaped = byte == b'\\' && quoted && !escaped;
            ends
        });
        let (pair, others) = match end {
            Some(end) => rest.split_at_checked(end)?,
            None => (rest, [].as_slice()),
        };
        let (name, value) = divided(pair, b'=')?;
        if trim(name).eq_ignore_ascii_case(b"for") {
            return Some(trim(value));
        }
        rest = others.get(1..)?;
    }
}

/// An address without its zone, which says only by which interface this machine reaches it.
fn v6_in_zone(text: &[u8]) -> Option<Ip> {
    match divided(text, b'%') {
        Some((_, [])) => None,
        Some((address, _)) => v6(address),
        None => v6(text),
    }
}

/// Digits, or a name (RFC 7239 allows `_hidden`).
fn is_port(text: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    !text.is_empty() && text.iter().all(allowed)
}
