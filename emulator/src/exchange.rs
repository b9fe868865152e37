//! One request as the APIs see it (`Ask`), its result (`Reply` or `Problem`), and what an API must
//! say about itself (`Service`).

use crate::{codes::Code, credentials::Standing};
use serde_json::{Map, Value};

/// An API's routes, codes and envelope.
pub(crate) trait Service: Send {
    /// Every documented code.
    fn codes(&self) -> &'static [Code];

    /// Whether the caller may ask this at all.
    fn authorize(&self, ask: &Ask<'_>) -> Result<(), Problem>;

    /// Does what is asked.
    fn carry_out(&mut self, ask: &Ask<'_>) -> Result<Reply, Problem>;

    /// The problem of an injected fault with this status.
    fn failure(&self, status: u16, category: &str) -> Problem;

    /// The error body.
    fn envelope(&self, problem: &Problem, request_id: &str) -> Value;
}

/// What is asked.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    /// `HEAD` is given as `GET`: the server leaves the body out.
    pub(crate) method: &'a str,
    /// The path below `/api/v1`; empty for any other path.
    pub(crate) segments: &'a [&'a str],
    pub(crate) query: &'a str,
    pub(crate) standing: Standing,
    pub(crate) role: &'a str,
    pub(crate) body: &'a [u8],
}

impl Ask<'_> {
    /// The body, if it is a JSON object.
    pub(crate) fn object(&self) -> Option<Map<String, Value>> {
        serde_json::from_slice(self.body).ok()
    }

    /// A parameter of the query, decoded; the first one of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    /// `page` and `limit`: pages count from 1, a page has 1 to 100 items, 20 when not said.
    pub(crate) fn page(&self) -> Result<(usize, usize), Detail> {
        let number = |name, default, most| match self.parameter(name) {
            None => Ok(default),
            Some(text) => match text.parse() {
                Ok(number) if (1..=most).contains(&number) => Ok(number),
                _ => Err(Detail::new(name, format!("must be from 1 to {most}"))),
            },
        };
        Ok((number("page", 1, 1_000_000)?, number("limit", 20, 100)?))
    }

    /// Whether the role `viewer` may not do this.
    pub(crate) fn is_beyond_viewer(&self) -> bool {
        self.role == "viewer" && !matches!(self.method, "GET" | "OPTIONS")
    }
}

/// What was done.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    /// Whether doing it twice differs from doing it once.
    pub(crate) effect: bool,
}

impl Reply {
    /// 200: doing it again changes nothing.
    pub(crate) fn found(body: Value) -> Reply {
        Reply { status: 200, body: Some(body), effect: false }
    }

    /// 200: doing it again would change more.
    pub(crate) fn done(body: Value) -> Reply {
        Reply { status: 200, body: Some(body), effect: true }
    }

    /// 201: something was made.
    pub(crate) fn created(body: Value) -> Reply {
        Reply { status: 201, body: Some(body), effect: true }
    }

    /// 204: nothing to say.
    pub(crate) fn empty() -> Reply {
        Reply { status: 204, body: None, effect: false }
    }
}

/// Why it was not done.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) details: Vec<Detail>,
}

impl Problem {
    /// A problem of this code with other words.
    pub(crate) fn saying(code: Code, message: impl Into<String>) -> Problem {
        Problem { message: message.into(), ..Problem::from(code) }
    }

    /// A problem of this code with fields that are wrong.
    pub(crate) fn with(code: Code, details: Vec<Detail>) -> Problem {
        Problem { details, ..Problem::from(code) }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Problem {
        let Code { name, status, sentence } = code;
        Problem { status, code: name, message: sentence.to_owned(), details: Vec::new() }
    }
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) path: String,
    pub(crate) issue: String,
}

impl Detail {
    /// `path` is wrong in this way.
    pub(crate) fn new(path: impl Into<String>, issue: impl Into<String>) -> Detail {
        Detail { path: path.into(), issue: issue.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::Ask;
    use crate::credentials::Standing;

    fn query(query: &str) -> Ask<'_> {
        let standing = Standing::Valid;
        Ask { method: "GET", segments: &[], query, standing, role: "", body: b"" }
    }

    #[test]
    fn pages_count_from_one() {
        assert_eq!(query("").page(), Ok((1, 20)));
        assert_eq!(query("page=2&limit=100").page(), Ok((2, 100)));
        for bad in ["page=0", "page=-1", "page=x", "page="] {
            assert_eq!(query(bad).page().unwrap_err().path, "page", "{bad}");
        }
        assert_eq!(query("limit=101").page().unwrap_err().path, "limit");
    }

    #[test]
    fn parameters_are_decoded() {
        assert_eq!(query("a=1&q=disk+full%21").parameter("q").as_deref(), Some("disk full!"));
        assert_eq!(query("").parameter("q"), None);
    }
}
