//! `cargo xtask test`: every test of every language, and one count.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Result, bail};
use tidegate_conformance::trace;

use crate::{
    bench, browser,
    counts::Counts,
    demo, faults, firmware, fuzz, library, machine, programs,
    step::{Step, cargo, command},
    surfaces::{self, Language, venv_program},
    wasm,
};

/// Runs everything, goes on after a failure, and fails at the end if anything failed. A long run adds
/// millions of random histories.
pub(crate) fn run(is_long: bool) -> Result<()> {
    let mut counts = all()?;
    if is_long {
        counts += long()?;
    }
    close(counts)
}

/// Histories of a long run, each of 40 to 300 operations.
const LONG: u64 = 1_000_000;

/// The last line, and the exit code.
pub(crate) fn close(counts: Counts) -> Result<()> {
    println!("{} passed, {} failed", counts.passed, counts.failed);
    if counts.failed > 0 { bail!("{} tests failed", counts.failed) } else { Ok(()) }
}

/// All tests; an error is something that kept tests from running at all.
pub(crate) fn all() -> Result<Counts> {
    for language in Language::ALL {
        language.check()?;
    }
    let mut counts = Counts::default();
    counts += suite("Rust tests", &mut cargo(&RUST))?;
    counts += bare()?;
    counts += interleavings()?;
    counts += firmware::counts(&firmware::Options::default())?;
    counts += fuzz::short()?;
    demo::build(&Language::ALL)?;
    counts += library::counts()?;
    counts += c()?;
    counts += programs::counts()?;
    counts += python()?;
    for backend in ["native", "wasm"] {
        counts += node(backend)?;
    }
    counts += wasm::counts()?;
    counts += faults::short()?;
    counts += quickstarts()?;
    counts += bench::counts()?;
    counts += wrong_flags()?;
    counts += demo_promises()?;
    Ok(counts)
}

/// The extension modules are tested from their own languages.
const RUST: [&str; 7] = [
    "test",
    "--workspace",
    "--locked",
    "--exclude",
    "tidegate-python",
    "--exclude",
    "tidegate-node",
];

/// One command that prints closing lines. A command that failed without a failed test counts as one.
fn suite(name: &str, command: &mut Command) -> Result<Counts> {
    let (text, success) = Step::new(name).try_run(command)?;
    let mut counts = Counts::read(&text);
    if success && counts == Counts::default() {
        bail!("{name} ran no test");
    }
    if !success && counts.failed == 0 {
        counts.failed = 1;
    }
    eprintln!("  {} passed, {} failed", counts.passed, counts.failed);
    Ok(counts)
}

/// A program without `std`, `alloc` and a reachable panic, which uses all of core, in every set of its
/// features; and the same with a panic put in, which must not link.
fn bare() -> Result<Counts> {
    let folder = machine::root().join("core/tests/bare");
    let command = |features: &str| {
        let mut run = cargo(&["run", "--release", "--locked", "--features", features]);
        run.arg("--manifest-path").arg(folder.join("Cargo.toml"));
        run.arg("--target-dir").arg(machine::workshop("bare")?);
        Ok::<_, anyhow::Error>(run)
    };
    let mut counts = Counts::default();
    for features in ["", "critical-section"] {
        let name = format!("linking core without std, alloc and panics [{features}]");
        let (_, success) = Step::new(name).try_run(&mut command(features)?)?;
        counts += Counts::one(success);
    }
    let name = "a panic that can be reached is found";
    let output = command("panic-on-purpose")?.stdin(Stdio::null()).output()?;
    let found = !output.status.success()
        && String::from_utf8_lossy(&output.stderr).contains("a_panic_is_reachable");
    eprintln!("{} {name}", if found { '✓' } else { '✗' });
    counts += Counts::one(found);
    Ok(counts)
}

/// `cargo xtask stress`: real threads, with exact counts, for as long as it takes.
pub(crate) fn stress(decisions: u64) -> Result<()> {
    let mut test = cargo(&["test", "-p", "tidegate-host", "--release", "--locked"]);
    test.args(["--test", "stress"]).env("TIDEGATE_DECISIONS", decisions.to_string());
    close(suite(&format!("{decisions} decisions on 2 to 8 threads"), &mut test)?)
}

/// The random tests of rule one and of the exact model, with so many histories each.
fn long() -> Result<Counts> {
    let mut test = cargo(&["test", "-p", "tidegate-host", "--release", "--locked"]);
    for name in ["model", "give_back", "never_over", "dialects", "structured", "advice_slows"] {
        test.args(["--test", name]);
    }
    test.env("TIDEGATE_HISTORIES", LONG.to_string());
    suite(&format!("{LONG} random histories of each kind"), &mut test)
}

/// `cargo xtask loom`: the model checker alone.
pub(crate) fn loom() -> Result<()> {
    close(interleavings()?)
}

/// Every protocol on atomics under the model checker, in a target folder of its own because all
/// crates are built with another flag.
fn interleavings() -> Result<Counts> {
    let mut test = cargo(&["test", "-p", "tidegate", "--release", "--locked"]);
    test.args(["--test", "interleavings", "--target-dir"]).arg(machine::workshop("loom")?);
    test.args(["--", "--nocapture"]).env("RUSTFLAGS", "--cfg loom");
    let (text, success) = Step::new("interleavings of every protocol").try_run(&mut test)?;
    let runs = text.lines().filter_map(|line| line.strip_suffix(" interleavings"));
    let runs = runs.filter_map(|line| line.rsplit_once(": ")?.1.parse::<u64>().ok());
    let mut counts = Counts::read(&text);
    if !success && counts.failed == 0 {
        counts.failed = 1;
    }
    eprintln!("  {} interleavings, {} failed", runs.sum::<u64>(), counts.failed);
    Ok(counts)
}

fn c() -> Result<Counts> {
    let mut counts = Counts::default();
    for test in surfaces::c_tests()? {
        let path = test.build()?;
        let name = path.file_name().unwrap_or_default().display().to_string();
        let mut program = command(&path, machine::root());
        if name.starts_with("traces") {
            // `traces32++` and `traces++` are the same programs, as C++.
            match name.trim_end_matches('+') {
                "traces32" => program.arg(trace::folder32()),
                _ => program.args(trace::folders()).arg(trace::folder_around()),
            };
            let (_, success) = Step::new(name).try_run(&mut program)?;
            counts += Counts::one(success);
        } else {
            counts += suite(&format!("C tests: {name}"), &mut program)?;
        }
    }
    for (example, ending) in [
        ("limits", "16 left after the change\n"),
        ("retry", "Retry-After: 30\n"),
        ("policy", "the second was quicker\n"),
    ] {
        let mut program = command(&machine::workshop("c")?.join(example), machine::root());
        let (text, success) = Step::new(format!("C example: {example}")).try_run(&mut program)?;
        counts += Counts::one(success && text.ends_with(ending));
    }
    Ok(counts)
}

fn python() -> Result<Counts> {
    let mut counts = suite("Python tests", &mut pytest(&venv_program("python")?))?;
    let known = machine::python()?;
    for (version, python) in machine::pythons() {
        if version == machine::python_version(&known)? {
            continue;
        }
        let mut short = pytest(&surfaces::other_python(&version, &python)?);
        for name in SHORT {
            short.arg(format!("tests/test_{name}.py"));
        }
        counts += suite(&format!("Python tests, {version}"), &mut short)?;
    }
    Ok(counts)
}

fn pytest(python: &Path) -> Command {
    let mut pytest = command(python, &machine::root().join("python"));
    pytest.args(["-m", "pytest", "--color=no", "-p", "no:cacheprovider"]);
    pytest
}

/// What every other Python of this machine is tested with: all that depends on the interpreter.
const SHORT: [&str; 12] = [
    "errors", "fork", "keyed", "layers", "limiter", "lines", "retrying", "testing", "threads",
    "traces", "waiting", "wrap",
];

fn node(backend: &str) -> Result<Counts> {
    surfaces::node_dependencies()?;
    let mut node = command(&machine::node()?, &machine::root().join("node"));
    let tests = surfaces::sources(&machine::root().join("node/test"), "mjs")?;
    let tests = tests.iter().filter(|path| path.to_string_lossy().ends_with(".test.mjs"));
    node.args(["--test", "--test-reporter=tap"]).args(tests).env("TIDEGATE_BACKEND", backend);
    browser::tell(&mut node)?;
    let mut counts = suite(&format!("Node tests [{backend}]"), &mut node)?;
    counts += node_integrations(backend)?;
    Ok(counts)
}

/// The integrations, with the libraries that they are for, against the emulator.
fn node_integrations(backend: &str) -> Result<Counts> {
    let tests = surfaces::sources(&machine::root().join("node/test/integrations"), "mjs")?;
    let tests = tests.iter().filter(|path| path.to_string_lossy().ends_with(".test.mjs"));
    let mut node = command(&machine::node()?, &machine::root().join("node"));
    // They mostly wait.
    node.args(["--test", "--test-reporter=tap", "--test-concurrency=4"]).args(tests);
    node.env("TIDEGATE_EMULATOR", machine::release("tidegate-emulator"));
    suite(&format!("Node integrations [{backend}]"), node.env("TIDEGATE_BACKEND", backend))
}

/// The ten lines of the README, in each language: they are the same, and so is what they print.
fn quickstarts() -> Result<Counts> {
    let mut counts = Counts::default();
    let mut printed: Option<String> = None;
    for language in Language::ALL {
        let name = format!("{} quickstart", language.name());
        let (text, success) = Step::new(name).try_run(&mut language.quickstart()?)?;
        let expected = printed.get_or_insert_with(|| text.clone());
        if *expected != text {
            eprintln!("✗ {} printed {text:?}, not {expected:?}", language.name());
        }
        counts += Counts::one(success && *expected == text && !text.is_empty());
    }
    Ok(counts)
}

/// Each example client refuses what it cannot work with at once, with exit code 2 and a reason.
fn wrong_flags() -> Result<Counts> {
    let mut counts = Counts::default();
    let right = ["--api=stackflow", "--base=http://127.0.0.1:9", "--key=k"];
    for (place, wrong) in
        [(0, "--api=other"), (1, "--base=nonsense"), (3, "--window=0"), (3, "--concurrency=0")]
    {
        for language in Language::ALL {
            let mut flags = right.to_vec();
            flags.splice(place..right.len().min(place + 1), [wrong]);
            let output = language.client()?.args(&flags).stdin(Stdio::null()).output()?;
            let refused = output.status.code() == Some(2) && !output.stderr.is_empty();
            if !refused {
                eprintln!("✗ the {} client accepts {wrong}", language.name());
            }
            counts += Counts::one(refused);
        }
    }
    eprintln!("✓ wrong flags of the clients");
    Ok(counts)
}

fn demo_promises() -> Result<Counts> {
    let mut counts = Counts::default();
    for (name, broken) in demo::promises()? {
        broken.iter().for_each(|broken| eprintln!("✗ {broken}"));
        if broken.is_empty() {
            eprintln!("✓ demo: {name}");
        }
        counts += Counts::one(broken.is_empty());
    }
    Ok(counts)
}
