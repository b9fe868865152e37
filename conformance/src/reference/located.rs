//! JSON with the place of every value, read as far as it goes.
//!
//! A text that is broken somewhere still has everything that stands before. What is broken is marked where
//! it is; nothing follows it.

use crate::reference::json::{self, Json};

/// A value and where it begins, in bytes.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its first byte, or where it should be.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Its members, and where neither a comma nor the end stands.
    Object(Vec<Member>, Option<usize>),
    /// Its items, and where neither a comma nor the end stands.
    Array(Vec<Value>, Option<usize>),
    /// A text with its escapes decoded; `None` if it is none in JSON.
    Text(Option<String>),
    /// As it is written.
    Number(String),
    /// `true` or `false`.
    Flag(bool),
    /// None of these.
    Other,
}

/// One member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where its name begins.
    pub at: usize,
    /// Its name; `None` if there is no text.
    pub name: Option<String>,
    /// What follows the colon; else where the colon should be.
    pub value: Result<Value, usize>,
}

impl Value {
    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Kind::Object(members, _) = &self.kind else { return None };
        let member = members.iter().find(|member| member.name.as_deref() == Some(name))?;
        member.value.as_ref().ok()
    }

    /// The items of a list.
    pub fn items(&self) -> &[Value] {
        match &self.kind {
            Kind::Array(items, _) => items,
            _ => &[],
        }
    }

    /// The text of a text.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => text.as_deref(),
            _ => None,
        }
    }
}

/// The first value of a text, and where something follows it that should not.
pub fn read(text: &str) -> (Value, Option<usize>) {
    let mut reader = Reader { text, at: 0, whole: true };
    let value = reader.value();
    reader.space();
    let end = if reader.at < text.len() { Some(reader.at) } else { None };
    (value, end)
}

/// Line and column of a byte, in characters, both from 1.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    (line, column)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Nothing broken was met.
    whole: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn take(&mut self, word: &str) -> bool {
        let here = self.rest().starts_with(word);
        if here {
            self.at += word.len();
        }
        here
    }

    fn value(&mut self) -> Value {
        self.space();
        let at = self.at;
        let kind = match self.rest().chars().next() {
            Some('{') => self.object(),
            Some('[') => self.array(),
            Some('"') => Kind::Text(self.string()),
            Some('t') if self.take("true") => Kind::Flag(true),
            Some('f') if self.take("false") => Kind::Flag(false),
            _ => self.number(),
        };
        self.whole &= !matches!(kind, Kind::Other | Kind::Text(None));
        Value { at, kind }
    }

    fn object(&mut self) -> Kind {
        let mut members = Vec::new();
        self.take("{");
        self.space();
        if self.take("}") {
            return Kind::Object(members, None);
        }
        loop {
            self.space();
            let at = self.at;
            let name = if self.rest().starts_with('"') { self.string() } else { None };
            self.space();
            let value = if name.is_none() || !self.take(":") {
                self.whole = false;
                Err(self.at)
            } else {
                Ok(self.value())
            };
            members.push(Member { at, name, value });
            match self.follows("}") {
                Some(true) => {}
                Some(false) => return Kind::Object(members, None),
                None => return Kind::Object(members, Some(self.at)),
            }
        }
    }

    fn array(&mut self) -> Kind {
        let mut items = Vec::new();
        self.take("[");
        self.space();
        if self.take("]") {
            return Kind::Array(items, None);
        }
        loop {
            items.push(self.value());
            match self.follows("]") {
                Some(true) => {}
                Some(false) => return Kind::Array(items, None),
                None => return Kind::Array(items, Some(self.at)),
            }
        }
    }

    /// Whether one more follows; `None` where it is broken.
    fn follows(&mut self, close: &str) -> Option<bool> {
        if !self.whole {
            return None;
        }
        self.space();
        if self.take(",") {
            return Some(true);
        }
        let closed = self.take(close);
        self.whole = closed;
        closed.then_some(false)
    }

    /// From its first quotation mark to its last.
    fn string(&mut self) -> Option<String> {
        let rest = &self.rest()[1..];
        let mut escaped = false;
        let end = rest.char_indices().find(|&(_, c)| {
            let is_end = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        });
        let (end, _) = end?;
        // The reader of error bodies knows what a text is.
        let quoted = &self.text[self.at..=self.at + 1 + end];
        let Json::Text(text) = json::parse(quoted, 1)? else { return None };
        self.at += quoted.len();
        Some(text)
    }

    fn number(&mut self) -> Kind {
        let rest = self.rest();
        let digits =
            |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut end = usize::from(rest.starts_with('-'));
        let whole = if rest[end..].starts_with('0') { 1 } else { digits(&rest[end..]) };
        let mut fits = whole > 0;
        end += whole;
        if fits && rest[end..].starts_with('.') {
            let part = digits(&rest[end + 1..]);
            fits = part > 0;
            end += 1 + part;
        }
        if fits && rest[end..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
            let exponent = digits(&rest[end + 1 + sign..]);
            fits = exponent > 0;
            end += 1 + sign + exponent;
        }
        if !fits {
            return Kind::Other;
        }
        let number = rest[..end].to_owned();
        self.at += end;
        Kind::Number(number)
    }
}
