//! StackFlow's routes, codes and envelope.

use crate::support::{Answer, Ask, Server};
use serde_json::{Value, json};
use tidegate_emulator::{ApiName, Options};

async fn start() -> Server {
    Server::start(&Options::new(ApiName::Stackflow)).await
}

/// Checks the whole answer to an error: envelope, status, code and headers.
#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, &answer.body["code"]), (status, &json!(code)), "{answer:?}");
    let members: Vec<_> = answer.body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["code", "details", "error", "requestId"]);
    assert!(answer.body["error"].as_str().is_some_and(|text| !text.is_empty()));
    assert_eq!(answer.body["requestId"].as_str().unwrap().len(), 36);
    assert!(answer.body["details"].is_object());
    assert_eq!(answer.header("content-type"), "application/json");
    let [limit, remaining, reset, window, retry_after] = answer.quota();
    assert!(!limit.is_empty() && !remaining.is_empty());
    assert_eq!((reset, window), ("1716134460", "60"));
    assert_eq!(retry_after.is_empty(), status != 429);
}

/// Every row of the document's "Error Code Reference".
const CODES: [(&str, u16); 14] = [
    ("TOKEN_MISSING", 401),
    ("TOKEN_EXPIRED", 401),
    ("TOKEN_INVALID", 401),
    ("WRONG_TOKEN_TYPE", 403),
    ("INSUFFICIENT_ROLE", 403),
    ("TENANT_MISMATCH", 403),
    ("RESOURCE_NOT_FOUND", 404),
    ("VALIDATION_ERROR", 400),
    ("INVALID_STATE_TRANSITION", 409),
    ("RATE_LIMIT_EXCEEDED", 429),
    ("THROTTLED", 429),
    ("INTERNAL_ERROR", 500),
    ("DATABASE_ERROR", 503),
    ("AI_MODEL_ERROR", 503),
];

#[tokio::test]
async fn every_code_can_be_asked_for() {
    let server = start().await;
    for (code, status) in CODES {
        check(&server.get(&format!("/api/v1/errors/{code}")).await, status, code);
    }
    check(&server.get("/api/v1/errors/NO_SUCH_CODE").await, 404, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn tokens_and_roles_are_checked() {
    let server = start().await;
    let path = "/api/v1/incidents";
    let bearer = |token: &str| server.bare("GET", path).bearer_auth(token);
    check(&server.bare("GET", path).answer().await, 401, "TOKEN_MISSING");
    check(&bearer("u1.expired").answer().await, 401, "TOKEN_EXPIRED");
    check(&bearer("u1.access").answer().await, 403, "WRONG_TOKEN_TYPE");
    let basic = server.bare("GET", path).basic_auth("u1", Some("secret"));
    check(&basic.answer().await, 401, "TOKEN_INVALID");
    let viewer = server.ask("DELETE", "/api/v1/incidents/inc-1").header("X-Role", "viewer");
    check(&viewer.answer().await, 403, "INSUFFICIENT_ROLE");
    assert_eq!(server.get("/api/v1/incidents/inc-1").await.status, 200);
}

#[tokio::test]
async fn an_incident_lives_and_is_deleted() {
    let server = start().await;
    let made = server.send("POST", "/api/v1/incidents", json!({"title": "Disk full"})).await;
    let expected =
        json!({"id": "inc-26", "title": "Disk full", "priority": "P3", "status": "open"});
    assert_eq!((made.status, &made.body), (201, &expected));

    let path = "/api/v1/incidents/inc-26";
    let changed = server.send("PATCH", path, json!({"status": "acknowledged"})).await;
    assert_eq!((changed.status, &changed.body["status"]), (200, &json!("acknowledged")));
    let skipped = server.send("PATCH", path, json!({"status": "closed", "title": "x"})).await;
    check(&skipped, 409, "INVALID_STATE_TRANSITION");
    assert_eq!(server.get(path).await.body["title"], "Disk full", "all or nothing");

    for _ in 0..2 {
        let deleted = server.ask("DELETE", path).answer().await;
        assert_eq!((deleted.status, &deleted.body), (204, &Value::Null));
        assert_eq!(deleted.header("content-type"), "");
    }
    check(&server.get(path).await, 404, "RESOURCE_NOT_FOUND");
    check(&server.get("/api/v1/incidents/foreign-1").await, 403, "TENANT_MISMATCH");
}

#[tokio::test]
async fn the_documented_example_of_an_error_is_met() {
    let server = start().await;
    let body = json!({"title": "Disk full", "priority": "P5"});
    let answer = server.send("POST", "/api/v1/incidents", body).await;
    check(&answer, 400, "VALIDATION_ERROR");
    let details = json!({"field": "priority", "issue": "must be one of P1, P2, P3, P4"});
    assert_eq!(answer.body["details"], details);
}

#[tokio::test]
async fn bad_input_is_a_validation_error() {
    let server = start().await;
    for body in ["", "{", "[]", "null", "{}", r#"{"title": 5}"#, r#"{"title": ""}"#] {
        let post = server.ask("POST", "/api/v1/incidents").body(body);
        check(&post.answer().await, 400, "VALIDATION_ERROR");
    }
    for query in ["page=0", "page=-1", "limit=101", "limit=x"] {
        let answer = server.get(&format!("/api/v1/incidents?{query}")).await;
        check(&answer, 400, "VALIDATION_ERROR");
    }
    let path = "/api/v1/incidents/inc-1";
    for change in [json!({"id": "inc-2"}), json!({"status": "gone"}), json!({"title": null})] {
        check(&server.send("PATCH", path, change).await, 400, "VALIDATION_ERROR");
    }
    check(&server.get("/api/v1/incidents/search").await, 400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn lists_search_bulk_and_ai() {
    let server = start().await;
    let page = server.get("/api/v1/incidents?page=3&limit=10").await;
    assert_eq!((page.status, page.body["incidents"].as_array().unwrap().len()), (200, 5));
    assert_eq!(page.quota()[0], "300");

    let found = server.get("/api/v1/incidents/search?q=disk+7").await;
    assert_eq!((found.status, &found.body["total"]), (200, &json!(1)));
    assert_eq!(found.quota()[..2], ["120", "119"]);
    let found = server.send("POST", "/api/v1/incidents/search", json!({"query": "disk"})).await;
    assert_eq!((found.status, &found.body["total"]), (200, &json!(25)));

    let many = json!({"incidents": [{"title": "a"}, {"title": "b", "priority": "P1"}]});
    let made = server.send("POST", "/api/v1/incidents/bulk", many).await;
    assert_eq!((made.status, &made.body["incidents"][1]["id"]), (201, &json!("inc-27")));
    assert_eq!(made.quota()[..2], ["10", "9"]);
    let too_many = json!({"incidents": vec![json!({"title": "a"}); 101]});
    let refused = server.send("POST", "/api/v1/incidents/bulk", too_many).await;
    check(&refused, 422, "VALIDATION_ERROR");
    let one_bad = json!({"incidents": [{"title": "a"}, {}]});
    let refused = server.send("POST", "/api/v1/incidents/bulk", one_bad).await;
    check(&refused, 400, "VALIDATION_ERROR");

    let path = "/api/v1/ai/summarize";
    let summary = server.send("POST", path, json!({"incidentId": "inc-1"})).await;
    assert_eq!((summary.status, &summary.body["summary"]), (200, &json!("Disk 1 is full, open.")));
    assert_eq!(summary.quota()[..2], ["60", "59"]);
    let unknown = server.send("POST", path, json!({"incidentId": "inc-99"})).await;
    check(&unknown, 404, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn unknown_routes_and_methods_are_not_found() {
    let server = start().await;
    for (method, path) in [("GET", "/"), ("GET", "/api/v2/incidents"), ("BREW", "/api/v1/tea")] {
        check(&server.ask(method, path).answer().await, 404, "RESOURCE_NOT_FOUND");
    }
    let head = server.ask("HEAD", "/api/v1/incidents").answer().await;
    assert_eq!((head.status, &head.body, head.quota()[0]), (200, &Value::Null, "300"));
    assert_eq!(server.ask("OPTIONS", "/api/v1/incidents").answer().await.status, 204);
}
