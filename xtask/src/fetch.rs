//! `ffi/examples/fetch.c` as a person uses it, against the emulated APIs.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    counts::Counts,
    emulator::Emulator,
    machine,
    rival::Rival,
    step::{Step, command},
    workload::{self, Api},
};

/// Short windows, of which the program is told.
const WINDOW_SECS: u64 = 2;
const CLIENT: &str = "X-Client: fetch";

/// Every check.
pub(crate) fn counts() -> Result<Counts> {
    let mut counts = Counts::default();
    let step = Step::new("fetch: 1,000 URLs, 16 at a time, with faults and a rival");
    // Both APIs at once: they share nothing, and the programs mostly wait.
    let results: Vec<Result<()>> = thread::scope(|scope| {
        let threads = Api::ALL.map(|api| scope.spawn(move || thousand(api)));
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    step.done();
    for result in results {
        counts += told(result);
    }
    for (name, check) in [
        ("fetch: a second send beside a slow one", hedges as fn() -> Result<()>),
        ("fetch: Ctrl-C says what was left", ends),
        ("fetch: what was lost is told", loses),
        ("fetch: wrong use", refuses),
        ("fetch: a policy in words", explains),
    ] {
        let step = Step::new(name);
        let result = check();
        if result.is_ok() {
            step.done();
        }
        counts += told(result);
    }
    Ok(counts)
}

fn told(result: Result<()>) -> Counts {
    if let Err(error) = &result {
        eprintln!("✗ fetch: {error:#}");
    }
    Counts::one(result.is_ok())
}

fn fetch() -> Result<Command> {
    let mut fetch = command(&machine::workshop("c")?.join("fetch"), machine::root());
    fetch.stdin(Stdio::null()).env_remove("TIDEGATE_KEY");
    Ok(fetch)
}

/// The flags that make it a client of this emulator, and its line of JSON.
fn of(fetch: &mut Command, emulator: &Emulator, key: &str) {
    fetch.args(["--base", emulator.base(), "--key", key, "--header", CLIENT, "--json"]);
    fetch.args(["--window", &WINDOW_SECS.to_string()]);
}

/// The line of JSON that it ends with.
fn summary(output: &Output) -> Result<Value> {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().last().context("fetch told nothing")?;
    serde_json::from_str(line).with_context(|| format!("no summary:\n{text}"))
}

/// The bar: with failures, dropped connections, slow answers and a rival for half the quota
/// everything is got, each once, and nothing is refused that could have been foreseen.
fn thousand(api: Api) -> Result<()> {
    const URLS: usize = 1000;
    let faults = [
        &["--fail-share", "0.05", "--drop-share", "0.03", "--strikes", "2"][..],
        &["--slow-share", "0.05", "--slow", "100ms", "--retry-after", "date"],
    ]
    .concat();
    let folder = machine::workshop("fetch")?;
    let (input, bodies) = (folder.join(format!("{}.urls", api.name())), folder.join(api.name()));
    fs::write(&input, workload::lines(api, URLS))?;
    let _ = fs::remove_dir_all(&bodies);

    let key = "fetch-thousand";
    let emulator = Emulator::start(api, WINDOW_SECS, &faults)?;
    let rival = Rival::start(api, emulator.base(), key, WINDOW_SECS);
    let mut fetch = fetch()?;
    of(&mut fetch, &emulator, key);
    fetch.arg("--policy").arg(api.policy_file()).arg("--input").arg(&input);
    let output = fetch.arg("--output").arg(&bodies).args(["--parallel", "16"]).output()?;
    drop(rival);
    let told = summary(&output)?;
    let verdict = emulator.verdict(key, "fetch")?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    println!(
        "fetch {}: {told} foreseeable {} early {} duplicates {}",
        api.name(),
        verdict.foreseeable,
        verdict.early,
        verdict.duplicates
    );
    ensure!(output.status.code() == Some(0), "not everything was got:\n{complaints}");
    ensure!(told["ok"] == URLS && told["lost"] == 0, "{told}");
    ensure!(told["retries"].as_u64() > Some(0), "nothing was tried again: there were no faults");
    ensure!(verdict.foreseeable == 0, "{} foreseeable refusals", verdict.foreseeable);
    ensure!(verdict.early == 0, "{} early retries", verdict.early);
    ensure!(verdict.duplicates == 0, "{} effects done twice", verdict.duplicates);
    let names: Vec<String> = names(&bodies)?;
    ensure!(names.len() == URLS, "{} bodies of {URLS}", names.len());
    // In the order of the URLs, and nothing of what was not finished.
    ensure!(names.iter().enumerate().all(|(index, name)| {
        name.starts_with(&format!("{:06}-", index + 1)) && !name.ends_with(".part")
    }));
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().into_string()));
    let names: Result<std::result::Result<Vec<String>, _>> = names.collect();
    let mut names = names?.map_err(|name| anyhow::anyhow!("{} is no text", name.display()))?;
    names.sort();
    Ok(names)
}

/// With a policy that hedges, slow answers get a twin; that costs nothing but requests.
fn hedges() -> Result<()> {
    let folder = machine::workshop("fetch")?;
    let text = fs::read_to_string(Api::Stackflow.policy_file())?;
    let mut policy: Value = serde_json::from_str(&text)?;
    policy["hedge"] = serde_json::json!({"after": "50ms", "most": 2});
    let (file, input) = (folder.join("hedge.json"), folder.join("hedge.urls"));
    fs::write(&file, policy.to_string())?;
    let lines = (1..=100).map(|page| format!("/api/v1/incidents?page={page}\n"));
    fs::write(&input, lines.collect::<String>())?;

    let faults = ["--slow-share", "0.2", "--slow", "1s"];
    let emulator = Emulator::start(Api::Stackflow, WINDOW_SECS, &faults)?;
    let mut fetch = fetch()?;
    of(&mut fetch, &emulator, "hedge");
    let output = fetch.arg("--policy").arg(&file).arg("-i").arg(&input).output()?;
    let told = summary(&output)?;
    ensure!(output.status.code() == Some(0) && told["ok"] == 100, "{told}");
    ensure!(told["hedges"].as_u64() > Some(0), "no second send: {told}");
    let verdict = emulator.verdict("hedge", "fetch")?;
    ensure!(verdict.foreseeable == 0 && verdict.early == 0, "{verdict:?}");
    // Each body whole, one after the other.
    let bodies = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let bodies: Vec<Value> = bodies.collect::<std::result::Result<_, _>>()?;
    ensure!(bodies.len() == 100, "{} bodies", bodies.len());
    Ok(())
}

/// What was begun is cut off, the rest is written down, and the two are all.
fn ends() -> Result<()> {
    let folder = machine::workshop("fetch")?;
    let (input, left, bodies) =
        (folder.join("ends.urls"), folder.join("ends.left"), folder.join("ends"));
    let url = |number: usize| format!("/api/v1/incidents/search?q=disk{number}");
    let lines: String = (0..1000).map(|number| url(number) + "\n").collect();
    fs::write(&input, &lines)?;
    let _ = fs::remove_dir_all(&bodies);
    // 120 searches a minute: it cannot be through before it is ended.
    let emulator = Emulator::start(Api::Stackflow, 60, &[])?;
    let mut fetch = fetch()?;
    fetch.args(["--api", "stackflow", "--base", emulator.base(), "--key", "ends", "--json"]);
    fetch.arg("--output").arg(&bodies).arg("--input").arg(&input).arg("--left").arg(&left);
    let mut child = fetch.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    while fs::read_dir(&bodies).map_or(0, Iterator::count) < 20 && child.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    ensure!(interrupt.success(), "cannot interrupt");
    let output = child.wait_with_output()?;
    let told = summary(&output)?;
    ensure!(output.status.code() == Some(3), "exit status {:?}", output.status.code());
    let text = fs::read_to_string(&left)?;
    let rest: Vec<&str> = text.lines().collect();
    let got = told["ok"].as_u64().context("no ok")? as usize;
    ensure!(got >= 10 && told["lost"] == 0 && told["left"] == rest.len(), "{told}");
    let names = names(&bodies)?;
    ensure!(names.len() == got && got + rest.len() == 1000, "{} bodies, {told}", names.len());
    // What is left is good as it stands: a URL of the same list each.
    let known =
        |line: &&&str| lines.lines().any(|url| line.strip_prefix(emulator.base()) == Some(url));
    ensure!(rest.iter().filter(known).count() == rest.len(), "other URLs are left");
    let complaints = String::from_utf8_lossy(&output.stderr);
    ensure!(complaints.contains(&format!("ended with {} of 1000 URLs left", rest.len())));
    Ok(())
}

/// An answer of 404 is told with its code; where nobody listens, the deadline ends it.
fn loses() -> Result<()> {
    let emulator = Emulator::start(Api::Stackflow, WINDOW_SECS, &[])?;
    let left = machine::workshop("fetch")?.join("lost.left");
    let mut command = fetch()?;
    of(&mut command, &emulator, "loses");
    command.args(["--api", "stackflow", "/api/v1/incidents", "/api/v1/incidents/none"]);
    let output = command.arg("--left").arg(&left).output()?;
    let (told, complaints) = (summary(&output)?, String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.code() == Some(1), "exit status {:?}", output.status.code());
    ensure!(told["ok"] == 1 && told["lost"] == 1 && told["left"] == 0, "{told}");
    ensure!(
        complaints.contains("/none: not_retryable, status 404 RESOURCE_NOT_FOUND"),
        "{complaints}"
    );
    let rest = fs::read_to_string(&left)?;
    ensure!(rest == format!("{}/api/v1/incidents/none\n", emulator.base()), "left: {rest}");

    // A port that was free a moment ago.
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut command = fetch()?;
    command.args([
        "--api",
        "stackflow",
        "--deadline",
        "1",
        &format!("http://{nobody}/api/v1/incidents"),
    ]);
    let output = command.output()?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "exit status {:?}", output.status.code());
    ensure!(complaints.contains("deadline_too_close"), "{complaints}");
    Ok(())
}

/// Wrong flags, policies and URLs: status 2 and a reason, and nothing is sent.
fn refuses() -> Result<()> {
    let folder = machine::workshop("fetch")?;
    let (policy, two) = (folder.join("wrong.json"), folder.join("wrong.urls"));
    fs::write(&policy, "{\"name\": 1}")?;
    fs::write(&two, "http://a.invalid/\nBREW http://a.invalid/\n")?;
    let (policy, two) = (policy.display().to_string(), two.display().to_string());
    for (arguments, reason) in [
        (&["http://a.invalid/"][..], "either --api or --policy is needed"),
        (&["--api", "stackflow"], "no URL was given"),
        (&["--api", "other", "http://a.invalid/"], "the API must be one of"),
        (&["--policy", "/none/none", "http://a.invalid/"], "cannot read /none/none"),
        (&["--policy", &policy, "http://a.invalid/"], "wrong.json:1:10: name: "),
        (&["--api", "stackflow", "ftp://a.invalid/"], "begins with http"),
        (&["--api", "stackflow", "no url"], "no URL"),
        (&["--api", "stackflow", "http://a.invalid/", "http://b.invalid/"], "of one server"),
        (&["--api", "stackflow", "--input", &two], "wrong.urls 2: the method must be one of"),
        (&["--api", "stackflow", "--parallel", "0", "http://a.invalid/"], "from 1 to 256"),
        (&["--api", "stackflow", "--header", "x", "http://a.invalid/"], "'Name: value'"),
        (&["--api", "stackflow", "--brew", "http://a.invalid/"], "--brew"),
        (&["--api", "stackflow", "--role", "king", "http://a.invalid/"], "the role is not one"),
    ] {
        let output = fetch()?.args(arguments).output()?;
        let complaints = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.code() == Some(2),
            "{arguments:?} ends with {:?}",
            output.status.code()
        );
        ensure!(complaints.contains(reason), "{arguments:?} is not told {reason:?}: {complaints}");
        ensure!(output.stdout.is_empty(), "{arguments:?} printed something");
    }
    Ok(())
}

fn explains() -> Result<()> {
    let output = fetch()?.args(["--api", "stackflow", "--explain"]).output()?;
    let first = BufReader::new(&*output.stdout).lines().next().context("nothing was said")??;
    ensure!(output.status.success() && first.contains("stackflow"), "{first}");
    let output = fetch()?.arg("--help").output()?;
    ensure!(output.status.success() && output.stdout.starts_with(b"usage: fetch"), "no help");
    Ok(())
}
