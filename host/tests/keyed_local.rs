//! The keyed traces through the keyed limiter of a single owner.

use tidegate::{Instant, LocalKeyedRateLimiter, Outcome, Quota, Span, limit::Full};
use tidegate_conformance::trace;

type Limiter = LocalKeyedRateLimiter<16>;

/// A table without room is one whose places are all taken until the end of time. Only the wait that
/// `deny` tells there is another: until the first place is free, and not for ever.
#[test]
fn the_single_owner_decides_as_the_traces_say() {
    let mut steps = 0;
    for path in trace::files(&trace::folder()).expect("a folder") {
        let text = std::fs::read_to_string(&path).expect("a trace");
        let (mut limiter, mut waits_differ) = (None::<Limiter>, false);
        for step in trace::steps(&text).expect("a trace") {
            let word: Vec<&str> = step.args.split(' ').collect();
            let number = |index: usize| word[index].parse::<u64>().expect("a number");
            let got = match step.verb {
                "keyed" => {
                    waits_differ = (word[0], word[2]) == ("0", "deny");
                    limiter = Some(made(number(0) > 0, number(1).into(), word[2]));
                    "ok".into()
                }
                "acquire_key" | "peek_key" => {
                    let limiter = limiter.as_mut().expect("a limiter");
                    let quota = Quota::new(number(2), Span::from_nanos(number(3)), number(4));
                    let ask = |quota: Quota| {
                        let (n, now) = (number(5), Instant::from_nanos(number(0)));
                        let key =
                            word[1].strip_prefix('#').map(|key| key.parse().expect("a number"));
                        show(match (key, step.verb) {
                            (Some(key), "peek_key") => limiter.peek_u64(key, &quota, n, now),
                            (Some(key), _) => limiter.try_acquire_u64(key, &quota, n, now),
                            (_, "peek_key") => limiter.peek(word[1].as_bytes(), &quota, n, now),
                            _ => limiter.try_acquire(word[1].as_bytes(), &quota, n, now),
                        })
                    };
                    quota.map_or_else(|error| format!("error {}", error.name()), ask)
                }
                "keyed_full" => limiter.as_ref().expect("a limiter").overflowed().to_string(),
                _ => continue,
            };
            let shown = |answer: &str| {
                let end = if waits_differ { answer.find("_after") } else { None };
                answer[..end.unwrap_or(answer.len())].to_owned()
            };
            let place = format!("{}:{}", path.display(), step.line);
            assert_eq!(shown(&got), shown(step.result), "{place}: {}", step.input);
            steps += 1;
        }
    }
    assert!(steps >= 300, "{steps} steps");
}

fn made(has_room: bool, seed: u128, full: &str) -> Limiter {
    let full = match full {
        "deny" => Full::Deny,
        "share" => Full::Share,
        "allow" => Full::Allow,
        _ => panic!("a policy, not {full}"),
    };
    let mut limiter = Limiter::new(seed, full);
    let longest = Quota::new(1, Span::from_secs(86_400), 16_000).expect("within bounds");
    for place in 0..if has_room { 0 } else { limiter.capacity() as u64 } {
        let taken = limiter.try_acquire(&[b' ', place as u8], &longest, 16_000, Instant::MAX);
        assert!(taken.is_allowed());
    }
    limiter
}

fn show(outcome: Outcome) -> String {
    match outcome {
        Outcome::Allowed { remaining, reset_after } => {
            format!("allow remaining {remaining} reset_after {}", reset_after.as_nanos())
        }
        Outcome::Denied { retry_after } => format!("deny retry_after {}", retry_after.as_nanos()),
        Outcome::Never => "never".into(),
    }
}
