//! Debian packages, unpacked below the target folder: nothing is installed, and nobody need be root.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    machine,
    step::{Step, command},
};

/// Packages and all of what they need that is not installed. They lie in a folder as they would below
/// `/`; it is made only once.
pub(crate) struct Unpacked {
    root: PathBuf,
}

impl Unpacked {
    /// Takes of each list of names the first that this release of Debian has. `what` names the whole
    /// for a human, and says what to install where this is not Debian.
    pub(crate) fn new(folder: &str, what: &str, names: &[&[&str]]) -> Result<Unpacked> {
        let workshop = machine::workshop(folder)?;
        let unpacked = Unpacked { root: workshop.join("root") };
        let stamp = workshop.join("unpacked");
        if stamp.exists() {
            return Ok(unpacked);
        }
        if machine::find("apt-get").is_none() || machine::find("dpkg").is_none() {
            bail!("{what} is missing: install it; without apt-get it cannot be fetched");
        }
        let chosen = match choose(names) {
            Ok(chosen) => chosen,
            // The lists of packages are empty on a fresh machine; only root may fetch them.
            Err(_) if machine::is_root() => {
                Step::new("fetching the lists of packages").shell("apt-get update -qq")?;
                choose(names).with_context(|| format!("{what} is missing"))?
            }
            Err(why) => return Err(why.context(format!("{what} is missing"))),
        };
        let debs = workshop.join("debs");
        let _ = fs::remove_dir_all(&debs);
        fs::create_dir_all(&debs)?;
        let mut download = command(Path::new("apt-get"), &debs);
        download.arg("download").args(needed(&chosen)?);
        Step::new(format!("fetching {what} from Debian"))
            .run(&mut download)
            .with_context(|| format!("{what} is missing"))?;
        let step = Step::new(format!("unpacking {what}"));
        for deb in fs::read_dir(&debs)? {
            let mut dpkg = Command::new("dpkg");
            let status = dpkg.arg("-x").arg(deb?.path()).arg(&unpacked.root).status()?;
            ensure!(status.success(), "{what} is missing: a package could not be unpacked");
        }
        step.done();
        fs::remove_dir_all(&debs)?;
        fs::write(&stamp, chosen.join("\n"))?;
        Ok(unpacked)
    }

    /// A file or folder of theirs; an error if they do not have it.
    pub(crate) fn path(&self, path: &str) -> Result<PathBuf> {
        let full = self.root.join(path);
        ensure!(full.exists(), "the packages of Debian have no /{path}");
        Ok(full)
    }

    /// What the loader must be told, for programs that need their libraries.
    pub(crate) fn library_path(&self) -> Result<String> {
        let mut folders = Vec::new();
        for place in ["usr/lib", "lib"] {
            // One folder for each architecture, such as x86_64-linux-gnu.
            for entry in fs::read_dir(self.root.join(place)).into_iter().flatten() {
                let folder = entry?.path();
                if folder.to_string_lossy().ends_with("-linux-gnu") {
                    folders.push(folder.display().to_string());
                }
            }
        }
        Ok(folders.join(":"))
    }
}

/// The first of each list that this release has.
fn choose(names: &[&[&str]]) -> Result<Vec<String>> {
    let known = |name: &&&str| {
        let output = Command::new("apt-cache").args(["show", "--no-all-versions", name]).output();
        output.is_ok_and(|output| output.status.success() && !output.stdout.is_empty())
    };
    let choose = |list: &&[&str]| {
        let found = list.iter().find(known);
        found.map(|name| (*name).to_owned()).with_context(|| {
            format!("this Debian has no package {} (try `apt-get update`)", list.join(" or "))
        })
    };
    names.iter().map(choose).collect()
}

/// These packages and all that they depend on, without those that are installed.
fn needed(names: &[String]) -> Result<Vec<String>> {
    let mut depends = Command::new("apt-cache");
    depends.args(["depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts"]);
    depends.args(["--no-breaks", "--no-replaces", "--no-enhances"]).args(names);
    let all = String::from_utf8(depends.output()?.stdout)?;
    let mut query = Command::new("dpkg-query");
    let query = query.args(["-W", "-f", "${Package} ${db:Status-Status}\n"]).output()?;
    let installed = String::from_utf8(query.stdout)?;
    let installed: HashSet<&str> =
        installed.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    // Dependencies are indented, and a name in angle brackets is a virtual package.
    let mut needed: Vec<String> = all
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphanumeric()))
        .filter(|name| !installed.contains(name) && !name.contains(':'))
        .map(str::to_owned)
        .collect();
    needed.sort();
    needed.dedup();
    Ok(needed)
}
