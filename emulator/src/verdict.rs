//! The routes beside the API: `/_verdict`, `/_reset` and `/_health`. They are neither limited nor
//! judged and need no key.

use crate::{
    answer::{Shared, lock},
    judge::Tally,
};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes, to be completed by the API's.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_verdict", get(verdict))
        .route("/_reset", post(reset))
        .route("/_health", get(StatusCode::NO_CONTENT))
}

async fn verdict(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let book = lock(&shared.book);
    let clients: Vec<Value> = book
        .judge
        .tallies()
        .map(|(key, client, tally)| {
            let mut row = row(tally);
            row["key"] = key.into();
            row["client"] = client.into();
            row
        })
        .collect();
    let body = json!({"total": row(book.judge.total()), "clients": clients}).to_string();
    ([(header::CONTENT_TYPE, "application/json")], body)
}

async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    lock(&shared.book).judge.clear();
    StatusCode::NO_CONTENT
}

fn row(tally: Tally) -> Value {
    let Tally { requests, refused, foreseeable, early, duplicates } = tally;
    json!({
        "requests": requests,
        "refused": refused,
        "foreseeable": foreseeable,
        "early": early,
        "duplicates": duplicates,
    })
}
