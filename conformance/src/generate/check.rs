//! Writing the generated traces, and checking that what is committed agrees with the reference model.

use core::fmt::Write;
use std::path::Path;
use std::{fs, io};

use crate::interpreter::Interpreter;
use crate::replay::{self, Agreement, Implementation};
use crate::trace::{ARROW, split_verb};

const REGENERATE: &str = "cargo run -p tidegate-conformance --bin generate";

/// Writes every generated file of a folder.
///
/// # Errors
/// Those of writing.
pub fn write(folder: &Path, files: Vec<(&str, String)>) -> io::Result<()> {
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// Compares every generated file byte for byte, and replays every file, written by hand or not.
///
/// # Errors
/// The first difference, with the command that writes the file anew.
pub fn check(folder: &Path, files: Vec<(&str, String)>) -> io::Result<Agreement> {
    for (name, expected) in files {
        let path = folder.join(name);
        let committed = fs::read_to_string(&path).unwrap_or_default();
        if committed != expected {
            let same = committed.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
            let line = |text: &str| text.lines().nth(same).unwrap_or("(no line)").to_owned();
            return Err(io::Error::other(format!(
                "{}:{}\n  committed {}\n  generated {}\n{REGENERATE}",
                path.display(),
                same + 1,
                line(&committed),
                line(&expected)
            )));
        }
    }
    replay::folder(folder, Interpreter::default)
}

/// Answers the steps of a file that still say `?`, and counts its steps.
///
/// # Errors
/// Those of reading and writing; a step that cannot be run.
pub fn fill(file: &Path) -> io::Result<()> {
    let text = fs::read_to_string(file)?;
    let mut reference = Interpreter::default();
    let mut filled = String::new();
    let mut steps = 0;
    for (index, line) in text.lines().enumerate() {
        let Some((input, result)) = line.rsplit_once(ARROW).filter(|_| !line.starts_with('#'))
        else {
            let end = line.starts_with("end ");
            let line = if end { format!("end {steps}") } else { line.to_owned() };
            writeln!(filled, "{line}").map_err(io::Error::other)?;
            continue;
        };
        let (verb, args) = split_verb(input);
        let answer = reference
            .run(verb, args)
            .map_err(|why| io::Error::other(format!("{}:{}: {why}", file.display(), index + 1)))?;
        let answer = if result == "?" { &answer } else { result };
        writeln!(filled, "{input}{ARROW}{answer}").map_err(io::Error::other)?;
        steps += 1;
    }
    fs::write(file, filled)
}

#[cfg(test)]
mod tests {
    #[test]
    fn traces_are_current() {
        for (folder, files) in crate::generate::folders() {
            if let Err(difference) = super::check(&folder, files) {
                panic!("{difference}");
            }
        }
    }
}
