//! The C library: made by `ffi/Makefile`, and looked into. How it is installed is seen in `installed.rs`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSymbol};

use crate::{
    abi, comments,
    counts::Counts,
    installed, machine, pages,
    step::{Step, command},
    surfaces::sources,
    tests,
};

/// The most that the shared library may have, stripped, with everything in it.
const MOST_BYTES: u64 = 300 * 1024;

/// The same of one with the limiter and backoffs alone.
const MOST_LIMITER_BYTES: u64 = 40 * 1024;

/// What may be undefined in the static library: what compilers call by themselves.
const FREESTANDING: [&str; 6] = ["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

/// Makes the library, and says where it lies.
pub(crate) fn build() -> Result<PathBuf> {
    Step::new("building the C library").run(make(machine::target()).arg("all"))?;
    Ok(place())
}

pub(crate) fn place() -> PathBuf {
    machine::target().join("c/libtidegate")
}

/// Every check, after [`build`].
pub(crate) fn counts() -> Result<Counts> {
    let mut counts = symbols()?;
    counts += panic_is_found()?;
    counts += sizes()?;
    counts += clang()?;
    counts += comments::counts()?;
    let (_, clean) = Step::new("the C headers in every standard")
        .try_run(make(machine::target()).arg("check-headers"))?;
    counts += Counts::one(clean);
    counts += pages::counts()?;
    counts += installed::counts()?;
    Ok(counts)
}

/// `cargo xtask library`: these checks alone.
pub(crate) fn run() -> Result<()> {
    build()?;
    tests::close(counts()?)
}

/// `cargo xtask sanitize`: the tests of the surface, of which none may be reported for its memory.
pub(crate) fn sanitize() -> Result<()> {
    let mut counts = sanitized()?;
    match machine::find("valgrind") {
        Some(_) => counts += check("valgrind", "VALGRIND=1")?,
        None => eprintln!("· left out: valgrind is not installed"),
    }
    tests::close(counts)
}

/// Under both sanitizers alone.
pub(crate) fn sanitized() -> Result<Counts> {
    check("AddressSanitizer and UndefinedBehaviorSanitizer", "SANITIZE=1")
}

fn check(name: &str, variable: &str) -> Result<Counts> {
    let mut check = make(machine::target());
    let (text, success) =
        Step::new(format!("C tests: {name}")).try_run(check.args(["check", variable]))?;
    let mut counts = Counts::read(&text);
    counts.failed += u64::from(!success && counts.failed == 0);
    Ok(counts)
}

/// A make of `ffi`, with its results below a target folder; not a part of a make that runs this.
pub(crate) fn make(target: &Path) -> Command {
    let mut make = command(Path::new("make"), &machine::root().join("ffi"));
    make.args(["--no-print-directory", "--silent"]).env("CARGO_TARGET_DIR", target);
    make.env_remove("MAKEFLAGS");
    make
}

/// What the two libraries need and what they offer, against the committed ABI.
fn symbols() -> Result<Counts> {
    let step = Step::new("symbols of the C libraries");
    let promised = fs::read_to_string(machine::root().join(abi::PATH))?;
    let promised = abi::functions(&promised);
    let data = fs::read(place().join("tidegate.o"))?;
    let object = object::File::parse(&*data)?;
    let needed = object.symbols().filter(|symbol| symbol.is_undefined());
    let needed = needed.filter_map(|symbol| symbol.name().ok().filter(|name| !name.is_empty()));
    let needed: Vec<&str> = needed.filter(|name| !FREESTANDING.contains(name)).collect();
    let global = object.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition());
    let mut offered: Vec<&str> = global.filter_map(|symbol| symbol.name().ok()).collect();
    offered.sort_unstable();

    let data = fs::read(place().join("libtidegate.so"))?;
    let library = object::File::parse(&*data)?;
    let dynamic = library.dynamic_symbols().filter(|symbol| symbol.is_definition());
    let mut exported: Vec<&str> = dynamic.filter_map(|symbol| symbol.name().ok()).collect();
    exported.sort_unstable();
    // The version of the symbols is one too.
    exported.retain(|name| !name.starts_with("TIDEGATE_"));

    if !needed.is_empty() {
        eprintln!("✗ libtidegate.a needs {}", needed.join(", "));
    }
    let (static_same, shared_same) = (offered == promised, exported == promised);
    for (library, names) in [("libtidegate.a", &offered), ("libtidegate.so", &exported)] {
        let beyond = names.iter().filter(|name| !promised.contains(name));
        beyond.for_each(|name| {
            eprintln!("✗ {library} offers {name}, which ffi/abi.txt does not have")
        });
        let lost = promised.iter().filter(|name| !names.contains(name));
        lost.for_each(|name| eprintln!("✗ {library} lacks {name} of ffi/abi.txt"));
    }
    step.done();
    let mut counts = Counts::one(needed.is_empty());
    counts += Counts::one(static_same);
    counts += Counts::one(shared_same);
    Ok(counts)
}

/// A library with a panic that can be reached is not made.
fn panic_is_found() -> Result<Counts> {
    let step = Step::new("a C library that can panic is not made");
    let output =
        make(&machine::workshop("panic")?).args(["all", "FEATURES=panic-on-purpose"]).output()?;
    let found = !output.status.success()
        && String::from_utf8_lossy(&output.stderr).contains("tidegate_a_panic_is_reachable");
    if found {
        step.done();
    } else {
        eprintln!("✗ a C library that can panic was made");
    }
    Ok(Counts::one(found))
}

/// The shared library, as a distribution strips it, and one for who needs a limiter and backoffs and no more.
fn sizes() -> Result<Counts> {
    let folder = machine::workshop("library")?;
    Step::new("the limiter and backoffs alone")
        .run(make(machine::target()).args(["static", "PART=limiter"]))?;
    let alone = folder.join("limiter.so");
    let mut link = command(&machine::c_compiler()?, machine::root());
    link.args(["-shared", "-Wl,-z,noexecstack"]).arg(place().join("tidegatelimiter.o"));
    ensure!(link.arg("-o").arg(&alone).status()?.success(), "the limiter alone cannot be linked");
    let mut counts = Counts::default();
    for (what, library, most) in [
        ("everything", place().join("libtidegate.so"), MOST_BYTES),
        ("the limiter and backoffs alone", alone, MOST_LIMITER_BYTES),
    ] {
        let stripped = folder.join("stripped.so");
        let mut strip = command(Path::new("strip"), machine::root());
        strip.arg("-o").arg(&stripped).arg(library);
        ensure!(
            strip.status().context("strip is missing: install binutils")?.success(),
            "strip failed"
        );
        let bytes = fs::metadata(&stripped)?.len();
        println!("libtidegate.so, stripped, with {what}: {bytes} bytes (≤ {most})");
        counts += Counts::one(bytes <= most);
    }
    Ok(counts)
}

/// The examples as clang understands C and C++; headers are checked with it by `make check-headers`.
fn clang() -> Result<Counts> {
    let mut counts = Counts::default();
    for (name, language) in [("clang", ["-std=c99", "-xc"]), ("clang++", ["-std=c++17", "-xc++"])] {
        let Some(compiler) = machine::find(name) else {
            eprintln!("· left out: {name} is not installed");
            continue;
        };
        let step = Step::new(format!("the examples with {name}"));
        for source in sources(&machine::root().join("ffi/examples"), "c")? {
            let mut compile = command(&compiler, machine::root());
            compile.args([
                "-fsyntax-only",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
                "-Iffi/include",
            ]);
            compile.args(machine::libcurl()?.iter().filter(|flag| flag.starts_with("-I")));
            let output = compile.args(language).arg(&source).output()?;
            if !output.status.success() {
                eprintln!("✗ {}: {}", source.display(), String::from_utf8_lossy(&output.stderr));
            }
            counts += Counts::one(output.status.success());
        }
        step.done();
    }
    Ok(counts)
}
