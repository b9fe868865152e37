//! Writes the generated traces; `--check` compares instead, `--fill FILE` answers the `?` of a file
//! written by hand.

use std::path::Path;
use std::process::ExitCode;
use std::{env, io};

use tidegate_conformance::generate;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => write().and_then(|()| check()),
        ["--check"] => check(),
        ["--fill", file] => generate::fill(Path::new(file)).and_then(|()| check()),
        _ => {
            eprintln!("usage: generate [--check | --fill FILE]");
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(difference) => {
            eprintln!("{difference}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> io::Result<()> {
    generate::folders().into_iter().try_for_each(|(folder, files)| generate::write(&folder, files))
}

/// Prints what each folder agrees on.
fn check() -> io::Result<()> {
    for (folder, files) in generate::folders() {
        println!("{}", generate::check(&folder, files)?);
    }
    Ok(())
}
