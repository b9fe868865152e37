//! The emulator as a program: flags in, the address out, and an end when told.

use clap::Parser;
use std::{
    io::{self, Write},
    process::ExitCode,
    thread,
};
use tidegate_emulator::{Emulator, Options};
use tokio::sync::oneshot;

// One thread: the clients that it serves need the other processors.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let emulator = match Emulator::bind(&options).await {
        Ok(emulator) => emulator,
        Err(error) => {
            eprintln!("tidegate-emulator: {error}");
            return ExitCode::from(2);
        }
    };
    // Before the first line: whoever reads it may end the program at once.
    let interrupted = interrupted();
    // Whoever closed the output does not want to know the address.
    let mut output = io::stdout();
    let _ = writeln!(output, "listening on {}", emulator.url()).and_then(|()| output.flush());
    tokio::select! {
        never = emulator.serve() => match never {},
        () = interrupted => {}
        () = stdin_closed(), if options.until_stdin_closes => {}
    }
    ExitCode::SUCCESS
}

/// Ctrl-C, or the polite request to end; both are caught from now on.
#[cfg(unix)]
fn interrupted() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let caught = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async move {
        let [Ok(mut interrupt), Ok(mut terminate)] = caught else {
            // Not caught, so that they end the program anyway.
            return core::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}

/// The end of standard input, read by a thread of its own: it ends with the program.
async fn stdin_closed() {
    let (closed, wait) = oneshot::channel();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = closed.send(());
    });
    let _ = wait.await;
}
