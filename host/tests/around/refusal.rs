//! The steps of a refusal's body.

use tidegate::{
    ErrorBody, LimitedBy, Policy, RetryPolicy, Span,
    api::{Envelope, RefusalBody},
};

pub(crate) fn run(args: &str) -> String {
    let word: Vec<&str> = args.splitn(7, ' ').collect();
    let text = |index: usize| if word[index] == "\"\"" { "" } else { word[index] };
    let envelopes = [Envelope::Problem, Envelope::Stackflow, Envelope::Velaflows];
    let envelope = envelopes.into_iter().find(|envelope| envelope.name() == word[0]);
    let policy = Policy::new("trace", RetryPolicy::DEFAULT)
        .with_key(text(1))
        .with_envelope(envelope.expect("an envelope"));
    let by = match word[2] {
        "category" => LimitedBy::Category,
        "gateway" => LimitedBy::Gateway,
        by => panic!("unknown layer {by}"),
    };
    let wait = Span::from_nanos(word[5].parse().expect("a wait"));
    let id = word[6].replace('¶', "\n");
    let refusal: RefusalBody<'_> = policy.refusal(by, text(3), text(4), wait, &id);
    let body = refusal.to_string();
    // A client reads back what a server has written.
    let scanned = ErrorBody::scan(body.as_bytes());
    assert_eq!(scanned.code().map(|code| code.to_string()).as_deref(), Some(text(3)), "{body}");
    format!("{} {body}", refusal.content_type())
}
