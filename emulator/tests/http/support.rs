//! A server for one test, and answers that are easy to look at.

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;
use tidegate::UnixTime;
use tidegate_emulator::{Clock, Emulator, Options};
use tokio::task::JoinHandle;

/// 23 s before a minute and 323 s before a quarter of an hour ends, and half a second past the
/// whole one.
pub(crate) const START_NS: u64 = 1_716_134_436_500_000_000;

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) http: Client,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(options: &Options) -> Server {
        let clock = Clock::manual(UnixTime::from_nanos(START_NS));
        let emulator = Emulator::bind_with_clock(options, clock.clone()).await.unwrap();
        let url = emulator.url();
        let task = tokio::spawn(async move {
            emulator.serve().await;
        });
        let http = Client::builder().no_proxy().build().unwrap();
        Server { url, clock, http, task }
    }

    /// A request without a key.
    pub(crate) fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), self.url.clone() + path)
    }

    /// A request with the key `u1`.
    pub(crate) fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth("u1")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).answer().await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.ask(method, path).json(&body).answer().await
    }

    /// The verdict's total, as (requests, refused, foreseeable, early, duplicates).
    pub(crate) async fn total(&self) -> [u64; 5] {
        let verdict = self.bare("GET", "/_verdict").answer().await.body;
        ["requests", "refused", "foreseeable", "early", "duplicates"]
            .map(|name| verdict["total"][name].as_u64().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// `Null` when there is none.
    pub(crate) body: Value,
}

impl Answer {
    /// The header's text, "" when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Limit, Remaining, Reset, Window, Retry-After.
    pub(crate) fn quota(&self) -> [&str; 5] {
        ["limit", "remaining", "reset", "window"]
            .map(|name| self.header(&format!("x-ratelimit-{name}")))
            .into_iter()
            .chain([self.header("retry-after")])
            .collect::<Vec<_>>()
            .try_into()
            .unwrap()
    }
}

pub(crate) trait Ask {
    async fn answer(self) -> Answer;
}

impl Ask for RequestBuilder {
    async fn answer(self) -> Answer {
        let response = self.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.bytes().await.unwrap();
        let body =
            if text.is_empty() { Value::Null } else { serde_json::from_slice(&text).unwrap() };
        Answer { status, headers, body }
    }
}
