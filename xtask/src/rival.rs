//! A rival: another client with the same key, which takes half of every window for itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, SystemTime},
};

use anyhow::Result;

use crate::workload::Api;

/// A rival at work; it stops when it is dropped.
pub(crate) struct Rival {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Rival {
    /// Sends, window after window, half of what each category allows, one request after the other.
    pub(crate) fn start(api: Api, base: &str, key: &str, window_secs: u64) -> Rival {
        let stop = Arc::new(AtomicBool::new(false));
        let (base, key, stopped) = (base.to_owned(), key.to_owned(), Arc::clone(&stop));
        let thread = thread::spawn(move || compete(api, &base, &key, window_secs, &stopped));
        Rival { stop, thread: Some(thread) }
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        // Relaxed: the flag carries nothing but itself.
        self.stop.store(true, Ordering::Relaxed);
        if let Some(Ok(Err(error))) = self.thread.take().map(JoinHandle::join) {
            eprintln!("the rival stopped: {error:#}");
        }
    }
}

fn compete(api: Api, base: &str, key: &str, window_secs: u64, stop: &AtomicBool) -> Result<()> {
    let client = reqwest::blocking::Client::new();
    let mut number = FIRST_NUMBER;
    while !stop.load(Ordering::Relaxed) {
        // Windows are aligned to the clock, here as there: never more than half of one.
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let window = since_epoch.as_secs() / window_secs;
        let is_over = || {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            now.as_secs() / window_secs != window || stop.load(Ordering::Relaxed)
        };
        // All kinds by turns, so that no category is ahead of the others.
        let most = api.kinds().iter().map(|kind| kind.weight / 2).max().unwrap_or(0);
        for turn in 0..most {
            for kind in api.kinds().iter().filter(|kind| spreads(turn, kind.weight / 2, most)) {
                if is_over() {
                    break;
                }
                number += 1;
                let url = format!("{base}{}", kind.path(number));
                let request = client.request(kind.method.parse()?, url).bearer_auth(key);
                let request =
                    request.header("X-Client", "rival").header("Content-Type", "application/json");
                // A dropped connection or a refusal is part of the game.
                let _ = request
                    .body(kind.body(number))
                    .send()
                    .and_then(reqwest::blocking::Response::bytes);
            }
        }
        while !is_over() {
            thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(())
}

/// Far from the client's own, so that the two do not create the same things.
const FIRST_NUMBER: usize = 1_000_000;

/// Whether the kind of which `count` are sent in `turns` turns is sent in this one.
fn spreads(turn: usize, count: usize, turns: usize) -> bool {
    (turn + 1) * count / turns != turn * count / turns
}
