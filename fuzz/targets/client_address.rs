//! `ClientAddress`: how many proxies are trusted, the bits of the prefix and the peer; a space after each;
//! header lines.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{Error, wire::ClientAddress};
use tidegate_conformance::reference::client_address;
use tidegate_fuzz::allocating_nothing;

fuzz_target!(|input: &[u8]| {
    let Ok(input) = core::str::from_utf8(input) else { return };
    let Ok([trusted, prefix, peer, lines]) =
        <[&str; 4]>::try_from(input.splitn(4, ' ').collect::<Vec<_>>())
    else {
        return;
    };
    let (Ok(trusted), Ok(prefix)) = (trusted.parse(), prefix.parse()) else { return };
    let lines: Vec<&str> = lines.split('\n').collect();
    let bytes: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();

    let read = allocating_nothing(|| {
        ClientAddress::read(peer.as_bytes(), bytes.iter().copied(), trusted, prefix)
    });
    match client_address::key(peer, &lines, trusted, prefix) {
        Ok(key) => {
            let read = read.expect("an address");
            assert_eq!(read.as_str(), key);
            // Its own text is an address again, the same one but for the prefix behind it.
            let (address, _) = key.split_once('/').unwrap_or((&key, ""));
            let again = ClientAddress::read(address.as_bytes(), [], 0, prefix);
            assert_eq!(again.expect("an address").as_str(), key);
        }
        Err(_) => assert_eq!(read, Err(Error::PrefixOutOfRange)),
    }
});
