//! `cargo xtask ci`: what a change must pass.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    counts::Counts,
    generated, library, machine,
    step::{Step, cargo, command},
    surfaces::{node_dependencies, npm_install, pip_group, venv_program},
    tests,
};

/// Checks first, because they are quick, then all tests, and those of C once more under sanitizers; the last line counts both.
pub(crate) fn run() -> Result<()> {
    let mut counts = Counts::default();
    counts += check("format of the Rust code", &mut cargo(&["fmt", "--all", "--check"]))?;
    for other in ["firmware", "fuzz"] {
        let manifest = format!("{other}/Cargo.toml");
        let format = ["fmt", "--manifest-path", &manifest, "--check"];
        counts += check(&format!("format of {other}"), &mut cargo(&format))?;
    }
    counts += check(
        "clippy",
        &mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    )?;
    let mut rustdoc =
        cargo(&["doc", "--workspace", "--no-deps", "--locked", "--document-private-items"]);
    counts += check("rustdoc", rustdoc.env("RUSTDOCFLAGS", "-D warnings"))?;
    counts += Counts::one(report(generated::run(true)));
    counts += tests::all()?;
    counts += library::sanitized()?;
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
    pip_group("lint")?;
    let cache = machine::workshop("mypy")?;
    let mut counts = Counts::default();
    for (name, arguments) in [
        ("ruff check", &["-m", "ruff", "check", "--no-cache", "."][..]),
        ("ruff format", &["-m", "ruff", "format", "--no-cache", "--check", "."]),
        ("mypy", &["-m", "mypy", "python/tidegate", "tests", "examples"]),
        ("stubtest", &["-m", "mypy.stubtest", "tidegate._core"]),
    ] {
        let mut python = command(&venv_program("python")?, &machine::root().join("python"));
        counts += check(name, python.args(arguments).env("MYPY_CACHE_DIR", &cache))?;
    }
    npm_install(&["pyright@1.1.414"])?;
    let pyright = crate::surfaces::node_app()?.join("node_modules/pyright/index.js");
    let mut node = command(&machine::node()?, &machine::root().join("python"));
    // By its path, since pyright looks up the Python whose packages it reads.
    let bin = venv_program("python")?.with_file_name("");
    let path = std::env::var("PATH").unwrap_or_default();
    node.arg(&pyright).env("PATH", format!("{}:{path}", bin.display()));
    counts += check("pyright", &mut node)?;
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
    let mut counts = check("TypeScript types", &mut tsc)?;

    // And those of the integrations beside the types of the libraries, which lie in the package.
    node_dependencies()?;
    let mut tsc = command(&machine::node()?, &machine::root().join("node"));
    tsc.args(["node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--target", "es2022"]);
    tsc.args(["--module", "nodenext", "--types", "node", "test/integrations/types.test.mts"]);
    counts += check("TypeScript types of the integrations", &mut tsc)?;
    Ok(counts)
}
