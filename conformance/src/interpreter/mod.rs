//! Runs the steps of traces against the reference model.

mod client;
mod format;
mod keyed;
mod limits;
mod parse;
mod told;

use crate::replay::Implementation;

use client::Client;
use keyed::KeyedLimits;
use limits::Limits;
use told::Told;

/// The state of one trace file.
#[derive(Debug, Default)]
pub struct Interpreter {
    limits: Limits,
    told: Told,
    client: Client,
    keyed: KeyedLimits,
}

impl Implementation for Interpreter {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "limiter" | "window" | "acquire" | "peek" | "backoff" | "delay" => {
                self.limits.run(verb, args)
            }
            "retry_after" | "retry_after_repeat" | "header" | "hints" | "body" => {
                self.told.run(verb, args)
            }
            "api" | "admit" | "call" | "next" | "answered" | "failed" => {
                self.client.run(verb, args, &mut self.told)
            }
            "keyed" | "acquire_key" | "peek_key" | "keyed_full" => self.keyed.run(verb, args),
            _ => Err(format!("unknown verb {verb}")),
        }
    }
}
