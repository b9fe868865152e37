//! A client of any API that a policy describes, on reqwest: many requests at once, none lost, none refused
//! that could have been foreseen. `Call` makes every decision; this program sends and sleeps.
//!
//! Reads `METHOD PATH [JSON]` lines and prints one line of JSON with what became of them.

use std::{
    io::{self, BufRead},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use clap::Parser;
use serde_json::json;
use tidegate::{Api, Error, Failure, Hints, Method, Policy, Request, Span, Step};
use tidegate_host::{monotonic, seed, wall};

/// Send the requests of standard input (METHOD PATH [JSON] a line) within the API's limits.
#[derive(Parser, Clone)]
#[command(version, max_term_width = 100)]
struct Options {
    /// The API's description by its name: stackflow, velaflows, github, …
    #[arg(long, required_unless_present = "policy")]
    api: Option<String>,
    /// The API's description as a file, in place of a name
    #[arg(long, value_name = "FILE", conflicts_with = "api")]
    policy: Option<PathBuf>,
    /// Where it is, as http://HOST:PORT
    #[arg(long)]
    base: String,
    /// The user or token, sent as the bearer
    #[arg(long)]
    key: String,
    /// Seconds of a window, if it is not the documented one
    #[arg(long, value_name = "SECONDS")]
    window: Option<u64>,
    /// Requests at once
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
    /// The name that the server is told
    #[arg(long, default_value = "rust", value_name = "NAME")]
    client: String,
}

/// What became of the requests.
#[derive(Default)]
struct Tally {
    calls: u64,
    ok: u64,
    retries: u64,
    refused: u64,
    lost: u64,
    waited_s: f64,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    if let Err(error) = run(&options).await {
        eprintln!("error: {error}");
        std::process::exit(2);
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn core::error::Error>> {
    let mut policy = description(options)?;
    if let Some(secs) = options.window {
        policy = policy.with_window(Span::from_secs(secs))?;
    }
    if !reqwest::Url::parse(&options.base)?.has_host() {
        return Err("--base must be like http://HOST:PORT".into());
    }
    let api: Arc<Api> = Arc::new(Api::new(policy, seed()));
    let http = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(5)) // where the policy has none
        .tcp_nodelay(true)
        .build()?;
    let lines = Arc::new(Mutex::new(
        io::stdin().lock().lines().collect::<Result<Vec<_>, _>>()?.into_iter().enumerate(),
    ));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..options.concurrency {
        let (api, http, lines, options) =
            (Arc::clone(&api), http.clone(), Arc::clone(&lines), options.clone());
        workers.spawn(async move {
            let mut tally = Tally::default();
            loop {
                let line = lines.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((index, line)) = line else { return tally };
                if let Err(error) = request(&api, &http, &options, index, &line, &mut tally).await {
                    eprintln!("{line}: {error}");
                    tally.lost += 1;
                }
            }
        });
    }
    let mut all = Tally::default();
    for tally in workers.join_all().await {
        all.calls += tally.calls;
        all.ok += tally.ok;
        all.retries += tally.retries;
        all.refused += tally.refused;
        all.lost += tally.lost;
        all.waited_s += tally.waited_s;
    }
    let Tally { calls, ok, retries, refused, lost, waited_s } = all;
    println!(
        "{}",
        json!({"calls": calls, "ok": ok, "retries": retries, "refused": refused, "lost": lost, "waited_s": waited_s})
    );
    Ok(())
}

/// What the options name.
fn description(options: &Options) -> Result<Policy, Box<dyn core::error::Error>> {
    let Some(path) = &options.policy else {
        return Ok(Policy::named(options.api.as_deref().unwrap_or_default())?);
    };
    let text = std::fs::read_to_string(path)?;
    Policy::from_json(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// One logical request, across its attempts.
async fn request(
    api: &Api,
    http: &reqwest::Client,
    options: &Options,
    index: usize,
    line: &str,
    tally: &mut Tally,
) -> Result<(), Error> {
    tally.calls += 1;
    let mut words = line.splitn(3, ' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let body = words.next().unwrap_or_default().to_owned();
    let method = Method::parse(method)?;
    let key = options.key.as_bytes();
    let request =
        Request { idempotency_key: !method.is_idempotent(), ..Request::new(method, path, key) };
    let mut call = api.call(&request)?;
    let mut last = String::from("not sent");
    loop {
        match call.next(api, monotonic(), wall()) {
            Step::Send => {
                let name = format!("{}-{index}", options.client);
                let mut send = http
                    .request(
                        method.name().parse().map_err(|_| Error::UnknownMethod)?,
                        format!("{}{path}", options.base),
                    )
                    .bearer_auth(&options.key)
                    .header("X-Client", &options.client)
                    .header("X-Request-Id", &name);
                if !body.is_empty() {
                    send = send.header("Content-Type", "application/json").body(body.clone());
                }
                if let Some(timeout) = api.policy().retry().attempt_timeout {
                    send = send.timeout(timeout.into());
                }
                if request.idempotency_key {
                    send = send.header("Idempotency-Key", format!("{}-{name}", options.key));
                }
                match answer(api, send).await {
                    Ok((status, hints, body)) => {
                        last = format!("{status} {}", String::from_utf8_lossy(&body));
                        tally.refused += u64::from(status == 429);
                        tally.ok += u64::from(status < 400);
                        call.answered(api, status, &hints, &body, monotonic(), wall())?;
                    }
                    Err(error) => {
                        last = error.to_string();
                        call.failed(api, failure(&error), monotonic(), wall())?;
                    }
                }
            }
            Step::Wait { delay, .. } => {
                tally.waited_s += tidegate_host::secs_up(delay);
                tokio::time::sleep(delay.into()).await;
            }
            Step::GiveUp(why) => {
                eprintln!("{line}: {}: {last}", why.reason);
                tally.lost += 1;
                break;
            }
            Step::Done | Step::Pending => break,
        }
    }
    tally.retries += u64::from(call.attempts().saturating_sub(1));
    Ok(())
}

/// Status, hints and body of a whole answer.
async fn answer(
    api: &Api,
    send: reqwest::RequestBuilder,
) -> reqwest::Result<(u16, Hints, Vec<u8>)> {
    let response = send.send().await?;
    let mut reader = api.reader();
    for (name, value) in response.headers() {
        reader.header(name.as_str().as_bytes(), value.as_bytes());
    }
    let hints = api.hints(&reader, wall());
    let status = response.status().as_u16();
    Ok((status, hints, response.bytes().await?.to_vec()))
}

fn failure(error: &reqwest::Error) -> Failure {
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => Failure::ConnectTimeout,
        (true, false) => Failure::ConnectRefused,
        (false, true) => Failure::ReadTimeout,
        (false, false) => Failure::Reset,
    }
}
