//! `cargo xtask bench --check`: the instructions of the hot paths, which no busy machine can change.
//!
//! callgrind runs `benches/instructions.rs` twice for each path, with other numbers of operations; the
//! difference is what an operation takes, exactly. The counts of `benches/instructions.txt` are the
//! baseline, and they are those of one compiler: with another one the counts are shown and not judged.

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    counts::Counts,
    machine,
    step::{Step, cargo},
};

/// The committed counts.
const BASELINE: &str = "benches/instructions.txt";
/// The most that a count may grow by, in hundredths.
const GROWTH: u64 = 5;
/// Operations of the shorter run, and how many more the longer one does.
const FEW: u64 = 100;
const MORE: u64 = 1_000;

/// Counts, prints, and fails if a path has grown; or writes the counts as the new baseline.
pub(crate) fn run(rebase: bool) -> Result<()> {
    let Some(found) = count()? else { bail!("valgrind is missing: install it") };
    if rebase {
        fs::write(machine::root().join(BASELINE), text(&compiler()?, &found))?;
        println!("wrote {BASELINE}");
        return Ok(());
    }
    let failed = judge(&found)?;
    if failed > 0 { bail!("{failed} hot paths take more instructions") } else { Ok(()) }
}

/// The same as a test for each path. Where valgrind is missing there is none, and a line says so.
pub(crate) fn counts() -> Result<Counts> {
    let Some(found) = count()? else {
        eprintln!("  valgrind is missing: instructions are not counted");
        return Ok(Counts::default());
    };
    let failed = judge(&found)?;
    Ok(Counts { passed: found.len() as u64 - failed, failed })
}

/// Prints each path beside its baseline, and says how many have grown too much.
fn judge(found: &[(String, u64)]) -> Result<u64> {
    let path = machine::root().join(BASELINE);
    let baseline = fs::read_to_string(&path).with_context(|| format!("cannot read {BASELINE}"))?;
    let (made_by, old) = parse(&baseline)?;
    let is_same = made_by == compiler()?;
    if !is_same {
        eprintln!("  the baseline is that of {made_by}; with this compiler it is not judged");
    }
    let mut failed = 0;
    for (name, count) in found {
        let before = old.iter().find(|(known, _)| known == name).map(|(_, count)| *count);
        let grown = before.is_none_or(|before| count * 100 > before * (100 + GROWTH));
        let shown = before
            .map_or_else(|| "not in the baseline".to_owned(), |before| format!("was {before}"));
        let verdict = if grown && is_same { "✗" } else { "✓" };
        eprintln!("  {verdict} {name:<24}{count:>6} instructions, {shown}");
        failed += u64::from(grown && is_same);
    }
    Ok(failed)
}

/// The instructions of an operation on each path; `None` where there is no valgrind.
fn count() -> Result<Option<Vec<(String, u64)>>> {
    let Some(valgrind) = machine::valgrind()? else { return Ok(None) };
    let build = ["build", "--release", "--locked", "-p", "benches", "--bin", "instructions"];
    Step::new("building the hot paths").run(&mut cargo(&build))?;
    let program = machine::release("instructions");
    let list = Command::new(&program).arg("list").output()?;
    let step = Step::new("counting instructions");
    let mut found = Vec::new();
    for name in String::from_utf8(list.stdout)?.lines() {
        let few = collected(&valgrind, &program, name, FEW)?;
        let many = collected(&valgrind, &program, name, FEW + MORE)?;
        found.push((name.to_owned(), (many - few).div_ceil(MORE)));
    }
    step.done();
    Ok(Some(found))
}

/// All instructions of one run.
fn collected(valgrind: &Path, program: &Path, name: &str, times: u64) -> Result<u64> {
    let output = Command::new(valgrind)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([name, &times.to_string()])
        .stdin(Stdio::null())
        .output()
        .context("cannot start valgrind")?;
    let text = String::from_utf8_lossy(&output.stderr);
    let count =
        text.lines().find_map(|line| line.rsplit_once("Collected : ")?.1.trim().parse().ok());
    count
        .filter(|_| output.status.success())
        .with_context(|| format!("valgrind failed on {name}:\n{text}"))
}

fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot start rustc")?;
    let text = String::from_utf8(output.stdout)?;
    let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
    let (release, host) = line("release:").zip(line("host:")).context("rustc tells no release")?;
    Ok(format!("rustc {release} on {host}"))
}

fn text(compiler: &str, counts: &[(String, u64)]) -> String {
    let mut text =
        format!("# Instructions of an operation: cargo xtask bench --check --rebase\n{compiler}\n");
    for (name, count) in counts {
        let _ = writeln!(text, "{name} {count}");
    }
    text
}

type Baseline = (String, Vec<(String, u64)>);

fn parse(text: &str) -> Result<Baseline> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let compiler = lines.next().context("the baseline names no compiler")?.to_owned();
    let count = |line: &str| {
        let (name, count) = line.split_once(' ')?;
        Some((name.to_owned(), count.parse().ok()?))
    };
    let counts = lines.map(|line| count(line).with_context(|| format!("no count: {line}")));
    Ok((compiler, counts.collect::<Result<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

    #[test]
    fn a_baseline_comes_back_from_its_text() {
        let counts = vec![("bucket/allow".to_owned(), 40), ("bucket/deny".to_owned(), 25)];
        let text = text("rustc 1.95.0 on x", &counts);
        assert_eq!(parse(&text).unwrap(), ("rustc 1.95.0 on x".to_owned(), counts));
        assert!(parse("rustc\nbucket/allow").is_err());
    }
}
