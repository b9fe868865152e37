//! The steps of a client's address.

use tidegate::wire::ClientAddress;

pub(crate) fn run(args: &str) -> String {
    let word: Vec<&str> = args.splitn(4, ' ').collect();
    let (trusted, prefix) = (word[0].parse().expect("a count"), word[1].parse().expect("bits"));
    let peer = if word[2] == "\"\"" { "" } else { word[2] };
    let lines: Vec<&[u8]> = word[3].split('¶').map(str::as_bytes).collect();
    match ClientAddress::read(peer.as_bytes(), lines, trusted, prefix) {
        Ok(address) => {
            assert_eq!(address.is_known(), address.as_str() != "unknown");
            address.as_str().to_owned()
        }
        Err(error) => format!("error {}", error.name()),
    }
}
