//! Runs the steps of traces against the reference model.

mod advised;
mod around;
mod attempts;
mod bucket;
mod client;
mod format;
mod keyed;
mod limits;
mod parse;
mod protect;
mod retry;
mod ticks;
mod told;

use crate::replay::Implementation;

use advised::Advised;
use around::Around;
use attempts::Tries;
use client::Client;
use keyed::KeyedLimits;
use limits::Limits;
use protect::Protect;
use retry::Retry;
use ticks::Ticks;
use told::Told;

/// The state of one trace file.
#[derive(Debug, Default)]
pub struct Interpreter {
    limits: Limits,
    retry: Retry,
    protect: Protect,
    tries: Tries,
    around: Around,
    ticks: Ticks,
    told: Told,
    advised: Advised,
    client: Client,
    keyed: KeyedLimits,
}

impl Implementation for Interpreter {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            "limiter" | "limiter_empty" | "window" | "window_skewed" | "window_first"
            | "strict" | "acquire" | "peek" | "layers" | "layer" | "acquire_all" | "peek_all" => {
                self.limits.run(verb, args)
            }
            _ if bucket::VERBS.contains(&verb) => self.limits.run(verb, args),
            _ if advised::VERBS.contains(&verb) => self.advised.run(verb, args),
            _ if protect::VERBS.contains(&verb) => self.protect.run(verb, args),
            _ if attempts::VERBS.contains(&verb) => {
                self.tries.run(verb, args, &mut self.protect, &self.retry)
            }
            _ if around::VERBS.contains(&verb) => self.around.run(verb, args),
            _ if retry::VERBS.contains(&verb) => self.retry.run(verb, args),
            "limiter32" | "acquire32" | "peek32" | "backoff32" | "delay32" => {
                self.ticks.run(verb, args)
            }
            "retry_after" | "retry_after_repeat" | "header" | "hints" | "body" | "body_with"
            | "aws_code" => self.told.run(verb, args),
            "api" | "policy" | "admit" | "call" | "next" | "answered" | "failed"
            | "attempt_ends" | "hedge_at" | "hedge" => self.client.run(verb, args, &mut self.told),
            "keyed" | "acquire_key" | "peek_key" | "keyed_full" => self.keyed.run(verb, args),
            _ => Err(format!("unknown verb {verb}")),
        }
    }
}
