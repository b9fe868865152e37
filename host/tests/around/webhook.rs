//! The steps of signatures of webhooks.

use tidegate::{Error, Span, UnixTime, wire::Webhook};

pub(crate) fn run(verb: &str, args: &str) -> String {
    match read(verb, args) {
        Err(error) => format!("error {}", error.name()),
        Ok(webhook) => {
            let id = webhook.id().map_or("-".to_owned(), percent);
            let hex = |byte: &u8| format!("{byte:02x}");
            let signatures = webhook.signatures().map(|one| one.iter().map(hex).collect());
            let signatures: Vec<String> = signatures.collect();
            let prefix = percent(&webhook.prefix().concat());
            format!("id {id} prefix {prefix} signatures {}", signatures.join(";"))
        }
    }
}

/// Of the webhook of that step.
pub(crate) fn time(step: &str, args: &str) -> Result<String, String> {
    let (verb, header) = step.split_once(' ').ok_or("no webhook")?;
    let (wall, window) = args.split_once(' ').ok_or("too few arguments")?;
    let wall = UnixTime::from_nanos(wall.parse().expect("a time"));
    let window = Span::from_nanos(window.parse().expect("a time"));
    let webhook = read(verb, header).expect("it was read");
    Ok(match webhook.check_time(wall, window) {
        Ok(()) => "ok".to_owned(),
        Err(error) => format!("error {}", error.name()),
    })
}

fn read<'a>(verb: &str, args: &'a str) -> Result<Webhook<'a>, Error> {
    if verb == "webhook_timestamped" {
        return Webhook::timestamped(args.as_bytes());
    }
    let word: Vec<&str> = args.splitn(3, ' ').collect();
    let text = |index: usize| if word[index] == "\"\"" { "" } else { word[index] };
    Webhook::standard(text(0).as_bytes(), text(1).as_bytes(), word[2].as_bytes())
}

fn percent(text: &[u8]) -> String {
    let byte = |&byte: &u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.iter().map(byte).collect()
}
