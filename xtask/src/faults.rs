//! `cargo xtask faults --shared`: processes of all languages on limiters that they share, killed at random,
//! and an exact bucket that judges what they were given.
//!
//! Eight processes take tokens of three limiters in `/dev/shm`: `count`, of a clock that stands still, so
//! that exactly so many tokens can ever be taken; `rate`, a bucket of the real clock; and `keys`, 200 of
//! them in 64 places. One is killed with SIGKILL after another and started again. Each writes down what it was
//! given, at which time of the clock that all share. The logs, in the order of their times, are then
//! replayed through one exact bucket of the reference model (for each key, of `keys`): how many would it have
//! refused? The answer must be 0, nobody may hang, and of `count` exactly what is left must be missing
//! from the logs, but for one token that a killed process took and could not write down.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tidegate::{Quota, Span, limit::Full, retry::mix};
use tidegate_conformance::reference;
use tidegate_host::{SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter, SharedView};

use crate::{counts::Counts, step::Step, surfaces::Language, tests::close};

/// What to break, and for how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Processes on one host that share memory
    #[arg(long, required = true)]
    shared: bool,
    /// How many requests, by all processes together
    #[arg(long, default_value_t = 10_000_000)]
    count: u64,
    /// How many processes are killed meanwhile, at least
    #[arg(long, default_value_t = 200)]
    kills: u64,
    /// Which languages, two processes of each at least; all of them if none is named
    #[arg(long, value_delimiter = ',')]
    languages: Vec<Language>,
    /// What chooses whom to kill and when
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The last line says whether it held.
pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(options.shared, "there is only --shared");
    let languages = if options.languages.is_empty() { &Language::ALL } else { &*options.languages };
    languages.iter().try_for_each(|language| language.build())?;
    close(shared(options.count, options.kills, languages, options.seed)?)
}

/// The short slice of the tests; all languages have been built.
pub(crate) fn short() -> Result<Counts> {
    shared(400_000, 24, &Language::ALL, 1)
}

fn shared(count: u64, kills: u64, languages: &[Language], seed: u64) -> Result<Counts> {
    let step = Step::new(format!("{count} requests of {PROCESSES} processes, {kills} killed"));
    let mut run = Run::new(count, languages, seed)?;
    let result = run.break_it(kills).and_then(|()| run.judge());
    run.stop()?;
    let judged = result?;
    step.done();
    eprintln!("  {judged}");
    let well = judged.refused == 0 && judged.is_counted;
    if well {
        fs::remove_dir_all(&run.folder).context("cannot remove the logs")?;
    } else {
        eprintln!("✗ the logs are kept in {}", run.folder.display());
    }
    Ok(Counts::one(well))
}

/// The processes, and where everything lies.
struct Run {
    folder: PathBuf,
    /// As many tokens as `count` has.
    tokens: u64,
    /// Asks in all.
    count: u64,
    seed: u64,
    logs: Vec<PathBuf>,
    running: Vec<Worker>,
    /// What those that ended have asked.
    asked: u64,
    killed: u64,
}

struct Worker {
    child: Child,
    log: PathBuf,
    language: Language,
    asked: u64,
    /// Since when it has not asked.
    since: Instant,
}

/// What the model says of the logs.
struct Judged {
    asked: u64,
    killed: u64,
    admitted: usize,
    refused: u64,
    is_counted: bool,
    counted: String,
}

impl std::fmt::Display for Judged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Judged { asked, killed, admitted, refused, counted, .. } = self;
        write!(
            f,
            "{asked} requests, {killed} kills, {admitted} admissions, of which one exact bucket would \
             have refused {refused}; {counted}"
        )
    }
}

impl Run {
    fn new(count: u64, languages: &[Language], seed: u64) -> Result<Run> {
        let folder = format!("/dev/shm/tidegate-faults-{:016x}", tidegate_host::seed());
        let folder = PathBuf::from(folder);
        fs::create_dir(&folder).context("cannot make a folder in /dev/shm")?;
        let tokens = (count / 4).max(1);
        let (logs, running) = (Vec::new(), Vec::new());
        let mut run = Run { folder, tokens, count, seed, logs, running, asked: 0, killed: 0 };
        for number in 0..PROCESSES {
            let worker = run.start(languages[number % languages.len()])?;
            run.running.push(worker);
        }
        Ok(run)
    }

    fn start(&mut self, language: Language) -> Result<Worker> {
        let log = self.folder.join(format!("log-{}", self.logs.len()));
        let mut command: Command = language.shared_worker()?;
        command.arg(&self.folder).arg(&log).arg(self.tokens.to_string());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.with_context(|| format!("cannot start a {} worker", language.name()))?;
        self.logs.push(log.clone());
        Ok(Worker { child, log, language, asked: 0, since: Instant::now() })
    }

    /// Kills one after another until enough was asked and enough have been killed.
    fn break_it(&mut self, kills: u64) -> Result<()> {
        let (mut draws, seed) = (0, self.seed);
        let mut draw = |below: u64| {
            draws += 1;
            mix(seed, draws, 0) % below
        };
        while self.asked_in_all()? < self.count || self.killed < kills {
            thread::sleep(Duration::from_micros(1_000 + draw(40_000)));
            for index in 0..self.running.len() {
                if let Some(status) = self.running[index].child.try_wait()? {
                    self.replace(index, status)?;
                }
            }
            if self.killed < kills {
                let index = draw(PROCESSES as u64) as usize;
                // Some are killed while they open the limiters; most after they have asked.
                let worker = &mut self.running[index];
                if worker.asked > 0 || draw(8) == 0 {
                    worker.child.kill()?;
                    let status = worker.child.wait()?;
                    self.killed += 1;
                    self.replace(index, status)?;
                }
            }
        }
        Ok(())
    }

    /// Another of the same language in the place of one that has ended: by itself well, or killed.
    fn replace(&mut self, index: usize, status: ExitStatus) -> Result<()> {
        use std::os::unix::process::ExitStatusExt;

        let worker = &self.running[index];
        let language = worker.language;
        if !status.success() && status.signal() != Some(9) {
            bail!("a {} worker ended with {status}", language.name());
        }
        self.asked += asked(&worker.log);
        self.running[index] = self.start(language)?;
        Ok(())
    }

    fn asked_in_all(&mut self) -> Result<u64> {
        let mut sum = self.asked;
        for worker in &mut self.running {
            let asked = asked(&worker.log);
            if asked > worker.asked {
                (worker.asked, worker.since) = (asked, Instant::now());
            }
            sum += asked;
            let stands_still = worker.since.elapsed() > PATIENCE;
            ensure!(!stands_still, "a {} worker hangs", worker.language.name());
        }
        Ok(sum)
    }

    /// Kills all that run.
    fn stop(&mut self) -> Result<()> {
        for mut worker in self.running.drain(..) {
            worker.child.kill()?;
            worker.child.wait()?;
            self.asked += asked(&worker.log);
            self.killed += 1;
        }
        Ok(())
    }

    fn judge(&mut self) -> Result<Judged> {
        self.stop()?;
        let mut admissions: Vec<Entry> = Vec::new();
        for log in &self.logs {
            admissions.extend(entries(log)?);
        }
        admissions.sort_unstable();
        let refused = refused_of(&admissions)?;
        let (is_counted, counted) = self.account(&admissions)?;
        let (asked, killed, admitted) = (self.asked, self.killed, admissions.len());
        Ok(Judged { asked, killed, admitted, refused, is_counted, counted })
    }

    /// Whether all tokens of `count` are accounted for, and the limiters still serve.
    fn account(&self, admissions: &[Entry]) -> Result<(bool, String)> {
        let still = tidegate::Instant::from_nanos(STILL);
        let open = |name: &str, quota| {
            SharedRateLimiter::open(&SharedPlace::at(self.folder.join(name)), quota)
        };
        let left = open("count", count_quota(self.tokens)?)?.drain(still);
        let written: u64 = admissions
            .iter()
            .filter(|entry| entry.limiter == COUNT)
            .map(|entry| u64::from(entry.tokens))
            .sum();
        let missing = self.tokens.checked_sub(left + written);
        let now = tidegate_host::monotonic();
        let rate = open("rate", rate_quota()?)?;
        let keys = SharedPlace::at(self.folder.join("keys"));
        let denied = SharedView::open(&keys)?.denied();
        let keys = SharedKeyedRateLimiter::open(&keys, 64, key_quota()?, Full::Deny)?;
        // Half a second later everything is full again, and a second after that the places are free.
        let later = now.saturating_add(Span::from_secs(2));
        let serves = rate.drain(later) == 1_000
            && keys.get().occupied(later) == 0
            && (0..64_u64)
                .filter(|key| {
                    keys.get().try_acquire_u64(*key, keys.quota(), 20, later).is_allowed()
                })
                .count()
                > 40;
        let counted = match missing {
            Some(missing) => format!(
                "{written} of {} counted, {left} left, {missing} taken by processes that were killed before \
                 they could write it down; {denied} denials by key",
                self.tokens
            ),
            None => format!("{written} of {} counted although {left} are left", self.tokens),
        };
        let is_counted = missing.is_some_and(|missing| missing <= self.killed);
        Ok((is_counted && serves, counted))
    }
}

/// One admission; ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    now: u64,
    limiter: u32,
    tokens: u32,
}

/// How often the writer of a log has asked: 0 before it has opened it.
fn asked(log: &Path) -> u64 {
    use std::os::unix::fs::FileExt;

    let mut asked = [0; 8];
    let read = fs::File::open(log).and_then(|log| log.read_exact_at(&mut asked, 0));
    if read.is_ok() { u64::from_ne_bytes(asked) } else { 0 }
}

/// The entries of a log. One that was cut short was not written down.
fn entries(log: &Path) -> Result<Vec<Entry>> {
    let bytes = match fs::read(log) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).context("cannot read a log"),
    };
    let (entries, _) = bytes.as_chunks::<16>();
    let entry = |bytes: &[u8; 16]| {
        let (now, rest) = bytes.split_first_chunk::<8>()?;
        let (limiter, tokens) = rest.split_first_chunk::<4>()?;
        let tokens = u32::from_ne_bytes(tokens.try_into().ok()?);
        Some(Entry { now: u64::from_ne_bytes(*now), limiter: u32::from_ne_bytes(*limiter), tokens })
    };
    Ok(entries.iter().skip(1).filter_map(entry).filter(|entry| entry.tokens > 0).collect())
}

/// How many admissions one exact bucket, or one for each key, would have refused.
fn refused_of(admissions: &[Entry]) -> Result<u64> {
    let quota = |quota: Quota| {
        let (limit, period, burst) = (quota.limit(), quota.period().as_nanos(), quota.burst());
        reference::quota::Quota::new(limit, period, burst).map_err(|_| anyhow::anyhow!("no quota"))
    };
    let (rate, key) = (quota(rate_quota()?)?, quota(key_quota()?)?);
    let mut buckets: HashMap<u32, reference::bucket::Bucket> = HashMap::new();
    let mut refused = 0;
    for entry in admissions.iter().filter(|entry| entry.limiter != COUNT) {
        let quota = if entry.limiter == RATE { &rate } else { &key };
        let bucket = buckets
            .entry(entry.limiter)
            .or_insert_with(|| reference::bucket::Bucket::new(quota.clone()));
        let decision = bucket.acquire(entry.tokens.into(), entry.now);
        refused += u64::from(!matches!(decision, reference::decision::Decision::Allow { .. }));
    }
    Ok(refused)
}

fn count_quota(tokens: u64) -> Result<Quota> {
    Ok(Quota::new(1_000_000, Span::from_secs(1), tokens)?)
}

fn rate_quota() -> Result<Quota> {
    Ok(Quota::new(1_000_000, Span::from_secs(1), 1_000)?)
}

fn key_quota() -> Result<Quota> {
    Ok(Quota::new(1_000, Span::from_secs(1), 20)?)
}

const PROCESSES: usize = 8;
const RATE: u32 = u32::MAX;
const COUNT: u32 = u32::MAX - 1;
/// The clock of `count`.
const STILL: u64 = 1_000_000_000;
/// A process that has not asked once in so long hangs; starting one takes a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::{Entry, RATE, refused_of};

    /// The judge finds what is too much.
    #[test]
    fn a_token_too_many_is_found() {
        let at = |now, tokens| Entry { now, limiter: RATE, tokens };
        let mut all = vec![at(5_000, 1_000), at(6_000, 1), at(8_000, 2)];
        assert_eq!(refused_of(&all).unwrap(), 0);
        all.insert(2, at(7_999, 2));
        assert_eq!(refused_of(&all).unwrap(), 1);
        let key = |now| Entry { now, limiter: 7, tokens: 1 };
        let burst: Vec<_> = (0..21).map(|_| key(9)).collect();
        assert_eq!(refused_of(&burst).unwrap(), 1);
    }
}
