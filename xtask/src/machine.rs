//! What this machine offers: folders, and the tools of each language.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, Result, bail};

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the checkout")
}

/// Cargo's target folder, wherever it was put.
pub(crate) fn target() -> &'static Path {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    TARGET.get_or_init(|| match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => env::current_dir().unwrap_or_default().join(folder),
        None => root().join("target"),
    })
}

/// A folder below the target folder for what is set up here; made if it is not there.
pub(crate) fn workshop(name: &str) -> Result<PathBuf> {
    let folder = target().join("xtask").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// A Rust program of the workspace.
pub(crate) fn release(name: &str) -> PathBuf {
    target().join("release").join(name)
}

/// The C compiler.
pub(crate) fn c_compiler() -> Result<PathBuf> {
    compiler("CC", &["cc", "gcc", "clang"], "a C compiler (cc)")
}

/// The C++ compiler.
pub(crate) fn cpp_compiler() -> Result<PathBuf> {
    compiler("CXX", &["c++", "g++", "clang++"], "a C++ compiler (c++)")
}

/// Python, 3.10 or newer.
pub(crate) fn python() -> Result<PathBuf> {
    let names =
        ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
    let found = names.into_iter().filter_map(find).find(|path| {
        Command::new(path)
            .args(["-c", "import sys, venv; sys.exit(sys.version_info < (3, 10))"])
            .output()
            .is_ok_and(|output| output.status.success())
    });
    found.context("Python is missing: install Python 3.10 or newer, with its venv module")
}

/// Every CPython of this machine that is 3.10 or newer, one of each version: those in the path, and those
/// of pyenv.
pub(crate) fn pythons() -> Vec<(String, PathBuf)> {
    let named =
        (10..=19).flat_map(|minor| [format!("python3.{minor}"), format!("python3.{minor}t")]);
    let mut found: Vec<PathBuf> = named.filter_map(|name| find(&name)).collect();
    let home = env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv"));
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from).or(home);
    let folders = pyenv.and_then(|pyenv| fs::read_dir(pyenv.join("versions")).ok());
    found.extend(
        folders.into_iter().flatten().flatten().map(|folder| folder.path().join("bin/python3")),
    );
    let mut pythons: Vec<(String, PathBuf)> = Vec::new();
    for path in found {
        let Some(version) = cpython_version(&path) else { continue };
        if !pythons.iter().any(|(known, _)| *known == version) {
            pythons.push((version, path));
        }
    }
    pythons.sort();
    pythons
}

/// The version of a Python, as [`pythons`] names it.
pub(crate) fn python_version(path: &Path) -> Result<String> {
    cpython_version(path).with_context(|| format!("{} does not start", path.display()))
}

/// As `3.13`, with a `t` where there is no GIL.
fn cpython_version(path: &Path) -> Option<String> {
    let ask = "import sys, sysconfig, venv, ensurepip; \
        assert sys.version_info >= (3, 10) and sys.implementation.name == 'cpython'; \
        print('%d.%d' % sys.version_info[:2] + 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED')))";
    let output = Command::new(path).args(["-c", ask]).output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| version.trim().to_owned())
}

/// Node, 20 or newer; npm comes with it.
pub(crate) fn node() -> Result<PathBuf> {
    let node = find("node").context("Node is missing: install Node 20 or newer, with npm")?;
    let version = Command::new(&node).arg("--version").output()?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().unwrap_or_default();
    if major.parse::<u32>().unwrap_or(0) < 20 {
        bail!("Node is too old: {version}, and 20 or newer is needed");
    }
    find("npm").context("npm is missing: install it; it belongs to Node")?;
    Ok(node)
}

/// The compiler flags for libcurl. Where it is missing and this is Debian as root, it is installed.
pub(crate) fn libcurl() -> Result<Vec<String>> {
    if let Some(flags) = libcurl_flags() {
        return Ok(flags);
    }
    if find("apt-get").is_some() && is_root() {
        crate::step::Step::new("installing libcurl for the C client").shell(
            "apt-get update -qq && apt-get install -y -qq libcurl4-openssl-dev pkg-config",
        )?;
    }
    libcurl_flags().context(
        "libcurl is missing: install its development files (Debian: libcurl4-openssl-dev pkg-config)",
    )
}

fn libcurl_flags() -> Option<Vec<String>> {
    let output = [
        ("pkg-config", &["--cflags", "--libs", "libcurl"][..]),
        ("curl-config", &["--cflags", "--libs"]),
    ]
    .into_iter()
    .filter_map(|(tool, arguments)| Command::new(tool).args(arguments).output().ok())
    .find(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).split_whitespace().map(str::to_owned).collect())
}

/// valgrind; where it is missing and this is Debian as root, it is installed. `None` where it cannot be.
pub(crate) fn valgrind() -> Result<Option<PathBuf>> {
    if let Some(found) = find("valgrind") {
        return Ok(Some(found));
    }
    if find("apt-get").is_some() && is_root() {
        crate::step::Step::new("installing valgrind")
            .shell("apt-get update -qq && apt-get install -y -qq valgrind")?;
    }
    Ok(find("valgrind"))
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn compiler(variable: &str, names: &[&str], what: &str) -> Result<PathBuf> {
    let chosen = env::var(variable).ok().and_then(|name| find(&name));
    chosen
        .or_else(|| names.iter().find_map(|name| find(name)))
        .with_context(|| format!("{what} is missing: install one, or name it in {variable}"))
}

/// The path of a program, as a shell would find it.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
