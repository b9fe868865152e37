//! Injected faults, repetitions, and the duplicates that they cause.

use crate::support::{Answer, Ask, Server};
use serde_json::json;
use std::{io, io::Read, io::Write, net::TcpStream, time::Instant};
use tidegate::Span;
use tidegate_emulator::{ApiName, Options, Share};

fn options(api: ApiName, set: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::new(api);
    set(&mut options);
    options
}

async fn some(server: &Server, path: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(server.get(path).await);
    }
    answers
}

#[tokio::test]
async fn failures_come_with_their_code_and_are_counted() {
    let all = |api| options(api, |options| options.fail_share = Share::ALL);
    let server = Server::start(&all(ApiName::Stackflow)).await;
    for (path, unavailable) in
        [("/api/v1/incidents", "DATABASE_ERROR"), ("/api/v1/ai/models", "AI_MODEL_ERROR")]
    {
        let answers = some(&server, path).await;
        for answer in &answers {
            let code = if answer.status == 500 { "INTERNAL_ERROR" } else { unavailable };
            assert_eq!(answer.body["code"], code);
        }
        assert!((10..30).contains(&answers.iter().filter(|a| a.status == 500).count()));
        assert!(answers.iter().all(|a| a.status == 500 || a.status == 503));
        let lefts: Vec<_> = answers.iter().map(|a| a.quota()[1].parse::<u32>().unwrap()).collect();
        assert!(lefts.windows(2).all(|pair| pair[1] + 1 == pair[0]), "each is counted");
    }

    let server = Server::start(&all(ApiName::Velaflows)).await;
    let answers = some(&server, "/api/v1/contacts").await;
    assert!(answers.iter().any(|a| a.status == 500) && answers.iter().any(|a| a.status == 503));
    assert!(answers.iter().all(|a| a.body["error"]["code"] == "INTERNAL_ERROR"));
}

#[tokio::test]
async fn the_seed_decides_which_requests_fail() {
    let fates = async |seed| {
        let half = options(ApiName::Stackflow, |options| {
            options.fail_share = "0.5".parse().unwrap();
            options.seed = seed;
        });
        let server = Server::start(&half).await;
        let answers = some(&server, "/api/v1/incidents/none").await;
        answers.into_iter().map(|a| (a.status, a.body)).collect::<Vec<_>>()
    };
    let (first, again, other) = (fates(1).await, fates(1).await, fates(2).await);
    assert_eq!(first, again, "even the request ids");
    assert_ne!(first, other);
    assert!(first.iter().any(|(status, _)| *status == 404));
}

#[tokio::test]
async fn a_logical_request_is_struck_only_so_often() {
    let twice = options(ApiName::Stackflow, |options| {
        options.fail_share = Share::ALL;
        options.strikes = Some(2);
    });
    let server = Server::start(&twice).await;
    for id in ["first", "second"] {
        let mut statuses = Vec::new();
        for _ in 0..4 {
            let ask = server.ask("GET", "/api/v1/incidents").header("X-Request-Id", id);
            statuses.push(ask.answer().await.status);
        }
        assert!(statuses[..2].iter().all(|&status| status >= 500), "{statuses:?}");
        assert_eq!(statuses[2..], [200, 200]);
    }
    // A request that does not say which one it is may be struck at any time.
    assert!(some(&server, "/api/v1/incidents").await.iter().all(|answer| answer.status >= 500));
}

#[tokio::test]
async fn a_dropped_request_is_carried_out_and_gets_no_byte() {
    let drop = options(ApiName::Velaflows, |options| options.drop_share = Share::ALL);
    let server = Server::start(&drop).await;
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let read = tokio::task::spawn_blocking(move || -> io::Result<usize> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(
            b"POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nX-Request-Id: r1\r\n\r\n",
        )?;
        stream.read(&mut [0; 64])
    });
    assert!(matches!(read.await.unwrap(), Ok(0)), "the end of the connection, and nothing before");
    let post = server.ask("POST", "/api/v1/auth/token").header("X-Request-Id", "r1").send().await;
    assert!(post.is_err());
    let retried = server.ask("POST", "/api/v1/auth/token").header("X-Request-Id", "r1").send();
    assert!(retried.await.is_err());
    assert_eq!(server.total().await, [3, 0, 0, 0, 1], "the last one did it again");
}

#[tokio::test]
async fn a_slow_answer_is_carried_out_first() {
    let slow = options(ApiName::Stackflow, |options| {
        options.slow_share = Share::ALL;
        options.slow = Span::from_millis(60);
    });
    let server = Server::start(&slow).await;
    let start = Instant::now();
    let (first, second) =
        tokio::join!(server.get("/api/v1/incidents"), server.get("/api/v1/incidents"));
    assert!(start.elapsed().as_millis() >= 60);
    let mut lefts = [first.quota()[1], second.quota()[1]].map(str::to_owned);
    lefts.sort();
    assert_eq!(lefts, ["298", "299"], "counted on arrival");
}

#[tokio::test]
async fn refusals_are_neither_failed_nor_dropped_nor_slow() {
    let drop = options(ApiName::Stackflow, |options| options.drop_share = Share::ALL);
    let server = Server::start(&drop).await;
    for _ in 0..10 {
        assert!(server.ask("POST", "/api/v1/incidents/bulk").send().await.is_err());
    }
    let refused = server.ask("POST", "/api/v1/incidents/bulk").answer().await;
    assert_eq!(refused.status, 429);
}

#[tokio::test]
async fn an_idempotency_key_returns_the_first_result() {
    let server = Server::start(&Options::new(ApiName::Stackflow)).await;
    let post = |user: &str, key: &str| {
        let request = server.bare("POST", "/api/v1/incidents").bearer_auth(user);
        let request = request.json(&json!({"title": "Disk full"}));
        request.header("Idempotency-Key", key).header("X-Request-Id", key)
    };
    let first = post("u1", "k1").answer().await;
    let again = post("u1", "k1").answer().await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!([first.quota()[1], again.quota()[1]], ["59", "58"], "still counted");
    for other in [post("u1", "k2"), post("u2", "k1")] {
        assert_ne!(other.answer().await.body["id"], first.body["id"]);
    }
    assert_eq!(server.total().await[4], 0);
}

#[tokio::test]
async fn without_a_key_a_repetition_is_a_duplicate() {
    let server = Server::start(&Options::new(ApiName::Stackflow)).await;
    for _ in 0..2 {
        let post = server.ask("POST", "/api/v1/incidents").json(&json!({"title": "Disk full"}));
        assert_eq!(post.header("X-Request-Id", "r1").answer().await.status, 201);
        let delete = server.ask("DELETE", "/api/v1/incidents/inc-1");
        assert_eq!(delete.header("X-Request-Id", "r2").answer().await.status, 204);
    }
    assert_eq!(server.total().await[4], 1, "deleting twice is not one");
}
