//! The verbs of an API, on the server's side and on the client's.

use std::collections::HashMap;

use super::format;
use super::parse::{number, optional, text, words};
use super::told::Told;
use crate::reference::api::{Api, Request};
use crate::reference::call::Call;
use crate::reference::policy::Policy;
use crate::reference::policy_file::{self, Wrong};
use crate::reference::step::Failure;

/// The API that was made last, and the calls of it.
#[derive(Debug, Default)]
pub(super) struct Client {
    api: Option<Api>,
    calls: HashMap<u8, Call>,
}

impl Client {
    pub(super) fn run(
        &mut self,
        verb: &str,
        args: &str,
        told: &mut Told,
    ) -> Result<String, String> {
        if verb == "api" || verb == "policy" {
            return self.made(verb, args, told);
        }
        let api = self.api.as_mut().ok_or("no api")?;
        if verb == "admit" {
            let (args, tokens) = with_tokens(args, 6)?;
            let [now, wall, method, path, key, role] = words(args)?;
            let request = request(method, path, key, role, tokens);
            return Ok(format::value(api.admit(&request, number(now)?, number(wall)?)));
        }
        if verb == "call" {
            let (args, tokens) = with_tokens(args, 7)?;
            let [id, method, path, key, role, idempotency, deadline] = words(args)?;
            let keyed = match idempotency {
                "key" => true,
                "none" => false,
                _ => return Err(format!("neither key nor none: {idempotency}")),
            };
            let deadline = optional(deadline)?.unwrap_or(u64::MAX);
            let call = api.call(&request(method, path, key, role, tokens), keyed, deadline);
            let category = call.as_ref().map(|call| call.category(api));
            let result = format::value(category.map_err(|error| *error));
            if let Ok(call) = call {
                self.calls.insert(number(id)?, call);
            }
            return Ok(result);
        }
        let (id, args) = args.split_once(' ').unwrap_or((args, ""));
        let call = self.calls.get_mut(&number(id)?).ok_or("no such call")?;
        match verb {
            "next" => {
                let [now, wall] = words(args)?;
                Ok(call.next(api, time(now)?, time(wall)?).to_string())
            }
            "answered" => {
                let [status, now, wall] = words(args)?;
                let (status, now, wall) = (number(status)?, time(now)?, time(wall)?);
                let (hints, body) = told.take(api.skew.earliest(wall));
                Ok(format::ok(call.answered(api, status, &hints, &body, now, wall)))
            }
            "attempt_ends" if args.is_empty() => Ok(call.attempt_ends(api).to_string()),
            "hedge_at" if args.is_empty() => Ok(format::optional(call.hedge_at(api))),
            "hedge" => {
                let [twin, now] = words(args)?;
                let Some(made) = call.hedge(api, time(now)?) else { return Ok("-".to_owned()) };
                self.calls.insert(number(twin)?, made);
                Ok("ok".to_owned())
            }
            _ => {
                let [kind, now, wall] = words(args)?;
                let (now, wall) = (time(now)?, time(wall)?);
                let failed =
                    Failure::named(kind).and_then(|failure| call.failed(api, failure, now, wall));
                Ok(format::ok(failed))
            }
        }
    }

    /// Makes an API of a preset or a file, or of a policy that stands in the trace.
    fn made(&mut self, verb: &str, args: &str, told: &mut Told) -> Result<String, String> {
        let (policy, seed) = if verb == "api" {
            let [name, window, seed] = words(args)?;
            (Policy::named(name, optional(window)?), seed)
        } else {
            let [window, seed, text] =
                args.splitn(3, ' ').collect::<Vec<_>>().try_into().map_err(|_| "no policy")?;
            match policy_file::read(&text.replace('¶', "\n")) {
                Ok(policy) => (policy.with_window(optional(window)?), seed),
                Err(Wrong { line, column, member }) => {
                    let member = format::encoded(&member);
                    return Ok(format!("error PolicyInvalid {line} {column} {member}"));
                }
            }
        };
        let seed = number(seed)?;
        let result = format::ok(policy.as_ref().map_err(|error| *error));
        if let Ok(policy) = policy {
            told.listen(policy.dialect.clone());
            self.api = Some(Api::new(policy, seed));
            self.calls.clear();
        }
        Ok(result)
    }
}

/// The arguments without the number of tokens that may stand behind so many of them.
fn with_tokens(args: &str, count: usize) -> Result<(&str, u64), String> {
    match args.rsplit_once(' ') {
        Some((before, tokens)) if args.split(' ').count() == count + 1 => {
            Ok((before, number(tokens)?))
        }
        _ => Ok((args, 0)),
    }
}

fn request(method: &str, path: &str, key: &str, role: &str, tokens: u64) -> Request {
    let role = if role == "-" { "" } else { role };
    let (method, role) = (method.to_owned(), role.to_owned());
    Request { method, path: text(path), key: text(key), role, tokens }
}

fn time(word: &str) -> Result<u128, String> {
    number::<u64>(word).map(u128::from)
}
