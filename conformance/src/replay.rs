//! Replaying every trace of a folder against one implementation.

use core::fmt;
use std::path::Path;
use std::{fs, io};

use crate::trace::{self, Digest};

/// An implementation under test; each file begins with a new one.
pub trait Implementation {
    /// The answer to one step.
    ///
    /// # Errors
    /// A verb or an argument that it does not know: no step may be skipped.
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String>;
}

/// All steps agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Over the answers.
    pub digest: Digest,
    /// How many answers.
    pub steps: usize,
}

/// The line that every runner prints last.
impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "digest {} steps {}", self.digest, self.steps)
    }
}

/// Replays all files in order, up to the first difference.
///
/// # Errors
/// The first difference, as `file:line`, the step, the expected and the given answer; a file that cannot
/// be read or is malformed.
pub fn folder<I: Implementation>(folder: &Path, new: impl Fn() -> I) -> io::Result<Agreement> {
    let mut agreement = Agreement::default();
    more(&mut agreement, folder, new)?;
    Ok(agreement)
}

/// Replays all files of one more folder, into the digest of those before it.
///
/// # Errors
/// Those of [`folder`].
pub fn more<I: Implementation>(
    agreement: &mut Agreement,
    folder: &Path,
    new: impl Fn() -> I,
) -> io::Result<()> {
    for file in trace::files(folder)? {
        let text = fs::read_to_string(&file)?;
        let name = file.display();
        let steps =
            trace::steps(&text).map_err(|why| io::Error::other(format!("{name}: {why}")))?;
        let mut implementation = new();
        for step in steps {
            let got = implementation.run(step.verb, step.args);
            let got = got.unwrap_or_else(|why| format!("(cannot: {why})"));
            if got != step.result {
                let (line, input, expected) = (step.line, step.input, step.result);
                return Err(io::Error::other(format!(
                    "{name}:{line}\n  step     {input}\n  expected {expected}\n  got      {got}"
                )));
            }
            agreement.digest.add(&got);
            agreement.steps += 1;
        }
    }
    Ok(())
}
