//! The traces of retrying in `conformance/traces_retry`, through the Rust surface.

use tidegate::{Backoff, Error, Jitter, Span};
use tidegate_conformance::{
    replay::{self, Implementation},
    trace,
};

#[test]
fn every_step_of_every_trace_of_retrying() {
    let agreement = replay::folder(&trace::folder_retry(), World::default)
        .unwrap_or_else(|difference| panic!("{difference}"));
    assert!(agreement.steps >= 3_000, "only {} steps", agreement.steps);
    println!("{agreement}");
}

/// What the steps of one file act on.
#[derive(Default)]
struct World {
    backoff: Option<Backoff>,
}

impl Implementation for World {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let words: Vec<&str> = args.split(' ').collect();
        self.step(verb, &words).unwrap_or_else(|error| Ok(format!("error {}", error.name())))
    }
}

impl World {
    /// The inner error is one of the trace, the outer one an answer.
    fn step(&mut self, verb: &str, word: &[&str]) -> Result<Result<String, String>, Error> {
        let number = |index: usize| word[index].parse::<u64>().expect("a number");
        let half = |index: usize| word[index].parse::<u32>().expect("a number of 32 bits");
        let span = |index| Span::from_nanos(number(index));
        let jitter = || match word[word.len() - 2] {
            "none" => Jitter::None,
            "full" => Jitter::Full,
            "equal" => Jitter::Equal,
            "additive" => Jitter::Additive(span(word.len() - 1)),
            "around" => Jitter::Around(half(word.len() - 1)),
            "above" => Jitter::Above(half(word.len() - 1)),
            "decorrelated" => Jitter::Decorrelated,
            "decorrelated_v2" => Jitter::DecorrelatedV2,
            other => panic!("unknown jitter {other}"),
        };
        let mut made = |backoff: Backoff| {
            self.backoff = Some(backoff);
            "ok".to_owned()
        };
        Ok(Ok(match (verb, word.len()) {
            ("backoff", 5) => made(Backoff::new(span(0), half(1), span(2), jitter())?),
            ("backoff_ratio", 6) => {
                made(Backoff::exponential(span(0), half(1), half(2), span(3), jitter())?)
            }
            ("backoff_linear", 5) if number(1) == 0 => {
                made(Backoff::constant(span(0), span(2), jitter())?)
            }
            ("backoff_linear", 5) => made(Backoff::linear(span(0), span(1), span(2), jitter())?),
            ("backoff_polynomial", 5) => {
                made(Backoff::polynomial(span(0), half(1), span(2), jitter())?)
            }
            ("backoff_fibonacci", 4) => made(Backoff::fibonacci(span(0), span(1), jitter())?),
            ("backoff_list", 4) => {
                let delays = word[0].split(',').filter(|delay| *delay != "-");
                let delays: Vec<Span> =
                    delays.map(|delay| Span::from_nanos(delay.parse().expect("a delay"))).collect();
                made(Backoff::list(&delays, span(1), jitter())?)
            }
            ("backoff_at_once", 1) => {
                let backoff = self.backoff.expect("a backoff");
                self.backoff = Some(backoff.first_at_once());
                "ok".to_owned()
            }
            ("delay", 3) => {
                let backoff = self.backoff.expect("a backoff");
                backoff.delay(number(0), number(1), half(2)).as_nanos().to_string()
            }
            _ => return Ok(Err(format!("unknown verb {verb}, or not its arguments"))),
        }))
    }
}
