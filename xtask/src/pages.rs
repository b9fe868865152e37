//! What is written for C programmers: `ffi/docs` and `ffi/man`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::{
    counts::Counts,
    library::place,
    machine,
    step::{Step, command},
    surfaces::sources,
};

/// Every check, after the library is made.
pub(crate) fn counts() -> Result<Counts> {
    let ffi = machine::root().join("ffi");
    let mut pages = sources(&ffi.join("docs"), "md")?;
    pages.push(ffi.join("README.md"));
    let mut manuals = sources(&ffi.join("man"), "3")?;
    manuals.extend(sources(&ffi.join("man"), "7")?);
    ensure!(pages.len() == 5 && manuals.len() == 5, "a page is missing in ffi/docs or ffi/man");
    let mut counts = programs(&pages)?;
    counts += links(&pages)?;
    counts += names(pages.iter().chain(&manuals))?;
    counts += lint(&manuals)?;
    Ok(counts)
}

/// The programs of the pages, which compile and end well.
fn programs(pages: &[PathBuf]) -> Result<Counts> {
    let step = Step::new("the programs of ffi/docs");
    let folder = machine::workshop("library")?;
    let mut counts = Counts::default();
    for page in pages {
        let text = fs::read_to_string(page)?;
        for (index, block) in text.split("```c\n").skip(1).enumerate() {
            let program = block.split("```").next().context("a block without an end")?;
            let source = folder.join(format!("page{index}.c"));
            fs::write(&source, program)?;
            let mut compile = command(&machine::c_compiler()?, machine::root());
            compile.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra"]);
            compile.args(["-Wpedantic", "-Werror", "-Iffi/include"]).arg(&source);
            compile.arg(place().join("libtidegate.a"));
            let compiled = compile.arg("-o").arg(folder.join("page")).output()?;
            let good = compiled.status.success()
                && command(&folder.join("page"), &folder).output()?.status.success();
            if !good {
                let told = String::from_utf8_lossy(&compiled.stderr);
                eprintln!("✗ program {} of {}: {told}", index + 1, page.display());
            }
            counts += Counts::one(good);
        }
    }
    ensure!(counts.passed + counts.failed > 0, "the pages have no program");
    step.done();
    Ok(counts)
}

/// Each link to a file leads to one.
fn links(pages: &[PathBuf]) -> Result<Counts> {
    let mut counts = Counts::default();
    for page in pages {
        let text = fs::read_to_string(page)?;
        let folder = page.parent().unwrap_or(Path::new(""));
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        for (target, _) in targets.filter(|(target, _)| !target.starts_with("http")) {
            let good = folder.join(target).exists();
            if !good {
                eprintln!("✗ {} links to {target}, which is not there", page.display());
            }
            counts += Counts::one(good);
        }
    }
    Ok(counts)
}

/// Everything of the library that a page names is in a header.
fn names<'a>(pages: impl Iterator<Item = &'a PathBuf>) -> Result<Counts> {
    let step = Step::new("what the pages of C name");
    let mut known = BTreeSet::new();
    for header in sources(&machine::root().join("ffi/include"), "h")? {
        known.extend(words(&fs::read_to_string(header)?));
    }
    let mut counts = Counts::default();
    for page in pages {
        let unknown: Vec<String> = words(&fs::read_to_string(page)?)
            .into_iter()
            .filter(|word| !known.contains(word))
            .collect();
        if !unknown.is_empty() {
            eprintln!("✗ {} names {}, which no header has", page.display(), unknown.join(", "));
        }
        counts += Counts::one(unknown.is_empty());
    }
    step.done();
    Ok(counts)
}

/// The words that begin as the library's names do; not the title of a manual page, which is in capitals.
fn words(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| !line.starts_with(".Dt "));
    let words = lines.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let is_name = |word: &&str| {
        ["tg_", "TG_"]
            .iter()
            .any(|start| word.strip_prefix(start).is_some_and(|rest| !rest.is_empty()))
    };
    words.filter(is_name).map(str::to_owned).collect()
}

/// The manual pages without a warning, by mandoc or else by groff.
fn lint(manuals: &[PathBuf]) -> Result<Counts> {
    let (tool, arguments) = match (machine::find("mandoc"), machine::find("groff")) {
        (Some(mandoc), _) => (mandoc, &["-Tlint", "-Wwarning"][..]),
        (None, Some(groff)) => (groff, &["-mdoc", "-ww", "-z"][..]),
        (None, None) => {
            eprintln!("· left out: neither mandoc nor groff is installed");
            return Ok(Counts::default());
        }
    };
    let step = Step::new("the manual pages");
    let mut counts = Counts::default();
    for manual in manuals {
        let output = command(&tool, machine::root()).args(arguments).arg(manual).output()?;
        let told = [output.stdout, output.stderr].concat();
        if !told.is_empty() {
            eprintln!("✗ {}", String::from_utf8_lossy(&told));
        }
        counts += Counts::one(output.status.success() && told.is_empty());
    }
    step.done();
    Ok(counts)
}
