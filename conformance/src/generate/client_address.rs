//! Addresses of clients behind proxies: headers put together of pieces that are right and wrong.

use super::draw::Draw;
use super::sheet::Sheet;

/// What entries are made of.
const PIECES: [&str; 30] = [
    "1", "255", "256", "01", ".", ".", ".", ":", ":", ":", "::", "0", "ffff", "fe80", "2001",
    "db8", "12345", "g", "%", "eth0", "[", "]", "\"", "\\", ";", "=", "for=", "FOR =", "by=x", " ",
];

/// Entries that are right, and some that are nearly so.
const ENTRIES: [&str; 24] = [
    "192.0.2.7",
    "10.0.0.1:8080",
    " 198.51.100.9\t",
    "2001:db8::1",
    "[2001:db8:1:2:3:4:5:6]:443",
    "[::1]",
    "fe80::1%eth0",
    "::ffff:203.0.113.5",
    "::ffff:cb00:7105",
    "[::ffff:7f00:1]:1",
    "64:ff9b::203.0.113.5",
    "for=192.0.2.43",
    "for=\"[2001:db8:cafe::17]:4711\"",
    "proto=http;For=\"192.0.2.60:_port\";by=203.0.113.43",
    "host=\"a,b;for=6.6.6.6\";for=192.0.2.1",
    "host=\"a\\\"\\\\\";for=192.0.2.2",
    "for=unknown",
    "for=_hidden",
    "unknown",
    "",
    "unix:",
    "192.0.2.300",
    "192.0.2.07",
    "1:2:3:4:5:6:7::8",
];

pub(super) fn random() -> String {
    let mut sheet = Sheet::new("Addresses of clients, of headers put together at random.");
    let mut draw = Draw::new(73);
    for block in 0..40 {
        sheet.note(if block % 2 == 0 { "Entries." } else { "Pieces." });
        for _ in 0..50 {
            let trusted = draw.below(5);
            let prefix = 31 + draw.below(98);
            let prefix = if draw.one_in(2) { 56 } else { prefix };
            let peer = match draw.below(4) {
                0 => address(&mut draw),
                1 => "\"\"".to_owned(),
                _ => "127.0.0.1".to_owned(),
            };
            let mut lines = String::new();
            for place in 0..draw.below(5) {
                if place > 0 {
                    lines += *draw.one_of(&[",", ", ", "¶", ",¶"]);
                }
                lines += &entry(&mut draw, block % 2 == 1);
            }
            sheet.step(format!("client_address {trusted} {prefix} {peer} {lines}"));
        }
    }
    sheet.finish()
}

fn entry(draw: &mut Draw, pieces: bool) -> String {
    if pieces {
        return (0..draw.below(12)).map(|_| *draw.one_of(&PIECES)).collect();
    }
    if draw.one_in(3) { address(draw) } else { (*draw.one_of(&ENTRIES)).to_owned() }
}

/// An address of IPv6 in which many groups are zero, written in one of its ways.
fn address(draw: &mut Draw) -> String {
    let groups: Vec<String> =
        (0..8).map(|_| format!("{:x}", draw.below(65_536) * draw.below(2))).collect();
    let start = draw.below(8) as usize;
    let end = start + draw.below(4) as usize;
    if end <= start || end > 8 {
        return groups.join(":");
    }
    format!("{}::{}", groups[..start].join(":"), groups[end..].join(":"))
}
