//! `link_next`: the next page that a `Link` header names (RFC 8288).

use super::text::{divided, trim};

/// The reference of the first link to the next page, as it stands between `<` and `>`: a URL, perhaps
/// relative to that of the response. `lines` are the values of `Link` in the order in which they came.
///
/// Do not send credentials to another host because a header names it.
///
/// A link with an `anchor` is about another page, and is passed over. What is malformed ends its line.
///
/// # Examples
///
/// ```
/// use tidegate::wire::link_next;
///
/// let line: &[u8] = br#"<https://api.example/items?page=1>; rel="prev", </items?page=3>; rel=next"#;
/// assert_eq!(link_next([line]), Some(&b"/items?page=3"[..]));
/// assert_eq!(link_next([&br#"<https://api.example/items?page=9>; rel="last""#[..]]), None);
/// ```
pub fn link_next<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    lines.into_iter().find_map(|line| {
        let mut rest = line;
        loop {
            let (link, others) = one(rest)?;
            if link.is_next {
                return Some(link.reference);
            }
            rest = others;
        }
    })
}

struct Link<'a> {
    reference: &'a [u8],
    is_next: bool,
}

/// The first link, and what stands behind its comma; `None` at the end of the line, and where it is
/// malformed.
fn one(line: &[u8]) -> Option<(Link<'_>, &[u8])> {
    let mut rest = trim(line);
    // A list may have empty elements.
    while let Some(others) = rest.strip_prefix(b",") {
        rest = trim(others);
    }
    let (reference, mut rest) = divided(rest.strip_prefix(b"<")?, b'>')?;
    let (mut relation, mut is_elsewhere) = (None, false);
    loop {
        rest = trim(rest);
        let Some(parameter) = rest.strip_prefix(b";") else { break };
        let (name, value, others) = parameter_of(parameter)?;
        if name.eq_ignore_ascii_case(b"rel") {
            // Only the first counts.
            relation = relation.or(Some(value));
        }
        is_elsewhere |= name.eq_ignore_ascii_case(b"anchor");
        rest = others;
    }
    let others = if rest.is_empty() { rest } else { rest.strip_prefix(b",")? };
    let is_next = !is_elsewhere && !reference.is_empty() && relation.is_some_and(has_next);
    Some((Link { reference, is_next }, others))
}

/// Name, value without its quotation marks, and what follows. A parameter may be empty, or a name alone.
fn parameter_of(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let text = trim(text);
    let ends = |byte: &u8| matches!(byte, b';' | b',' | b'=' | b'"' | b'<');
    let (name, rest) = text.split_at_checked(text.iter().position(ends).unwrap_or(text.len()))?;
    let Some(value) = rest.strip_prefix(b"=") else { return Some((trim(name), b"", rest)) };
    let value = trim(value);
    let Some(quoted) = value.strip_prefix(b"\"") else {
        let ends = |byte: &u8| matches!(byte, b';' | b',');
        let end = value.iter().position(ends).unwrap_or(value.len());
        let (value, rest) = value.split_at_checked(end)?;
        return Some((trim(name), trim(value), rest));
    };
    let mut is_escaped = false;
    let end = quoted.iter().position(|&byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    let (value, rest) = quoted.split_at_checked(end)?;
    Some((trim(name), value, rest.get(1..)?))
}

/// Whether one of the relations between spaces is `next`. (No relation needs an escape.)
fn has_next(relations: &[u8]) -> bool {
    relations.split(|byte| matches!(byte, b' ' | b'\t')).any(|it| it.eq_ignore_ascii_case(b"next"))
}
