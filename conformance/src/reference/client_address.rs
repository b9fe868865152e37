//! Who a client is behind proxies, and the key that it has.

use crate::reference::error::Error;

/// An address as its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    V4(u32),
    V6(u128),
}

/// The key of who asks, behind so many proxies that are trusted.
///
/// # Errors
/// [`Error::PrefixOutOfRange`] for a prefix outside of 32..=128.
pub fn key(peer: &str, lines: &[&str], trusted: u32, prefix: u8) -> Result<String, Error> {
    if !(32..=128).contains(&prefix) {
        return Err(Error::PrefixOutOfRange);
    }
    let entries = lines.iter().rev().flat_map(|line| from_the_right(line));
    let hops = entries.take(trusted as usize).map(|entry| address(&entry));
    let readable = hops.take_while(Option::is_some);
    let client = readable.last().unwrap_or_else(|| address(peer));
    Ok(match client {
        None => "unknown".to_owned(),
        Some(Address::V4(bits)) => bits.to_be_bytes().map(|byte| byte.to_string()).join("."),
        Some(Address::V6(bits)) => {
            // At most 96 bits are cut.
            let network = bits - bits % (1_u128 << (128 - u32::from(prefix)));
            format!("{}/{prefix}", shown(network))
        }
    })
}

/// The entries of a line, the last one first.
fn from_the_right(line: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut rest = line;
    loop {
        let mut end = rest.len();
        let comma = loop {
            match rest[..end].rfind([',', '"']) {
                None => break None,
                Some(at) if rest[at..].starts_with(',') => break Some(at),
                // The quotation that ends here: nothing in it divides.
                Some(at) => match opening(&rest[..at]) {
                    Some(opening) => end = opening,
                    None => break None,
                },
            }
        };
        let Some(comma) = comma else {
            entries.push(rest.to_owned());
            return entries;
        };
        entries.push(rest[comma + 1..].to_owned());
        rest = &rest[..comma];
    }
}

/// The last quotation mark that is not escaped.
fn opening(text: &str) -> Option<usize> {
    let mut end = text.len();
    loop {
        let at = text[..end].rfind('"')?;
        let before = &text[..at];
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        if backslashes.is_multiple_of(2) {
            return Some(at);
        }
        end = at;
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn address(entry: &str) -> Option<Address> {
    let mut node = trim(entry).to_owned();
    if node.contains('=') {
        node = for_of(&node)?;
    }
    if let Some(rest) = node.strip_prefix('"') {
        node = rest.strip_suffix('"')?.to_owned();
    }
    let colons = node.matches(':').count();
    let found = if let Some(inside) = node.strip_prefix('[') {
        let (host, port) = inside.split_once(']')?;
        let fine = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        fine.then(|| v6(host)).flatten().map(Address::V6)
    } else if colons == 1 {
        let (host, port) = node.split_once(':')?;
        is_port(port).then(|| v4(host)).flatten().map(Address::V4)
    } else if colons > 1 {
        v6(&node).map(Address::V6)
    } else {
        v4(&node).map(Address::V4)
    };
    match found? {
        Address::V6(bits) if bits >> 32 == 0xffff => Some(Address::V4(bits as u32)),
        other => Some(other),
    }
}

/// What `for` says among the pairs of an element.
fn for_of(element: &str) -> Option<String> {
    let mut pairs = vec![String::new()];
    let (mut quoted, mut skip) = (false, false);
    for letter in element.chars() {
        if letter == ';' && !quoted {
            pairs.push(String::new());
            continue;
        }
        if letter == '"' && !skip {
            quoted = !quoted;
        }
        skip = letter == '\\' && quoted && !skip;
        pairs.last_mut()?.push(letter);
    }
    for pair in pairs {
        let (name, value) = pair.split_once('=')?;
        if trim(name).eq_ignore_ascii_case("for") {
            return Some(trim(value).to_owned());
        }
    }
    None
}

fn is_port(port: &str) -> bool {
    !port.is_empty() && port.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// Four numbers of at most 255, without a zero before them.
fn v4(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() != 4 {
        return None;
    }
    let mut bits = 0;
    for part in parts {
        let plain = part.chars().all(|digit| digit.is_ascii_digit());
        if !plain || part.len() > 3 || (part.len() > 1 && part.starts_with('0')) {
            return None;
        }
        bits = bits << 8 | u32::from(part.parse::<u8>().ok()?);
    }
    Some(bits)
}

/// Eight groups, of which one run may be left out, and the last two may be an address of IPv4.
fn v6(text: &str) -> Option<u128> {
    let text = match text.split_once('%') {
        Some((_, "")) => return None,
        Some((address, _)) => address,
        None => text,
    };
    let groups = match text.split_once("::") {
        Some((before, after)) => {
            let (before, after) = (groups(before, false)?, groups(after, true)?);
            let left_out = 8_usize.checked_sub(before.len() + after.len()).filter(|&n| n > 0)?;
            [before, vec![0; left_out], after].concat()
        }
        None => groups(text, true).filter(|groups| groups.len() == 8)?,
    };
    Some(groups.into_iter().fold(0, |bits, group| bits << 16 | u128::from(group)))
}

fn groups(text: &str, may_end_in_v4: bool) -> Option<Vec<u16>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut groups = Vec::new();
    let parts: Vec<&str> = text.split(':').collect();
    for (index, part) in parts.iter().enumerate() {
        if part.contains('.') {
            if index + 1 < parts.len() || !may_end_in_v4 {
                return None;
            }
            let bits = v4(part)?;
            groups.extend([(bits >> 16) as u16, bits as u16]);
        } else if (1..=4).contains(&part.len()) && part.chars().all(|c| c.is_ascii_hexdigit()) {
            groups.push(u16::from_str_radix(part, 16).ok()?);
        } else {
            return None;
        }
    }
    Some(groups)
}

/// As RFC 5952 has it: the first of the longest runs of zeros, if of two or more, is left out.
fn shown(bits: u128) -> String {
    let groups: Vec<u16> = (0..8).rev().map(|place| (bits >> (16 * place)) as u16).collect();
    let mut best = 0..0;
    for start in 0..8 {
        let len = groups[start..].iter().take_while(|&&group| group == 0).count();
        if len >= 2 && len > best.len() {
            best = start..start + len;
        }
    }
    let hex = |groups: &[u16]| {
        groups.iter().map(|group| format!("{group:x}")).collect::<Vec<_>>().join(":")
    };
    if best.is_empty() {
        return hex(&groups);
    }
    format!("{}::{}", hex(&groups[..best.start]), hex(&groups[best.end..]))
}
