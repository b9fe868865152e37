//! An emulated API as a process of its own, which ends with its owner.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{machine, workload::Api};

/// A running emulator.
pub(crate) struct Emulator {
    process: Child,
    base: String,
}

/// What the emulator saw of one client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    pub(crate) refused: u64,
    pub(crate) foreseeable: u64,
    pub(crate) early: u64,
    pub(crate) duplicates: u64,
}

impl Emulator {
    /// Starts one on any free port.
    pub(crate) fn start(api: Api, window_secs: u64, faults: &[&str]) -> Result<Emulator> {
        let mut process = Command::new(machine::release("tidegate-emulator"))
            .args(["--api", api.name(), "--port", "0", "--until-stdin-closes"])
            .args(["--window", &format!("{window_secs}s")])
            .args(faults)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the emulator")?;
        let stdout = process.stdout.take().context("the emulator has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(base) = line.trim().strip_prefix("listening on ") else {
            bail!("the emulator did not say where it listens: {line:?}");
        };
        Ok(Emulator { process, base: base.to_owned() })
    }

    /// Its address.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Its judgement of one client of one key.
    pub(crate) fn verdict(&self, key: &str, client: &str) -> Result<Verdict> {
        let verdict: Value = reqwest::blocking::get(format!("{}/_verdict", self.base))?.json()?;
        let rows = verdict["clients"].as_array().context("the verdict has no clients")?;
        let row = rows
            .iter()
            .find(|row| row["key"] == key && row["client"] == client)
            .with_context(|| format!("the emulator never saw {client} with key {key}"))?;
        let number =
            |name: &str| row[name].as_u64().with_context(|| format!("the verdict lacks {name}"));
        Ok(Verdict {
            refused: number("refused")?,
            foreseeable: number("foreseeable")?,
            early: number("early")?,
            duplicates: number("duplicates")?,
        })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Closing its input ends it; a process that is already gone is as good.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
