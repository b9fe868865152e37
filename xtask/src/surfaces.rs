//! The four languages: how each is built, and how its programs are started.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use tidegate_conformance::trace;

use crate::{
    library, machine,
    step::{Step, cargo, command},
};

/// A language that tidegate speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    Rust,
    C,
    Python,
    Node,
}

impl Language {
    pub(crate) const ALL: [Language; 4] =
        [Language::Rust, Language::C, Language::Python, Language::Node];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::C => "c",
            Language::Python => "python",
            Language::Node => "node",
        }
    }

    /// Says in one line what this machine lacks for it.
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Language::Rust => Ok(()),
            Language::C => machine::c_compiler().and_then(|_| machine::libcurl()).map(drop),
            Language::Python => machine::python().map(drop),
            Language::Node => machine::node().map(drop),
        }
    }

    /// Builds the library for this language, and its client and trace programs.
    pub(crate) fn build(self) -> Result<()> {
        match self {
            Language::Rust => {
                let arguments =
                    ["build", "--release", "--locked", "-p", "tidegate-host", "--examples"];
                Step::new("building the Rust programs").run(&mut cargo(&arguments)).map(drop)
            }
            Language::C => build_c(),
            Language::Python => build_python(),
            Language::Node => build_node(),
        }
    }

    /// The example client.
    pub(crate) fn client(self) -> Result<Command> {
        self.program("client")
    }

    /// The runner of the conformance traces, which also times a decision if asked to.
    pub(crate) fn traces(self, time: bool) -> Result<Command> {
        let mut program = self.program("traces")?;
        program.args(time.then_some("--time"));
        // C knows nothing of the checkout.
        if self == Language::C {
            program.args(trace::folders());
        }
        Ok(program)
    }

    /// The ten lines of the README.
    pub(crate) fn quickstart(self) -> Result<Command> {
        self.program("quickstart")
    }

    /// A process of `cargo xtask faults`.
    pub(crate) fn shared_worker(self) -> Result<Command> {
        self.program("shared_worker")
    }

    fn program(self, name: &str) -> Result<Command> {
        let root = machine::root();
        let place = |examples: &str, tests: &str| {
            if ["traces", "shared_worker"].contains(&name) { tests } else { examples }.to_owned()
        };
        Ok(match self {
            Language::Rust => Command::new(machine::release("examples").join(name)),
            Language::C => command(&machine::workshop("c")?.join(name), root),
            Language::Python => {
                let folder = place("python/examples", "python/tests");
                let mut python = command(&venv_program("python")?, root);
                python.arg(root.join(folder).join(format!("{name}.py")));
                python
            }
            Language::Node => {
                // Where a user's program would be: beside the node_modules that hold the package.
                let is_test = ["traces", "shared_worker"].contains(&name);
                let folder = if is_test { root.join("node/test") } else { node_app()? };
                let mut node = command(&machine::node()?, root);
                node.arg(folder.join(format!("{name}.mjs")));
                node
            }
        })
    }
}

/// The static library, the programs of `ffi/examples`, which are good C++ too, and the runner of the traces.
fn build_c() -> Result<()> {
    library::build()?;
    let ffi = machine::root().join("ffi");
    for source in sources(&ffi.join("examples"), "c")? {
        compile_c(&source, Standard::C99)?;
        compile_c(&source, Standard::Cpp17)?;
    }
    compile_c(&ffi.join("tests/workers/shared_worker.c"), Standard::C99)?;
    compile_c(&ffi.join("tests/traces.c"), Standard::C99)
}

/// The examples that send with libcurl.
pub(crate) const NEED_CURL: [&str; 2] = ["client", "fetch"];

/// A test program of the C surface.
pub(crate) struct CTest {
    source: PathBuf,
    standard: Standard,
}

/// What a source is compiled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standard {
    C99,
    Cpp17,
}

/// Every test, each C source in both languages.
pub(crate) fn c_tests() -> Result<Vec<CTest>> {
    let folder = machine::root().join("ffi/tests");
    let mut tests = Vec::new();
    for source in sources(&folder, "c")? {
        tests.push(CTest { source: source.clone(), standard: Standard::C99 });
        tests.push(CTest { source, standard: Standard::Cpp17 });
    }
    for source in sources(&folder, "cpp")? {
        tests.push(CTest { source, standard: Standard::Cpp17 });
    }
    Ok(tests)
}

impl CTest {
    /// Compiles it and says where the program lies.
    pub(crate) fn build(&self) -> Result<PathBuf> {
        compile_c(&self.source, self.standard)?;
        c_program(&self.source, self.standard)
    }
}

/// Where the program of a source lies: `traces`, or `traces++` as C++.
fn c_program(source: &Path, standard: Standard) -> Result<PathBuf> {
    let name = source.file_stem().context("a source without a name")?.to_string_lossy();
    let suffix = if standard == Standard::Cpp17 { "++" } else { "" };
    Ok(machine::workshop("c")?.join(format!("{name}{suffix}")))
}

fn compile_c(source: &Path, standard: Standard) -> Result<()> {
    let program = c_program(source, standard)?;
    let (compiler, language) = match standard {
        Standard::C99 => (machine::c_compiler()?, ["-std=c99", "-xc"]),
        Standard::Cpp17 => (machine::cpp_compiler()?, ["-std=c++17", "-xc++"]),
    };
    let mut compile = command(&compiler, machine::root());
    compile.args(["-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Iffi/include"]);
    compile.args(language).arg(source).arg("-xnone");
    compile.arg(machine::target().join("c/libtidegate/libtidegate.a")).arg("-lpthread");
    if NEED_CURL.iter().any(|name| source.ends_with(format!("{name}.c"))) {
        compile.args(machine::libcurl()?);
    }
    let name = program.file_name().unwrap_or_default().display().to_string();
    Step::new(format!("compiling {name} ({})", language[0]))
        .run(compile.arg("-o").arg(&program))
        .map(drop)
}

/// The files of a folder with an ending, sorted; none if there is no such folder.
pub(crate) fn sources(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?,
        Err(_) => return Ok(Vec::new()),
    };
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}

/// The Python package in a virtual environment of its own, as a user installs it, and what its
/// tests and its example need.
fn build_python() -> Result<()> {
    let venv = machine::workshop("venv")?;
    if !venv_program("python")?.exists() {
        let mut make = command(&machine::python()?, machine::root());
        Step::new("making a virtual environment").run(make.args(["-m", "venv"]).arg(&venv))?;
        // Dependency groups came with pip 25.1.
        pip("pip install pip", &["--upgrade", "pip>=25.1"])?;
    }
    let stamp = venv.join("installed");
    if is_newer(&stamp, &["core", "host", "python", "Cargo.lock"])? {
        return Ok(());
    }
    pip_group("test")?;
    let wheels = machine::workshop("wheels")?;
    fs::remove_dir_all(&wheels).context("cannot remove the wheels before")?;
    let folder = wheels.to_string_lossy();
    let mut build = pip_command("python", "wheel")?;
    build.args(["--no-deps", "--wheel-dir", &folder, "./python"]);
    Step::new("pip wheel ./python").run(&mut build)?;
    // The version stays the same between changes, so pip must be told to take the new one.
    pip("pip install ./python", &["--force-reinstall", "--no-deps", &wheel()?])?;
    fs::write(&stamp, "").context("cannot note that the package is installed")
}

/// Whether a file is newer than every source below these places.
fn is_newer(stamp: &Path, places: &[&str]) -> Result<bool> {
    let Ok(made) = fs::metadata(stamp).and_then(|stamp| stamp.modified()) else { return Ok(false) };
    let mut find = command(Path::new("find"), machine::root());
    find.args(places).args(["-newer", &stamp.to_string_lossy(), "-type", "f"]);
    find.args(["-not", "-path", "*/__pycache__/*", "-not", "-path", "*_cache/*"]);
    let changed = find.output().context("cannot look for changes")?;
    Ok(made.elapsed().is_ok() && changed.status.success() && changed.stdout.is_empty())
}

/// A program of the virtual environment.
pub(crate) fn venv_program(name: &str) -> Result<PathBuf> {
    Ok(machine::workshop("venv")?.join("bin").join(name))
}

/// A dependency group of the package, into the same environment.
pub(crate) fn pip_group(name: &str) -> Result<()> {
    let group = format!("python/pyproject.toml:{name}");
    pip(&format!("pip install --group {name}"), &["--group", &group])
}

/// What a requirements file lists, into the same environment.
pub(crate) fn pip_requirements(file: &str) -> Result<()> {
    pip(&format!("pip install -r {file}"), &["-r", file])
}

/// The wheel of the package, which every Python from 3.10 on takes.
pub(crate) fn wheel() -> Result<String> {
    let wheels = sources(&machine::workshop("wheels")?, "whl")?;
    ensure!(wheels.len() == 1, "there are {} wheels, not one", wheels.len());
    Ok(wheels[0].to_string_lossy().into_owned())
}

/// A virtual environment of another Python, with the same wheel and what the tests without a network need.
pub(crate) fn other_python(version: &str, python: &Path) -> Result<PathBuf> {
    let venv = machine::workshop(&format!("venv-{version}"))?;
    let program = venv.join("bin/python");
    if !program.exists() {
        let mut make = command(python, machine::root());
        Step::new(format!("making a virtual environment of Python {version}"))
            .run(make.args(["-m", "venv"]).arg(&venv))?;
    }
    let mut install = command(&program, machine::root());
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    install.args(["--force-reinstall", "--no-deps", &wheel()?]);
    Step::new(format!("pip install the wheel, {version}")).run(&mut install)?;
    let mut install = command(&program, machine::root());
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    install.args(["pytest>=9", "trio>=0.30"]);
    Step::new(format!("pip install pytest and trio, {version}")).run(&mut install)?;
    Ok(program)
}

fn pip(name: &str, arguments: &[&str]) -> Result<()> {
    Step::new(name).run(pip_command("python", "install")?.args(arguments)).map(drop)
}

fn pip_command(python: &str, verb: &str) -> Result<Command> {
    let mut pip = command(&venv_program(python)?, machine::root());
    pip.args(["-m", "pip", verb, "--quiet", "--disable-pip-version-check"]);
    Ok(pip)
}

/// The npm module in a project of its own, as a user installs it.
fn build_node() -> Result<()> {
    let app = node_app()?;
    fs::write(app.join("package.json"), r#"{"name":"app","private":true,"type":"module"}"#)?;
    npm_install(&[&machine::root().join("node").to_string_lossy()])?;
    let mut build = command(&machine::node()?, machine::root());
    Step::new("building the Node addon").run(build.arg("node/scripts/build.mjs"))?;
    for source in sources(&machine::root().join("node/examples"), "mjs")? {
        let name = source.file_name().context("a source without a name")?;
        fs::copy(&source, app.join(name)).context("cannot copy an example")?;
    }
    let linked = app.join("node_modules/tidegate/package.json");
    ensure!(linked.exists(), "npm did not install the module");
    Ok(())
}

/// The folder of that project.
pub(crate) fn node_app() -> Result<PathBuf> {
    machine::workshop("app")
}

/// What the tests of the npm module need, in its own folder as its manifest pins it.
pub(crate) fn node_dependencies() -> Result<()> {
    let mut npm = command(Path::new("npm"), &machine::root().join("node"));
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    Step::new("npm install in node").run(&mut npm).map(drop)
}

/// npm packages into that project.
pub(crate) fn npm_install(packages: &[&str]) -> Result<()> {
    machine::node()?;
    let mut npm = command(Path::new("npm"), &node_app()?);
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]).args(packages);
    Step::new(format!("npm install {}", packages.join(" "))).run(&mut npm).map(drop)
}
