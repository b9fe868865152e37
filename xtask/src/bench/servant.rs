//! `Servant`: a program of one language that does its subjects' work on demand.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use super::peers;

/// A language with a servant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    C,
    Python,
    Node,
}

/// Work that several subjects do, each in its way.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// Each with the place of its program in the language's list.
    pub(crate) subjects: Vec<(String, usize)>,
}

impl Language {
    pub(crate) const ALL: [Language; 4] =
        [Language::Rust, Language::C, Language::Python, Language::Node];

    /// As the names of its cases begin.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::C => "c",
            Language::Python => "python",
            Language::Node => "node",
        }
    }

    /// Its programs, built, and their peers, installed. What C does is held against Rust.
    fn programs(self) -> Result<Vec<Command>> {
        Ok(match self {
            Language::Rust => vec![peers::rust()?],
            Language::C => [peers::rust()?].into_iter().chain(peers::c()?).collect(),
            Language::Python => vec![peers::python()?],
            Language::Node => vec![peers::node()?],
        })
    }

    /// Its cases, in the order in which they are listed.
    pub(crate) fn cases(self) -> Result<Vec<Case>> {
        let mut cases: Vec<Case> = Vec::new();
        for (place, mut program) in self.programs()?.into_iter().enumerate() {
            let output = program.arg("list").stderr(Stdio::inherit()).output()?;
            ensure!(output.status.success(), "the subjects of {} cannot be listed", self.name());
            for line in String::from_utf8(output.stdout)?.lines() {
                let (name, subject) = line.split_once('\t').context("a case and a subject")?;
                if name.split('/').next() != Some(self.name()) {
                    continue;
                }
                let subject = (subject.to_owned(), place);
                match cases.iter_mut().find(|case| case.name == name) {
                    Some(case) => case.subjects.push(subject),
                    None => cases.push(Case { name: name.to_owned(), subjects: vec![subject] }),
                }
            }
        }
        Ok(cases)
    }

    /// Starts its programs.
    pub(crate) fn start(self) -> Result<Vec<Servant>> {
        self.programs()?.into_iter().map(Servant::start).collect()
    }
}

/// A program that waits for work.
pub(crate) struct Servant {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Servant {
    fn start(mut command: Command) -> Result<Servant> {
        let mut child = command
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {:?}", command.get_program()))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (ask, answer) = pipes.context("both ends are pipes")?;
        Ok(Servant { child, ask, answer: BufReader::new(answer) })
    }

    /// How long a subject needs for so many operations, and what one key takes if it knows.
    pub(crate) fn run(
        &mut self,
        case: &str,
        subject: &str,
        times: u64,
    ) -> Result<(Duration, Option<f64>)> {
        writeln!(self.ask, "{case}\t{subject}\t{times}")?;
        self.ask.flush()?;
        let mut line = String::new();
        if self.answer.read_line(&mut line)? == 0 {
            bail!("{subject} of {case} ended its program: {}", self.child.wait()?);
        }
        match line.trim_end().split_once('\t') {
            Some(("error", why)) => bail!("{subject} of {case}: {why}"),
            Some((nanos, bytes)) => {
                let nanos = nanos.parse().with_context(|| format!("no time: {line}"))?;
                Ok((Duration::from_nanos(nanos), bytes.parse().ok()))
            }
            None => bail!("{subject} of {case} answered {line}"),
        }
    }
}

impl Drop for Servant {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
