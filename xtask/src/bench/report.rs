//! The pages and pictures that are made of the committed figures, `benches/results.jsonl`.

use std::{fmt::Write, fs, path::PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    bars,
    plot::{self, Bar, Curve},
    row::{self, Row},
};
use crate::machine;

/// The committed figures; the first line says on which machine, of which commit and by which command.
const RESULTS: &str = "benches/results.jsonl";
/// Who admits more than was promised.
const ACCURACY: &str = "benches/accuracy.jsonl";

/// What a page says of the run.
struct Run {
    machine: String,
    commit: String,
    command: String,
}

/// Every file that is made of the figures, and the two parts of other pages: that of `benches/README.md`,
/// and that of the README.
pub(crate) struct Report {
    pub(crate) pictures: Vec<(PathBuf, String)>,
    pub(crate) page: String,
    pub(crate) short: String,
}

impl Report {
    /// Reads the figures and makes all of it.
    pub(crate) fn of_the_committed_figures() -> Result<Report> {
        let text = fs::read_to_string(machine::root().join(RESULTS))
            .with_context(|| format!("cannot read {RESULTS}"))?;
        let (head, lines) = text.split_once('\n').context("the figures have no first line")?;
        let (run, rows) = (Run::read(head)?, row::read(lines)?);
        let accuracy = fs::read_to_string(machine::root().join(ACCURACY))
            .with_context(|| format!("cannot read {ACCURACY}"))?;
        let picture = |name: &str, svg| (PathBuf::from(format!("benches/{name}.svg")), svg);
        let mut pictures = vec![picture("keyed", keyed(&rows))];
        for language in ["rust", "c", "python", "node"] {
            pictures.push(picture(language, latency(language, &rows)));
        }
        Ok(Report { pictures, page: page(&run, &rows, &accuracy)?, short: short(&run, &rows) })
    }
}

/// The first line of a file of figures that is to be committed.
pub(crate) fn head(command: &str) -> Result<String> {
    let output = std::process::Command::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .current_dir(machine::root())
        .output()
        .context("cannot start git")?;
    let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let machine =
        format!("{}, {cores} cores", model.map_or("an unknown processor", |(_, name)| name));
    let value = serde_json::json!({ "machine": machine, "commit": commit, "command": command });
    Ok(format!("{value}\n"))
}

/// The rows of such a file.
pub(crate) fn without_head(text: &str) -> &str {
    match text.split_once('\n') {
        Some((head, rows)) if head.contains("\"machine\"") => rows,
        _ => text,
    }
}

impl Run {
    fn read(line: &str) -> Result<Run> {
        let value: Value = serde_json::from_str(line)?;
        let text = |name: &str| {
            value[name].as_str().map(str::to_owned).with_context(|| format!("no {name}: {line}"))
        };
        Ok(Run { machine: text("machine")?, commit: text("commit")?, command: text("command")? })
    }

    fn sentence(&self) -> String {
        format!("Measured on: {}; commit {}; `{}`.\n\n", self.machine, self.commit, self.command)
    }
}

fn cases(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|one, next| one.case == next.case)
}

/// All cases of a language.
fn latency(language: &str, rows: &[Row]) -> String {
    let groups: Vec<(String, Vec<Bar>)> = cases(rows)
        .filter(|case| case[0].case.starts_with(&format!("{language}/")))
        .map(|case| {
            let bar = |row: &Row| Bar {
                name: row.subject.clone(),
                value: row.median.max(0.1),
                is_ours: row.is_ours(),
                is_floor: row.subject.starts_with("floor-"),
            };
            let name = case[0].case.split_once('/').map_or("", |(_, name)| name);
            (name.to_owned(), case.iter().map(bar).collect())
        })
        .collect();
    plot::bars(
        &format!("{language}: time of an operation, on a scale of powers of ten"),
        "ns",
        &groups,
    )
}

/// The cost of a decision against the number of keys.
fn keyed(rows: &[Row]) -> String {
    let mut curves: Vec<Curve> = Vec::new();
    for row in rows {
        let parts = row.case.strip_prefix("rust/keyed-").and_then(|rest| rest.split_once('/'));
        let Some((keys, "uniform")) = parts else { continue };
        let Ok(keys) = keys.parse::<f64>() else { continue };
        match curves.iter_mut().find(|curve| curve.name == row.subject) {
            Some(curve) => curve.points.push((keys, row.median)),
            None => curves.push(Curve {
                name: row.subject.clone(),
                is_ours: row.is_ours(),
                is_floor: row.subject.starts_with("floor-"),
                points: vec![(keys, row.median)],
            }),
        }
    }
    plot::curves("Rust: time of a decision against the number of keys", "keys", "ns", &curves)
}

/// Every row as a table, bars first.
fn page(run: &Run, rows: &[Row], accuracy: &str) -> Result<String> {
    let mut text = run.sentence();
    text += "## The bars\n\n| what | ratio | bar | |\n| --- | ---: | ---: | --- |\n";
    for (bar, ratio) in bars::ratios(rows) {
        let word = if ratio <= bar.most { "holds" } else { "**falls short**" };
        writeln!(text, "| {} | {ratio:.2} | {} | {word} |", bar.what, bar.most)?;
    }
    for language in ["rust", "c", "python", "node"] {
        writeln!(text, "\n## {language}\n\n![{language}]({language}.svg)\n")?;
        text += "| case | subject | ns | against tidegate | spread |\n| --- | --- | ---: | ---: | ---: |\n";
        for case in cases(rows).filter(|case| case[0].case.starts_with(&format!("{language}/"))) {
            let ours = case.iter().find(|row| row.is_ours()).map(|row| row.median);
            for (place, row) in case.iter().enumerate() {
                let name = if place == 0 {
                    row.case.split_once('/').map_or("", |(_, name)| name)
                } else {
                    ""
                };
                let ratio =
                    ours.map_or_else(String::new, |ours| format!("{:.2} ×", row.median / ours));
                let spread = (row.high - row.low) / row.median * 50.0;
                let trust = if row.is_wide() { ", too wide to trust" } else { "" };
                let bytes =
                    row.bytes.map_or_else(String::new, |bytes| format!(" ({bytes:.1} B a key)"));
                writeln!(
                    text,
                    "| {name} | {}{bytes} | {:.2} | {ratio} | ± {spread:.0} %{trust} |",
                    row.subject, row.median
                )?;
            }
        }
    }
    text += "\n## Keys\n\n![keyed](keyed.svg)\n\n## Who admits more than was promised\n\n";
    text += "| case | subject | promised | admitted | |\n| --- | --- | ---: | ---: | --- |\n";
    for cell in super::accuracy::read(accuracy)? {
        let verdict = cell.verdict();
        writeln!(
            text,
            "| {} | {} | {} | {} | {verdict} |",
            cell.case, cell.subject, cell.promised, cell.admitted
        )?;
    }
    Ok(text)
}

/// The few figures of the README: what a decision costs in each language, beside the best known peer.
fn short(run: &Run, rows: &[Row]) -> String {
    let mut text =
        String::from("| | tidegate | beside it | ratio |\n| --- | ---: | --- | ---: |\n");
    for (what, case, ours, theirs) in SHORT {
        let median = |subject: &str| {
            rows.iter().find(|row| row.case == case && row.subject == subject).map(|row| row.median)
        };
        if let Some((ours, theirs_ns)) = median(ours).zip(median(theirs)) {
            let _ = writeln!(
                text,
                "| {what} | {ours:.1} ns | {theirs} {theirs_ns:.1} ns | {:.2} × |",
                ours / theirs_ns
            );
        }
    }
    text + "\n" + &run.sentence()
}

const SHORT: [(&str, &str, &str, &str); 9] = [
    ("Rust, a token is taken", "rust/bucket/allow", "tidegate", "floor-cas"),
    ("", "rust/bucket/allow", "tidegate", "governor"),
    ("Rust, a million keys", "rust/keyed-1e6/uniform", "tidegate", "governor"),
    ("C, static library", "c/bucket/allow", "tidegate-static", "rust-called"),
    ("Python, `try_acquire()`", "python/bucket/try", "tidegate", "limits"),
    ("Python, `async with`", "python/async/with", "tidegate", "aiolimiter"),
    ("Python, a retry decorator", "python/retry/success", "tidegate", "tenacity"),
    ("Node, `tryAcquire()`", "node/bucket/try", "tidegate", "limiter-token-bucket"),
    ("Node, `await acquire()`", "node/bucket/await", "tidegate", "rate-limiter-flexible"),
];
