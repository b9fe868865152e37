//! `cargo xtask gen`: the files that are made from others, committed, and compared in CI.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use tidegate::Error;

use crate::{
    abi, bench, herd, machine,
    step::{Step, cargo},
};

/// Writes all, or compares all and names what differs.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for (path, text) in files()? {
        let full = machine::root().join(&path);
        let old = fs::read_to_string(&full).unwrap_or_default();
        if old == text {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            fs::write(&full, text).with_context(|| format!("cannot write {}", full.display()))?;
            eprintln!("wrote {}", path.display());
        }
    }
    let mut traces =
        cargo(&["run", "--quiet", "--locked", "-p", "tidegate-conformance", "--bin", "generate"]);
    if check {
        traces.args(["--", "--check"]);
    }
    let (_, current) = Step::new("conformance traces").try_run(&mut traces)?;
    if !current {
        stale.push("conformance/traces".to_owned());
    }
    if stale.is_empty() {
        return Ok(());
    }
    bail!("stale: {}; run `cargo xtask gen` and commit the result", stale.join(", "))
}

/// Every generated file and what it should hold.
fn files() -> Result<Vec<(PathBuf, String)>> {
    let part = |path: &str, begin: &str, end: &str, new: &str| {
        let old = fs::read_to_string(machine::root().join(path))
            .with_context(|| format!("cannot read {path}"))?;
        let text = between(&old, begin, end, new).with_context(|| path.to_owned())?;
        Ok::<_, anyhow::Error>((PathBuf::from(path), text))
    };
    let header = header()?;
    let promised = fs::read_to_string(machine::root().join(abi::PATH)).unwrap_or_default();
    let abi = abi::describe(&header, &promised)?;
    let report = bench::Report::of_the_committed_figures()?;
    let mut files = vec![
        (PathBuf::from("ffi/include/tidegate.h"), header),
        (PathBuf::from(abi::PATH), abi),
        part(
            "node/lib/index.d.ts",
            "// begin generated: error codes\n",
            "// end generated\n",
            &error_codes(),
        )?,
        part(
            "README.md",
            "<!-- begin generated: quickstarts -->\n",
            "<!-- end generated -->\n",
            &quickstarts()?,
        )?,
        part(
            "DESIGN.md",
            "<!-- begin generated: herd -->\n",
            "<!-- end generated -->\n",
            &herd::table()?,
        )?,
        (PathBuf::from("core/docs/herd.svg"), herd::plot()?),
        part(
            "benches/README.md",
            "<!-- begin generated: figures -->\n",
            "<!-- end generated -->\n",
            &report.page,
        )?,
    ];
    files.extend(report.pictures);
    // The README has two parts, and the second is put into the text that has the first.
    for (path, text) in &mut files {
        if path.as_os_str() == "README.md" {
            *text = between(
                text,
                "<!-- begin generated: figures -->\n",
                "<!-- end generated: figures -->\n",
                &report.short,
            )
            .context("README.md")?;
        }
    }
    Ok(files)
}

/// The names of all errors as a TypeScript union.
fn error_codes() -> String {
    let rows = Error::ALL.iter().map(|error| {
        format!("  /** {}: {}. */\n  | '{}'", error.number(), error.sentence(), error.name())
    });
    format!("export type ErrorCode =\n{};\n", rows.collect::<Vec<_>>().join("\n"))
}

/// The programs that the tests run, as code blocks.
fn quickstarts() -> Result<String> {
    let mut text = String::new();
    for (language, path) in [
        ("rust", "host/examples/quickstart.rs"),
        ("c", "ffi/examples/quickstart.c"),
        ("python", "python/examples/quickstart.py"),
        ("js", "node/examples/quickstart.mjs"),
    ] {
        let program = fs::read_to_string(machine::root().join(path))
            .with_context(|| format!("cannot read {path}"))?;
        text += &format!("```{language}\n{program}```\n\n");
    }
    Ok(text)
}

/// The C header, by the pinned cbindgen.
fn header() -> Result<String> {
    let crate_folder = machine::root().join("ffi");
    let config = cbindgen::Config::from_file(crate_folder.join("cbindgen.toml"))
        .map_err(anyhow::Error::msg)?;
    let bindings =
        cbindgen::Builder::new().with_crate(&crate_folder).with_config(config).generate()?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    Ok(String::from_utf8(text)?)
}

/// The text with what stands between the two marks replaced.
fn between(text: &str, begin: &str, end: &str, new: &str) -> Result<String> {
    let (head, rest) = text.split_once(begin).context("the mark `begin generated` is missing")?;
    let (_, tail) = rest.split_once(end).context("the mark `end generated` is missing")?;
    Ok(format!("{head}{begin}{new}{end}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        assert_eq!(between("a<b>old<e>c", "<b>", "<e>", "new").unwrap(), "a<b>new<e>c");
        assert!(between("a<b>old", "<b>", "<e>", "new").is_err());
    }
}
