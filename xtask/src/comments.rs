//! The comments of the C header: each function says where it may be called, and what it costs.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::{counts::Counts, machine, step::Step};

/// What a last line may say; the head of the header says what it means.
const THREADS: [&str; 2] = ["shared", "one"];
const INTERRUPTS: [&str; 3] = ["anywhere", "64-bit", "128-bit"];
const COSTS: [&str; 7] = [
    "constant",
    "by length",
    "by layer",
    "by table",
    "by attempt, to a bound",
    "one tg_api is written",
    "one tg_api is written, and by length",
];

/// Objects with a word of so many bits: who takes one says no less.
const WIDE: [&str; 6] = [
    "tg_api ",
    "tg_call ",
    "tg_first_use_window ",
    "tg_strict_window ",
    "tg_retry_budget ",
    "tg_circuit_breaker ",
];
const LONG: [&str; 7] = [
    "tg_limiter ",
    "tg_window ",
    "tg_keyed ",
    "tg_retry_quota ",
    "tg_retry_throttle ",
    "tg_adaptive_throttle ",
    "tg_adaptive_rate ",
];

/// One check for each function.
pub(crate) fn counts() -> Result<Counts> {
    let step = Step::new("what the C header says of each function");
    let header = fs::read_to_string(machine::root().join("ffi/include/tidegate.h"))?;
    let mut counts = Counts::default();
    for (comment, function) in functions(&header)? {
        let result = check(comment, function);
        if let Err(error) = &result {
            eprintln!("✗ {}: {error}", name(function));
        }
        counts += Counts::one(result.is_ok());
    }
    ensure!(counts.passed > 0, "the header has no functions");
    step.done();
    Ok(counts)
}

/// The comment and the declaration of every function.
fn functions(header: &str) -> Result<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    for (start, _) in header.match_indices("\nTG_API") {
        let before = header.get(..start).context("no comment")?;
        let comment =
            before.rfind("/**").and_then(|begin| before.get(begin..)).context("no comment")?;
        let after = header.get(start + 1..).context("no declaration")?;
        let function = after.split_once(';').context("no end of a declaration")?.0;
        found.push((comment, function));
    }
    Ok(found)
}

fn name(function: &str) -> &str {
    let before = function.split('(').next().unwrap_or_default();
    before.rsplit([' ', '*', '\n']).next().unwrap_or_default()
}

fn check(comment: &str, function: &str) -> Result<()> {
    let comment = comment.trim_end_matches("*/").trim_end().trim_end_matches('*');
    let last = comment.trim_end().lines().last().unwrap_or_default();
    let line = last.trim().trim_start_matches("* ").strip_suffix('.').context("no last line")?;
    let rest =
        line.strip_prefix("Threads: ").context("the last line does not begin with Threads:")?;
    let (threads, rest) = rest.split_once(". Interrupts: ").context("nothing of interrupts")?;
    let (interrupts, cost) = rest.split_once(". Cost: ").context("nothing of its cost")?;
    ensure!(THREADS.contains(&threads), "Threads: {threads}?");
    ensure!(INTERRUPTS.contains(&interrupts), "Interrupts: {interrupts}?");
    ensure!(COSTS.contains(&cost), "Cost: {cost}?");

    let parameters = function.split_once('(').context("no parameters")?.1;
    let takes =
        |types: &[&str]| types.iter().any(|it| parameters.contains(&format!("struct {it}")));
    if takes(&WIDE) {
        ensure!(interrupts == "128-bit", "it takes an object of 128 bits, and not {interrupts}");
    } else if takes(&LONG) {
        ensure!(interrupts != "anywhere", "it takes an object of 64 bits, and not anywhere");
    }
    let makes = name(function).contains("_init");
    ensure!(!makes || threads == "one", "it makes an object, which nobody else can use meanwhile");
    Ok(())
}
