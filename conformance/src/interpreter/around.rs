//! The verbs of what stands around a call: addresses, refusals, pages, webhooks.

use super::format;
use super::parse::{number, optional, text, words};
use crate::reference::error::Error;
use crate::reference::paging::{Pages, Paging};
use crate::reference::webhook::Webhook;
use crate::reference::{client_address, link, refusal};

pub(super) const VERBS: [&str; 8] = [
    "client_address",
    "refusal",
    "link_next",
    "paging",
    "page",
    "webhook_timestamped",
    "webhook_standard",
    "webhook_time",
];

/// The list that is read, and the webhook that was read last.
#[derive(Debug, Default)]
pub(super) struct Around {
    paging: Option<Paging>,
    webhook: Option<Webhook>,
}

impl Around {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "paging" => {
                let [style, parameter, size_parameter, default, most, first, size] = words(args)?;
                let pages = Pages {
                    style: style.to_owned(),
                    parameter: text(parameter),
                    size_parameter: text(size_parameter),
                    default_size: optional::<u32>(default)?.map(u64::from),
                    max_size: optional::<u32>(most)?.map(u64::from),
                    first: number(first)?,
                };
                let made = pages.start(optional::<u32>(size)?.map(u64::from));
                let answer = format::value(made.as_ref().map(Paging::query).map_err(|it| *it));
                self.paging = made.ok().or(self.paging.take());
                Ok(answer)
            }
            "page" => {
                let [items, more, next] = rest(args)?;
                let paging = self.paging.as_mut().ok_or("no list")?;
                let next = Some(text(next)).filter(|next| next != "-");
                let more = match more {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                };
                let goes_on = paging.answered(number(items)?, more, next.as_deref());
                Ok(if goes_on { paging.query() } else { "end".to_owned() })
            }
            "webhook_timestamped" => Ok(self.read(Webhook::timestamped(args))),
            "webhook_standard" => {
                let [id, time, signature] = rest(args)?;
                Ok(self.read(Webhook::standard(&text(id), &text(time), signature)))
            }
            "webhook_time" => {
                let [wall, window] = words(args)?;
                let webhook = self.webhook.as_ref().ok_or("no webhook")?;
                Ok(format::ok(webhook.check_time(number(wall)?, number(window)?)))
            }
            _ => alone(verb, args),
        }
    }
}

impl Around {
    /// Keeps the one before if this one is refused.
    fn read(&mut self, webhook: Result<Webhook, Error>) -> String {
        let shown = webhook.as_ref().map(|webhook| {
            let (id, prefix) = (webhook.id.as_deref(), format::encoded(&webhook.prefix));
            let id = format::optional(id.map(format::encoded));
            format!("id {id} prefix {prefix} signatures {}", webhook.signatures.join(";"))
        });
        let answer = format::value(shown.map_err(|error| *error));
        self.webhook = webhook.ok().or(self.webhook.take());
        answer
    }
}

/// Those that keep nothing.
fn alone(verb: &str, args: &str) -> Result<String, String> {
    match verb {
        "link_next" => {
            let lines: Vec<&str> = args.split('¶').collect();
            Ok(link::next(&lines).unwrap_or("-").to_owned())
        }
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
