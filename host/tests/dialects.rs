//! Header lines changed at random: the Rust surface reads of them what the reference model does.

use tidegate::retry::mix;
use tidegate_conformance::{histories, interpreter::Interpreter, replay::Implementation, trace};

#[path = "../examples/traces/dialects.rs"]
mod surface;

use surface::World;

/// The lines of all traces are the corpus: any of them, with bytes changed, lost, doubled and moved,
/// in any order, in any dialect.
#[test]
fn mutated_lines_agree_with_the_model() {
    let mut corpus = Vec::new();
    for file in trace::files(&trace::folder_dialects()).unwrap() {
        let text = std::fs::read_to_string(file).unwrap();
        let tells = trace::steps(&text).unwrap().into_iter().filter(|step| step.verb == "tell");
        corpus.extend(tells.map(|step| step.args.to_owned()));
    }
    let dialects = ["common", "common", "ietf", "discord", "atlassian", "openai", "anthropic"];
    for history in 0..histories(20_000) {
        let draws = std::cell::Cell::new(0);
        let draw = |most: usize| {
            draws.set(draws.get() + 1);
            mix(15, history, draws.get()) as usize % most
        };
        let (mut real, mut exact) = (World::default(), Interpreter::default());
        let mut steps = vec![("dialect", format!("{} - -", dialects[draw(7)]))];
        for _ in 0..1 + draw(8) {
            let mut line = corpus[draw(corpus.len())].clone().into_bytes();
            for _ in 0..draw(4) {
                let (at, other) = (draw(line.len().max(1)), draw(line.len().max(1)));
                let byte = ALPHABET[draw(ALPHABET.len())];
                match draw(5) {
                    0 if at < line.len() => drop(line.remove(at)),
                    1 if at < line.len() => line[at] = byte,
                    2 if other < line.len() => line.swap(at, other),
                    3 => line.extend_from_within(at.min(other)..at.max(other)),
                    _ => line.insert(at, byte),
                }
            }
            steps.push(("tell", String::from_utf8_lossy(&line).into_owned()));
        }
        let now = (1_716_134_400_000_000_000 + draw(1 << 40)).to_string();
        steps.push(("allowances", String::new()));
        steps.extend(["advice", "tightest", "advised"].map(|verb| (verb, now.clone())));
        for (place, (verb, args)) in steps.iter().enumerate() {
            let (real, exact) = (real.run(verb, args), exact.run(verb, args));
            assert_eq!(real, exact, "history {history}: {:#?}", &steps[..=place]);
        }
    }
}

const ALPHABET: &[u8] = b"0123456789.,;=:\"\\ \t-+*/?@%()aqrtwzTZ~\x7f\xc2\xb5";
