//! `cargo xtask ci`: what a change must pass.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    counts::Counts,
    generated, machine,
    step::{Step, cargo, command},
    surfaces::{npm_install, pip_install, venv_program},
    tests,
};

/// Checks first, because they are quick, then all tests; the last line counts both.
pub(crate) fn run() -> Result<()> {
    let mut counts = Counts::default();
    counts += check("format of the Rust code", &mut cargo(&["fmt", "--all", "--check"]))?;
    counts += check(
        "clippy",
        &mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    )?;
    let mut rustdoc =
        cargo(&["doc", "--workspace", "--no-deps", "--locked", "--document-private-items"]);
    counts += check("rustdoc", rustdoc.env("RUSTDOCFLAGS", "-D warnings"))?;
    counts += Counts::one(report(generated::run(true)));
    counts += tests::all()?;
    counts += python()?;
    counts += types()?;
    tests::close(counts)
}

/// A check is one test.
fn check(name: &str, command: &mut Command) -> Result<Counts> {
    let (_, success) = Step::new(name).try_run(command)?;
    Ok(Counts::one(success))
}

fn report(result: Result<()>) -> bool {
    match result {
        Ok(()) => true,
        Err(error) => {
            eprintln!("✗ {error:#}");
            false
        }
    }
}

/// ruff and mypy, and the stubs against the module that was built.
fn python() -> Result<Counts> {
    pip_install(&["ruff>=0.14,<0.16", "mypy>=1.18,<3"])?;
    let folder = machine::root().join("python");
    let python = || Ok::<_, anyhow::Error>(command(&venv_program("python")?, &folder));
    let mut counts = Counts::default();
    counts += check("ruff check", python()?.args(["-m", "ruff", "check", "--no-cache", "."]))?;
    counts += check(
        "ruff format",
        python()?.args(["-m", "ruff", "format", "--no-cache", "--check", "."]),
    )?;
    let cache = machine::workshop("mypy")?;
    let strict = ["-m", "mypy", "--strict", "-p", "tidegate", "--cache-dir"];
    counts += check("mypy", python()?.args(strict).arg(&cache))?;
    counts += check("stubtest", python()?.args(["-m", "mypy.stubtest", "tidegate._core"]))?;
    Ok(counts)
}

/// The TypeScript types, as a strict user compiles against them.
fn types() -> Result<Counts> {
    npm_install(&["typescript@5", "@types/node@20"])?;
    let app = crate::surfaces::node_app()?;
    let test = machine::root().join("node/test/types.test.ts");
    if !test.exists() {
        bail!("{} is missing", test.display());
    }
    std::fs::copy(&test, app.join("types.test.ts"))?;
    let mut tsc = command(&machine::node()?, &app);
    tsc.args(["node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--target", "es2022"]);
    tsc.args(["--module", "nodenext", "--types", "node", "types.test.ts"]);
    check("TypeScript types", &mut tsc)
}
