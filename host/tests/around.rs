//! The traces of what stands around a call, in `conformance/traces_around`, through the Rust surface.

#[path = "around/attempts.rs"]
mod attempts;
#[path = "around/client_address.rs"]
mod client_address;
#[path = "around/paging.rs"]
mod paging;
#[path = "around/refusal.rs"]
mod refusal;
#[path = "../examples/traces/retry.rs"]
mod retry;
#[path = "around/webhook.rs"]
mod webhook;

use tidegate_conformance::{
    replay::{self, Implementation},
    trace,
};

#[test]
fn every_step_of_every_trace_of_what_stands_around_a_call() {
    let agreement = replay::folder(&trace::folder_around(), World::default)
        .unwrap_or_else(|difference| panic!("{difference}"));
    assert!(agreement.steps >= 5_000, "only {} steps", agreement.steps);
    println!("{agreement}");
}

/// What the steps of one file act on.
#[derive(Default)]
struct World {
    retry: retry::World,
    attempts: attempts::World,
    paging: paging::World,
    webhook: String,
}

impl Implementation for World {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        match verb {
            _ if verb.starts_with("attempt") || verb == "rules" => {
                Ok(self.attempts.run(&self.retry, verb, args))
            }
            "client_address" => Ok(client_address::run(args)),
            "paging" | "page" | "link_next" => Ok(self.paging.run(verb, args)),
            "webhook_time" => webhook::time(&self.webhook, args),
            _ if verb.starts_with("webhook_") => {
                let shown = webhook::run(verb, args);
                if !shown.starts_with("error ") {
                    self.webhook = format!("{verb} {args}");
                }
                Ok(shown)
            }
            "refusal" => Ok(refusal::run(args)),
            _ => self.retry.run(verb, args),
        }
    }
}
