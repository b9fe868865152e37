//! `cargo xtask firmware`: core on three microcontrollers, its size, its instructions, its decisions.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectSymbol};
use tidegate_conformance::{interpreter::Interpreter, replay, trace};

use crate::{
    counts::Counts,
    debian::Unpacked,
    firmware_c, machine,
    qemu::Qemu,
    step::{Step, cargo},
    tests,
};

/// How the images are built.
#[derive(Default, clap::Args)]
pub(crate) struct Options {
    /// Compile with Debian's compiler, even where rustup has the targets or can fetch them
    #[arg(long)]
    debian: bool,
}

/// A processor, the machine that QEMU plays, and what `RateLimiter32::try_acquire` may cost there.
struct Target {
    triple: &'static str,
    processor: &'static str,
    machine: &'static [&'static str],
    most_bytes: u64,
    /// None where nothing was promised.
    most_instructions: Option<usize>,
}

const TARGETS: [Target; 3] = [
    Target {
        triple: "thumbv6m-none-eabi",
        processor: "Cortex-M0",
        machine: &["qemu-system-arm", "-M", "microbit"],
        most_bytes: 160,
        most_instructions: Some(60),
    },
    Target {
        triple: "thumbv7m-none-eabi",
        processor: "Cortex-M3",
        machine: &["qemu-system-arm", "-M", "lm3s6965evb"],
        most_bytes: 140,
        most_instructions: Some(50),
    },
    Target {
        triple: "riscv32imc-unknown-none-elf",
        processor: "RV32IMC",
        machine: &["qemu-system-riscv32", "-M", "virt", "-bios", "none"],
        most_bytes: 168,
        most_instructions: None,
    },
];

/// The state of a limiter, in bytes.
const STATE: u64 = 4;

/// Runs it alone; the last line says how many checks passed and failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    tests::close(counts(options)?)
}

/// Every check of every target.
pub(crate) fn counts(options: &Options) -> Result<Counts> {
    let toolchain = Toolchain::new(options.debian)?;
    let qemu = Qemu::new()?;
    let model = replay::folder(&trace::folder32(), Interpreter::default)?;
    ensure!(model.steps > 0, "there are no traces");
    let measure = |target: &Target| target.measure(&toolchain, &qemu);
    let rows: Vec<Row> = TARGETS.iter().map(measure).collect::<Result<_>>()?;
    let mut counts = Counts::default();
    println!(
        "{:<28} {:>6} {:>5} {:>6} {:>13}  {:<32} interrupt against main",
        "RateLimiter32::try_acquire", ".text", "gate", "state", "instructions", "traces"
    );
    for (target, row) in TARGETS.iter().zip(&rows) {
        let checks = row.checks(target, &model.to_string());
        for &(what, holds) in &checks {
            counts += Counts::one(holds);
            if !holds {
                eprintln!("✗ {}: {what}", target.triple);
            }
        }
        row.show(target, checks.iter().all(|&(_, holds)| holds));
    }
    println!(
        "Bytes of code and of RAM. Instructions: the most that a call executed which nothing \
         interrupted, over all outcomes, as QEMU counted them."
    );
    counts += firmware_c::counts(&toolchain, &qemu)?;
    Ok(counts)
}

/// What was measured on one target.
struct Row {
    bytes: u64,
    state: u64,
    instructions: usize,
    /// Whether a call executed code outside of the function.
    calls_out: bool,
    /// Symbols of panics and of `core::fmt` in any image.
    unwanted: Vec<String>,
    measured: bool,
    traces: (String, bool),
    race: (String, bool),
}

impl Row {
    fn checks(&self, target: &Target, model: &str) -> [(&'static str, bool); 7] {
        let most = target.most_instructions.unwrap_or(usize::MAX);
        if !self.unwanted.is_empty() {
            eprintln!("  unwanted: {}", self.unwanted.join(", "));
        }
        [
            ("the function is too large", self.bytes <= target.most_bytes),
            ("the function calls another", !self.calls_out),
            ("the state is not four bytes", self.state == STATE),
            ("a call executes too much", self.measured && self.instructions <= most),
            ("a symbol of a panic or of core::fmt", self.unwanted.is_empty()),
            ("the traces differ from the model", self.traces.1 && self.traces.0 == model),
            ("the race lost or won tokens", self.race.1),
        ]
    }

    fn show(&self, target: &Target, good: bool) {
        let gate = target.most_instructions.map_or(String::new(), |most| format!(" ≤ {most}"));
        println!(
            "{:<28} {:>6} {:>5} {:>6} {:>13}  {:<32} {} {}",
            target.processor,
            self.bytes,
            format!("≤ {}", target.most_bytes),
            self.state,
            format!("{}{gate}", self.instructions),
            self.traces.0.trim_start_matches("digest "),
            self.race.0,
            if good { "✓" } else { "✗" },
        );
    }
}

impl Target {
    fn measure(&self, toolchain: &Toolchain, qemu: &Qemu) -> Result<Row> {
        let folder = toolchain.build(self.triple)?;
        let name = |what: &str| format!("{}: {what}", self.processor);
        let size = folder.join("size");
        let (start, bytes) = symbol(&size, "limiter32_try_acquire")?;
        let (_, state) = symbol(&size, "LIMITER32_STATE")?;
        let (addresses, measured) = qemu.trace(&name("instructions"), self.machine, &size)?;
        let (instructions, calls_out) = longest_call(&addresses, start, bytes);
        let mut unwanted = Vec::new();
        for image in ["size", "traces", "race"] {
            unwanted.extend(unwanted_symbols(&folder.join(image))?);
        }
        let last = |(text, success): (String, bool)| {
            (text.lines().last().unwrap_or_default().to_owned(), success)
        };
        Ok(Row {
            bytes,
            state,
            instructions,
            calls_out,
            unwanted,
            measured,
            traces: last(qemu.run(&name("traces"), self.machine, &folder.join("traces"))?),
            race: last(qemu.run(&name("race"), self.machine, &folder.join("race"))?),
        })
    }
}

/// The compiler for the targets.
pub(crate) enum Toolchain {
    /// The one that runs this, with the targets of rustup.
    Own,
    /// Debian's, which brings the sources of `core`.
    Debian(Unpacked),
}

impl Toolchain {
    fn new(debian: bool) -> Result<Toolchain> {
        if !debian && (has_targets()? || add_targets()) {
            return Ok(Toolchain::Own);
        }
        let what = "a compiler for microcontrollers (`rustup target add` did not work; Debian's rustc-web)";
        let names: [&[&str]; 4] =
            [&["rustc-web"], &["libstd-rust-web-dev"], &["rust-web-src"], &["lld"]];
        Unpacked::new("rust", what, &names).map(Toolchain::Debian)
    }

    /// Has a make of `ffi` compile with it.
    pub(crate) fn lend(&self, make: &mut Command) -> Result<()> {
        if matches!(self, Toolchain::Debian(_)) {
            make.arg(format!("CARGOFLAGS={BUILD_CORE}"));
        }
        self.name_compiler(make)
    }

    /// Tells cargo which compiler it is.
    fn name_compiler(&self, command: &mut Command) -> Result<()> {
        if let Toolchain::Debian(unpacked) = self {
            command.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", unpacked.path("usr/bin/rustc")?);
            command.env("LD_LIBRARY_PATH", unpacked.library_path()?);
        }
        Ok(())
    }

    /// Builds the images, and says where they lie.
    fn build(&self, triple: &str) -> Result<PathBuf> {
        let folder = machine::workshop("firmware")?;
        let mut build = cargo(&["build", "--release", "--locked", "--target", triple]);
        build.arg("--manifest-path").arg(machine::root().join("firmware/Cargo.toml"));
        let folder = match self {
            Toolchain::Own => folder,
            Toolchain::Debian(unpacked) => {
                let linker =
                    format!("CARGO_TARGET_{}_LINKER", triple.replace('-', "_").to_uppercase());
                build.arg(BUILD_CORE).env(linker, unpacked.path("usr/bin/ld.lld")?);
                self.name_compiler(&mut build)?;
                folder.join("debian")
            }
        };
        build.arg("--target-dir").arg(&folder);
        Step::new(format!("building for {triple}")).run(&mut build)?;
        Ok(folder.join(triple).join("release"))
    }
}

/// Debian's compiler has the sources of `core` only.
const BUILD_CORE: &str = "-Zbuild-std=core";

/// Whether the compiler has the library for all targets.
fn has_targets() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output();
    let output = output.context("rustc is missing")?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let libraries = sysroot.join("lib/rustlib");
    Ok(TARGETS.iter().all(|target| libraries.join(target.triple).join("lib").is_dir()))
}

fn add_targets() -> bool {
    if machine::find("rustup").is_none() {
        return false;
    }
    let triples = TARGETS.iter().map(|target| target.triple);
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add"]).args(triples);
    Step::new("rustup target add").run(&mut rustup).is_ok()
}

/// Where a symbol of an image lies, and its bytes.
fn symbol(image: &PathBuf, name: &str) -> Result<(u64, u64)> {
    let data = fs::read(image).with_context(|| format!("cannot read {}", image.display()))?;
    let file = object::File::parse(&*data)?;
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name));
    let symbol = symbol.with_context(|| format!("{} has no {name}", image.display()))?;
    if symbol.size() == 0 {
        bail!("{name} has no size");
    }
    // The lowest bit of a Thumb function only says that it is one.
    Ok((symbol.address() & !1, symbol.size()))
}

/// Symbols that stand for code of panics or of `core::fmt`. That no panic is reachable is already
/// proved by the link: the handler calls a function that does not exist.
fn unwanted_symbols(image: &PathBuf) -> Result<Vec<String>> {
    let data = fs::read(image).with_context(|| format!("cannot read {}", image.display()))?;
    let file = object::File::parse(&*data)?;
    let names = file.symbols().filter_map(|symbol| symbol.name().ok());
    let unwanted = |name: &&str| ["panic", "4core3fmt"].iter().any(|part| name.contains(part));
    Ok(names.filter(unwanted).map(str::to_owned).collect())
}

/// The most instructions of one call, and whether any call left the function and came back.
fn longest_call(addresses: &[u64], start: u64, bytes: u64) -> (usize, bool) {
    let (mut longest, mut length, mut calls_out) = (0, 0, false);
    let mut inside = false;
    for &address in addresses {
        let here = (start..start + bytes).contains(&address);
        if address == start {
            length = 0;
        } else if here && !inside {
            calls_out = true;
        }
        inside = here;
        length += usize::from(here);
        longest = longest.max(length);
    }
    (longest, calls_out)
}

#[cfg(test)]
mod tests_of_counting {
    use super::longest_call;

    #[test]
    fn calls_are_told_apart_and_calls_out_are_seen() {
        let two_calls = [7, 100, 102, 104, 9, 8, 100, 102, 9];
        assert_eq!(longest_call(&two_calls, 100, 6), (3, false));
        assert_eq!(longest_call(&[100, 102, 50, 104], 100, 6), (3, true));
        assert_eq!(longest_call(&[1, 2, 3], 100, 6), (0, false));
    }
}
