//! The program itself: its first line, its end, and what it says when it cannot start.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
};

fn emulator(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate-emulator"));
    command.args(flags).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running emulator and where it listens.
fn start(flags: &[&str]) -> (Child, String) {
    let mut child = emulator(flags).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.strip_prefix("listening on http://").unwrap().trim_end().to_owned();
    (child, address)
}

fn fail(flags: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, stdout } = emulator(flags).output().unwrap();
    assert!(stdout.is_empty());
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn it_names_its_port_and_ends_with_its_parent() {
    let (mut child, address) = start(&["--api", "velaflows", "--until-stdin-closes"]);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"GET /_health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[cfg(unix)]
#[test]
fn it_ends_when_told_to() {
    for signal in ["TERM", "INT"] {
        let (mut child, _) = start(&["--api", "stackflow", "--port", "0"]);
        let kill = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert!(child.wait().unwrap().success(), "{signal}");
    }
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, line) = fail(&["--api", "stackflow", "--port", &port]);
    let expected = format!(
        "tidegate-emulator: port {port} is taken: choose another, or 0 for any that is free\n"
    );
    assert_eq!((code, line), (Some(2), expected));
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    for (flags, says) in [
        (&["--api", "stackflow", "--fail-share", "0.6", "--drop-share", "0.5"][..], "more than 1"),
        (&["--api", "stackflow", "--fail-share", "2"], "from 0 to 1"),
        (&["--api", "stackflow", "--window", "1500ms"], "whole seconds"),
        (&["--api", "stackflow", "--window", "0s"], "whole seconds"),
        (&["--api", "stackflow", "--window", "soon"], "300ms, 2s, 15m"),
        (&["--api", "nothing"], "velaflows"),
        (&[], "--api"),
    ] {
        let (code, line) = fail(flags);
        assert_eq!(code, Some(2), "{flags:?}");
        assert!(line.contains(says), "{flags:?}: {line}");
    }
}
