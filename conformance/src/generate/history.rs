//! Whole histories: clients that call a server which the reference model runs, over a slow network.

use super::draw::Draw;
use super::sheet::{Sheet, after};
use crate::interpreter::Interpreter;
use crate::replay::Implementation;
use crate::trace::split_verb;

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
/// 2024-05-19T16:00:00Z, by the client's clock.
const WALL: u64 = 1_716_134_400 * SECOND;

/// What happens in a history.
struct World {
    covers: &'static str,
    api: &'static str,
    /// Seconds of a window.
    window: u64,
    /// Method and path of the requests.
    requests: &'static [(&'static str, &'static str)],
    /// Calls that are under way together.
    parallel: usize,
    calls: usize,
    /// The server's clock minus ours, in milliseconds.
    ahead: i64,
    /// Once in so many requests another client takes up to five as well; 0 = never.
    rival: u64,
    /// Once in so many requests no answer comes; 0 = never.
    lost: u64,
    /// Once in so many requests the server fails; 0 = never.
    broken: u64,
    seed: u64,
}

/// A client that has its quota for itself.
pub(super) fn stackflow_alone() -> String {
    World {
        covers: "A StackFlow client alone with its quota, windows of 2 s, answers late and out of order.",
        api: "stackflow",
        window: 2,
        requests: &[("POST", "/items/bulk")],
        parallel: 6,
        calls: 34,
        ahead: 700,
        rival: 0,
        lost: 0,
        broken: 0,
        seed: 21,
    }
    .history()
}

/// A client that shares its quota, and whose requests get lost.
pub(super) fn stackflow_rival() -> String {
    World {
        covers: "A StackFlow client with a rival on the same key, lost requests and server errors.",
        api: "stackflow",
        window: 3,
        requests: &[("PUT", "/items/bulk"), ("GET", "/ai/complete"), ("DELETE", "/items/bulk")],
        parallel: 6,
        calls: 22,
        ahead: -1300,
        rival: 2,
        lost: 12,
        broken: 9,
        seed: 22,
    }
    .history()
}

/// A client that has its quota for itself.
pub(super) fn velaflows_alone() -> String {
    World {
        covers: "A VelaFlows client alone with its quota, windows of 4 s, answers late and out of order.",
        api: "velaflows",
        window: 4,
        requests: &[("POST", "/tags/bulk"), ("POST", "/auth/token")],
        parallel: 6,
        calls: 40,
        ahead: 0,
        rival: 0,
        lost: 0,
        broken: 0,
        seed: 23,
    }
    .history()
}

/// A client that shares its quota, and whose requests get lost.
pub(super) fn velaflows_rival() -> String {
    World {
        covers: "A VelaFlows client with a rival on the same key, lost requests and server errors.",
        api: "velaflows",
        window: 2,
        requests: &[("PUT", "/tags/bulk"), ("GET", "/auth/me")],
        parallel: 6,
        calls: 36,
        ahead: 5250,
        rival: 2,
        lost: 10,
        broken: 7,
        seed: 24,
    }
    .history()
}

/// What one call waits for.
enum Event {
    /// To be asked again.
    Next,
    /// The request reaches the server.
    Arrive,
    /// The answer arrives, with its status and headers.
    Answer(u64, Vec<String>),
    /// The client's patience ends.
    Timeout,
}

/// A history while it is written.
struct History<'a> {
    world: &'a World,
    sheet: Sheet,
    server: Interpreter,
    draw: Draw,
    events: Vec<(u64, usize, Event)>,
    /// What each of the parallel calls asks for.
    requests: Vec<(&'static str, &'static str)>,
    started: usize,
}

impl World {
    fn history(&self) -> String {
        let mut history = History {
            world: self,
            sheet: Sheet::new(self.covers),
            server: Interpreter::default(),
            draw: Draw::new(self.seed),
            events: Vec::new(),
            requests: vec![("", ""); self.parallel],
            started: 0,
        };
        let api = format!("api {} {} {}", self.api, self.window * SECOND, self.seed);
        history.sheet.step(&api);
        history.ask(&api);
        for id in 0..self.parallel {
            history.start(id, 300 * MILLISECOND);
        }
        while let Some(next) = history.earliest() {
            let (now, id, event) = history.events.swap_remove(next);
            history.happen(now, id, event);
        }
        history.sheet.finish()
    }
}

impl History<'_> {
    /// The first event; of two at once the lower call's.
    fn earliest(&self) -> Option<usize> {
        (0..self.events.len()).min_by_key(|index| (self.events[*index].0, self.events[*index].1))
    }

    /// Makes a call in place of a finished one, while there are calls to make.
    fn start(&mut self, id: usize, now: u64) {
        if self.started == self.world.calls {
            return;
        }
        let (method, path) = self.world.requests[self.started % self.world.requests.len()];
        self.started += 1;
        self.requests[id] = (method, path);
        let deadline =
            if self.draw.one_in(8) { (now + 2 * SECOND).to_string() } else { "-".to_owned() };
        self.sheet.step(format!("call {id} {method} {path} alice - none {deadline}"));
        self.events.push((now, id, Event::Next));
    }

    fn happen(&mut self, now: u64, id: usize, event: Event) {
        let wall = WALL + now;
        match event {
            Event::Next => {
                let step = self.sheet.step(format!("next {id} {now} {wall}"));
                if step == "send" {
                    let arrival = now + 5 * MILLISECOND + self.draw.below(60 * MILLISECOND);
                    self.events.push((arrival, id, Event::Arrive));
                } else if let Some(until) = after(&step, "wait") {
                    self.events.push((until, id, Event::Next));
                } else {
                    // People pause between two calls; now and then for longer than a window.
                    let pause = if self.draw.one_in(15) { 3 * SECOND } else { 80 * MILLISECOND };
                    let pause = self.draw.below(pause);
                    self.start(id, now + pause);
                }
                return;
            }
            Event::Arrive => {
                let answer = self.serve(now, id);
                self.events.push(answer);
                return;
            }
            Event::Answer(status, headers) => {
                for header in headers {
                    self.sheet.step(format!("header {header}"));
                }
                self.sheet.step(format!("answered {id} {status} {now} {wall}"));
            }
            Event::Timeout => {
                self.sheet.step(format!("failed {id} read_timeout {now} {wall}"));
            }
        }
        self.events.push((now, id, Event::Next));
    }

    /// The server's part of one request.
    fn serve(&mut self, now: u64, id: usize) -> (u64, usize, Event) {
        let world = self.world;
        let (method, path) = self.requests[id];
        let server = (WALL + now).wrapping_add_signed(world.ahead * MILLISECOND as i64);
        let timeout = (now + SECOND, id, Event::Timeout);
        // Half of the lost requests are lost on the way there, half of them on the way back.
        let lost = self.happens(world.lost);
        if lost && self.draw.one_in(2) {
            return timeout;
        }
        if self.happens(world.rival) {
            for _ in 0..=self.draw.below(5) {
                self.ask(&format!("admit {now} {server} {method} {path} alice -"));
            }
        }
        let admission = self.ask(&format!("admit {now} {server} {method} {path} alice -"));
        if lost {
            return timeout;
        }
        let arrival = now + 5 * MILLISECOND + self.draw.below(120 * MILLISECOND);
        let status = if admission.starts_with("deny") {
            429
        } else if self.happens(world.broken) {
            503
        } else {
            200
        };
        (arrival, id, Event::Answer(status, self.headers(&admission, server)))
    }

    fn headers(&self, admission: &str, server: u64) -> Vec<String> {
        let second = (server - (WALL - 3600 * SECOND)) / SECOND;
        let (hour, minute, second) = (15 + second / 3600, second / 60 % 60, second % 60);
        let mut headers =
            vec![format!("Date Sun, 19 May 2024 {hour:02}:{minute:02}:{second:02} GMT")];
        for (name, word) in [
            ("X-RateLimit-Limit", "limit"),
            ("X-RateLimit-Remaining", "remaining"),
            ("X-RateLimit-Reset", "reset"),
            ("X-RateLimit-Window", "window"),
            ("Retry-After", "retry_after"),
        ] {
            let told = word != "window" || self.world.api == "stackflow";
            if let Some(value) = after(admission, word).filter(|_| told) {
                headers.push(format!("{name} {value}"));
            }
        }
        headers
    }

    /// Once in so many times; never for 0.
    fn happens(&mut self, times: u64) -> bool {
        times > 0 && self.draw.one_in(times)
    }

    fn ask(&mut self, input: &str) -> String {
        let (verb, args) = split_verb(input);
        self.server.run(verb, args).unwrap_or_else(|why| panic!("{input}: {why}"))
    }
}
