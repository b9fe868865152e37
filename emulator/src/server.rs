//! `Emulator`: the listening socket and the connections.

use crate::{
    answer::{Book, Shared, Unanswered, answer},
    clock::Clock,
    decide::Decider,
    exchange::Service,
    faults::Faults,
    options::{ApiName, Options},
    stackflow::Stackflow,
    velaflows::Velaflows,
    verdict,
    world::World,
};
use axum::{Router, body::Body, response::Response};
use core::{convert::Infallible, fmt, net::Ipv4Addr, time::Duration};
use hyper_util::rt::TokioIo;
use std::{
    io,
    sync::{Arc, Mutex},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tower_service::Service as _;

/// A server that listens on 127.0.0.1 and has not answered anything yet.
#[derive(Debug)]
pub struct Emulator {
    listener: TcpListener,
    port: u16,
    router: Router,
}

impl Emulator {
    /// Listens on the port of the options, with the system's clocks.
    ///
    /// # Errors
    ///
    /// [`StartError`]: the port is taken, or the options contradict each other.
    pub async fn bind(options: &Options) -> Result<Emulator, StartError> {
        Emulator::bind_with_clock(options, Clock::system()).await
    }

    /// [`bind`](Emulator::bind), with a clock that a test may move.
    ///
    /// # Errors
    ///
    /// As [`bind`](Emulator::bind).
    pub async fn bind_with_clock(options: &Options, clock: Clock) -> Result<Emulator, StartError> {
        let policy = options.policy().map_err(StartError::Window)?;
        let faults = Faults::new(options).ok_or(StartError::Shares)?;
        let service: Box<dyn Service> = match options.api {
            ApiName::Stackflow => Box::new(Stackflow::new()),
            ApiName::Velaflows => Box::new(Velaflows::new()),
        };
        let shared = Arc::new(Shared {
            clock,
            decider: Decider::new(policy, options.seed),
            faults,
            retry_after: options.retry_after,
            seed: options.seed,
            book: Mutex::new(Book::new()),
            world: Mutex::new(World::new(service)),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .map_err(|error| StartError::listen(options.port, error))?;
        let address =
            listener.local_addr().map_err(|error| StartError::listen(options.port, error))?;
        let router = verdict::routes().fallback(answer).with_state(shared);
        Ok(Emulator { listener, port: address.port(), router })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Answers until the future is dropped, which closes every connection.
    pub async fn serve(self) -> Infallible {
        let mut connections = JoinSet::new();
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => _ = connections.spawn(converse(stream, self.router.clone())),
                // Out of file handles, perhaps: some come back as connections close.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
            while connections.try_join_next().is_some() {}
        }
    }
}

/// Answers the requests of one connection, one after the other, until either side closes it.
async fn converse(stream: TcpStream, router: Router) {
    // Without it an answer may wait 40 ms for an acknowledgement. If it fails, it is only slow.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: hyper::Request<_>| {
        let answer = router.clone().call(request.map(Body::new));
        async move {
            let response: Response = answer.await.unwrap_or_else(|never| match never {});
            match response.extensions().get::<Unanswered>() {
                None => Ok(response),
                // The way to make hyper close a connection without writing anything.
                Some(Unanswered) => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
            }
        }
    });
    // No timeout for the head: an idle connection must not close just as its client sends again.
    let connection = hyper::server::conn::http1::Builder::new()
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    // Errors end the connection, and that is all there is to do about them.
    let _ = connection.await;
}

/// Why the emulator cannot start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Something else listens on this port.
    PortTaken(u16),
    /// The system does not let it listen on this port.
    Listen(u16, io::Error),
    /// The window in place of the documented one is out of range.
    Window(tidegate::Error),
    /// The shares of the faults add up to more than all requests.
    Shares,
}

impl StartError {
    fn listen(port: u16, error: io::Error) -> StartError {
        match error.kind() {
            io::ErrorKind::AddrInUse => StartError::PortTaken(port),
            _ => StartError::Listen(port, error),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::PortTaken(port) => {
                write!(f, "port {port} is taken: choose another, or 0 for any that is free")
            }
            StartError::Listen(port, error) => write!(f, "cannot listen on port {port}: {error}"),
            StartError::Window(error) => write!(f, "--window: {error}"),
            StartError::Shares => {
                f.write_str("--fail-share, --drop-share and --slow-share add up to more than 1")
            }
        }
    }
}

impl core::error::Error for StartError {}
