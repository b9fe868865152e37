//! The programs that do the work: built, with every peer that they need, below the target folder.

use std::{path::Path, process::Command, sync::Once};

use anyhow::{Context, Result};

use crate::{
    machine,
    step::{Step, cargo, command},
    surfaces,
};

/// Builds once a run.
fn once(done: &'static Once, build: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut result = Ok(());
    done.call_once(|| result = build());
    result
}

/// `benches/peers`: a workspace of its own, so that no other build needs a peer.
pub(crate) fn rust() -> Result<Command> {
    static BUILT: Once = Once::new();
    let target = machine::workshop("peers")?;
    once(&BUILT, || {
        let mut build = cargo(&["build", "--release", "--locked", "--manifest-path"]);
        build.arg("benches/peers/Cargo.toml").arg("--target-dir").arg(&target);
        Step::new("building the Rust subjects").run(&mut build).map(drop)
    })?;
    Ok(Command::new(target.join("release/tidegate-peers")))
}

/// `benches/c/subjects.c`, linked with the static and with the shared library.
pub(crate) fn c() -> Result<Vec<Command>> {
    static BUILT: Once = Once::new();
    let library = machine::target().join("c/libtidegate");
    let folder = machine::workshop("peers-c")?;
    let programs = [("static", "-l:libtidegate.a"), ("shared", "-ltidegate")];
    once(&BUILT, || {
        crate::library::build()?;
        for (name, link) in programs {
            let mut cc = command(&machine::c_compiler()?, machine::root());
            cc.args(["-std=c99", "-O2", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Werror"]);
            cc.arg(format!("-DSUBJECT=\"tidegate-{name}\""));
            cc.args((name == "static").then_some("-DPLAIN"));
            cc.args(["-Iffi/include", "benches/c/subjects.c", "-L"]).arg(&library).arg(link);
            cc.arg(format!("-Wl,-rpath,{}", library.display()));
            cc.arg("-o").arg(folder.join(name));
            Step::new(format!("compiling the C subjects ({name})")).run(&mut cc)?;
        }
        Ok(())
    })?;
    Ok(programs.map(|(name, _)| Command::new(folder.join(name))).into())
}

/// `benches/python/subjects.py`, with the package and its peers in one virtual environment.
pub(crate) fn python() -> Result<Command> {
    static BUILT: Once = Once::new();
    once(&BUILT, || {
        surfaces::Language::Python.build()?;
        surfaces::pip_requirements("benches/python/peers.txt")
    })?;
    let mut program = command(&surfaces::venv_program("python")?, machine::root());
    program.arg("benches/python/subjects.py");
    Ok(program)
}

/// `benches/node/subjects.mjs`, in the project that has the module and its peers.
pub(crate) fn node() -> Result<Command> {
    static BUILT: Once = Once::new();
    let app = surfaces::node_app()?;
    once(&BUILT, || {
        surfaces::Language::Node.build()?;
        let peers = machine::root().join("benches/node/peers.txt");
        let peers = std::fs::read_to_string(peers).context("cannot read the list of peers")?;
        surfaces::npm_install(&peers.lines().collect::<Vec<_>>())?;
        let source = machine::root().join("benches/node/subjects.mjs");
        std::fs::copy(source, app.join("subjects.mjs")).context("cannot copy the subjects")?;
        Ok(())
    })?;
    let mut program = command(&machine::node()?, Path::new(&app));
    program.args(["--expose-gc", "subjects.mjs"]);
    Ok(program)
}
