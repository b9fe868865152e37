//! `cargo xtask bench`: what tidegate costs beside its peers and beside the floor, in one run.
//!
//! Each language has a program that does any of its subjects' work so many times and says how long it
//! took. Here the subjects of a case take turns, round by round, so that what else the machine does hits
//! all of them, and what counts is a ratio of two medians.

mod accuracy;
mod bars;
mod compare;
mod instructions;
mod peers;
mod plot;
mod report;
mod row;
mod servant;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use compare::Rounds;
use row::Row;
use servant::Servant;

/// What `cargo xtask bench` is asked for.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Short rounds, few of them, and no table of ten million keys: a look, not a figure
    #[arg(long)]
    quick: bool,
    /// Write each row as a line of JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only cases whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Measure nothing: read rows from this file, and say which bars hold
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "json", "only", "check", "accuracy"])]
    bars: Option<PathBuf>,
    /// Measure no time: count instructions of the hot paths with callgrind, and fail if one has grown by
    /// more than 5 %; the tests do it too
    #[arg(long, conflicts_with_all = ["quick", "json", "only", "accuracy"])]
    check: bool,
    /// With --check: take today's counts as the new baseline
    #[arg(long, requires = "check")]
    rebase: bool,
    /// Measure no time: who admits more than was promised, at which rate, and by how much
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    accuracy: bool,
}

pub(crate) use instructions::counts;
pub(crate) use report::Report;

/// Measures, and prints the tables.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(file) = &options.bars {
        let text = fs::read_to_string(file)
            .with_context(|| format!("cannot read {}: make it with --json", file.display()))?;
        bars::print(&row::read(report::without_head(&text))?);
        return Ok(());
    }
    if options.check {
        return instructions::run(options.rebase);
    }
    if options.accuracy {
        return accuracy::run(options.json.as_deref());
    }
    let rows = measure(options)?;
    compare::print(&rows);
    bars::print(&rows);
    if let Some(file) = &options.json {
        let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
        let rows: String = rows.iter().map(Row::line).collect();
        fs::write(file, report::head(&format!("cargo xtask {command}"))? + &rows)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Every case that is asked for, one after the other.
fn measure(options: &Options) -> Result<Vec<Row>> {
    let rounds = if options.quick { Rounds::QUICK } else { Rounds::FULL };
    let wanted = |case: &str| {
        let asked = options.only.is_empty() || options.only.iter().any(|part| case.contains(part));
        asked && !(options.quick && case.contains("1e7"))
    };
    let mut work = Vec::new();
    for language in servant::Language::ALL {
        let hopeless = options
            .only
            .iter()
            .all(|part| part.contains('/') && !part.starts_with(language.name()));
        if !options.only.is_empty() && hopeless {
            continue;
        }
        let cases = language.cases()?;
        work.extend(
            cases.into_iter().filter(|case| wanted(&case.name)).map(|case| (language, case)),
        );
    }
    if work.is_empty() {
        bail!("no case contains {}", options.only.join(" or "));
    }
    let bar = ProgressBar::new(work.len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} (ends in {eta})")?);
    let (mut rows, mut open) = (Vec::new(), None::<(servant::Language, Vec<Servant>)>);
    for (language, case) in &work {
        bar.set_message(case.name.clone());
        if !matches!(&open, Some((same, _)) if same == language) {
            open = Some((*language, language.start()?));
        }
        let (_, servants) = open.as_mut().context("the programs were started")?;
        let found = rounds.measure(servants, case)?;
        if !bar.is_hidden() {
            bar.suspend(|| compare::print(&found));
        }
        rows.extend(found);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(rows)
}
