//! The verbs of what stands around a call and keeps nothing from step to step.

use super::format;
use super::parse::{number, text};
use crate::reference::{client_address, refusal};

pub(super) const VERBS: [&str; 2] = ["client_address", "refusal"];

pub(super) fn run(verb: &str, args: &str) -> Result<String, String> {
    match verb {
        "client_address" => {
            let [trusted, prefix, peer, lines] = rest(args)?;
            let lines: Vec<&str> = lines.split('¶').collect();
            let key = client_address::key(&text(peer), &lines, number(trusted)?, number(prefix)?);
            Ok(format::value(key))
        }
        "refusal" => {
            let [envelope, key, by, code, limit, wait, id] = rest(args)?;
            refusal::Refusal {
                key: text(key),
                is_gateway: by == "gateway",
                code: text(code),
                limit: text(limit),
                wait: number::<u64>(wait)?.into(),
                request_id: id.replace('¶', "\n"),
            }
            .body(envelope)
            .ok_or_else(|| format!("unknown envelope {envelope}"))
        }
        _ => Err(format!("unknown verb {verb}")),
    }
}

/// So many words, of which the last is all that is left.
fn rest<const N: usize>(args: &str) -> Result<[&str; N], String> {
    args.splitn(N, ' ').collect::<Vec<_>>().try_into().map_err(|_| format!("not {N} arguments"))
}
