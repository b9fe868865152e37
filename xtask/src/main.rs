//! The project's commands: `cargo xtask demo`, `test`, `bench`, `stress`, `loom`, `firmware`, `fuzz`,
//! `library`, `programs`, `wasm`, `sanitize`, `gen` and `ci`.
//!
//! On a machine with Rust, a C compiler, Python ≥ 3.10 and Node ≥ 20 each of them sets up all else
//! that it needs, below the target folder.

mod abi;
mod bench;
mod browser;
mod ci;
mod comments;
mod counts;
mod debian;
mod demo;
mod emulator;
mod faults;
mod fetch;
mod firmware;
mod firmware_c;
mod fuzz;
mod generated;
mod herd;
mod installed;
mod library;
mod machine;
mod pages;
mod programs;
mod qemu;
mod report;
mod rival;
mod seeds;
mod server;
mod step;
mod surfaces;
mod tests;
mod wasm;
mod workload;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Build, show, test and check tidegate in all its languages.
#[derive(Parser)]
#[command(name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the same workload through Rust, C, Python and Node against the emulated APIs
    Demo(demo::Options),
    /// Run every test of every language; the last line says how many passed and failed
    Test {
        /// Also try a million random histories of each kind, which takes minutes
        #[arg(long)]
        long: bool,
    },
    /// What tidegate costs beside its peers and beside the floor, in one run
    Bench(bench::Options),
    /// Real threads on one limiter, with exact counts
    Stress {
        /// How many decisions, over all kinds of limiters and 2, 4 and 8 threads
        #[arg(long, default_value_t = 100_000_000)]
        decisions: u64,
    },
    /// Try the interleavings of the keyed limiter's protocol; the tests do it too
    Loom,
    /// Build the images of three microcontrollers, run them under QEMU, and hold their sizes to the
    /// gates; the tests do it too
    Firmware(firmware::Options),
    /// Make the C library, look into it, install it, and build the examples against it; the tests do
    /// it too
    Library,
    /// The programs in C against real servers and clients; the tests do it too
    Programs,
    /// Build the core as WebAssembly and write what of it is committed; the tests build it too
    Wasm,
    /// The tests of the C library with AddressSanitizer and UndefinedBehaviorSanitizer, and under
    /// valgrind where that is installed
    Sanitize,
    /// Let libFuzzer invent inputs for every parser; the tests do it for a few seconds
    Fuzz(fuzz::Options),
    /// Kill processes that share limiters, at random, and let an exact bucket judge what they were given;
    /// the tests do a little of it too
    Faults(faults::Options),
    /// Write the generated files: the C header and the lists of errors
    Gen {
        /// Write nothing; fail if a file would change
        #[arg(long)]
        check: bool,
    },
    /// What a change must pass: formats, lints, generated files, and every test
    Ci,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Test { long } => tests::run(long),
        Command::Bench(options) => bench::run(&options),
        Command::Stress { decisions } => tests::stress(decisions),
        Command::Loom => tests::loom(),
        Command::Firmware(options) => firmware::run(&options),
        Command::Library => library::run(),
        Command::Programs => programs::run(),
        Command::Wasm => wasm::run(),
        Command::Sanitize => library::sanitize(),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Faults(options) => faults::run(&options),
        Command::Gen { check } => generated::run(check),
        Command::Ci => ci::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
