//! VelaFlows' routes, codes and envelope.

use crate::support::{Answer, Ask, Server};
use serde_json::{Value, json};
use tidegate_emulator::{ApiName, Options};

async fn start() -> Server {
    Server::start(&Options::new(ApiName::Velaflows)).await
}

/// Checks the whole answer to an error: envelope, status, code and headers.
#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) {
    let error = &answer.body["error"];
    assert_eq!((answer.status, &error["code"]), (status, &json!(code)), "{answer:?}");
    assert_eq!(answer.body["success"], false);
    assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()));
    assert_eq!(answer.header("content-type"), "application/json");
    let [limit, remaining, reset, window, retry_after] = answer.quota();
    assert!(!limit.is_empty() && !remaining.is_empty());
    assert_eq!((reset, window), ("1716135300", ""), "no window header");
    assert_eq!(retry_after.is_empty(), status != 429);
}

/// Every row of the document's "HTTP Status Codes".
const CODES: [(&str, u16); 8] = [
    ("BAD_REQUEST", 400),
    ("UNAUTHORIZED", 401),
    ("FORBIDDEN", 403),
    ("NOT_FOUND", 404),
    ("CONFLICT", 409),
    ("VALIDATION_ERROR", 422),
    ("TOO_MANY_REQUESTS", 429),
    ("INTERNAL_ERROR", 500),
];

#[tokio::test]
async fn every_code_can_be_asked_for() {
    let server = start().await;
    for (code, status) in CODES {
        check(&server.get(&format!("/api/v1/errors/{code}")).await, status, code);
    }
    check(&server.get("/api/v1/errors/THROTTLED").await, 404, "NOT_FOUND");
}

#[tokio::test]
async fn tokens_and_roles_are_checked() {
    let server = start().await;
    let path = "/api/v1/contacts";
    check(&server.bare("GET", path).answer().await, 401, "UNAUTHORIZED");
    for token in ["t1.expired", "t1.access", ""] {
        let answer = server.bare("GET", path).bearer_auth(token).answer().await;
        check(&answer, 401, "UNAUTHORIZED");
    }
    let viewer = server.ask("POST", path).header("X-Role", "viewer").json(&json!({}));
    check(&viewer.answer().await, 403, "FORBIDDEN");
}

#[tokio::test]
async fn a_token_is_got_without_one() {
    let server = start().await;
    let first = server.bare("POST", "/api/v1/auth/token").answer().await;
    assert_eq!((first.status, &first.body["data"]["token"]), (200, &json!("token-1")));
    assert_eq!(first.quota()[..2], ["20", "19"]);
    let renewed = server.bare("POST", "/api/v1/auth/token").bearer_auth("t1.expired");
    assert_eq!(renewed.answer().await.body["data"]["token"], "token-2");
}

#[tokio::test]
async fn pages_count_from_one() {
    let server = start().await;
    let page = server.get("/api/v1/inbox/conversations?page=2&limit=20").await;
    assert_eq!((page.status, &page.body["success"]), (200, &json!(true)));
    assert_eq!(page.body["data"][0]["id"], "conv-21");
    assert_eq!(page.body["data"].as_array().unwrap().len(), 20);
    let pagination = json!({"page": 2, "limit": 20, "total": 60, "pages": 3});
    assert_eq!(page.body["pagination"], pagination);
    let beyond = server.get("/api/v1/inbox/conversations?page=4").await;
    assert_eq!((beyond.status, &beyond.body["data"]), (200, &json!([])));
    let zero = server.get("/api/v1/inbox/conversations?page=0").await;
    check(&zero, 422, "VALIDATION_ERROR");
    assert_eq!(zero.body["error"]["details"]["errors"][0]["path"], "page");
}

#[tokio::test]
async fn the_documented_example_of_a_validation_error_is_met() {
    let server = start().await;
    let answer = server.send("POST", "/api/v1/contacts", json!({"email": "nonsense"})).await;
    check(&answer, 422, "VALIDATION_ERROR");
    let expected = json!({
        "success": false,
        "error": {
            "code": "VALIDATION_ERROR",
            "message": "Validation failed",
            "details": {"errors": [
                {"path": "email", "message": "Invalid email address"},
                {"path": "firstName", "message": "First name is required"},
            ]},
        },
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn malformed_bodies_are_bad_requests() {
    let server = start().await;
    for body in ["", "{", "[]", "nonsense"] {
        let post = server.ask("POST", "/api/v1/contacts").body(body);
        check(&post.answer().await, 400, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn contacts_conflict() {
    let server = start().await;
    let ada = json!({"email": "ada@example.com", "firstName": "Ada"});
    let made = server.send("POST", "/api/v1/contacts", ada.clone()).await;
    assert_eq!((made.status, &made.body["data"]["id"]), (201, &json!("contact-1")));
    assert_eq!(server.get("/api/v1/contacts/contact-1").await.body["data"]["firstName"], "Ada");
    check(&server.send("POST", "/api/v1/contacts", ada.clone()).await, 409, "CONFLICT");
    let deleted = server.ask("DELETE", "/api/v1/contacts/contact-1").answer().await;
    assert_eq!((deleted.status, deleted.quota()[0]), (204, "50"));
    assert_eq!(server.send("POST", "/api/v1/contacts", ada).await.status, 201);
}

#[tokio::test]
async fn a_conversation_is_changed_replaced_and_deleted() {
    let server = start().await;
    let path = "/api/v1/inbox/conversations/conv-1";
    let changed = server.send("PATCH", path, json!({"status": "closed"})).await;
    assert_eq!((changed.status, &changed.body["data"]["status"]), (200, &json!("closed")));
    check(&server.send("PATCH", path, json!({"status": 5})).await, 422, "VALIDATION_ERROR");
    let replaced = server.send("PUT", path, json!({"subject": "New"})).await;
    let expected = json!({"id": "conv-1", "subject": "New", "status": "open", "tagIds": []});
    assert_eq!((replaced.status, &replaced.body["data"]), (200, &expected));
    check(&server.send("PUT", path, json!({})).await, 422, "VALIDATION_ERROR");
    let messages = format!("{path}/messages");
    assert_eq!(server.send("POST", &messages, json!({"text": "Hello"})).await.status, 201);
    check(&server.send("POST", &messages, json!({})).await, 422, "VALIDATION_ERROR");
    for _ in 0..2 {
        let deleted = server.ask("DELETE", path).answer().await;
        assert_eq!((deleted.status, &deleted.body), (204, &Value::Null));
    }
    check(&server.get(path).await, 404, "NOT_FOUND");
    check(&server.send("PATCH", path, json!({})).await, 404, "NOT_FOUND");
    check(&server.get("/nowhere").await, 404, "NOT_FOUND");
}

#[tokio::test]
async fn many_are_tagged_at_once() {
    let server = start().await;
    let path = "/api/v1/tags/bulk";
    let body =
        json!({"entityType": "conversation", "entityIds": ["conv-1", "x"], "tagIds": ["vip"]});
    let done = server.send("POST", path, body).await;
    assert_eq!((done.status, &done.body["data"]), (200, &json!({"tagged": 1, "missing": ["x"]})));
    assert_eq!(done.quota()[..2], ["10", "9"]);
    let tagged = server.get("/api/v1/inbox/conversations/conv-1").await;
    assert_eq!(tagged.body["data"]["tagIds"], json!(["vip"]));

    let wrong = server.send("POST", path, json!({"entityIds": "conv-1", "tagIds": []})).await;
    check(&wrong, 422, "VALIDATION_ERROR");
    let errors = wrong.body["error"]["details"]["errors"].as_array().unwrap();
    let paths: Vec<_> = errors.iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["entityType", "entityIds"]);
}
