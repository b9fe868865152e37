//! Writes the generated traces; `--check` compares instead, `--fill FILE` answers the `?` of a file
//! written by hand.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use tidegate_conformance::{generate, trace};

fn main() -> ExitCode {
    let folder = trace::folder();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => generate::write(&folder).and_then(|()| generate::check(&folder)),
        ["--check"] => generate::check(&folder),
        ["--fill", file] => generate::fill(Path::new(file)).and_then(|()| generate::check(&folder)),
        _ => {
            eprintln!("usage: generate [--check | --fill FILE]");
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(agreement) => {
            println!("{agreement}");
            ExitCode::SUCCESS
        }
        Err(difference) => {
            eprintln!("{difference}");
            ExitCode::FAILURE
        }
    }
}
