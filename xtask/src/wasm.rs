//! `cargo xtask wasm`: the core as WebAssembly, which the npm module falls back to and browsers run.
//!
//! What is made is committed, because who installs the module has no compiler. It is made again in the
//! tests: by the same compiler it must be the same bytes, and by any it must decide the same.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    counts::Counts,
    debian::Unpacked,
    machine,
    step::{Step, cargo, command},
};

const TRIPLE: &str = "wasm32-unknown-unknown";
/// What was made, and which compiler made it.
const MODULE: &str = "node/lib/tidegate.wasm";
const MADE_BY: &str = "node/wasm/compiler.txt";
/// What a reader of a page may be made to fetch, in bytes as they travel.
const MOST_GZIPPED: u64 = 176 * 1024;

/// Writes the module, and what browsers run beside it.
pub(crate) fn run() -> Result<()> {
    let compiler = Compiler::new()?;
    let made = compiler.build()?;
    fs::copy(&made, machine::root().join(MODULE)).context("cannot write the module")?;
    fs::write(machine::root().join(MADE_BY), format!("{}\n", compiler.version()?))?;
    let mut library = command(&machine::node()?, machine::root());
    Step::new("the library for browsers").run(library.arg("node/scripts/library.mjs"))?;
    eprintln!(
        "wrote {MODULE}: {} bytes, {} of them gzipped",
        fs::metadata(&made)?.len(),
        gzipped(&made)?
    );
    Ok(())
}

/// The module made again: its size, its bytes where they can be compared, and its decisions.
pub(crate) fn counts() -> Result<Counts> {
    let compiler = Compiler::new()?;
    let made = compiler.build()?;
    let size = gzipped(&made)?;
    let mut counts = Counts::one(size <= MOST_GZIPPED);
    eprintln!("  {size} bytes gzipped, at most {MOST_GZIPPED}");
    let committed = fs::read(machine::root().join(MODULE)).context("there is no module")?;
    let made_by = fs::read_to_string(machine::root().join(MADE_BY)).unwrap_or_default();
    let version = compiler.version()?;
    let is_equal = fs::read(&made)? == committed;
    if version == made_by.trim() {
        if !is_equal {
            eprintln!("✗ {MODULE} is stale: run `cargo xtask wasm` and commit the result");
        }
        counts += Counts::one(is_equal);
    }
    if !is_equal {
        eprintln!("  made by {version}, committed by {}", made_by.trim());
        counts += Counts::one(same_decisions(&made)?);
    }
    Ok(counts)
}

/// Runs every trace with this module, in a copy of the package.
fn same_decisions(made: &PathBuf) -> Result<bool> {
    let folder = machine::workshop("wasm")?;
    let package = folder.join("node");
    let _ = fs::remove_dir_all(&package);
    fs::create_dir_all(&package)?;
    let mut copy = command(Path::new("cp"), &machine::root().join("node"));
    copy.args(["-R", "lib", "test", "package.json"]).arg(&package);
    ensure!(copy.status()?.success(), "cannot copy the package");
    fs::copy(made, package.join("lib/tidegate.wasm"))?;
    let traces = folder.join("conformance");
    if !traces.exists() {
        symlink(machine::root().join("conformance"), traces)?;
    }
    let digest = |folder: PathBuf| {
        let mut traces = command(&machine::node()?, &folder);
        traces.arg("test/traces.mjs").env("TIDEGATE_BACKEND", "wasm");
        Step::new("every trace in WebAssembly").try_run(&mut traces)
    };
    let (rebuilt, committed) = (digest(package)?, digest(machine::root().join("node"))?);
    Ok(rebuilt.1 && rebuilt == committed)
}

/// The compiler for the target.
enum Compiler {
    /// The one that runs this, with the target of rustup.
    Own,
    /// Debian's, which brings the sources of `std`.
    Debian(Unpacked),
}

impl Compiler {
    fn new() -> Result<Compiler> {
        if has_target()? || add_target() {
            return Ok(Compiler::Own);
        }
        let what =
            "a compiler for WebAssembly (`rustup target add` did not work; Debian's rustc-web)";
        let names: [&[&str]; 4] =
            [&["rustc-web"], &["libstd-rust-web-dev"], &["rust-web-src"], &["lld"]];
        Unpacked::new("rust", what, &names).map(Compiler::Debian)
    }

    /// Builds it, and says where it lies. No path of this machine gets into it.
    fn build(&self) -> Result<PathBuf> {
        let folder = machine::workshop("wasm-target")?;
        let mut build = cargo(&["build", "--locked", "--package", "tidegate-node"]);
        build.args(["--profile", "wasm", "--target", TRIPLE, "--target-dir"]).arg(&folder);
        let sources =
            print(&self.rustc()?, "sysroot", &self.libraries()?)?.join("lib/rustlib/src/rust");
        let registry = cargo_home()?.join("registry/src");
        let mut flags = vec![
            remap(&sources, &format!("/rustc/{}", self.commit()?)),
            remap(machine::root(), ""),
        ];
        // The folder of a registry is called after its address.
        for entry in fs::read_dir(registry).into_iter().flatten() {
            flags.push(remap(&entry?.path(), "registry"));
        }
        build.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        if let Compiler::Debian(unpacked) = self {
            build.args(["-Zbuild-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
            build.env("RUSTC", self.rustc()?).env("LD_LIBRARY_PATH", unpacked.library_path()?);
            build.env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
                unpacked.path("usr/bin/wasm-ld")?,
            );
        }
        Step::new("building for WebAssembly").run(&mut build)?;
        Ok(folder.join(TRIPLE).join("wasm/tidegate_node.wasm"))
    }

    fn rustc(&self) -> Result<PathBuf> {
        match self {
            Compiler::Own => Ok(env::var_os("RUSTC").unwrap_or("rustc".into()).into()),
            Compiler::Debian(unpacked) => unpacked.path("usr/bin/rustc"),
        }
    }

    fn libraries(&self) -> Result<String> {
        match self {
            Compiler::Own => Ok(env::var("LD_LIBRARY_PATH").unwrap_or_default()),
            Compiler::Debian(unpacked) => unpacked.library_path(),
        }
    }

    /// What it calls itself, as `rustc 1.95.0 (59807616e 2026-04-14)`.
    fn version(&self) -> Result<String> {
        self.ask(&["--version"])
    }

    fn commit(&self) -> Result<String> {
        let version = self.ask(&["-vV"])?;
        let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
        Ok(commit.unwrap_or_default().to_owned())
    }

    fn ask(&self, arguments: &[&str]) -> Result<String> {
        let mut rustc = Command::new(self.rustc()?);
        rustc.args(arguments).env("LD_LIBRARY_PATH", self.libraries()?);
        let output = rustc.output().context("rustc is missing")?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

fn print(rustc: &PathBuf, what: &str, libraries: &str) -> Result<PathBuf> {
    let output =
        Command::new(rustc).args(["--print", what]).env("LD_LIBRARY_PATH", libraries).output();
    let output = output.context("rustc is missing")?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn cargo_home() -> Result<PathBuf> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    let chosen = env::var_os("CARGO_HOME").map(PathBuf::from);
    chosen.or_else(home).context("there is no home folder")
}

/// Whether the compiler has the library for the target.
fn has_target() -> Result<bool> {
    let rustc = PathBuf::from(env::var_os("RUSTC").unwrap_or("rustc".into()));
    let sysroot = print(&rustc, "sysroot", &env::var("LD_LIBRARY_PATH").unwrap_or_default())?;
    Ok(sysroot.join("lib/rustlib").join(TRIPLE).join("lib").is_dir())
}

fn add_target() -> bool {
    if machine::find("rustup").is_none() {
        return false;
    }
    let mut rustup = Command::new("rustup");
    Step::new("rustup target add").run(rustup.args(["target", "add", TRIPLE])).is_ok()
}

/// How many bytes of it travel.
fn gzipped(path: &PathBuf) -> Result<u64> {
    let size = "process.stdout.write(String(zlib.gzipSync(fs.readFileSync(process.argv[1]), { level: 9 }).length))";
    let output = Command::new(machine::node()?).args(["-e", size]).arg(path).output()?;
    String::from_utf8_lossy(&output.stdout).parse().context("cannot compress the module")
}
