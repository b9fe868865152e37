//! The traces of limits, headers, bodies and calls in `conformance/traces`, through the Rust surface.

use std::collections::HashMap;

use tidegate::{
    Api, Backoff, Call, Carry, Error, ErrorBody, Failure, Field, FirstUseWindow, FixedWindow,
    Hints, Instant, Jitter, KeyedRateLimiter, Layer, LimitedBy, Method, Outcome, Partial, Policy,
    Quota, RateLimiter, Refused, Request, Reservation, RetryAfter, Snapshot, Span, Step,
    StrictWindow, UnixTime,
    limit::{Full, SlotSet},
    peek_all, try_acquire_all,
    wire::Reader,
};
use tidegate_conformance::replay::Implementation;

/// What the steps of one file act on.
#[derive(Default)]
pub(crate) struct World {
    limiter: Option<Limiter>,
    reservations: HashMap<String, Reservation>,
    snapshot: Snapshot,
    layers: Vec<Limiter>,
    keyed: Option<KeyedRateLimiter<'static>>,
    backoff: Option<Backoff>,
    reader: Option<Reader>,
    body: String,
    api: Option<Box<Api>>,
    calls: HashMap<String, Call>,
}

impl Implementation for World {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let answer = self.step(verb, args);
        answer.or_else(|error| Ok(format!("error {}", error.name())))
    }
}

impl World {
    /// One step. A verb that is not known is an error of the trace, so it panics.
    fn step(&mut self, verb: &str, args: &str) -> Result<String, Error> {
        let word: Vec<&str> = args.split(' ').collect();
        let number = |index: usize| word[index].parse::<u64>().expect("a number");
        let span = |index| Span::from_nanos(number(index));
        let (now, wall) = (|i| Instant::from_nanos(number(i)), |i| UnixTime::from_nanos(number(i)));
        let text =
            |index: usize| if matches!(word[index], "-" | "\"\"") { "" } else { word[index] };
        Ok(match verb {
            "limiter" | "window" | "window_skewed" | "window_first" | "strict" => {
                let made = Limiter::new(verb, &word)?;
                self.made(made)
            }
            "limiter_empty" => {
                let quota = Quota::new(number(1), span(2), number(3))?;
                self.made(Limiter::Bucket(RateLimiter::empty(quota, now(0))))
            }
            "up_to" => {
                let Partial { taken, outcome } = self.bucket().acquire_up_to(number(1), now(0));
                format!("taken {taken} {}", show_outcome(outcome))
            }
            "reserve" => match self.bucket().reserve(number(2), span(3), now(1)) {
                Ok(reservation) => {
                    let wait = reservation.wait().as_nanos();
                    self.reservations.insert(word[0].into(), reservation);
                    format!("reserved wait {wait}")
                }
                Err(Refused::Denied { retry_after }) => {
                    show_outcome(Outcome::Denied { retry_after })
                }
                Err(Refused::Never) => show_outcome(Outcome::Never),
            },
            "settle" | "cancel" => {
                let reservation = self.reservations.remove(word[0]).expect("a reservation");
                let limiter = self.bucket();
                let back = match verb {
                    "settle" => limiter.settle(reservation, number(2), now(1)),
                    _ => limiter.cancel(reservation, now(1)),
                };
                format!("returned {back}")
            }
            "refund" => format!("returned {}", self.bucket().refund(number(2), now(1), now(0))),
            "drain" => format!("taken {}", self.bucket().drain(now(0))),
            "pause" => {
                self.bucket().pause_until(now(1), now(0));
                "ok".into()
            }
            "observe" => {
                self.bucket().observe(number(1), number(2), span(3), now(0));
                "ok".into()
            }
            "reconfigure" => {
                let carry = match word[4] {
                    "keep" => Carry::Keep,
                    "proportional" => Carry::Proportional,
                    "reset" => Carry::Reset,
                    other => panic!("unknown carry {other}"),
                };
                let quota = Quota::new(number(1), span(2), number(3))?;
                let next = self.bucket().reconfigure(quota, carry, now(0));
                self.limiter = next.map(Limiter::Bucket);
                "ok".into()
            }
            "snapshot" => {
                self.snapshot = self.bucket().snapshot(now(0));
                let Snapshot { remaining, full_after } = self.snapshot;
                format!("remaining {remaining} full_after {}", full_after.as_nanos())
            }
            "restore" => {
                let quota = *self.bucket().quota();
                let restored = RateLimiter::restore(quota, self.snapshot, span(1), now(0));
                self.limiter = Some(Limiter::Bucket(restored));
                "ok".into()
            }
            "acquire" | "peek" => {
                let limiter = self.limiter.as_ref().expect("a limiter");
                show_outcome(match (limiter, verb) {
                    (Limiter::Bucket(it), "acquire") => it.try_acquire(number(1), now(0)),
                    (Limiter::Bucket(it), _) => it.peek(number(1), now(0)),
                    (Limiter::Window(it), "acquire") => it.try_acquire(number(1), wall(0)),
                    (Limiter::Window(it), _) => it.peek(number(1), wall(0)),
                    (Limiter::FirstUse(it), "acquire") => it.try_acquire(number(1), wall(0)),
                    (Limiter::FirstUse(it), _) => it.peek(number(1), wall(0)),
                    (Limiter::Strict(it), "acquire") => it.try_acquire(number(1), now(0)),
                    (Limiter::Strict(it), _) => it.peek(number(1), now(0)),
                })
            }
            "layers" => {
                self.layers.clear();
                "ok".into()
            }
            "layer" => {
                self.layers.push(Limiter::new(word[0], &word[1..])?);
                "ok".into()
            }
            "acquire_all" | "peek_all" => {
                assert_eq!(word.len(), 2 + self.layers.len(), "a number for each layer");
                let layers = self.layers.iter().enumerate();
                let layers: Vec<Layer<'_>> =
                    layers.map(|(index, layer)| layer.layer(number(2 + index))).collect();
                let ask = if verb == "peek_all" { peek_all } else { try_acquire_all };
                let answer = ask(&layers, now(0), wall(1));
                let shown = show_outcome(answer.outcome);
                let (decision, rest) = shown.split_once(' ').unwrap_or((&shown, ""));
                format!("{decision} layer {} {rest}", answer.layer).trim_end().into()
            }
            "keyed" => {
                let full = match word[2] {
                    "deny" => Full::Deny,
                    "share" => Full::Share,
                    "allow" => Full::Allow,
                    _ => panic!("a policy, not {}", word[2]),
                };
                // A few tables in a program that replays and ends: each lives as long as it.
                let table: Vec<_> = (0..number(0)).map(|_| SlotSet::new()).collect();
                self.keyed = Some(KeyedRateLimiter::new(table.leak(), number(1).into(), full));
                "ok".into()
            }
            "acquire_key" | "peek_key" => {
                let (quota, n) = (Quota::new(number(2), span(3), number(4))?, number(5));
                let keyed = self.keyed.as_ref().expect("a keyed limiter");
                let key = word[1].strip_prefix('#').map(|key| key.parse().expect("a number"));
                show_outcome(match (key, verb) {
                    (Some(key), "acquire_key") => keyed.try_acquire_u64(key, &quota, n, now(0)),
                    (Some(key), _) => keyed.peek_u64(key, &quota, n, now(0)),
                    (_, "acquire_key") => keyed.try_acquire(word[1].as_bytes(), &quota, n, now(0)),
                    _ => keyed.peek(word[1].as_bytes(), &quota, n, now(0)),
                })
            }
            "keyed_full" => self.keyed.as_ref().expect("a keyed limiter").overflowed().to_string(),
            "backoff" => {
                let jitter = match word[3] {
                    "none" => Jitter::None,
                    "full" => Jitter::Full,
                    "equal" => Jitter::Equal,
                    "additive" => Jitter::Additive(span(4)),
                    _ => return Err(Error::UnknownJitter),
                };
                let factor = number(1).try_into().map_err(|_| Error::BackoffOutOfRange)?;
                self.backoff = Some(Backoff::new(span(0), factor, span(2), jitter)?);
                "ok".into()
            }
            "delay" => {
                let attempt = number(2).try_into().expect("an attempt");
                let backoff = self.backoff.as_ref().expect("a backoff");
                backoff.delay(number(0), number(1), attempt).as_nanos().to_string()
            }
            "retry_after" => {
                let (reference, value) = args.split_once(' ').expect("a value");
                let reference = UnixTime::from_secs(reference.parse().expect("a reference"));
                show_retry_after(RetryAfter::parse_at(value.as_bytes(), reference))
            }
            "retry_after_repeat" => {
                show_retry_after(RetryAfter::parse(word[0].repeat(number(1) as usize).as_bytes()))
            }
            "header" => {
                let (name, value) = args.split_once(' ').unwrap_or((args, ""));
                let reader = self.reader.get_or_insert(Reader::new(None));
                match reader.header(name.as_bytes(), value.as_bytes()) {
                    Field::Read => "read".into(),
                    Field::Unknown => "unknown".into(),
                    Field::Invalid => "invalid".into(),
                }
            }
            "hints" => match self.reader.take() {
                Some(Reader::Dialect(_)) => panic!("hints in a dialect need a time"),
                Some(Reader::Plain(hints)) => show_hints(&hints),
                None => show_hints(&Hints::new()),
            },
            "body" => {
                self.body = args.into();
                show_body(&ErrorBody::scan(args.as_bytes()))
            }
            "api" => {
                let mut policy = Policy::named(word[0])?;
                if word[1] != "-" {
                    policy = policy.with_window(span(1))?;
                }
                self.api(policy, number(2))
            }
            "policy" => {
                let [window, seed, text] =
                    args.splitn(3, ' ').collect::<Vec<_>>().try_into().expect("a policy");
                let mut policy = match Policy::from_json(&text.replace('¶', "\n")) {
                    Ok(policy) => policy,
                    Err(error) => {
                        let (line, column, member) = (error.line, error.column, error.member);
                        let member = percent(member.as_str());
                        return Ok(format!("error PolicyInvalid {line} {column} {member}"));
                    }
                };
                if window != "-" {
                    policy = policy.with_window(span(0))?;
                }
                self.api(policy, seed.parse().expect("a seed"))
            }
            "admit" => {
                let request = Request {
                    role: text(5),
                    tokens: if word.len() > 6 { number(6) } else { 0 },
                    ..Request::new(Method::parse(word[2])?, text(3), text(4).as_bytes())
                };
                let admission = self.the_api().admit(&request, now(0), wall(1))?;
                let layer = admission.limited_by().map(|layer| match layer {
                    LimitedBy::Category => "category",
                    LimitedBy::Gateway => "gateway",
                });
                let decision = layer.map_or(("allow".into(), String::new()), |layer| {
                    ("deny".into(), format!(" {layer}"))
                });
                let (decision, layer): (String, String) = decision;
                let mut shown = format!(
                    "{decision} {}{layer} limit {} remaining {} reset {} window {}",
                    admission.category(),
                    admission.limit(),
                    admission.remaining(),
                    admission.reset().as_secs_ceil(),
                    admission.window().as_secs_ceil(),
                );
                if let Some(retry_after) = admission.retry_after() {
                    shown += &format!(" retry_after {}", retry_after.as_secs_ceil());
                }
                shown
            }
            "call" => {
                let request = Request {
                    role: text(4),
                    tokens: if word.len() > 7 { number(7) } else { 0 },
                    idempotency_key: word[5] == "key",
                    deadline: if word[6] == "-" { Instant::MAX } else { now(6) },
                    ..Request::new(Method::parse(word[1])?, text(2), text(3).as_bytes())
                };
                let call = self.the_api().call(&request)?;
                let category = call.category(self.the_api()).into();
                self.calls.insert(word[0].into(), call);
                category
            }
            "next" => {
                self.with_call(word[0], |call, api| show_step(call.next(api, now(1), wall(2))))
            }
            "answered" => {
                let reader = self.reader.take().unwrap_or(Reader::new(None));
                let hints = self.api.as_ref().expect("an api").hints(&reader, wall(3));
                self.reader = Some(self.the_api().reader());
                let body = std::mem::take(&mut self.body);
                let status = number(1).try_into().unwrap_or(0);
                self.with_call(word[0], |call, api| {
                    call.answered(api, status, &hints, body.as_bytes(), now(2), wall(3))
                })?;
                "ok".into()
            }
            "failed" => {
                let failure = Failure::parse(word[1]).ok_or(Error::UnknownFailure)?;
                self.with_call(word[0], |call, api| call.failed(api, failure, now(2), wall(3)))?;
                "ok".into()
            }
            "attempt_ends" => {
                self.with_call(word[0], |call, api| call.attempt_ends(api).as_nanos().to_string())
            }
            "hedge_at" => self.with_call(word[0], |call, api| {
                call.hedge_at(api).map_or("-".into(), |at| at.as_nanos().to_string())
            }),
            "hedge" => match self.with_call(word[0], |call, api| call.hedge(api, now(2))) {
                None => "-".into(),
                Some(twin) => {
                    self.calls.insert(word[1].into(), twin);
                    "ok".into()
                }
            },
            _ => panic!("unknown verb {verb}"),
        })
    }

    /// An API of this policy, with no calls and nothing told.
    fn api(&mut self, policy: Policy, seed: u64) -> String {
        self.api = Some(Box::new(Api::new(policy, seed)));
        self.reader = Some(self.the_api().reader());
        self.calls.clear();
        "ok".into()
    }

    /// Makes a limiter what is acted on, and forgets what came of the one before.
    fn made(&mut self, limiter: Limiter) -> String {
        self.limiter = Some(limiter);
        self.reservations.clear();
        self.snapshot = Snapshot::default();
        "ok".into()
    }

    fn bucket(&self) -> &RateLimiter {
        match &self.limiter {
            Some(Limiter::Bucket(bucket)) => bucket,
            _ => panic!("no bucket"),
        }
    }

    fn the_api(&self) -> &Api {
        self.api.as_ref().expect("an api")
    }

    fn with_call<T>(&mut self, id: &str, run: impl FnOnce(&mut Call, &Api) -> T) -> T {
        let api = self.api.as_ref().expect("an api");
        run(self.calls.get_mut(id).expect("a call"), api)
    }
}

/// A limit that can be made by a step.
enum Limiter {
    Bucket(RateLimiter),
    Window(FixedWindow),
    FirstUse(FirstUseWindow),
    Strict(StrictWindow),
}

impl Limiter {
    fn new(kind: &str, word: &[&str]) -> Result<Limiter, Error> {
        let number = |index: usize| word[index].parse::<u64>().expect("a number");
        let (limit, period) = (number(0), Span::from_nanos(number(1)));
        Ok(match kind {
            "limiter" | "bucket" => {
                Limiter::Bucket(RateLimiter::new(Quota::new(limit, period, number(2))?))
            }
            "window" => Limiter::Window(FixedWindow::new(limit, period)?),
            "window_skewed" => {
                let skew = word[2].parse().expect("a signed number");
                Limiter::Window(FixedWindow::with_skew(limit, period, skew)?)
            }
            "window_first" => Limiter::FirstUse(FirstUseWindow::new(limit, period)?),
            "strict" => Limiter::Strict(StrictWindow::new(limit, period)?),
            _ => panic!("unknown kind {kind}"),
        })
    }

    fn layer(&self, n: u64) -> Layer<'_> {
        match self {
            Limiter::Bucket(it) => it.layer(n),
            Limiter::Window(it) => it.layer(n),
            Limiter::FirstUse(it) => it.layer(n),
            Limiter::Strict(it) => it.layer(n),
        }
    }
}

fn show_outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Allowed { remaining, reset_after } => {
            format!("allow remaining {remaining} reset_after {}", reset_after.as_nanos())
        }
        Outcome::Denied { retry_after } => format!("deny retry_after {}", retry_after.as_nanos()),
        Outcome::Never => "never".into(),
    }
}

fn show_retry_after(value: Option<RetryAfter>) -> String {
    match value {
        Some(RetryAfter::Delay(delay)) => format!("delay {}", delay.as_nanos()),
        Some(RetryAfter::Date(date)) => format!("date {}", date.as_nanos()),
        None => "invalid".into(),
    }
}

fn show_hints(hints: &Hints) -> String {
    let number = |value: Option<u64>| value.map_or("-".into(), |value| value.to_string());
    let retry_after =
        hints.retry_after().map(|value| show_retry_after(Some(value)).replace(' ', ":"));
    format!(
        "limit {} remaining {} reset {} window {} retry_after {} date {} invalid {}",
        number(hints.limit()),
        number(hints.remaining()),
        number(hints.reset().map(UnixTime::as_nanos)),
        number(hints.window().map(Span::as_nanos)),
        retry_after.unwrap_or("-".into()),
        number(hints.date().map(UnixTime::as_nanos)),
        hints.invalid(),
    )
}

fn show_body(body: &ErrorBody<'_>) -> String {
    let text = |value: Option<tidegate::wire::JsonStr<'_>>| {
        value.map_or("-".into(), |value| percent(&value.to_string()))
    };
    let fields: Vec<String> = body
        .fields()
        .iter()
        .map(|field| {
            format!("{}={}", percent(&field.path.to_string()), percent(&field.issue.to_string()))
        })
        .collect();
    let fields = if fields.is_empty() { "-".into() } else { fields.join(";") };
    format!(
        "code {} message {} request_id {} fields {fields}",
        text(body.code()),
        text(body.message()),
        text(body.request_id())
    )
}

/// Every byte but letters, digits, `_`, `.` and `-` as `%XX`; nothing at all as `""`.
fn percent(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".into();
    }
    text.bytes().fold(String::new(), |shown, byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' => {
            shown + &char::from(byte).to_string()
        }
        _ => shown + &format!("%{byte:02X}"),
    })
}

fn show_step(step: Step) -> String {
    match step {
        Step::Send => "send".into(),
        Step::Wait { until, .. } => format!("wait {}", until.as_nanos()),
        Step::Done => "done".into(),
        Step::Pending => "pending".into(),
        Step::GiveUp(why) => {
            let delay = why.server_delay.map_or("-".into(), |delay| delay.as_nanos().to_string());
            format!("give_up {} {delay}", why.reason.name())
        }
    }
}
