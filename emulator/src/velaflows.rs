//! VelaFlows: conversations, contacts, tags and tokens, with VelaFlows' codes and envelope.
//!
//! `conv-1` to `conv-60` exist from the start.

use crate::{
    codes::{Code, velaflows as codes},
    credentials::Standing,
    exchange::{Ask, Detail, Problem, Reply, Service},
    resources::Collection,
};
use serde_json::{Map, Value, json};

/// The API and its records.
#[derive(Debug)]
pub(crate) struct Velaflows {
    conversations: Collection,
    contacts: Collection,
    messages: Collection,
    tokens: u64,
}

impl Velaflows {
    /// The API with its first 60 conversations.
    pub(crate) fn new() -> Velaflows {
        let mut conversations = Collection::new("conv");
        for number in 1..=60 {
            conversations.add(conversation(&format!("Question {number}")));
        }
        let (contacts, messages) = (Collection::new("contact"), Collection::new("msg"));
        Velaflows { conversations, contacts, messages, tokens: 0 }
    }

    fn change(&mut self, id: &str, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let changes = object(ask)?;
        let record = found(self.conversations.get(id))?;
        let wrong: Vec<Detail> = changes
            .iter()
            .filter_map(|(field, value)| match (field.as_str(), value) {
                ("subject", Value::String(text)) if !text.is_empty() => None,
                ("status", Value::String(text)) if text == "open" || text == "closed" => None,
                _ => Some(Detail::new(field, "Cannot be set to this")),
            })
            .collect();
        if !wrong.is_empty() {
            return Err(invalid(wrong));
        }
        record.extend(changes);
        Ok(Reply::done(Value::Object(record.clone())))
    }

    fn replace(&mut self, id: &str, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let body = object(ask)?;
        let subject = body.get("subject").and_then(Value::as_str).filter(|text| !text.is_empty());
        let record = found(self.conversations.get(id))?;
        let Some(subject) = subject else {
            return Err(invalid([Detail::new("subject", "Subject is required")]));
        };
        record.extend(conversation(subject));
        Ok(Reply::found(Value::Object(record.clone())))
    }

    fn write_message(&mut self, id: &str, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let body = object(ask)?;
        found(self.conversations.get(id))?;
        match body.get("text") {
            Some(text @ Value::String(_)) => {
                let fields = [("conversationId", id.into()), ("text", text.clone())];
                Ok(Reply::created(self.messages.add(record(fields))))
            }
            _ => Err(invalid([Detail::new("text", "Text is required")])),
        }
    }

    fn add_contact(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let body = object(ask)?;
        let email = body.get("email").filter(|email| is_email(email));
        let name =
            body.get("firstName").filter(|name| name.as_str().is_some_and(|n| !n.is_empty()));
        match (email, name) {
            (Some(email), Some(_)) if self.contacts.has("email", email) => {
                Err(Problem::saying(codes::CONFLICT, "A contact with this email already exists"))
            }
            (Some(email), Some(name)) => {
                let fields = [("email", email.clone()), ("firstName", name.clone())];
                Ok(Reply::created(self.contacts.add(record(fields))))
            }
            (email, name) => {
                let email = email.is_none().then(|| Detail::new("email", "Invalid email address"));
                let name =
                    name.is_none().then(|| Detail::new("firstName", "First name is required"));
                Err(invalid(email.into_iter().chain(name)))
            }
        }
    }

    fn tag_many(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let body = object(ask)?;
        let (entities, tags) = (texts(&body, "entityIds"), texts(&body, "tagIds"));
        let records = match body.get("entityType").and_then(Value::as_str) {
            Some("conversation") => Some(&mut self.conversations),
            Some("contact") => Some(&mut self.contacts),
            _ => None,
        };
        let (Some(records), Some(entities), Some(tags)) = (records, entities, tags) else {
            return Err(invalid(wrong_tagging(&body)));
        };
        let mut missing = Vec::new();
        for id in &entities {
            match records.get(id) {
                Some(record) => _ = record.insert("tagIds".to_owned(), json!(tags)),
                None => missing.push(*id),
            }
        }
        let tagged = entities.len() - missing.len();
        Ok(Reply::done(json!({"tagged": tagged, "missing": missing})))
    }

    fn issue_token(&mut self) -> Reply {
        self.tokens += 1;
        Reply::done(json!({"token": format!("token-{}", self.tokens), "expiresIn": 3600}))
    }
}

impl Service for Velaflows {
    fn codes(&self) -> &'static [Code] {
        codes::ALL
    }

    fn authorize(&self, ask: &Ask<'_>) -> Result<(), Problem> {
        match ask.standing {
            // A token is got here, so none is needed.
            Standing::Missing | Standing::Expired if ask.segments == ["auth", "token"] => Ok(()),
            Standing::Valid if ask.is_beyond_viewer() => Err(codes::FORBIDDEN.into()),
            Standing::Valid => Ok(()),
            _ => Err(codes::UNAUTHORIZED.into()),
        }
    }

    fn carry_out(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem> {
        let mut reply = match (ask.method, ask.segments) {
            ("GET", ["inbox", "conversations"]) => return list(&self.conversations, ask),
            ("GET", ["contacts"]) => return list(&self.contacts, ask),
            ("GET", ["inbox", "conversations", id]) => {
                Reply::found(Value::Object(found(self.conversations.get(id))?.clone()))
            }
            ("GET", ["contacts", id]) => {
                Reply::found(Value::Object(found(self.contacts.get(id))?.clone()))
            }
            ("PATCH", ["inbox", "conversations", id]) => self.change(id, ask)?,
            ("PUT", ["inbox", "conversations", id]) => self.replace(id, ask)?,
            ("POST", ["inbox", "conversations", id, "messages"]) => self.write_message(id, ask)?,
            ("POST", ["contacts"]) => self.add_contact(ask)?,
            ("POST", ["tags", "bulk"]) => self.tag_many(ask)?,
            ("POST", ["auth", "token"]) => self.issue_token(),
            ("DELETE", ["inbox", "conversations", id]) => {
                self.conversations.remove(id);
                Reply::empty()
            }
            ("DELETE", ["contacts", id]) => {
                self.contacts.remove(id);
                Reply::empty()
            }
            ("OPTIONS", _) => Reply::empty(),
            _ => return Err(Problem::saying(codes::NOT_FOUND, "No such route")),
        };
        reply.body = reply.body.map(|data| json!({"success": true, "data": data}));
        Ok(reply)
    }

    fn failure(&self, status: u16, _category: &str) -> Problem {
        Problem { status, ..codes::INTERNAL_ERROR.into() }
    }

    fn envelope(&self, problem: &Problem, _request_id: &str) -> Value {
        let mut error = json!({"code": problem.code, "message": problem.message});
        if !problem.details.is_empty() {
            let errors: Vec<Value> = problem
                .details
                .iter()
                .map(|detail| json!({"path": detail.path, "message": detail.issue}))
                .collect();
            error["details"] = json!({"errors": errors});
        }
        json!({"success": false, "error": error})
    }
}

fn list(records: &Collection, ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (page, limit) = ask.page().map_err(|detail| invalid([detail]))?;
    let total = records.len();
    let pages = total.div_ceil(limit);
    let pagination = json!({"page": page, "limit": limit, "total": total, "pages": pages});
    let data = records.page(page, limit);
    Ok(Reply::found(json!({"success": true, "data": data, "pagination": pagination})))
}

fn object(ask: &Ask<'_>) -> Result<Map<String, Value>, Problem> {
    ask.object().ok_or_else(|| codes::BAD_REQUEST.into())
}

fn found<T>(record: Option<T>) -> Result<T, Problem> {
    record.ok_or_else(|| codes::NOT_FOUND.into())
}

fn invalid(details: impl IntoIterator<Item = Detail>) -> Problem {
    Problem::with(codes::VALIDATION_ERROR, details.into_iter().collect())
}

fn wrong_tagging(body: &Map<String, Value>) -> impl Iterator<Item = Detail> {
    let kind = body.get("entityType");
    let known = kind.is_some_and(|kind| kind == "conversation" || kind == "contact");
    let kind = (!known).then(|| Detail::new("entityType", "Must be conversation or contact"));
    let lists = ["entityIds", "tagIds"].into_iter().filter(|field| texts(body, field).is_none());
    kind.into_iter()
        .chain(lists.map(|field| Detail::new(field, "Must be a list of ids")).collect::<Vec<_>>())
}

fn record<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.map(|(field, value)| (field.to_owned(), value)).into_iter().collect()
}

fn conversation(subject: &str) -> Map<String, Value> {
    record([("subject", subject.into()), ("status", "open".into()), ("tagIds", json!([]))])
}

fn is_email(value: &Value) -> bool {
    let parts = value.as_str().and_then(|text| text.split_once('@'));
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}

fn texts<'a>(body: &'a Map<String, Value>, field: &str) -> Option<Vec<&'a str>> {
    body.get(field)?.as_array()?.iter().map(Value::as_str).collect()
}
