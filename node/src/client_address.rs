//! `clientKey`: who a client is behind proxies.

use napi_derive::napi;
use tidegate::wire::ClientAddress;

use crate::{
    errors::{Answer, answer},
    wire::bytes,
};

/// The key of a client: the peer of the connection behind so many proxies, whose header had these lines.
#[napi]
pub(crate) fn client_key(
    peer: String,
    lines: Vec<String>,
    trusted: u32,
    prefix: Option<u32>,
) -> Answer<String> {
    // What 8 bits cannot hold is out of range, like 255.
    let prefix = prefix.map_or(ClientAddress::PREFIX, |bits| u8::try_from(bits).unwrap_or(u8::MAX));
    let lines: Vec<_> = lines.iter().map(|line| bytes(line)).collect();
    let lines = lines.iter().map(|line| &**line);
    let key = ClientAddress::read(peer.as_bytes(), lines, trusted, prefix);
    answer(key.map(|key| key.as_str().to_owned()))
}
