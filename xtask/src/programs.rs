//! `cargo xtask programs`: the programs of `ffi/examples` that a person could use, as one does.

use anyhow::Result;

use crate::{counts::Counts, demo, fetch, server, surfaces::Language, tests};

/// Builds what they need, and runs them alone; the last line says how many checks passed and failed.
pub(crate) fn run() -> Result<()> {
    Language::C.check()?;
    demo::build(&[Language::C])?;
    tests::close(counts()?)
}

/// Every check, after the demo's build.
pub(crate) fn counts() -> Result<Counts> {
    let mut counts = fetch::counts()?;
    counts += server::counts()?;
    Ok(counts)
}
