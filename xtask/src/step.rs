//! One step of a longer work: it shows that it runs, and what went wrong if it does.

use std::{
    io::{BufRead, BufReader, IsTerminal, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

/// A step that is running.
pub(crate) struct Step {
    name: String,
    bar: ProgressBar,
    start: Instant,
}

impl Step {
    /// Starts a step and shows its name.
    pub(crate) fn new(name: impl Into<String>) -> Step {
        let name = name.into();
        let bar = ProgressBar::new_spinner().with_message(name.clone());
        if std::io::stderr().is_terminal() {
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(120));
        } else {
            eprintln!("· {name} …");
        }
        Step { name, bar, start: Instant::now() }
    }

    /// Runs a command to its end and returns what it printed. What it prints is shown line by line
    /// as it comes, shortened, and whole when the command fails.
    pub(crate) fn run(self, command: &mut Command) -> Result<String> {
        let (text, success) = self.capture(command)?;
        if !success {
            self.bar.finish_and_clear();
            eprint!("{text}");
            bail!("{} failed: {}", self.name, show(command));
        }
        self.done();
        Ok(text)
    }

    /// As [`run`](Self::run), for commands whose failure is a result: what was printed, and whether
    /// the command succeeded.
    pub(crate) fn try_run(self, command: &mut Command) -> Result<(String, bool)> {
        let (text, success) = self.capture(command)?;
        if success {
            self.done();
        } else {
            self.bar.finish_and_clear();
            eprint!("{text}");
            eprintln!("✗ {}: {}", self.name, show(command));
        }
        Ok((text, success))
    }

    /// Runs a line of shell.
    pub(crate) fn shell(self, line: &str) -> Result<String> {
        self.run(Command::new("sh").args(["-c", line]))
    }

    /// Ends the step well.
    pub(crate) fn done(self) {
        self.bar.finish_and_clear();
        eprintln!("✓ {} ({:.1} s)", self.name, self.start.elapsed().as_secs_f64());
    }

    /// Both streams of a command, in the order in which they came.
    fn capture(&self, command: &mut Command) -> Result<(String, bool)> {
        let (reader, writer) = std::io::pipe()?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .with_context(|| format!("cannot start {}", show(command)))?;
        // The command holds the writing ends too; without this the reader would wait for ever.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut text = String::new();
        for line in BufReader::new(reader).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            let shown: String = line.trim().chars().take(70).collect();
            self.bar.set_message(format!("{}: {shown}", self.name));
            text.push_str(&line);
            text.push('\n');
        }
        std::io::stderr().flush()?;
        Ok((text, child.wait()?.success()))
    }
}

/// A command as one would type it.
fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// A cargo command in the root of the checkout.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(arguments).current_dir(crate::machine::root());
    command
}

/// A command in a folder.
pub(crate) fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}
