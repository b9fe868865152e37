//! The C library as others get it: installed, and built against in every way that C programmers have.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    counts::Counts,
    library::make,
    machine,
    step::{Step, command},
    surfaces::NEED_CURL,
};

/// The examples that need nothing but the library, and how what they print ends.
const EXAMPLES: [(&str, &str); 3] = [
    ("quickstart", "request 3: wait 200 ms\n"),
    ("limits", "16 left after the change\n"),
    ("retry", "Retry-After: 30\n"),
];

/// The examples against an installed library, in every way in which a program is told where it is; and
/// what is left after it is uninstalled.
pub(crate) fn counts() -> Result<Counts> {
    let folder = machine::workshop("library")?;
    let prefix = folder.join("prefix");
    // As a distribution stages it, in a folder that has a name for the processor.
    let (stage, multiarch) = (folder.join("stage"), "LIBDIR=/usr/lib/x-y-z");
    for place in [&prefix, &stage] {
        let _ = fs::remove_dir_all(place);
    }
    let to_prefix = format!("PREFIX={}", prefix.display());
    let to_stage = [format!("DESTDIR={}", stage.display()), "PREFIX=/usr".into(), multiarch.into()];
    Step::new("make install").run(make(machine::target()).args(["install", &to_prefix]))?;
    Step::new("make install DESTDIR=…")
        .run(make(machine::target()).arg("install").args(&to_stage))?;

    let mut counts = Counts::default();
    let staged = stage.join("usr/lib/x-y-z");
    counts += programs("pkg-config", &pkg_config(&staged)?, &staged)?;
    let include = format!("-I{}", prefix.join("include").display());
    let search = format!("-L{}", prefix.join("lib").display());
    let plain = [&include, &search, "-ltidegate"].map(str::to_owned);
    counts += programs("cc -ltidegate", &plain, &prefix.join("lib"))?;
    // Not even the C library is a shared one, so nothing else can be needed.
    let whole = [&include, "-static", &search, "-ltidegate"].map(str::to_owned);
    counts += programs("cc -static -ltidegate", &whole, Path::new(""))?;
    counts += cmake(&folder, &prefix)?;

    Step::new("make uninstall").run(make(machine::target()).args(["uninstall", &to_prefix]))?;
    let left = command(Path::new("find"), &prefix).args(["-not", "-type", "d"]).output()?;
    if !left.stdout.is_empty() {
        eprintln!("✗ uninstalling leaves {}", String::from_utf8_lossy(&left.stdout));
    }
    counts += Counts::one(left.stdout.is_empty());
    Ok(counts)
}

/// What pkg-config says of the library in this folder.
fn pkg_config(libraries: &Path) -> Result<Vec<String>> {
    let mut tool = Command::new("pkg-config");
    tool.args(["--cflags", "--libs", "tidegate"]);
    tool.env("PKG_CONFIG_LIBDIR", libraries.join("pkgconfig"));
    let output = tool.output().context("pkg-config is missing: install it")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.split_whitespace().map(str::to_owned).collect())
}

/// Compiles the examples with these flags and runs them; those that need libcurl where it is not
/// linked statically.
fn programs(name: &str, flags: &[String], libraries: &Path) -> Result<Counts> {
    let step = Step::new(format!("examples by {name}"));
    let folder = machine::workshop("library")?.join("programs");
    fs::create_dir_all(&folder)?;
    let compile = |example: &str, more: &[String]| {
        let mut compile = command(&machine::c_compiler()?, machine::root());
        compile.args(["-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
        compile.arg(format!("ffi/examples/{example}.c")).args(flags).args(more);
        let output = compile.arg("-o").arg(folder.join(example)).output()?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{example} does not compile by {name}:\n{told}");
        Ok(())
    };
    let mut counts = Counts::default();
    for (example, _) in EXAMPLES {
        compile(example, &[])?;
    }
    counts += examples(&folder, libraries)?;
    if !flags.iter().any(|flag| flag == "-static") {
        for example in NEED_CURL {
            compile(example, &machine::libcurl()?)?;
            let mut client = command(&folder.join(example), &folder);
            // Without options it says what is wrong.
            let output = client.env("LD_LIBRARY_PATH", libraries).output()?;
            counts += Counts::one(output.status.code() == Some(2));
        }
    }
    step.done();
    Ok(counts)
}

/// Runs the examples that lie in a folder.
fn examples(folder: &Path, libraries: &Path) -> Result<Counts> {
    let mut counts = Counts::default();
    for (example, ending) in EXAMPLES {
        let mut program = command(&folder.join(example), folder);
        let output = program.env("LD_LIBRARY_PATH", libraries).output()?;
        let good = output.status.success() && output.stdout.ends_with(ending.as_bytes());
        if !good {
            eprintln!("✗ {example}: {}", String::from_utf8_lossy(&output.stderr));
        }
        counts += Counts::one(good);
    }
    Ok(counts)
}

/// The examples as a project of CMake, with the shared and with the static library.
fn cmake(folder: &Path, prefix: &Path) -> Result<Counts> {
    let Some(cmake) = machine::find("cmake") else {
        eprintln!("· left out: CMake is not installed");
        return Ok(Counts::default());
    };
    let mut counts = Counts::default();
    for (kind, dynamic) in [("shared", true), ("static", false)] {
        let build = folder.join(format!("cmake-{kind}"));
        let _ = fs::remove_dir_all(&build);
        let mut configure = command(&cmake, &machine::root().join("ffi/examples"));
        configure.args(["-S", "."]).arg("-B").arg(&build);
        configure.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()));
        Step::new(format!("cmake, {kind}"))
            .run(configure.arg(format!("-DTIDEGATE_LIBRARY={kind}")))?;
        let mut compile = command(&cmake, &build);
        Step::new(format!("cmake --build, {kind}")).run(compile.args(["--build", "."]))?;
        // CMake writes where the library is into the programs that it builds.
        counts += examples(&build, Path::new(""))?;
        let data = fs::read(build.join("quickstart"))?;
        let needs = data.windows(14).any(|bytes| bytes == b"libtidegate.so");
        counts += Counts::one(needs == dynamic);
    }
    Ok(counts)
}
