//! `ffi/examples/server.c` as its clients see it, polite ones and others.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{IpAddr, SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use socket2::{Domain, Socket, Type};

use crate::{
    counts::Counts,
    machine,
    step::{Step, command},
};

/// The longest period that a limit may have: nothing flows back while a test runs.
const PERIOD_S: u64 = 366 * 86_400;

/// Every check.
pub(crate) fn counts() -> Result<Counts> {
    let mut counts = Counts::default();
    for (name, check) in [
        ("server: what is told, byte by byte", headers as fn() -> Result<()>),
        ("server: exact counts over 256 connections", exact),
        ("server: a policy", policy),
        ("server: behind a proxy", proxied),
        ("server: requests that are none", malformed),
        ("server: slow clients", slow),
        ("server: no more connections than it has room for", crowded),
        ("server: a body, and requests in a row", bodies),
        ("server: SIGTERM sends what is on its way", ends),
        ("server: wrong use", refuses),
    ] {
        let step = Step::new(name);
        let result = check();
        match &result {
            Ok(()) => step.done(),
            Err(error) => eprintln!("✗ {name}: {error:#}"),
        }
        counts += Counts::one(result.is_ok());
    }
    Ok(counts)
}

/// A running server, which ends with its owner.
struct Server {
    process: Child,
    address: SocketAddr,
}

fn program() -> Result<Command> {
    let mut server = command(&machine::workshop("c")?.join("server"), machine::root());
    server.stdin(Stdio::null());
    Ok(server)
}

impl Server {
    /// Starts one on any free port of this address.
    fn start_at(address: &str, flags: &[&str]) -> Result<Server> {
        let mut server = program()?;
        server.args(["--listen", address, "--port", "0"]).args(flags);
        let mut process = server.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let stdout = process.stdout.take().context("the server has no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            bail!("the server did not say where it listens: {line:?}");
        };
        Ok(Server { process, address: address.parse()? })
    }

    fn start(flags: &[&str]) -> Result<Server> {
        Server::start_at("127.0.0.1", flags)
    }

    fn connect(&self) -> Result<TcpStream> {
        Ok(TcpStream::connect(self.address)?)
    }

    /// A connection that comes from this address; all of 127.0.0.0/8 are this machine.
    fn connect_from(&self, address: [u8; 4]) -> Result<TcpStream> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::new(IpAddr::from(address), 0).into())?;
        socket.connect(&self.address.into())?;
        Ok(socket.into())
    }

    /// Asks it to end, and what it says of all that it has done.
    fn end(mut self) -> Result<(Option<i32>, String)> {
        signal(&self.process)?;
        let mut told = String::new();
        self.process.stderr.take().context("no output")?.read_to_string(&mut told)?;
        Ok((self.process.wait()?.code(), told))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn signal(process: &Child) -> Result<()> {
    let status = Command::new("kill").args(["-TERM", &process.id().to_string()]).status()?;
    ensure!(status.success(), "the server is not there");
    Ok(())
}

/// One answer: its lines up to the empty one, and its body.
#[derive(Debug)]
struct Answer {
    head: Vec<String>,
    body: String,
}

impl Answer {
    fn status(&self) -> &str {
        self.head[0].strip_prefix("HTTP/1.1 ").unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let is_it = |line: &&String| line.starts_with(&format!("{name}: "));
        self.head.iter().find(is_it).and_then(|line| line.get(name.len() + 2..))
    }
}

/// Sends bytes and reads an answer with a body.
fn ask(stream: &mut TcpStream, request: &[u8]) -> Result<Answer> {
    stream.write_all(request)?;
    read(stream)
}

/// Byte by byte, so that nothing of the next answer is taken.
fn read(stream: &mut TcpStream) -> Result<Answer> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        ensure!(
            stream.read(&mut byte)? == 1,
            "the connection ended: {:?}",
            String::from_utf8_lossy(&text)
        );
        text.push(byte[0]);
    }
    let text = String::from_utf8(text)?;
    let head: Vec<String> = text.trim_end().split("\r\n").map(str::to_owned).collect();
    let mut answer = Answer { head, body: String::new() };
    let length: usize = answer.header("Content-Length").context("no length")?.parse()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    answer.body = String::from_utf8(body)?;
    Ok(answer)
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Each form of the headers, of the first request and of the first too many. The times are told to the
/// second, so those that may have passed meanwhile are allowed for.
fn headers() -> Result<()> {
    let every = PERIOD_S / 3;
    for (form, admitted, refused) in [
        (
            "draft-10",
            &[
                "RateLimit-Policy: \"default\";q=3;w=31622400",
                "RateLimit: \"default\";r=2;t=<10540800>",
            ][..],
            &[
                "RateLimit-Policy: \"default\";q=3;w=31622400",
                "RateLimit: \"default\";r=0;t=<10540800>",
            ][..],
        ),
        (
            "draft-7",
            &[
                "RateLimit-Policy: 3;w=31622400",
                "RateLimit: limit=3, remaining=2, reset=<10540800>",
            ],
            &[
                "RateLimit-Policy: 3;w=31622400",
                "RateLimit: limit=3, remaining=0, reset=<10540800>",
            ],
        ),
        (
            "draft-6",
            &[
                "RateLimit-Policy: 3;w=31622400",
                "RateLimit-Limit: 3",
                "RateLimit-Remaining: 2",
                "RateLimit-Reset: <10540800>",
            ],
            &[
                "RateLimit-Policy: 3;w=31622400",
                "RateLimit-Limit: 3",
                "RateLimit-Remaining: 0",
                "RateLimit-Reset: <10540800>",
            ],
        ),
        (
            "x",
            &[
                "X-RateLimit-Limit: 3",
                "X-RateLimit-Remaining: 2",
                "X-RateLimit-Reset: <EPOCH>",
                "X-RateLimit-Window: 31622400",
            ],
            &[
                "X-RateLimit-Limit: 3",
                "X-RateLimit-Remaining: 0",
                "X-RateLimit-Reset: <EPOCH>",
                "X-RateLimit-Window: 31622400",
            ],
        ),
    ] {
        let server = Server::start(&["--limit", "3", "--per", "31622400", "--form", form])?;
        let (mut stream, start) = (server.connect()?, Instant::now());
        let first = ask(&mut stream, GET)?;
        ask(&mut stream, GET)?;
        ask(&mut stream, GET)?;
        let fourth = ask(&mut stream, GET)?;
        let passed = start.elapsed().as_secs() + 1;
        let tail = |kind: &str, length: usize| {
            vec![format!("Content-Type: {kind}"), format!("Content-Length: {length}")]
        };
        let expect = |status: &str, limits: &[&str], more: &[String]| {
            let mut lines = vec![format!("HTTP/1.1 {status}"), "Date: <DATE>".to_owned()];
            lines.extend(limits.iter().map(|line| (*line).to_owned()));
            lines.extend_from_slice(more);
            lines
        };
        let body =
            "{\"title\":\"Too Many Requests\",\"status\":429,\"code\":\"RATE_LIMIT_EXCEEDED\"}\n";
        let mut late = vec![format!("Retry-After: <{every}>")];
        late.extend(tail("application/problem+json", body.len()));
        same(&first.head, &expect("200 OK", admitted, &tail("text/plain", 9)), passed)?;
        same(&fourth.head, &expect("429 Too Many Requests", refused, &late), passed)?;
        ensure!(first.body == "Welcome.\n" && fourth.body == body, "{first:?} {fourth:?}");
    }
    Ok(())
}

/// Compares lines; in the place of `<N>` stands N or up to `passed` less, of `<EPOCH>` the time in N s.
fn same(lines: &[String], expected: &[String], passed: u64) -> Result<()> {
    ensure!(lines.len() == expected.len(), "{lines:#?} are not {expected:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        let good = match expected.split_once('<') {
            None => line == expected,
            Some((before, what)) => match (line.strip_prefix(before), what.trim_end_matches('>')) {
                (Some(date), "DATE") => date.len() == 29 && date.ends_with(" GMT"),
                (Some(time), "EPOCH") => {
                    let since_epoch = std::time::UNIX_EPOCH.elapsed()?.as_secs();
                    let most = since_epoch + 1 + PERIOD_S / 3;
                    time.parse::<u64>().is_ok_and(|time| (most - passed - 1..=most).contains(&time))
                }
                (Some(span), most) => {
                    let most: u64 = most.parse()?;
                    span.parse::<u64>().is_ok_and(|span| (most - passed..=most).contains(&span))
                }
                _ => false,
            },
        };
        ensure!(good, "{line:?} is not {expected:?}");
    }
    Ok(())
}

/// A thousand requests over many connections at once: as many as the limit of each address are admitted.
fn exact() -> Result<()> {
    const CONNECTIONS: usize = 256;
    const REQUESTS: usize = 4;
    let server = Server::start(&["--limit", "100", "--per", "31622400"])?;
    let admitted: Vec<Result<[usize; 2]>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let server = &server;
                scope.spawn(move || {
                    let client = number % 2;
                    let open = || server.connect_from([127, 0, 0, 1 + client as u8]);
                    let mut streams: Vec<TcpStream> =
                        (0..CONNECTIONS / 8).map(|_| open()).collect::<Result<_>>()?;
                    let mut admitted = [0; 2];
                    for _ in 0..REQUESTS {
                        for stream in &mut streams {
                            stream.write_all(GET)?;
                        }
                        for stream in &mut streams {
                            match read(stream)?.status() {
                                "200 OK" => admitted[client] += 1,
                                "429 Too Many Requests" => {}
                                other => bail!("{other}"),
                            }
                        }
                    }
                    Ok(admitted)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let mut sum = [0; 2];
    for admitted in admitted {
        let admitted = admitted?;
        sum = [sum[0] + admitted[0], sum[1] + admitted[1]];
    }
    ensure!(sum == [100, 100], "{sum:?} of 100 each were admitted");
    let (code, told) = server.end()?;
    let refused = CONNECTIONS * REQUESTS - 200;
    ensure!(code == Some(0), "exit status {code:?}");
    ensure!(told == format!("server: 200 admitted, {refused} refused, 0 malformed\n"), "{told}");

    // An IPv4 address that comes in by IPv6 is the same client, whatever the form.
    let server = Server::start_at("::", &["--limit", "1", "--per", "31622400"])?;
    let v4 = SocketAddr::new([127, 0, 0, 1].into(), server.address.port());
    let v6: SocketAddr = format!("[::1]:{}", server.address.port()).parse()?;
    let mut statuses = Vec::new();
    for address in [v4, v4, v6, v6] {
        let Ok(mut stream) = TcpStream::connect(address) else {
            ensure!(address == v6, "no connection");
            continue; // a machine without IPv6
        };
        statuses.push(ask(&mut stream, GET)?.status().starts_with("200"));
    }
    ensure!([true, false, true, false].starts_with(&statuses), "{statuses:?}");
    Ok(())
}

/// By method and path, each key for itself, and the API's own headers and code.
fn policy() -> Result<()> {
    let file = machine::workshop("fetch")?.join("server.json");
    fs::write(
        &file,
        r#"{"name": "mine", "key": "user", "dialect": "common", "categories": [
            {"name": "read", "limits": [{"kind": "fixed_window", "limit": 2, "per": "1d"}]},
            {"name": "write", "limits": [{"kind": "fixed_window", "limit": 1, "per": "1d"}]}],
           "routes": [{"path": "/**", "methods": ["POST"], "category": "write"}]}"#,
    )?;
    let server = Server::start(&["--policy", &file.display().to_string()])?;
    let mut stream = server.connect()?;
    let mut status = |method: &str, key: &str| {
        let authorization =
            if key.is_empty() { String::new() } else { format!("Authorization: Bearer {key}\r\n") };
        let request = format!("{method} /x HTTP/1.1\r\nHost: a\r\n{authorization}\r\n");
        ask(&mut stream, request.as_bytes())
    };
    for (method, key, limit, expected) in [
        ("GET", "a", "2", "200 OK"),
        ("GET", "a", "2", "200 OK"),
        ("GET", "a", "2", "429 Too Many Requests"),
        ("POST", "a", "1", "200 OK"),
        ("POST", "a", "1", "429 Too Many Requests"),
        ("GET", "b", "2", "200 OK"),
        ("GET", "", "2", "200 OK"),
    ] {
        let answer = status(method, key)?;
        ensure!(answer.status() == expected, "{method} of {key:?}: {answer:?}");
        ensure!(answer.header("X-RateLimit-Limit") == Some(limit), "{answer:?}");
        let is_refused = expected.starts_with("429");
        ensure!(answer.header("Retry-After").is_some() == is_refused, "{answer:?}");
        if is_refused {
            ensure!(
                answer.header("Content-Type") == Some("application/problem+json"),
                "{answer:?}"
            );
            let body: serde_json::Value = serde_json::from_str(&answer.body)?;
            ensure!(body["status"] == 429, "{body}");
        }
    }
    Ok(())
}

/// What the proxy says counts, and not what the client has said to the proxy.
fn proxied() -> Result<()> {
    let flags = ["--trusted-proxies", "1", "--limit", "1", "--per", "31622400"];
    let server = Server::start(&flags)?;
    let mut stream = server.connect()?;
    for (forwarded, expected) in [
        ("203.0.113.9", "200 OK"),
        ("203.0.113.9", "429 Too Many Requests"),
        ("198.51.100.1, 203.0.113.9", "429 Too Many Requests"),
        ("203.0.113.9, 198.51.100.1", "200 OK"),
        ("2001:db8:7:1200::1", "200 OK"),
        ("2001:db8:7:12ff::2", "429 Too Many Requests"),
        ("2001:db8:7:1300::1", "200 OK"),
    ] {
        let request = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {forwarded}\r\n\r\n");
        let answer = ask(&mut stream, request.as_bytes())?;
        ensure!(answer.status() == expected, "{forwarded}: {answer:?}");
    }
    // Without a proxy nobody is believed.
    let server = Server::start(&flags[2..])?;
    let mut stream = server.connect()?;
    let spoofed = b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.10\r\n\r\n";
    ensure!(ask(&mut stream, GET)?.status() == "200 OK", "the first was refused");
    ensure!(ask(&mut stream, spoofed)?.status().starts_with("429"), "a client was believed");
    Ok(())
}

/// What is no request costs its connection, and nobody else's limit.
fn malformed() -> Result<()> {
    let server = Server::start(&["--limit", "1", "--per", "31622400"])?;
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(9000));
    let cases: &[(&[u8], &str)] = &[
        (b"\r\n\r\n", "400 Bad Request"),
        (b"GET\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: \0\r\n\r\n", "400 Bad Request"),
        (b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported"),
        (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", "501 Not Implemented"),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "501 Not Implemented",
        ),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "400 Bad Request",
        ),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400 Bad Request"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", "413 Content Too Large"),
        (long.as_bytes(), "431 Request Header Fields Too Large"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 HTTP Version Not Supported"),
    ];
    for (request, status) in cases {
        let mut stream = server.connect()?;
        let answer = ask(&mut stream, request)?;
        let shown = String::from_utf8_lossy(request);
        ensure!(answer.status() == *status, "{shown:?}: {answer:?}");
        ensure!(answer.header("Connection") == Some("close"), "{shown:?}: {answer:?}");
        ensure!(stream.read(&mut [0])? == 0, "{shown:?}: the connection goes on");
    }
    ensure!(ask(&mut server.connect()?, GET)?.status() == "200 OK", "they cost something");
    let (_, told) = server.end()?;
    ensure!(told.ends_with(&format!(", {} malformed\n", cases.len())), "{told}");
    Ok(())
}

/// A head that does not end is answered by 408; who says nothing is closed.
fn slow() -> Result<()> {
    let server = Server::start(&["--patience", "1", "--idle", "1"])?;
    let mut drip = server.connect()?;
    let mut silent = server.connect()?;
    drip.write_all(b"GET / HTTP/1.1\r\nX: ")?;
    let answer = read(&mut drip)?;
    ensure!(answer.status() == "408 Request Timeout", "{answer:?}");
    ensure!(silent.read(&mut [0])? == 0, "an idle connection stays");
    // Neither has stopped the others.
    ensure!(ask(&mut server.connect()?, GET)?.status() == "200 OK");
    Ok(())
}

/// With room for four the one that has been idle for the longest time makes room for a fifth.
fn crowded() -> Result<()> {
    let server = Server::start(&["--connections", "4", "--limit", "100"])?;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = server.connect()?;
        ensure!(ask(&mut stream, GET)?.status() == "200 OK");
        streams.push(stream);
    }
    ensure!(streams[0].read(&mut [0])? == 0, "the first connection stays");
    ensure!(ask(&mut streams[19], GET)?.status() == "200 OK", "the last one does not");
    Ok(())
}

/// Bodies are skipped to the byte, and requests that come together are answered in their order.
fn bodies() -> Result<()> {
    let server = Server::start(&["--limit", "1000"])?;
    let mut stream = server.connect()?;
    let large = vec![b'x'; 100_000];
    let mut bytes = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".to_vec();
    bytes.extend_from_slice(b"PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    bytes.extend_from_slice(&large);
    bytes.extend_from_slice(b"GET /c HTTP/1.0\r\n\r\n");
    stream.write_all(&bytes)?;
    let answers = [read(&mut stream)?, read(&mut stream)?, read(&mut stream)?];
    ensure!(answers.iter().all(|answer| answer.status() == "200 OK"), "{answers:?}");
    // HTTP/1.0 ends there.
    ensure!(answers[2].header("Connection") == Some("close") && stream.read(&mut [0])? == 0);

    // More in a row than one connection is let do before it is the others' turn.
    let mut stream = server.connect()?;
    stream.write_all(&GET.repeat(300))?;
    for number in 0..300 {
        ensure!(read(&mut stream)?.status() == "200 OK", "answer {number}");
    }

    // A HEAD has the length of a body that does not come.
    let mut stream = server.connect()?;
    stream.write_all(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    ensure!(text.contains("\r\nContent-Length: 9\r\n") && text.ends_with("\r\n\r\n"), "{text}");
    Ok(())
}

/// After SIGTERM the request that has begun is answered, nothing new is taken, and all ends well.
fn ends() -> Result<()> {
    let server = Server::start(&[])?;
    let mut begun = server.connect()?;
    let mut idle = server.connect()?;
    ensure!(ask(&mut idle, GET)?.status() == "200 OK");
    ensure!(ask(&mut begun, GET)?.status() == "200 OK");
    begun.write_all(b"GET / HT")?;
    // The idle one is closed when the signal has been seen; the other one's bytes came before.
    signal(&server.process)?;
    ensure!(idle.read(&mut [0])? == 0, "an idle connection stays");
    let answer = ask(&mut begun, b"TP/1.1\r\nHost: a\r\n\r\n")?;
    ensure!(
        answer.status() == "200 OK" && answer.header("Connection") == Some("close"),
        "{answer:?}"
    );
    ensure!(begun.read(&mut [0])? == 0, "the connection goes on");
    drop(begun);
    let mut server = server;
    ensure!(server.process.wait()?.code() == Some(0), "it does not end well");
    Ok(())
}

fn refuses() -> Result<()> {
    for (arguments, reason) in [
        (&["--limit", "0"][..], "--limit takes a number from 1 to 1000000000"),
        (&["--form", "draft-3"], "x draft-6 draft-7 draft-10"),
        (&["--full", "x"], "share deny allow"),
        (&["--listen", "example.com"], "a numeric address"),
        (&["--api", "other"], "the API must be one of"),
        (&["--policy", "/none/none"], "cannot read /none/none"),
        (&["--limit", "1", "--per", "31622400", "--burst", "100"], "this limit: "),
        (&["more"], "what is 'more'?"),
        (&["--brew"], "see --help"),
    ] {
        let mut process = program()?
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("no output")?).read_line(&mut line)?;
        // One that serves all the same would do so for ever.
        if !line.is_empty() {
            process.kill()?;
        }
        let output = process.wait_with_output()?;
        let complaints = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        ensure!(code == Some(2), "{arguments:?} ends with {code:?}");
        ensure!(complaints.contains(reason), "{arguments:?} is not told {reason:?}: {complaints}");
    }
    let output = program()?.arg("--help").output()?;
    ensure!(output.status.success() && output.stdout.starts_with(b"usage: server"), "no help");
    Ok(())
}
