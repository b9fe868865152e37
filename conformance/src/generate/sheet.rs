//! A trace while it is written: each step gets its answer from the reference model at once.

use core::fmt::Write;

use crate::interpreter::Interpreter;
use crate::replay::Implementation;
use crate::trace::{ARROW, split_verb};

/// A trace that grows; a step can be chosen by the answers before it.
#[derive(Debug)]
pub(super) struct Sheet {
    text: String,
    steps: usize,
    reference: Interpreter,
}

impl Sheet {
    /// An empty trace; `covers` becomes its first comment.
    pub(super) fn new(covers: &str) -> Sheet {
        let mut sheet = Sheet { text: String::new(), steps: 0, reference: Interpreter::default() };
        sheet.comment(covers);
        sheet.comment("Generated: cargo run -p tidegate-conformance --bin generate");
        sheet
    }

    /// A comment before the next block.
    pub(super) fn note(&mut self, text: &str) {
        self.text.push('\n');
        self.comment(text);
    }

    /// Writes a step and returns its answer.
    pub(super) fn step(&mut self, input: impl AsRef<str>) -> String {
        let input = input.as_ref();
        let (verb, args) = split_verb(input);
        let result = self.reference.run(verb, args).unwrap_or_else(|why| panic!("{input}: {why}"));
        writeln!(self.text, "{input}{ARROW}{result}").expect("a string takes all");
        self.steps += 1;
        result
    }

    /// The text with its last line.
    pub(super) fn finish(mut self) -> String {
        writeln!(self.text, "\nend {}", self.steps).expect("a string takes all");
        self.text
    }

    fn comment(&mut self, text: &str) {
        for line in text.lines() {
            writeln!(self.text, "# {line}").expect("a string takes all");
        }
    }
}

/// The number after a word of an answer, or after the only word before it.
pub(super) fn after(result: &str, word: &str) -> Option<u64> {
    let mut words = result.split(' ').skip_while(|this| *this != word);
    words.nth(1)?.parse().ok()
}
