//! Policy files with random mistakes, read by the parser and by the reference model: both find the same
//! first mistake, or none. A difference belongs into `conformance/traces_policy`.

use std::{fs, path::Path};

use tidegate::{Policy, api::FILES, retry::mix};
use tidegate_conformance::{histories, reference::policy_file};

/// The files that come with the library, and every policy of the corpus of errors.
fn texts() -> Vec<String> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../conformance/traces_policy/policy_errors_by_hand.trace");
    let corpus = fs::read_to_string(corpus).expect("the corpus is there");
    let rows = corpus.lines().filter_map(|line| line.strip_prefix("policy - 0 "));
    let rows = rows.filter_map(|row| Some(row.rsplit_once(" -> ")?.0.replace('¶', "\n")));
    rows.chain(FILES.iter().map(|(_, text)| (*text).to_owned())).collect()
}

#[test]
fn the_parser_and_the_model_find_the_same_mistake() {
    let texts = texts();
    let (mut right, mut wrong) = (0, 0);
    for history in 0..histories(30_000) {
        let draw = |number: u32| mix(29, history, number);
        let below = |number: u32, bound: usize| (draw(number) % bound as u64) as usize;
        let mut text: Vec<char> = texts[below(0, texts.len())].chars().collect();
        for edit in 0..draw(1) % 4 {
            let number = 10 * edit as u32 + 10;
            let at = below(number, text.len() + 1);
            let end = (at + below(number + 1, 9)).min(text.len());
            match draw(number + 2) % 6 {
                0 => drop(text.drain(at..end)),
                1 => {
                    let again: Vec<char> = text[at..end].to_vec();
                    text.splice(at..at, again);
                }
                2 if at < text.len() => {
                    text[at] = PIECES.as_bytes()[below(number + 3, PIECES.len())].into()
                }
                3 => {
                    let other = &texts[below(number + 3, texts.len())];
                    let from = below(number + 4, other.chars().count() + 1);
                    text.splice(at..end, other.chars().skip(from).take(12));
                }
                4 => text.insert(at, ['é', '\n', '\t', '𝄞', '\u{1}', '\\'][below(number + 3, 6)]),
                _ => text.insert(at, PIECES.as_bytes()[below(number + 3, PIECES.len())].into()),
            }
        }
        let text: String = text.into_iter().collect();
        let read = Policy::from_json(&text)
            .map(drop)
            .map_err(|it| (it.line as usize, it.column as usize, it.member.as_str().to_owned()));
        let exact =
            policy_file::read(&text).map(drop).map_err(|it| (it.line, it.column, it.member));
        assert_eq!(read, exact, "history {history}:\n{text}");
        *if read.is_ok() { &mut right } else { &mut wrong } += 1;
    }
    assert!(right > 0 && wrong > right, "{right} right, {wrong} wrong");
}

const PIECES: &str = "{}[]\",:0123456789.-+eEtrufalsn/kmdh ";
