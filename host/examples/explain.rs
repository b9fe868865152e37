//! Says in words what a policy file means: `cargo run --example explain -- FILE…`, or names of APIs that
//! come with the library.

use std::process::ExitCode;

use tidegate::{Policy, api::FILES};

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() || names.iter().any(|name| name == "--help") {
        let known: Vec<_> = FILES.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: explain FILE|NAME…\nNAME is one of: {}", known.join(", "));
        return ExitCode::from(2);
    }
    let mut code = ExitCode::SUCCESS;
    for name in names {
        match read(&name) {
            Ok(policy) => println!("{policy}"),
            Err(error) => {
                eprintln!("{error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

/// The policy of this name, or in the file of this name.
fn read(name: &str) -> Result<Policy, String> {
    if let Ok(policy) = Policy::named(name) {
        return Ok(policy);
    }
    let text = std::fs::read_to_string(name).map_err(|error| format!("{name}: {error}"))?;
    Policy::from_json(&text).map_err(|error| format!("{name}: {error}"))
}
