//! The text of traces: their lines, their files in order, and the digest over all answers.

use core::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What stands between a step and its answer; the last one on a line counts.
pub const ARROW: &str = " -> ";

/// One step: `VERB ARGS -> RESULT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Number of the line, from 1.
    pub line: usize,
    /// All before the arrow.
    pub input: &'a str,
    /// The first word.
    pub verb: &'a str,
    /// What follows the verb and one space; may be empty, and keeps its spaces.
    pub args: &'a str,
    /// The right answer.
    pub result: &'a str,
}

/// A line that is no step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl core::error::Error for Malformed {}

/// The steps of one trace, checked against its last line `end N`.
///
/// # Errors
/// A line without an arrow, a missing or wrong `end`, or a step after it.
pub fn steps(text: &str) -> Result<Vec<Step<'_>>, Malformed> {
    let mut steps = Vec::new();
    let mut end = None;
    let mut last = 0;
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        last = line;
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let malformed = |why: &str| Malformed { line, why: why.to_owned() };
        if end.is_some() {
            return Err(malformed("a step after the end"));
        }
        if let Some(count) = text.strip_prefix("end ") {
            end = Some((line, count));
            continue;
        }
        let (input, result) = text.rsplit_once(ARROW).ok_or_else(|| malformed("no answer"))?;
        let (verb, args) = split_verb(input);
        steps.push(Step { line, input, verb, args, result });
    }
    match end {
        Some((_, count)) if count == steps.len().to_string() => Ok(steps),
        Some((line, _)) => Err(Malformed { line, why: format!("there are {} steps", steps.len()) }),
        None => Err(Malformed { line: last, why: "no end".to_owned() }),
    }
}

/// The verb of a step and its arguments.
pub fn split_verb(input: &str) -> (&str, &str) {
    input.split_once(' ').unwrap_or((input, ""))
}

/// The trace files of a folder, in byte order of their names.
///
/// # Errors
/// Those of reading the folder.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "trace") {
            files.push(path);
        }
    }
    files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(files)
}

/// The folder of the committed traces.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces")
}

/// The folder of the committed traces of 32 bits.
pub fn folder32() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces32")
}

/// The folder of the committed traces of header dialects.
pub fn folder_dialects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces_dialects")
}

/// The folder of the committed traces of retrying.
pub fn folder_retry() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces_retry")
}

/// The folder of the committed traces of policies.
pub fn folder_policy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces_policy")
}

/// The folder of the committed traces of error bodies at named paths, which only Rust replays so far.
pub fn folder_bodies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces_bodies")
}

/// The folder of the committed traces of what stands around a call, which Rust and C replay so far.
pub fn folder_around() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces_around")
}

/// The folders that every surface replays, in the order of its digest.
pub fn folders() -> [PathBuf; 4] {
    [folder(), folder_dialects(), folder_retry(), folder_policy()]
}

/// FNV-1a with 64 bits, over every answer and a newline after each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Over nothing.
    pub fn new() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }

    /// Adds one answer.
    pub fn add(&mut self, result: &str) {
        self.bytes(result.as_bytes());
        self.bytes(b"\n");
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

impl Default for Digest {
    fn default() -> Digest {
        Digest::new()
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, steps};

    #[test]
    fn published_digests() {
        // From the FNV authors' test vectors.
        for (text, expected) in [("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")] {
            let mut digest = Digest::new();
            digest.bytes(text.as_bytes());
            assert_eq!(digest.to_string(), expected);
        }
    }

    #[test]
    fn a_value_keeps_its_spaces_and_arrows() {
        let text = "# why\n\nretry_after 0  a -> b -> invalid\nhints -> -\nend 2\n";
        let steps = steps(text).unwrap();
        assert_eq!((steps[0].line, steps[0].verb, steps[0].args), (3, "retry_after", "0  a -> b"));
        assert_eq!((steps[1].verb, steps[1].args, steps[1].result), ("hints", "", "-"));
    }

    #[test]
    fn nothing_is_skipped() {
        for text in ["", "x -> y\n", "x -> y\nend 2\n", "x\nend 1\n", "end 0\nx -> y\n"] {
            assert!(steps(text).is_err(), "{text:?}");
        }
    }
}
