//! `cargo xtask demo`: the same workload in four languages against both emulated APIs.

use std::{io::Write, process::Stdio, thread};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{
    emulator::Emulator,
    report::{Row, show},
    rival::Rival,
    step::{Step, cargo},
    surfaces::Language,
    workload::{self, Api},
};

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Print one JSON object a line and nothing else on standard output
    #[arg(long)]
    json: bool,
    /// Only one of the APIs
    #[arg(long, value_enum)]
    api: Option<Api>,
    /// Only one of the languages
    #[arg(long, value_enum)]
    language: Option<Language>,
    /// Calls of each language, API and phase; by default one and a half windows of everything, and
    /// with a rival three quarters of one
    #[arg(long, value_name = "N")]
    calls: Option<usize>,
}

/// What surrounds the client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The whole quota, no faults.
    Alone,
    /// 503s, dropped connections, awkward `Retry-After` headers, and a rival for half the quota.
    Rival,
}

impl Phase {
    const ALL: [Phase; 2] = [Phase::Alone, Phase::Rival];

    fn name(self) -> &'static str {
        match self {
            Phase::Alone => "alone",
            Phase::Rival => "rival",
        }
    }

    /// At most two a call: both documents allow at least four attempts, so none need be lost.
    fn faults(self, api: Api) -> Vec<&'static str> {
        let form = match (self, api) {
            (Phase::Alone, _) => return Vec::new(),
            (Phase::Rival, Api::Stackflow) => "date",
            (Phase::Rival, Api::Velaflows) => "absent",
        };
        let shares = ["--fail-share", "0.05", "--drop-share", "0.03", "--strikes", "2"];
        shares.into_iter().chain(["--retry-after", form]).collect()
    }
}

/// Builds what is missing, runs everything, prints the table, and fails if a promise was broken.
pub(crate) fn run(options: &Options) -> Result<()> {
    let languages = options.languages();
    languages.iter().try_for_each(|language| language.check())?;
    build(&languages)?;
    let rows = measure(options)?;
    if options.json {
        rows.iter().for_each(|row| println!("{}", row.json()));
    } else {
        show(&rows);
    }
    let broken: Vec<String> = rows.iter().flat_map(Row::broken).chain(one_digest(&rows)).collect();
    if broken.is_empty() {
        return Ok(());
    }
    bail!("{}", broken.join("\n       "))
}

impl Options {
    /// Everything, as a table.
    const ALL: Options = Options { json: false, api: None, language: None, calls: None };

    fn languages(&self) -> Vec<Language> {
        self.language.map_or(Language::ALL.to_vec(), |language| vec![language])
    }
}

/// The emulator and the languages.
pub(crate) fn build(languages: &[Language]) -> Result<()> {
    let arguments = ["build", "--release", "--locked", "-p", "tidegate-emulator"];
    Step::new("building the emulator").run(&mut cargo(&arguments))?;
    languages.iter().try_for_each(|language| language.build())
}

/// Every promise of the demo, as its own line: `Ok` or what was broken. For the tests.
pub(crate) fn promises() -> Result<Vec<(String, Vec<String>)>> {
    let rows = measure(&Options::ALL)?;
    show(&rows);
    let mut promises: Vec<_> =
        rows.iter().map(|row| (row.title(), row.broken().collect())).collect();
    promises.push(("one digest for all".to_owned(), one_digest(&rows).into_iter().collect()));
    Ok(promises)
}

fn measure(options: &Options) -> Result<Vec<Row>> {
    let apis: Vec<Api> = options.api.map_or(Api::ALL.to_vec(), |api| vec![api]);
    let mut rows = Vec::new();
    for language in options.languages() {
        let (digest, ns_per_decision) = digest(language)?;
        for phase in Phase::ALL {
            let step = Step::new(format!("{} client, {}", language.name(), phase.name()));
            // Both APIs at once: they share nothing, and the clients mostly wait.
            let results: Vec<Result<Row>> = thread::scope(|scope| {
                let threads: Vec<_> = apis
                    .iter()
                    .map(|&api| scope.spawn(move || play(language, api, phase, options.calls)))
                    .collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            step.done();
            for row in results {
                rows.push(Row { digest: digest.clone(), ns_per_decision, ..row? });
            }
        }
    }
    Ok(rows)
}

/// One client against one emulator.
fn play(language: Language, api: Api, phase: Phase, calls: Option<usize>) -> Result<Row> {
    let window: usize = api.kinds().iter().map(|kind| kind.weight).sum();
    let usual = if phase == Phase::Alone { window * 3 / 2 } else { window * 3 / 4 };
    let lines = workload::lines(api, calls.unwrap_or(usual));
    let key = format!("{}-{}", language.name(), phase.name());
    let emulator = Emulator::start(api, WINDOW_SECS, &phase.faults(api))?;
    let rival =
        (phase == Phase::Rival).then(|| Rival::start(api, emulator.base(), &key, WINDOW_SECS));

    let mut client = language.client()?;
    // The same description, built in and as a file.
    match phase {
        Phase::Alone => client.args(["--api", api.name()]),
        _ => client.arg("--policy").arg(api.policy_file()),
    };
    client.args(["--base", emulator.base(), "--key", &key]);
    client.args(["--window", &WINDOW_SECS.to_string(), "--concurrency", "8"]);
    client.args(["--client", language.name()]);
    let mut process = client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start the {} client", language.name()))?;
    let mut stdin = process.stdin.take().context("the client has no input")?;
    stdin.write_all(lines.as_bytes())?;
    drop(stdin);
    let output = process.wait_with_output()?;
    drop(rival);

    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "the {} client failed:\n{complaints}", language.name());
    eprint!("{complaints}");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().context("the client printed no result")?;
    let result: Value =
        serde_json::from_str(line).with_context(|| format!("no result: {line:?}"))?;
    let verdict = emulator.verdict(&key, language.name())?;
    let number = |name: &str| {
        result[name]
            .as_u64()
            .with_context(|| format!("the {} client told no {name}", language.name()))
    };
    Ok(Row {
        language: language.name(),
        api: api.name(),
        phase: phase.name(),
        calls: number("calls")?,
        ok: number("ok")?,
        retries: number("retries")?,
        refused: verdict.refused,
        foreseeable_refusals: verdict.foreseeable,
        early_retries: verdict.early,
        duplicates: verdict.duplicates,
        lost: number("lost")?,
        waited_s: result["waited_s"].as_f64().context("the client told no waited_s")?,
        digest: String::new(),
        ns_per_decision: 0.0,
    })
}

/// The digest of a language's decisions on all traces, and what one decision costs it.
fn digest(language: Language) -> Result<(String, f64)> {
    let step = Step::new(format!("{} traces", language.name()));
    let text = step.run(&mut language.traces(true)?)?;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next())
            .with_context(|| format!("the {} traces told no {name}", language.name()))
    };
    Ok((value("digest ")?.to_owned(), value("ns_per_decision ")?.parse()?))
}

/// What is wrong if the languages did not decide alike.
fn one_digest(rows: &[Row]) -> Option<String> {
    let first = rows.first()?;
    let other = rows.iter().find(|row| row.digest != first.digest)?;
    Some(format!(
        "{} and {} decide differently: digests {} and {}",
        first.language, other.language, first.digest, other.digest
    ))
}

/// Short windows, so that the demo takes seconds; the clients are told the same.
const WINDOW_SECS: u64 = 2;
