//! Runs every conformance trace through the Rust surface and prints a digest of all decisions.
//!
//! `traces [--time]`; a difference ends it with the place, what was expected and what came.

use std::process::ExitCode;

use tidegate::{Quota, RateLimiter, Span};
use tidegate_conformance::{
    replay::{self, Agreement},
    trace,
};

mod dialects;
mod retry;
mod world;

fn main() -> ExitCode {
    match run() {
        Ok(agreement) => {
            if std::env::args().any(|argument| argument == "--time") {
                println!("ns_per_decision {:.1}", ns_per_decision());
            }
            println!("{agreement}");
            ExitCode::SUCCESS
        }
        Err(difference) => {
            eprintln!("{difference}");
            ExitCode::FAILURE
        }
    }
}

/// Every step of every trace of the four folders, in one digest; or the first difference.
pub(crate) fn run() -> std::io::Result<Agreement> {
    let [limits, dialects, retry, policies] = trace::folders();
    let mut agreement = Agreement::default();
    replay::more(&mut agreement, &limits, world::World::default)?;
    replay::more(&mut agreement, &dialects, dialects::World::default)?;
    replay::more(&mut agreement, &retry, retry::World::default)?;
    replay::more(&mut agreement, &policies, world::World::default)?;
    Ok(agreement)
}

/// The cost of one decision with the clock it is made on.
fn ns_per_decision() -> f64 {
    let quota = Quota::new(1_000_000_000, Span::from_secs(1), 1_000_000).expect("within bounds");
    let limiter = RateLimiter::new(quota);
    let start = tidegate_host::monotonic();
    for _ in 0..DECISIONS {
        std::hint::black_box(limiter.try_acquire(1, tidegate_host::monotonic()).is_allowed());
    }
    tidegate_host::monotonic().saturating_since(start).as_nanos() as f64 / f64::from(DECISIONS)
}

const DECISIONS: u32 = 200_000;
