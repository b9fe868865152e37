//! The verbs of an API, on the server's side and on the client's.

use std::collections::HashMap;

use super::format;
use super::parse::{number, optional, text, words};
use super::told::Told;
use crate::reference::api::{Api, Request};
use crate::reference::call::{Call, Failure};
use crate::reference::policy::Policy;

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
        if verb == "api" {
            return self.api(args);
        }
        let api = self.api.as_mut().ok_or("no api")?;
        if verb == "admit" {
            let [now, wall, method, path, key, role] = words(args)?;
            let request = request(method, path, key, role);
            return Ok(format::value(api.admit(&request, number(now)?, number(wall)?)));
        }
        if verb == "call" {
            let [id, method, path, key, role, idempotency, deadline] = words(args)?;
            let keyed = match idempotency {
                "key" => true,
                "none" => false,
                _ => return Err(format!("neither key nor none: {idempotency}")),
            };
            let deadline = optional(deadline)?.unwrap_or(u64::MAX);
            let call = api.call(&request(method, path, key, role), keyed, deadline);
            let result = format::value(call.as_ref().map(Call::category).map_err(|error| *error));
            if let Ok(call) = call {
                self.calls.insert(number(id)?, call);
            }
            return Ok(result);
        }
        let (id, args) = args.split_once(' ').ok_or("too few arguments")?;
        let call = self.calls.get_mut(&number(id)?).ok_or("no such call")?;
        match verb {
            "next" => {
                let [now, wall] = words(args)?;
                Ok(call.next(api, time(now)?, time(wall)?).to_string())
            }
            "answered" => {
                let [status, now, wall] = words(args)?;
                let (hints, body) = told.take();
                let (status, now, wall) = (number(status)?, time(now)?, time(wall)?);
                Ok(format::ok(call.answered(api, status, &hints, &body, now, wall)))
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

    fn api(&mut self, args: &str) -> Result<String, String> {
        let [name, window, seed] = words(args)?;
        let seed = number(seed)?;
        let policy = Policy::named(name, optional(window)?);
        let result = format::ok(policy.as_ref().map_err(|error| *error));
        if let Ok(policy) = policy {
            self.api = Some(Api::new(policy, seed));
            self.calls.clear();
        }
        Ok(result)
    }
}

fn request(method: &str, path: &str, key: &str, role: &str) -> Request {
    let role = if role == "-" { "" } else { role };
    Request { method: method.to_owned(), path: text(path), key: text(key), role: role.to_owned() }
}

fn time(word: &str) -> Result<u128, String> {
    number::<u64>(word).map(u128::from)
}
