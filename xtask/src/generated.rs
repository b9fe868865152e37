//! `cargo xtask gen`: the files that are made from others, committed, and compared in CI.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use tidegate::Error;

use crate::{
    machine,
    step::{Step, cargo},
};

/// Writes all, or compares all and names what differs.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for (path, text) in files()? {
        let full = machine::root().join(&path);
        let old = fs::read_to_string(&full).unwrap_or_default();
        if old == text {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            fs::write(&full, text).with_context(|| format!("cannot write {}", full.display()))?;
            eprintln!("wrote {}", path.display());
        }
    }
    let mut traces =
        cargo(&["run", "--quiet", "--locked", "-p", "tidegate-conformance", "--bin", "generate"]);
    if check {
        traces.args(["--", "--check"]);
    }
    let (_, current) = Step::new("conformance traces").try_run(&mut traces)?;
    if !current {
        stale.push("conformance/traces".to_owned());
    }
    if stale.is_empty() {
        return Ok(());
    }
    bail!("stale: {}; run `cargo xtask gen` and commit the result", stale.join(", "))
}

/// Every generated file and what it should hold.
fn files() -> Result<Vec<(PathBuf, String)>> {
    let dts = PathBuf::from("node/lib/index.d.ts");
    let old = fs::read_to_string(machine::root().join(&dts))?;
    let rows: Vec<String> = Error::ALL
        .iter()
        .map(|error| {
            format!("  /** {}: {}. */\n  | '{}'", error.number(), error.sentence(), error.name())
        })
        .collect();
    let union = format!("export type ErrorCode =\n{};\n", rows.join("\n"));
    Ok(vec![(PathBuf::from("ffi/include/tidegate.h"), header()?), (dts, between(&old, &union)?)])
}

/// The C header, by the pinned cbindgen.
fn header() -> Result<String> {
    let crate_folder = machine::root().join("ffi");
    let config = cbindgen::Config::from_file(crate_folder.join("cbindgen.toml"))
        .map_err(anyhow::Error::msg)?;
    let bindings =
        cbindgen::Builder::new().with_crate(&crate_folder).with_config(config).generate()?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    Ok(String::from_utf8(text)?)
}

/// The text with what stands between the two marks replaced.
fn between(text: &str, new: &str) -> Result<String> {
    let (head, rest) = text.split_once(BEGIN).context("the mark `begin generated` is missing")?;
    let (_, tail) = rest.split_once(END).context("the mark `end generated` is missing")?;
    Ok(format!("{head}{BEGIN}{new}{END}{tail}"))
}

const BEGIN: &str = "// begin generated: error codes (cargo xtask gen)\n";
const END: &str = "// end generated\n";
