//! `cargo xtask fuzz`: inputs that libFuzzer invents, for every parser.
//!
//! The compiler's own counters on edges drive it, so that a stable toolchain and a C++ compiler are all
//! that it needs. A target is a file in `fuzz/targets`; its corpus, one small input for each edge, lies
//! in `fuzz/corpus`. What a run finds is kept below the target folder, and next time begins there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    counts::Counts,
    machine, seeds,
    step::{Step, cargo, command},
    surfaces, tests,
};

/// What to run, and for how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Stop each target after so many executions
    #[arg(long, default_value_t = 10_000_000)]
    runs: u64,
    /// Stop each target after so many seconds, whatever it has done
    #[arg(long)]
    seconds: Option<u64>,
    /// Then write the inputs that are needed to reach every edge into fuzz/corpus
    #[arg(long)]
    keep: bool,
    /// One of fuzz/targets; all of them if none is named
    target: Option<String>,
}

/// Executions of each target in the tests.
const SHORT: u64 = 50_000;
/// Inputs that are one text of JSON have as many bytes as an error body that is read, and a few more:
/// what is beyond the bound must change nothing. Header lines are shorter, and so are their inputs.
const TEXTS: [&str; 4] = ["body", "body_with", "json", "policy"];

/// The last line says how many targets passed and failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let all = targets()?;
    let chosen: Vec<_> = match &options.target {
        Some(name) => vec![name.clone()],
        None => all.clone(),
    };
    ensure!(
        chosen.iter().all(|name| all.contains(name)),
        "the target must be one of: {}",
        all.join(", ")
    );
    let programs = build()?;
    let mut counts = Counts::default();
    for name in &chosen {
        let target = Target::new(name, &programs)?;
        seeds::write(name, &target.found)?;
        let mut limits = vec![format!("-runs={}", options.runs)];
        limits.extend(options.seconds.map(|seconds| format!("-max_total_time={seconds}")));
        counts += target.fuzz(&limits)?;
        if options.keep {
            target.keep()?;
        }
    }
    tests::close(counts)
}

/// The seeds, the committed corpus, and a second more of each target.
pub(crate) fn short() -> Result<Counts> {
    let programs = build()?;
    let mut counts = Counts::default();
    for name in targets()? {
        // Always from the same inputs, whatever other runs have found.
        counts += Target::new(&name, &programs)?.replay(SHORT)?;
    }
    Ok(counts)
}

/// One program and its inputs.
struct Target {
    name: String,
    program: PathBuf,
    committed: PathBuf,
    found: PathBuf,
    faults: PathBuf,
}

impl Target {
    fn new(name: &str, programs: &Path) -> Result<Target> {
        let target = Target {
            name: name.to_owned(),
            program: programs.join(name),
            committed: machine::root().join("fuzz/corpus").join(name),
            found: machine::workshop(&format!("fuzz/found/{name}"))?,
            faults: machine::workshop("fuzz/faults")?,
        };
        fs::create_dir_all(&target.committed)?;
        Ok(target)
    }

    fn command(&self) -> Command {
        let mut program = command(&self.program, machine::root());
        // An input that makes it fail is written there, and its path is printed.
        program.arg(format!("-artifact_prefix={}/{}-", self.faults.display(), self.name));
        let longest = if TEXTS.contains(&self.name.as_str()) { 4_200 } else { 1_200 };
        program.arg(format!("-max_len={longest}"));
        program.args(["-timeout=10", "-print_final_stats=1"]);
        program
    }

    fn fuzz(&self, limits: &[String]) -> Result<Counts> {
        let mut program = self.command();
        self.passed(program.args(limits).arg(&self.found).arg(&self.committed))
    }

    fn replay(&self, runs: u64) -> Result<Counts> {
        let mut program = self.command();
        program.args([format!("-runs={runs}"), "-seed=1".to_owned()]);
        // What is new goes into the first folder, beside the seeds.
        let folder = empty(&format!("fuzz/new/{}", self.name))?;
        seeds::write(&self.name, &folder)?;
        self.passed(program.arg(&folder).arg(&self.committed))
    }

    fn passed(&self, program: &mut Command) -> Result<Counts> {
        let (text, success) = Step::new(format!("fuzzing {}", self.name)).try_run(program)?;
        let stat = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(&format!("stat::{name}:")));
            line.and_then(|line| line.rsplit(' ').next()).unwrap_or("0").to_owned()
        };
        eprintln!(
            "  {} executions, {} a second",
            stat("number_of_executed_units"),
            stat("average_exec_per_sec")
        );
        Ok(Counts::one(success))
    }

    /// The least that reaches every edge, in place of the committed corpus.
    fn keep(&self) -> Result<()> {
        let least = empty(&format!("fuzz/least/{}", self.name))?;
        let mut merge = self.command();
        merge.args(["-set_cover_merge=1", "-use_counters=0"]);
        merge.args([&least, &self.committed, &self.found]);
        Step::new(format!("choosing inputs of {}", self.name)).run(&mut merge)?;
        fs::remove_dir_all(&self.committed)?;
        fs::create_dir_all(&self.committed)?;
        for file in fs::read_dir(&least)? {
            let file = file?;
            fs::copy(file.path(), self.committed.join(file.file_name()))?;
        }
        Ok(())
    }
}

/// A folder of this name with nothing in it.
fn empty(name: &str) -> Result<PathBuf> {
    fs::remove_dir_all(machine::workshop(name)?)?;
    machine::workshop(name)
}

/// The names of all targets.
fn targets() -> Result<Vec<String>> {
    let files = surfaces::sources(&machine::root().join("fuzz/targets"), "rs")?;
    let name = |path: &PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    Ok(files.iter().filter_map(name).collect())
}

/// Builds all targets, and says where they lie.
fn build() -> Result<PathBuf> {
    machine::cpp_compiler()?;
    let host = host()?;
    let folder = machine::workshop("fuzz")?;
    // With a target named, the flags do not reach build scripts, which have no counters to link.
    let mut build = cargo(&["build", "--release", "--locked", "--bins", "--target", &host]);
    build.arg("--manifest-path").arg(machine::root().join("fuzz/Cargo.toml"));
    build.arg("--target-dir").arg(&folder).env("RUSTFLAGS", COUNTERS);
    Step::new("building the fuzz targets").run(&mut build)?;
    Ok(folder.join(host).join("release"))
}

/// The name of this machine's own target.
fn host() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let output = Command::new(rustc).arg("-vV").output().context("rustc is missing")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say its host")?.to_owned())
}

/// As cargo-fuzz has it, but that it needs no nightly toolchain: without the address sanitizer, which
/// would find faults of unsafe code, and core has none.
const COUNTERS: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
