//! Limits, their headers, `Retry-After` in its forms, roles, the gateway, and the verdict.

use crate::support::{Answer, Ask, START_NS, Server};
use reqwest::RequestBuilder;
use serde_json::json;
use std::sync::Arc;
use tidegate::Span;
use tidegate_emulator::{ApiName, Options, RetryAfterForm};

async fn stackflow() -> Server {
    Server::start(&Options::new(ApiName::Stackflow)).await
}

/// Sends requests until one is refused; how many were not, and the refusal.
async fn exhaust(request: impl Fn() -> RequestBuilder) -> (u32, Answer) {
    let mut admitted = 0;
    loop {
        let answer = request().answer().await;
        if answer.status == 429 {
            return (admitted, answer);
        }
        admitted += 1;
    }
}

#[tokio::test]
async fn each_category_of_stackflow_has_its_documented_limit() {
    let server = stackflow().await;
    for (method, path, limit) in [
        ("GET", "/api/v1/incidents", 300),
        ("DELETE", "/api/v1/incidents/inc-1", 60),
        ("POST", "/api/v1/ai/summarize", 60),
        ("POST", "/api/v1/incidents/bulk", 10),
        ("GET", "/api/v1/incidents/search", 120),
    ] {
        let (admitted, refused) = exhaust(|| server.ask(method, path)).await;
        assert_eq!(admitted, limit, "{path}");
        let text = limit.to_string();
        assert_eq!(refused.quota(), [text.as_str(), "0", "1716134460", "60", "24"]);
        assert_eq!(refused.body["code"], "RATE_LIMIT_EXCEEDED");
        assert_eq!(refused.header("date"), "Sun, 19 May 2024 16:00:36 GMT", "rounded down");
    }
    server.clock.advance(Span::from_millis(23_500));
    let fresh = server.get("/api/v1/incidents").await;
    assert_eq!(fresh.quota(), ["300", "299", "1716134520", "60", ""]);
}

#[tokio::test]
async fn each_category_of_velaflows_has_its_documented_limit() {
    let server = Server::start(&Options::new(ApiName::Velaflows)).await;
    for (method, path, limit) in [
        ("GET", "/api/v1/contacts", 300),
        ("PUT", "/api/v1/inbox/conversations/conv-1", 100),
        ("DELETE", "/api/v1/contacts/contact-1", 50),
        ("POST", "/api/v1/auth/token", 20),
        ("POST", "/api/v1/tags/bulk", 10),
    ] {
        let (admitted, refused) = exhaust(|| server.ask(method, path)).await;
        assert_eq!(admitted, limit, "{path}");
        let text = limit.to_string();
        assert_eq!(refused.quota(), [text.as_str(), "0", "1716135300", "", "864"]);
        let expected = json!({
            "success": false,
            "error": {
                "code": "TOO_MANY_REQUESTS",
                "message": "Rate limit exceeded. Try again in 864 seconds.",
            },
        });
        assert_eq!(refused.body, expected);
    }
}

#[tokio::test]
async fn keys_are_counted_apart_and_no_key_is_one_too() {
    let server = stackflow().await;
    exhaust(|| server.ask("POST", "/api/v1/incidents/bulk")).await;
    let other = server.bare("POST", "/api/v1/incidents/bulk").bearer_auth("u2").answer().await;
    assert_eq!(other.quota()[1], "9");
    let (admitted, _) = exhaust(|| server.bare("POST", "/api/v1/incidents/bulk")).await;
    assert_eq!(admitted, 10);
}

#[tokio::test]
async fn a_service_account_has_ten_times_the_limits() {
    let server = stackflow().await;
    for (path, limit) in [("incidents", "3000"), ("incidents/search", "1200")] {
        let path = format!("/api/v1/{path}");
        let answer = server.ask("GET", &path).header("X-Role", "service_account").answer().await;
        assert_eq!(answer.quota()[0], limit);
    }
    let bulk = || server.ask("POST", "/api/v1/incidents/bulk").header("X-Role", "service_account");
    assert_eq!(exhaust(bulk).await.0, 100);
    let unknown = server.ask("GET", "/api/v1/incidents").header("X-Role", "king").answer().await;
    assert_eq!((unknown.status, unknown.quota()[0]), (200, "300"), "an unknown role is none");
}

#[tokio::test]
async fn a_shorter_window_is_announced() {
    let mut options = Options::new(ApiName::Stackflow);
    options.window = Some(Span::from_secs(2));
    let server = Server::start(&options).await;
    let answer = server.get("/api/v1/incidents").await;
    assert_eq!(answer.quota(), ["300", "299", "1716134438", "2", ""]);
}

#[tokio::test]
async fn retry_after_comes_as_a_date_or_not_at_all() {
    for (form, expected) in
        [(RetryAfterForm::Date, "Sun, 19 May 2024 16:01:00 GMT"), (RetryAfterForm::Absent, "")]
    {
        let mut options = Options::new(ApiName::Stackflow);
        options.retry_after = form;
        let server = Server::start(&options).await;
        let bulk = || server.ask("POST", "/api/v1/incidents/bulk");
        let (_, refused) = exhaust(bulk).await;
        assert_eq!(refused.header("retry-after"), expected);
        // What was told is the end of the window: at it nothing is early, before it it is.
        server.clock.advance(Span::from_millis(23_499));
        bulk().answer().await;
        server.clock.advance(Span::from_millis(1));
        bulk().answer().await;
        assert_eq!(server.total().await, [13, 2, 2, 1, 0]);
    }
}

#[tokio::test]
async fn the_gateway_refuses_the_5001st_request_of_all_keys() {
    let server = Arc::new(stackflow().await);
    let tasks: Vec<_> = (0..10)
        .map(|task| {
            let server = Arc::clone(&server);
            tokio::spawn(async move {
                for _ in 0..500 {
                    let request = server.bare("GET", "/api/v1/incidents?limit=1");
                    let request = request.bearer_auth(format!("account-{}", task % 2));
                    let answer = request.header("X-Role", "service_account").answer().await;
                    assert_eq!(answer.status, 200);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let throttled = server.get("/api/v1/incidents").await;
    assert_eq!((throttled.status, &throttled.body["code"]), (429, &json!("THROTTLED")));
    assert_eq!(throttled.quota(), ["300", "300", "1716134460", "60", "1"], "nothing was counted");
    server.clock.advance(Span::from_nanos(200_000));
    assert_eq!(server.get("/api/v1/incidents").await.status, 200);
    assert_eq!(server.total().await, [5002, 1, 1, 0, 0], "this client alone emptied it");
}

#[tokio::test]
async fn the_verdict_tells_clients_of_one_key_apart() {
    let server = stackflow().await;
    let bulk = |client: &'static str, id: &str| {
        let request = server.ask("POST", "/api/v1/incidents/bulk").header("X-Client", client);
        request.header("X-Request-Id", id)
    };
    for call in 0..6 {
        bulk("greedy", &format!("g{call}")).answer().await;
    }
    for call in 0..4 {
        bulk("modest", &format!("m{call}")).answer().await;
    }
    bulk("greedy", "g6").answer().await;
    bulk("modest", "m4").answer().await;
    // Told of Remaining 0 and of Retry-After, 50 ms later everybody knows.
    server.clock.advance(Span::from_millis(50));
    bulk("greedy", "g7").answer().await;
    bulk("modest", "m4").answer().await;
    server.clock.advance(Span::from_secs(24));
    bulk("greedy", "g7").answer().await;

    let verdict = server.bare("GET", "/_verdict").answer().await.body;
    let row = |client: &str, [requests, refused, foreseeable, early]: [u64; 4]| {
        json!({
            "key": "u1", "client": client, "requests": requests, "refused": refused,
            "foreseeable": foreseeable, "early": early, "duplicates": 0,
        })
    };
    assert_eq!(verdict["clients"][0], row("greedy", [9, 2, 1, 1]));
    assert_eq!(verdict["clients"][1], row("modest", [6, 2, 1, 1]));
    assert_eq!(server.total().await, [15, 4, 2, 2, 0]);

    assert_eq!(server.bare("POST", "/_reset").answer().await.status, 204);
    assert_eq!(server.total().await, [0; 5]);
    assert_eq!(server.get("/api/v1/incidents").await.quota()[1], "299");
    assert_eq!(bulk("greedy", "g8").answer().await.quota()[1], "8", "the limits stay");
    assert_eq!(server.bare("GET", "/_health").answer().await.status, 204);
}

#[tokio::test]
async fn the_date_is_that_of_the_answer() {
    let server = stackflow().await;
    let before = server.get("/").await.header("date").to_owned();
    assert_eq!(before, "Sun, 19 May 2024 16:00:36 GMT");
    server.clock.advance(Span::from_nanos(500_000_000 - START_NS % 1_000_000_000 % 500_000_000));
    assert_eq!(server.get("/").await.header("date"), "Sun, 19 May 2024 16:00:37 GMT");
}
