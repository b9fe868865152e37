//! Policy files: an API as JSON, read without a heap and strictly.
//!
//! A member that is not known is an error, and so is one that comes twice: a misspelt limit must not be
//! a missing one. Every error names the place, the member and what is allowed; of several the first in
//! reading order is told. What an object lacks, or what of it does not agree, is found at its end and told at
//! its beginning. Routes are compared with categories, and roles with limits, when all is read.
//! `policies/schema.json` describes the same files for editors.

mod error;
mod limits;
mod reader;
mod rules;

pub use error::{PolicyError, Problem};

use limits::{Places, Routes};
use reader::{Read, Reader};

use super::{Batch, Envelope, PageStyle, Pages, Policy};
use crate::{
    retry::RetryPolicy,
    text::Text,
    wire::{BodyPaths, Dialect, ResetForm},
};

impl Policy {
    /// The policy that a JSON text describes.
    ///
    /// Only `name` and `categories` must be there. Durations are texts, as `"15m"`; a status may be
    /// `429` or a range, `"500-599"`. What is left out is as in [`RetryPolicy::DEFAULT`], with no budget,
    /// no breaker and no hedging.
    ///
    /// # Errors
    ///
    /// [`PolicyError`]: the first thing that is wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Api, Instant, Method, Policy, Request, Step, UnixTime};
    ///
    /// let policy = Policy::from_json(r#"{
    ///     "name": "mine",
    ///     "categories": [
    ///         {"name": "all", "limits": [{"kind": "token_bucket", "limit": 10, "per": "1s", "burst": 2}]}
    ///     ],
    ///     "retry": {"max_attempts": 3, "statuses": [429, "500-599"]}
    /// }"#).unwrap();
    /// let api: Api<2> = Api::new(policy, 7);
    /// let mut call = api.call(&Request::new(Method::Get, "/", b"alice"))?;
    /// assert_eq!(call.next(&api, Instant::from_nanos(0), UnixTime::from_secs(1_716_134_400)), Step::Send);
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Policy, PolicyError> {
        let mut reader = Reader::new(text);
        let mut policy = Policy::new("", RetryPolicy::DEFAULT);
        let (mut routes, mut roles) = (Routes::new(), Places::new());
        reader.object(POLICY, 2, &mut |reader, member| {
            match member {
                "name" => policy.name = reader.text()?,
                "categories" => limits::categories(reader, &mut policy)?,
                "shared" => policy.shared = limits::shared(reader)?,
                "routes" => limits::routes(reader, &mut routes)?,
                "roles" => limits::roles(reader, &mut policy, &mut roles)?,
                "codes" => limits::codes(reader, &mut policy)?,
                "dialect" => policy.dialect = dialect(reader)?,
                "window_header" => policy.window_header = reader.boolean()?,
                "denied_code" => policy.denied_code = reader.text()?,
                "shared_code" => policy.shared_code = reader.text()?,
                "envelope" => policy.envelope = envelope(reader)?,
                "retry" => policy.retry = rules::retry(reader)?,
                "budget" => policy.budget = rules::budget(reader)?,
                "breaker" => policy.breaker = Some(rules::breaker(reader)?),
                "hedge" => policy.hedge = Some(rules::hedge(reader)?),
                "pages" => policy.pages = Some(pages(reader)?),
                "batches" => batches(reader, &mut policy)?,
                "key" => policy.key = reader.text()?,
                "body" => policy.body = body(reader)?,
                _ => reader.any_text()?, // $schema, about, source
            }
            Ok(())
        })?;
        reader.end()?;
        limits::resolved(&reader, &routes, &mut policy)?;
        limits::scaled(&reader, &roles, &policy)?;
        Ok(policy)
    }
}

/// A name, or a name with how its resets and fractions are meant; `None` for the plain one.
fn dialect(reader: &mut Reader<'_>) -> Read<Option<Dialect>> {
    if reader.peek() == Some(b'"') {
        return named(reader);
    }
    let (mut dialect, mut reset, mut decimals) = (None, None, None);
    reader.object(DIALECT, 1, &mut |reader, member| {
        match member {
            "name" => {
                let index = reader.one_of(VENDORS)?;
                dialect = VENDORS.get(index).and_then(|name| Dialect::named(name));
            }
            "reset" => {
                let index = reader.one_of(ResetForm::NAMES)?;
                reset = ResetForm::NAMES.get(index).and_then(|name| ResetForm::named(name));
            }
            _ => decimals = Some(reader.boolean()?),
        }
        Ok(())
    })?;
    let mut dialect = dialect.unwrap_or(Dialect::COMMON); // never: the name must be there
    dialect = reset.map_or(dialect, |reset| dialect.with_reset(reset));
    Ok(Some(decimals.map_or(dialect, |decimals| dialect.with_decimals(decimals))))
}

fn named(reader: &mut Reader<'_>) -> Read<Option<Dialect>> {
    let index = reader.one_of(DIALECTS)?;
    Ok(DIALECTS.get(index).and_then(|name| Dialect::named(name)))
}

fn envelope(reader: &mut Reader<'_>) -> Read<Envelope> {
    Ok(match reader.one_of(ENVELOPES)? {
        0 => Envelope::Problem,
        1 => Envelope::Stackflow,
        _ => Envelope::Velaflows,
    })
}

fn pages(reader: &mut Reader<'_>) -> Read<Pages> {
    let what = "a whole number up to 1000000";
    let start = reader.here();
    let (mut pages, mut style) = (Pages::new(PageStyle::Number), 0);
    let mut given = rules::Given::new();
    reader.object(PAGES, 1, &mut |reader, member| {
        let _ = given.push(member);
        match member {
            "style" => style = reader.one_of(STYLES)?,
            "parameter" => pages.parameter = reader.text()?,
            "size" => pages.size = reader.text()?,
            "default_size" => pages.default_size = reader.count(1, 1_000_000, what)?,
            "max_size" => pages.max_size = reader.count(1, 1_000_000, what)?,
            "items" => pages.items = reader.text()?,
            "more" => pages.more = reader.text()?,
            "next" => pages.next = reader.text()?,
            "last" => pages.last = reader.text()?,
            _ => pages.first = reader.count(0, 1, "0 or 1")?,
        }
        Ok(())
    })?;
    rules::of_kind(reader, start, &given, STYLE_MEMBERS, style)?;
    pages.style = match style {
        0 => PageStyle::Number,
        1 => PageStyle::Offset,
        2 => PageStyle::Cursor,
        _ => PageStyle::Link,
    };
    Ok(pages)
}

/// Where the parts of an error body stand.
fn body(reader: &mut Reader<'_>) -> Read<BodyPaths> {
    let mut paths = BodyPaths::ANY;
    reader.object(BODY, 0, &mut |reader, member| {
        match member {
            "code" => paths.code = both(reader)?,
            "message" => paths.message = both(reader)?,
            "request_id" => paths.request_id = both(reader)?,
            "fields" => paths.fields = reader.text()?,
            "field_path" => paths.field_path = reader.text()?,
            _ => paths.field_issue = reader.text()?,
        }
        Ok(())
    })?;
    Ok(paths)
}

/// One path, or two of which the first counts at which something is found.
fn both(reader: &mut Reader<'_>) -> Read<[Text<48>; 2]> {
    let mut paths = [Text::EMPTY; 2];
    reader.array(paths.len(), &mut |reader, index| {
        let path = reader.text()?;
        // OK: no more are read than there is room for.
        if let Some(place) = paths.get_mut(index) {
            *place = path;
        }
        Ok(())
    })?;
    Ok(paths)
}

fn batches(reader: &mut Reader<'_>, policy: &mut Policy) -> Read<()> {
    reader.array(Policy::MAX_BATCHES, &mut |reader, _| {
        let mut batch = Batch { path: Text::EMPTY, items: Text::EMPTY, max_items: 0 };
        reader.object(BATCH, 3, &mut |reader, member| {
            match member {
                "path" => batch.path = limits::pattern(reader)?,
                "items" => batch.items = reader.text()?,
                _ => {
                    let what = "a whole number from 1 to 1000000";
                    batch.max_items = reader.count(1, 1_000_000, what)?;
                }
            }
            Ok(())
        })?;
        // OK: no more are read than there is room for.
        policy.batches = policy.batches.with(batch).unwrap_or(policy.batches);
        Ok(())
    })
}

const POLICY: &[&str] = &[
    "name",
    "categories",
    "$schema",
    "about",
    "source",
    "shared",
    "routes",
    "roles",
    "codes",
    "dialect",
    "window_header",
    "denied_code",
    "shared_code",
    "retry",
    "budget",
    "breaker",
    "hedge",
    "pages",
    "batches",
    "body",
    "key",
    "envelope",
];
const BODY: &[&str] = &["code", "message", "request_id", "fields", "field_path", "field_issue"];
const DIALECT: &[&str] = &["name", "reset", "decimals"];
const DIALECTS: &[&str] = &[
    "plain",
    "common",
    "ietf",
    "github",
    "gitlab",
    "discord",
    "shopify",
    "stripe",
    "openai",
    "anthropic",
    "reddit",
    "twitter",
    "okta",
    "slack",
    "atlassian",
    "azure",
    "aws",
];
/// All but the plain one, of which nothing more can be said.
const VENDORS: &[&str] = match DIALECTS {
    [_, vendors @ ..] => vendors,
    [] => &[],
};
const ENVELOPES: &[&str] = &["problem", "stackflow", "velaflows"];
const PAGES: &[&str] = &[
    "style",
    "parameter",
    "size",
    "default_size",
    "max_size",
    "first",
    "items",
    "more",
    "next",
    "last",
];
const STYLES: &[&str] = &["number", "offset", "cursor", "link"];
/// What of the places where the next page is told each of them has.
const STYLE_MEMBERS: &[&[&str]] = &[&["more"], &["more"], &["more", "next", "last"], &[]];
const BATCH: &[&str] = &["path", "items", "max_items"];
