//! Drawn policies with drawn histories: limits of every kind, budgets, breakers, second sends, dialects,
//! clocks that step, answers that say anything.

use super::draw::Draw;
use super::sheet::Sheet;

const SECOND: u64 = 1_000_000_000;
/// 2024-05-19T16:00:00Z.
const WALL: u64 = 1_716_134_400 * SECOND;

const POLICIES: u64 = 40;
const STEPS: u64 = 150;
const CALLS: usize = 7;

/// Every other policy is a server's, the rest are clients'.
pub(super) fn histories() -> String {
    let mut sheet = Sheet::new(
        "Drawn policies, clocks, requests and answers; each policy a history of its own.",
    );
    for number in 0..POLICIES {
        let mut draw = Draw::new(5_000 + number);
        let shape = Shape::drawn(&mut draw);
        sheet.note(&format!("History {number}."));
        let window = if draw.one_in(4) { "2000000000" } else { "-" };
        let made = sheet.step(format!("policy {window} {number} {}", shape.text));
        assert_eq!(made, "ok", "{}", shape.text);
        let mut history = History {
            sheet,
            draw,
            shape,
            now: 5 * SECOND,
            ahead: 0,
            calls: vec![Phase::None; CALLS],
        };
        for _ in 0..STEPS {
            history.pass();
            if number % 3 == 0 { history.admit() } else { history.act() }
        }
        sheet = history.sheet;
    }
    sheet.finish()
}

/// A policy and what requests need to know of it.
struct Shape {
    text: String,
    has_role: bool,
    has_dialect: bool,
}

impl Shape {
    fn drawn(draw: &mut Draw) -> Shape {
        let has_role = draw.one_in(2);
        let has_dialect = draw.one_in(2);
        let categories = 1 + draw.below(3);
        let mut members = vec!["\"name\":\"drawn\"".to_owned()];
        let category = |draw: &mut Draw, index: u64| {
            let count = draw.below(4);
            format!(r#"{{"name":"c{index}","limits":[{}]}}"#, limits(draw, count))
        };
        let all: Vec<_> = (0..categories).map(|index| category(draw, index)).collect();
        members.push(format!("\"categories\":[{}]", all.join(",")));
        let count = draw.below(3);
        members.push(format!("\"shared\":[{}]", limits(draw, count)));
        let routes: Vec<_> = (1..categories)
            .map(|index| format!(r#"{{"path":"/c{index}/**","category":"c{index}"}}"#))
            .collect();
        members.push(format!("\"routes\":[{}]", routes.join(",")));
        if has_role {
            members.push(r#""roles":[{"name":"big","multiplier":3}]"#.to_owned());
        }
        members.push(CODES.to_owned());
        if has_dialect {
            let names = ["common", "github", "gitlab", "discord", "openai", "shopify", "ietf"];
            members.push(format!("\"dialect\":\"{}\"", draw.one_of(&names)));
        }
        members.push(format!("\"retry\":{{{}}}", retry(draw)));
        members.push(format!("\"budget\":{{{}}}", draw.one_of(&BUDGETS)));
        if draw.one_in(2) {
            members.push(format!("\"breaker\":{{{}}}", draw.one_of(&BREAKERS)));
        }
        if draw.one_in(2) {
            let after = *draw.one_of(&["50ms", "300ms", "1s"]);
            members.push(format!(r#""hedge":{{"after":"{after}","most":{}}}"#, 1 + draw.below(3)));
        }
        Shape { text: format!("{{{}}}", members.join(",")), has_role, has_dialect }
    }
}

const CODES: &str = r#""codes":[{"code":"slow","class":"throttled"},{"code":"slow_all","class":"throttled_all"},{"status":400,"code":"again","class":"transient"},{"code":"never","class":"permanent"},{"status":401,"code":"old","class":"refresh_credentials"}]"#;
const BUDGETS: [&str; 6] = [
    r#""kind":"unlimited""#,
    r#""kind":"quota","capacity":30"#,
    r#""kind":"quota","capacity":12,"failure":3,"transient":4,"throttled":0,"first_success":2"#,
    r#""kind":"ratio","part":0.5,"reserve":2"#,
    r#""kind":"ratio","window":"2s","part":0.25,"reserve":1"#,
    r#""kind":"throttle","max_tokens":5,"ratio":0.5"#,
];
const BREAKERS: [&str; 3] = [
    r#""kind":"consecutive","failures":3,"open_for":"2s""#,
    r#""kind":"consecutive","failures":2,"open_for":"500ms","probes":2"#,
    r#""kind":"ratio","window":"5s","part":0.5,"least":5,"open_for":"1s""#,
];

/// So many limits of one list. Half of them have a name; one that another category has too is one limit
/// with it, and in one list a name stands once.
fn limits(draw: &mut Draw, count: u64) -> String {
    let (mut all, mut names) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (members, name) = limit(draw);
        if draw.one_in(2) && !names.contains(&name) {
            all.push(format!(r#"{{{members},"name":"{name}"}}"#));
            names.push(name);
        } else {
            all.push(format!("{{{members}}}"));
        }
    }
    all.join(",")
}

/// The members of a limit but its name, and a name that no other limit has.
fn limit(draw: &mut Draw) -> (String, String) {
    let number = 1 + draw.below(9);
    let unit = *draw.one_of(&["requests", "requests", "tokens", "other"]);
    let (kind, per) = match draw.below(5) {
        0 | 1 => ("fixed_window", *draw.one_of(&["1s", "3s", "10s", "1m"])),
        2 => ("first_use_window", *draw.one_of(&["700ms", "2s", "10s"])),
        3 => ("strict_window", *draw.one_of(&["500ms", "2s", "10s"])),
        _ => ("token_bucket", *draw.one_of(&["300ms", "1s", "7s"])),
    };
    let (unit, number) = match (kind, unit) {
        ("fixed_window", _) | (_, "requests") => ("requests", number),
        _ => (unit, 10 * number),
    };
    let (burst, deep) = match kind {
        "token_bucket" => {
            let burst = number + draw.below(20);
            (format!(r#","burst":{burst}"#), burst)
        }
        _ => (String::new(), 0),
    };
    let members =
        format!(r#""kind":"{kind}","limit":{number},"per":"{per}"{burst},"unit":"{unit}""#);
    (members, format!("{}{number}_{per}_{deep}{}", &kind[..3], &unit[..1]))
}

fn retry(draw: &mut Draw) -> String {
    let jitter = *draw.one_of(&[
        r#""jitter":"none""#,
        r#""jitter":"full""#,
        r#""jitter":"equal""#,
        r#""jitter":"around","spread":0.5"#,
        r#""jitter":"decorrelated""#,
        r#""jitter":"additive","spread":"200ms""#,
    ]);
    let mut members = vec![
        format!(r#""max_attempts":{}"#, 1 + draw.below(6)),
        r#""statuses":[408,429,"500-504"]"#.to_owned(),
        format!(r#""backoff":{{"initial":"100ms","factor":1.5,"cap":"3s",{jitter}}}"#),
        format!(r#""server_jitter":"{}""#, draw.one_of(&["0s", "500ms"])),
        format!(r#""max_server_delay":"{}""#, draw.one_of(&["2s", "1m"])),
    ];
    if draw.one_in(2) {
        members.push(r#""denied_if_told":[403]"#.to_owned());
    }
    if draw.one_in(2) {
        members.push(r#""default_429":"1s""#.to_owned());
    }
    if draw.one_in(2) {
        members.push(r#""attempt_timeout":"2s""#.to_owned());
    }
    if draw.one_in(3) {
        members.push(r#""max_wait":"1s""#.to_owned());
    }
    members.join(",")
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    None,
    Waiting,
    Out,
}

/// A history while it is written.
struct History {
    sheet: Sheet,
    draw: Draw,
    shape: Shape,
    now: u64,
    /// Of the wall clock, in nanoseconds.
    ahead: u64,
    calls: Vec<Phase>,
}

impl History {
    /// Time goes on, most of the time.
    fn pass(&mut self) {
        let draw = &mut self.draw;
        self.now = match draw.below(40) {
            0 => self.now.saturating_sub(draw.below(SECOND)),
            1 => self.now.saturating_sub(draw.below(5 * SECOND)),
            2 => self.now + draw.below(20 * SECOND),
            3..=12 => self.now,
            13..=20 => self.now + draw.below(2 * SECOND),
            _ => self.now + draw.below(SECOND / 4),
        };
        if draw.one_in(60) {
            self.ahead = draw.below(90 * SECOND);
        }
    }

    fn wall(&self) -> u64 {
        WALL + self.ahead + self.now
    }

    /// Method, path, key and role, and tokens.
    fn request(&mut self) -> (&'static str, String, &'static str, &'static str, String) {
        let draw = &mut self.draw;
        let method = *draw.one_of(&["GET", "GET", "PUT", "POST"]);
        let path = format!("/c{}/x", draw.below(3));
        // A key has one role.
        let (key, role) = match draw.below(5) {
            0 | 1 => ("alice", "-"),
            2 | 3 => ("bob", "-"),
            _ => ("big", if self.shape.has_role { "big" } else { "-" }),
        };
        let tokens = match draw.below(4) {
            0 => String::new(),
            1 => format!(" {}", draw.below(120)),
            _ => format!(" {}", draw.below(12)),
        };
        (method, path, key, role, tokens)
    }

    fn admit(&mut self) {
        let (method, path, key, role, tokens) = self.request();
        let (now, wall) = (self.now, self.wall());
        self.sheet.step(format!("admit {now} {wall} {method} {path} {key} {role}{tokens}"));
    }

    /// One of the calls goes on.
    fn act(&mut self) {
        let id = self.draw.below(CALLS as u64) as usize;
        match self.calls[id] {
            Phase::None => {
                let (method, path, key, role, tokens) = self.request();
                let idempotency = *self.draw.one_of(&["none", "none", "key"]);
                let deadline = match self.draw.below(5) {
                    0 => (self.now + self.draw.below(6 * SECOND)).to_string(),
                    _ => "-".to_owned(),
                };
                self.sheet.step(format!(
                    "call {id} {method} {path} {key} {role} {idempotency} {deadline}{tokens}"
                ));
                self.calls[id] = Phase::Waiting;
            }
            Phase::Waiting if self.draw.one_in(30) => self.end(id, "aborted"),
            Phase::Waiting => self.next(id),
            Phase::Out => match self.draw.below(12) {
                0 => {
                    self.sheet.step(format!("attempt_ends {id}"));
                }
                1..=3 => self.hedge(id),
                4 => {
                    let kinds =
                        ["connect_refused", "connect_timeout", "read_timeout", "reset", "tls"];
                    let kind = *self.draw.one_of(&kinds);
                    self.end(id, kind);
                }
                5 if self.draw.one_in(2) => self.end(id, "aborted"),
                _ => self.answer(id),
            },
        }
    }

    fn next(&mut self, id: usize) {
        let mut shown = self.sheet.step(format!("next {id} {} {}", self.now, self.wall()));
        // Half of those that wait do so as long as they are told.
        if let Some(until) = shown.strip_prefix("wait ")
            && self.draw.one_in(2)
        {
            self.now = until.parse::<u64>().expect("a time").min(self.now + 100 * SECOND);
            shown = self.sheet.step(format!("next {id} {} {}", self.now, self.wall()));
        }
        self.calls[id] = match shown.as_str() {
            "send" => Phase::Out,
            "pending" => Phase::Out,
            _ if shown.starts_with("wait") => Phase::Waiting,
            _ => Phase::None,
        };
    }

    fn hedge(&mut self, id: usize) {
        let at = self.sheet.step(format!("hedge_at {id}"));
        let Ok(at) = at.parse::<u64>() else { return };
        let Some(twin) = self.calls.iter().position(|&phase| phase == Phase::None) else { return };
        if self.draw.one_in(2) {
            self.now = self.now.max(at);
        }
        if self.sheet.step(format!("hedge {id} {twin} {}", self.now)) == "ok" {
            self.calls[twin] = Phase::Waiting;
        }
    }

    fn end(&mut self, id: usize, kind: &str) {
        self.sheet.step(format!("failed {id} {kind} {} {}", self.now, self.wall()));
        self.calls[id] = Phase::Waiting;
        self.next(id);
    }

    fn answer(&mut self, id: usize) {
        self.headers();
        let draw = &mut self.draw;
        let status =
            *draw.one_of(&[200, 200, 200, 201, 400, 401, 403, 404, 429, 429, 500, 503, 503]);
        if draw.one_in(3) {
            let code = *draw.one_of(&["slow", "slow_all", "again", "never", "old", "other"]);
            self.sheet.step(format!("body {{\"code\":\"{code}\"}}"));
        }
        self.sheet.step(format!("answered {id} {status} {} {}", self.now, self.wall()));
        self.calls[id] = Phase::Waiting;
        if self.draw.one_in(2) {
            self.next(id);
        }
    }

    /// Some headers that fit, and some that do not.
    fn headers(&mut self) {
        let seconds = self.wall() / SECOND;
        for _ in 0..self.draw.below(4) {
            let draw = &mut self.draw;
            let small = draw.below(12);
            let reset = seconds + draw.below(70);
            let header = match draw.below(if self.shape.has_dialect { 16 } else { 8 }) {
                0 => format!("Retry-After {}", draw.below(4)),
                1 => format!("X-RateLimit-Limit {}", 1 + small),
                2 | 3 => format!("X-RateLimit-Remaining {small}"),
                4 => format!("X-RateLimit-Reset {reset}"),
                5 => format!("X-RateLimit-Window {}", draw.one_of(&[1, 2, 3, 10, 60])),
                6 => format!("Date {}", date(seconds + draw.below(3))),
                7 => format!("Retry-After {}", date(seconds + draw.below(5))),
                8 => format!("X-RateLimit-Global {}", draw.one_of(&["true", "false"])),
                9 => format!("x-should-retry {}", draw.one_of(&["true", "false"])),
                10 => format!("x-ratelimit-remaining-tokens {}", draw.below(3)),
                11 => format!("x-ratelimit-reset-tokens {small}s"),
                12 => format!("X-Shopify-Shop-Api-Call-Limit {small}/12"),
                13 => format!("X-RateLimit-Reset-After 0.{small}"),
                14 => format!("RateLimit \"p\";r={small};t={small}"),
                _ => format!("RateLimit-Policy \"p\";q={};w=10", 1 + small),
            };
            self.sheet.step(format!("header {header}"));
        }
    }
}

/// An instant of the day of [`WALL`].
fn date(seconds: u64) -> String {
    let day = seconds - (WALL / SECOND - 16 * 3_600);
    let (hour, minute, second) = (day / 3_600, day / 60 % 60, day % 60);
    format!("Sun, 19 May 2024 {hour:02}:{minute:02}:{second:02} GMT")
}
