//! The verbs of what stands around a call and keeps nothing from step to step.

use super::format;
use super::parse::{number, text};
use crate::reference::client_address;

pub(super) const VERBS: [&str; 1] = ["client_address"];

pub(super) fn run(verb: &str, args: &str) -> Result<String, String> {
    match verb {
        "client_address" => {
            let [trusted, prefix, peer, lines] = rest(args)?;
            let lines: Vec<&str> = lines.split('¶').collect();
            let key = client_address::key(&text(peer), &lines, number(trusted)?, number(prefix)?);
            Ok(format::value(key))
        }
        _ => Err(format!("unknown verb {verb}")),
    }
}

/// So many words, of which the last is all that is left.
fn rest<const N: usize>(args: &str) -> Result<[&str; N], String> {
    args.splitn(N, ' ').collect::<Vec<_>>().try_into().map_err(|_| format!("not {N} arguments"))
}
