//! `Policy`: an API as data, read from a file, and what it says.

use std::str;

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    Method, Policy, Span, Text,
    api::{self, Methods, PageStyle, PolicyError, Problem, Route},
    wire::Dialect,
};

use crate::{
    errors::{Answer, answer},
    values,
    wire::{ErrorBodyValues, error_body},
};

/// A file that was read: a policy, or what is wrong with it.
#[napi(object, object_from_js = false)]
pub(crate) struct PolicyFile {
    /// What the file describes.
    pub policy: Option<External<Policy>>,
    /// What is wrong with it.
    pub wrong: Option<WrongPolicy>,
}

/// What is wrong with a file, and where.
#[napi(object, object_from_js = false)]
pub(crate) struct WrongPolicy {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The member; empty for the whole.
    pub member: String,
    /// What is wrong with it.
    pub problem: String,
    /// All of that as one sentence.
    pub message: String,
}

/// One limit.
#[napi(object, object_from_js = false)]
pub(crate) struct PolicyLimit {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// How it counts.
    pub kind: &'static str,
    /// What it counts.
    pub unit: &'static str,
    /// How many a period.
    pub limit: f64,
    /// The period in milliseconds.
    pub per: f64,
    /// The same in nanoseconds.
    pub per_ns: BigInt,
    /// How many at once, of a bucket.
    pub burst: Option<f64>,
}

/// One category.
#[napi(object, object_from_js = false)]
pub(crate) struct PolicyCategory {
    /// Its name.
    pub name: String,
    /// Its limits, for each key by itself.
    pub limits: Vec<PolicyLimit>,
    /// How long an answer to a GET is good for, in milliseconds.
    pub cache: Option<f64>,
    /// The same in nanoseconds.
    pub cache_ns: Option<BigInt>,
}

/// How lists are read page by page.
#[napi(object, object_from_js = false)]
pub(crate) struct PolicyPages {
    /// How the next page is asked for.
    pub style: &'static str,
    /// The query parameter of the page.
    pub parameter: Option<String>,
    /// The query parameter of how many a page has.
    pub size: Option<String>,
    /// What is asked for where nothing else is said.
    pub default_size: Option<u32>,
    /// The most that may be asked for.
    pub max_size: Option<u32>,
    /// The number of the first page.
    pub first: u32,
    /// Where in a body the list of items stands.
    pub items: Option<String>,
    /// Where in a body stands whether there are more pages.
    pub more: Option<String>,
    /// Where in a body the cursor of the next page stands.
    pub next: Option<String>,
    /// Where in the last item of a page the cursor of the next one stands.
    pub last: Option<String>,
}

/// A route that does many things at once.
#[napi(object, object_from_js = false)]
pub(crate) struct PolicyBatch {
    /// The path.
    pub path: String,
    /// The member of the body that lists them.
    pub items: String,
    /// How many at once.
    pub max_items: u32,
}

/// Everything that a policy says in numbers and names.
#[napi(object, object_from_js = false)]
pub(crate) struct PolicyValues {
    /// The API's name.
    pub name: String,
    /// The categories in order.
    pub categories: Vec<PolicyCategory>,
    /// The limits over all keys.
    pub shared: Vec<PolicyLimit>,
    /// How lists are read.
    pub pages: Option<PolicyPages>,
    /// The routes that do many things at once.
    pub batches: Vec<PolicyBatch>,
}

/// The policy that the bytes of a file describe.
#[napi]
pub(crate) fn read_policy(file: &[u8]) -> PolicyFile {
    match parse(file) {
        Ok(policy) => PolicyFile { policy: Some(boxed(policy)), wrong: None },
        Err(error) => PolicyFile { policy: None, wrong: Some(WrongPolicy::from(&error)) },
    }
}

/// The policy of this name.
#[napi]
pub(crate) fn named_policy(name: String) -> Answer<External<Policy>> {
    answer(Policy::named(&name).map(boxed))
}

/// The names of the policies that are built in.
#[napi]
pub(crate) fn policy_names() -> Vec<&'static str> {
    api::FILES.iter().map(|(name, _)| *name).collect()
}

/// What it says, in words.
#[napi]
pub(crate) fn policy_explain(policy: &External<Policy>) -> String {
    policy.to_string()
}

/// What it says, in numbers and names.
#[napi]
pub(crate) fn policy_values(policy: &External<Policy>) -> PolicyValues {
    let category = |category: &api::Category| PolicyCategory {
        name: category.name().to_owned(),
        limits: policy.limits(category).map(PolicyLimit::from).collect(),
        cache: category.cache().map(values::millis),
        cache_ns: category.cache().map(values::nanos),
    };
    PolicyValues {
        name: policy.name().to_owned(),
        categories: policy.categories().map(category).collect(),
        shared: policy.shared().map(PolicyLimit::from).collect(),
        pages: policy.pages().map(PolicyPages::from),
        batches: policy.batches().map(PolicyBatch::from).collect(),
    }
}

/// The category that a request belongs to.
#[napi]
pub(crate) fn policy_category_of(
    policy: &External<Policy>,
    method: String,
    path: String,
) -> Answer<Option<String>> {
    let category = |method| policy.category_of(method, &path).map(|it| it.name().to_owned());
    answer(Method::parse(&method).map(category))
}

/// How long an answer is good for: milliseconds rounded up, and nanoseconds.
#[napi]
pub(crate) fn policy_cache_ttl(
    policy: &External<Policy>,
    method: String,
    path: String,
) -> Answer<Option<(f64, BigInt)>> {
    let shown = |ttl: Span| (values::millis(ttl), values::nanos(ttl));
    let ttl = Method::parse(&method).and_then(|method| policy.cache_of(method, &path));
    answer(ttl.map(|ttl| ttl.map(shown)))
}

/// The batch route that a path belongs to.
#[napi]
pub(crate) fn policy_batch_of(policy: &External<Policy>, path: String) -> Option<PolicyBatch> {
    let fits = |batch: &&api::Batch| {
        Route::new(Methods::ALL, batch.path.as_str(), 0).fits(Method::Post, &path)
    };
    policy.batches().find(fits).map(PolicyBatch::from)
}

/// What an error body of this API says, where its policy names the places.
#[napi]
pub(crate) fn policy_error_body(policy: &External<Policy>, body: &[u8]) -> ErrorBodyValues {
    error_body(&policy.error_body(body))
}

/// The dialect of its headers, if it is not the plain one.
#[napi]
pub(crate) fn policy_dialect(policy: &External<Policy>) -> Option<External<Dialect>> {
    policy.dialect().map(External::new)
}

pub(crate) fn boxed(policy: Policy) -> External<Policy> {
    External::new_with_size_hint(policy, size_of::<Policy>())
}

fn parse(file: &[u8]) -> Result<Policy, PolicyError> {
    match str::from_utf8(file) {
        Ok(text) => Policy::from_json(text),
        Err(error) => Err(not_utf8(file.get(..error.valid_up_to()).unwrap_or_default())),
    }
}

/// The place behind what is UTF-8: a file in another encoding is no JSON from there on.
fn not_utf8(before: &[u8]) -> PolicyError {
    let before = str::from_utf8(before).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let number = |count: usize| u32::try_from(count.saturating_add(1)).unwrap_or(u32::MAX);
    PolicyError {
        line: number(before.matches('\n').count()),
        column: number(line.chars().count()),
        member: Text::EMPTY,
        problem: Problem::NotJson,
    }
}

impl From<&api::Batch> for PolicyBatch {
    fn from(batch: &api::Batch) -> PolicyBatch {
        PolicyBatch {
            path: batch.path.to_string(),
            items: batch.items.to_string(),
            max_items: batch.max_items,
        }
    }
}

impl From<&PolicyError> for WrongPolicy {
    fn from(error: &PolicyError) -> WrongPolicy {
        WrongPolicy {
            line: error.line,
            column: error.column,
            member: error.member.to_string(),
            problem: error.problem.to_string(),
            message: error.to_string(),
        }
    }
}

impl From<&api::Limit> for PolicyLimit {
    fn from(limit: &api::Limit) -> PolicyLimit {
        PolicyLimit {
            name: text(limit.name()),
            kind: limit.kind(),
            unit: limit.unit().name(),
            limit: limit.limit() as f64,
            per: values::millis(limit.period()),
            per_ns: values::nanos(limit.period()),
            burst: limit.burst().map(|burst| burst as f64),
        }
    }
}

impl From<&api::Pages> for PolicyPages {
    fn from(pages: &api::Pages) -> PolicyPages {
        PolicyPages {
            style: match pages.style {
                PageStyle::Number => "number",
                PageStyle::Offset => "offset",
                PageStyle::Cursor => "cursor",
                PageStyle::Link => "link",
            },
            parameter: text(pages.parameter.as_str()),
            size: text(pages.size.as_str()),
            default_size: (pages.default_size > 0).then_some(pages.default_size),
            max_size: (pages.max_size > 0).then_some(pages.max_size),
            first: pages.first,
            items: text(pages.items.as_str()),
            more: text(pages.more.as_str()),
            next: text(pages.next.as_str()),
            last: text(pages.last.as_str()),
        }
    }
}

/// What is not said is not there.
fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
