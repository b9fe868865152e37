//! `cargo xtask bench --accuracy`: who admits more than was promised.

use std::{fs, path::Path, process::Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::peers;

/// One caller that never stops asking.
pub(crate) struct Cell {
    pub(crate) case: String,
    pub(crate) subject: String,
    pub(crate) promised: u64,
    pub(crate) admitted: u64,
}

/// Runs the stories of each language, prints the table, and fails if tidegate admits one too many.
pub(crate) fn run(json: Option<&Path>) -> Result<()> {
    let mut text = String::new();
    for (language, mut program) in [("rust", peers::rust()?), ("python", peers::python()?)] {
        let output = program.arg("accuracy").stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "the stories of {language} failed");
        text += &String::from_utf8(output.stdout)?;
    }
    let cells = read(&text)?;
    let mut over = 0;
    for case in cells.chunk_by(|one, next| one.case == next.case) {
        println!("{}: at most {}", case[0].case, case[0].promised);
        for cell in case {
            println!("  {:<28}{:>12}  {}", cell.subject, cell.admitted, cell.verdict());
            over += usize::from(cell.subject == "tidegate" && cell.admitted > cell.promised);
        }
    }
    if let Some(file) = json {
        fs::write(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    if over > 0 { bail!("tidegate admits too many in {over} cases") } else { Ok(()) }
}

/// The cells of a file of them.
pub(crate) fn read(text: &str) -> Result<Vec<Cell>> {
    text.lines().map(Cell::read).collect()
}

impl Cell {
    fn read(line: &str) -> Result<Cell> {
        let value: Value =
            serde_json::from_str(line).with_context(|| format!("no cell: {line}"))?;
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let cell = || {
            let (promised, admitted) = (value["promised"].as_u64()?, value["admitted"].as_u64()?);
            Some(Cell { case: text("case")?, subject: text("subject")?, promised, admitted })
        };
        cell().with_context(|| format!("no cell: {line}"))
    }

    pub(crate) fn verdict(&self) -> String {
        let percent = (self.admitted as f64 / self.promised as f64 - 1.0) * 100.0;
        if self.admitted > self.promised {
            format!("over by {percent:.2} %")
        } else {
            format!("{percent:+.3} %")
        }
    }
}
