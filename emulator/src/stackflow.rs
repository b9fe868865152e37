//! StackFlow: incidents, search, bulk and AI, with StackFlow's codes and envelope.
//!
//! `inc-1` to `inc-25` exist from the start; `foreign-1` belongs to another tenant. The document
//! gives status 422 ("business rule violation") no code of its own; it is answered with
//! `VALIDATION_ERROR`, for more than a hundred incidents in one bulk request.

use crate::{
    codes::{Code, stackflow as codes},
    credentials::Standing,
    exchange::{Ask, Detail, Problem, Reply, Service},
    resources::Collection,
};
use serde_json::{Map, Value, json};

/// The API and its records.
#[derive(Debug)]
pub(crate) struct Stackflow {
    incidents: Collection,
}

impl Stackflow {
    /// The API with its first 25 incidents.
    pub(crate) fn new() -> Stackflow {
        let mut incidents = Collection::new("inc");
        for number in 1..=25 {
            incidents.add(incident(format!("Disk {number} is full").into(), "P3".into()));
        }
        Stackflow { incidents }
    }

    fn list(&self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let (page, limit) = ask.page().map_err(invalid)?;
        let (incidents, total) = (self.incidents.page(page, limit), self.incidents.len());
        let body = json!({"incidents": incidents, "page": page, "limit": limit, "total": total});
        Ok(Reply::found(body))
    }

    fn create(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let record = read_incident(&object(ask)?)?;
        Ok(Reply::created(self.incidents.add(record)))
    }

    fn create_many(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let body = object(ask)?;
        let Some(Value::Array(items)) = body.get("incidents") else {
            return Err(invalid(Detail::new("incidents", "must be a list")));
        };
        if items.len() > BULK_MOST {
            let problem = invalid(Detail::new("incidents", "must be at most 100"));
            return Err(Problem { status: 422, ..problem });
        }
        let read = |item: &Value| match item {
            Value::Object(fields) => read_incident(fields),
            _ => Err(invalid(Detail::new("incidents", "must be objects"))),
        };
        let records = items.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let created: Vec<Value> =
            records.into_iter().map(|record| self.incidents.add(record)).collect();
        Ok(Reply::created(json!({"incidents": created})))
    }

    fn search(&self, query: Option<String>) -> Result<Reply, Problem> {
        let query = query.ok_or_else(|| invalid(Detail::new("query", "is required")))?;
        let found = self.incidents.containing("title", &query);
        Ok(Reply::found(json!({"total": found.len(), "incidents": found})))
    }

    fn change(&mut self, id: &str, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let changes = object(ask)?;
        let record = self.get(id)?;
        let mut changed = record.clone();
        for (field, value) in &changes {
            match (field.as_str(), value) {
                ("title", Value::String(text)) if !text.is_empty() => {}
                ("priority", value) => check_priority(value)?,
                ("status", value) => check_status(&record["status"], value)?,
                (field, _) => return Err(invalid(Detail::new(field, "cannot be set to this"))),
            }
            changed.insert(field.clone(), value.clone());
        }
        *record = changed;
        Ok(Reply::done(Value::Object(record.clone())))
    }

    fn summarize(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let body = object(ask)?;
        let Some(id) = body.get("incidentId").and_then(Value::as_str) else {
            return Err(invalid(Detail::new("incidentId", "is required")));
        };
        let record = self.get(id)?;
        let summary = format!("{}, {}.", record["title"], record["status"]).replace('"', "");
        Ok(Reply::done(json!({"incidentId": id, "summary": summary})))
    }

    fn get(&mut self, id: &str) -> Result<&mut Map<String, Value>, Problem> {
        if id.starts_with("foreign-") {
            return Err(codes::TENANT_MISMATCH.into());
        }
        self.incidents.get(id).ok_or_else(|| codes::RESOURCE_NOT_FOUND.into())
    }
}

impl Service for Stackflow {
    fn codes(&self) -> &'static [Code] {
        codes::ALL
    }

    fn authorize(&self, ask: &Ask<'_>) -> Result<(), Problem> {
        match ask.standing {
            Standing::Missing => Err(codes::TOKEN_MISSING.into()),
            Standing::Invalid => Err(codes::TOKEN_INVALID.into()),
            Standing::Expired => Err(codes::TOKEN_EXPIRED.into()),
            Standing::WrongType => Err(codes::WRONG_TOKEN_TYPE.into()),
            Standing::Valid if ask.is_beyond_viewer() => Err(codes::INSUFFICIENT_ROLE.into()),
            Standing::Valid => Ok(()),
        }
    }

    fn carry_out(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        match (ask.method, ask.segments) {
            ("GET", ["incidents"]) => self.list(ask),
            ("POST", ["incidents"]) => self.create(ask),
            ("POST", ["incidents", "bulk"]) => self.create_many(ask),
            ("GET", ["incidents", "search"]) => self.search(ask.parameter("q")),
            ("POST", ["incidents", "search"]) => self.search(text(&object(ask)?, "query")),
            ("POST", ["ai", "summarize"]) => self.summarize(ask),
            ("GET", ["incidents", id]) => Ok(Reply::found(Value::Object(self.get(id)?.clone()))),
            ("PATCH", ["incidents", id]) => self.change(id, ask),
            ("DELETE", ["incidents", id]) => {
                self.incidents.remove(id);
                Ok(Reply::empty())
            }
            ("OPTIONS", _) => Ok(Reply::empty()),
            _ => Err(Problem::saying(codes::RESOURCE_NOT_FOUND, "No such route")),
        }
    }

    fn failure(&self, status: u16, category: &str) -> Problem {
        match (status, category) {
            (503, "ai") => codes::AI_MODEL_ERROR.into(),
            (503, _) => codes::DATABASE_ERROR.into(),
            _ => codes::INTERNAL_ERROR.into(),
        }
    }

    fn envelope(&self, problem: &Problem, request_id: &str) -> Value {
        let details = match problem.details.first() {
            Some(detail) => json!({"field": detail.path, "issue": detail.issue}),
            None => json!({}),
        };
        json!({
            "error": problem.message,
            "code": problem.code,
            "requestId": request_id,
            "details": details,
        })
    }
}

fn object(ask: &Ask<'_>) -> Result<Map<String, Value>, Problem> {
    ask.object().ok_or_else(|| invalid(Detail::new("body", "must be a JSON object")))
}

fn text(object: &Map<String, Value>, field: &str) -> Option<String> {
    object.get(field).and_then(Value::as_str).map(str::to_owned)
}

fn invalid(detail: Detail) -> Problem {
    Problem::with(codes::VALIDATION_ERROR, vec![detail])
}

fn incident(title: Value, priority: Value) -> Map<String, Value> {
    let status = STATUSES[0].into();
    [("title", title), ("priority", priority), ("status", status)]
        .map(|(field, value)| (field.to_owned(), value))
        .into_iter()
        .collect()
}

fn read_incident(fields: &Map<String, Value>) -> Result<Map<String, Value>, Problem> {
    let title = text(fields, "title").filter(|title| !title.is_empty());
    let title = title.ok_or_else(|| invalid(Detail::new("title", "is required")))?;
    let priority = fields.get("priority").cloned().unwrap_or_else(|| "P3".into());
    check_priority(&priority)?;
    Ok(incident(title.into(), priority))
}

fn check_priority(priority: &Value) -> Result<(), Problem> {
    match priority.as_str() {
        Some("P1" | "P2" | "P3" | "P4") => Ok(()),
        _ => Err(invalid(Detail::new("priority", "must be one of P1, P2, P3, P4"))),
    }
}

/// An incident moves one status forward at a time; a resolved one may be opened again.
fn check_status(from: &Value, to: &Value) -> Result<(), Problem> {
    let place = |status: &Value| STATUSES.iter().position(|known| status == known);
    match (place(from), place(to)) {
        (_, None) => {
            let issue = format!("must be one of {}", STATUSES.join(", "));
            Err(invalid(Detail::new("status", issue)))
        }
        (Some(from), Some(to)) if to == from || to == from + 1 || (from, to) == (2, 0) => Ok(()),
        _ => Err(codes::INVALID_STATE_TRANSITION.into()),
    }
}

const STATUSES: [&str; 4] = ["open", "acknowledged", "resolved", "closed"];
const BULK_MOST: usize = 100;
