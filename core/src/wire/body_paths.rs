//! `BodyPaths`: where an API's error bodies say what, and where they say it if nothing is known.

use super::{body_fields::Names, places::Paths};
use crate::text::Text;

/// Where the parts of an error body stand. A part for which no path is named is found as
/// [`ErrorBody::scan`](super::ErrorBody::scan) finds it; one that is named stands only there.
///
/// A path is names with dots between them, from the outermost object on: `error.code`. `[]` behind a
/// name goes into the first element of its list: `errors[].message`. A name that holds a dot cannot be
/// written. Of two paths the first at which something is found counts.
///
/// # Examples
///
/// ```
/// use tidegate::{ErrorBody, Text, wire::BodyPaths};
///
/// const OKTA: BodyPaths = BodyPaths {
///     code: [Text::new("errorCode"), Text::EMPTY],
///     message: [Text::new("errorCauses[].errorSummary"), Text::new("errorSummary")],
///     request_id: [Text::new("errorId"), Text::EMPTY],
///     ..BodyPaths::ANY
/// };
/// let body = br#"{"errorCode":"E0000047","errorSummary":"Too many","errorId":"x1","errorCauses":[]}"#;
/// let body = ErrorBody::scan_with(body, &OKTA);
/// assert_eq!(body.code().and_then(|code| code.as_str()), Some("E0000047"));
/// assert_eq!(body.message().and_then(|message| message.as_str()), Some("Too many"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BodyPaths {
    /// The code for machines: a text, or a number without a fraction.
    pub code: [Text<48>; 2],
    /// The message for people.
    pub message: [Text<48>; 2],
    /// The id to name when asking for support.
    pub request_id: [Text<48>; 2],
    /// The list of what is wrong with single members of the request, or one such object.
    pub fields: Text<48>,
    /// In an element of that list, which member it is. Empty: as it is called anywhere, and an object
    /// in place of the list is a map from members to texts.
    pub field_path: Text<48>,
    /// In an element of that list, what is wrong with it. Empty: as it is called anywhere.
    pub field_issue: Text<48>,
}

impl BodyPaths {
    /// No path: of each part the first of these.
    ///
    /// | part | where it is found |
    /// | --- | --- |
    /// | code | `error.code`, `code`, `__type`, `error.type`, `type` |
    /// | message | `error`, `error.message`, `message`, `Message`, `detail`, `title`, `errors` |
    /// | request id | `requestId`, `request_id`, `error.requestId`, `error.request_id`, `instance` |
    /// | fields | `error.details.errors`, `details`, `errors`, `error.param`, `message` |
    /// | violated policies | `violated-policies` |
    ///
    /// A field's path is its `pointer`, `source.pointer`, `path`, `field` or `param`, its issue the
    /// `detail`, `message`, `issue` or `code`; `errors` and `message` may also be maps from members to
    /// texts, and the issue of `error.param` is `error.message`. The first of the places that tells of a
    /// field tells of all.
    pub const ANY: BodyPaths = BodyPaths {
        code: [Text::EMPTY; 2],
        message: [Text::EMPTY; 2],
        request_id: [Text::EMPTY; 2],
        fields: Text::EMPTY,
        field_path: Text::EMPTY,
        field_issue: Text::EMPTY,
    };

    /// Whether a path is named.
    pub(super) fn is_any(&self) -> bool {
        let named = self.code.iter().chain(&self.message).chain(&self.request_id);
        named.chain([&self.fields]).all(Text::is_empty)
    }

    /// All paths, to be looked for.
    pub(super) fn paths(&self) -> Paths<'_, PATHS> {
        let mut paths = ANY_PATHS.all();
        put(&mut paths, CODE, &self.code);
        put(&mut paths, MESSAGE, &self.message);
        put(&mut paths, REQUEST_ID, &self.request_id);
        put(&mut paths, FIELDS, core::slice::from_ref(&self.fields));
        Paths::new(paths)
    }

    /// What path and issue are called in the list of fields at this place of [`FIELDS`].
    pub(super) fn names(&self, place: usize) -> Names<'_> {
        if self.fields.is_empty() {
            return Names { is_map: MAPS.contains(&place), ..ANY_NAMES };
        }
        let mut names = Names { is_map: self.field_path.is_empty(), ..ANY_NAMES };
        if !self.field_path.is_empty() {
            names.path = [self.field_path.as_str(), "", "", "", ""];
        }
        if !self.field_issue.is_empty() {
            names.issue = [self.field_issue.as_str(), "", "", ""];
        }
        names
    }
}

/// Puts what is named in the place of what stands for anything.
fn put<'p>(paths: &mut [&'p str; PATHS], part: core::ops::Range<usize>, named: &'p [Text<48>]) {
    if named.iter().all(Text::is_empty) {
        return;
    }
    let named = named.iter().map(Text::as_str).chain(core::iter::repeat(""));
    for (path, name) in paths.get_mut(part).into_iter().flatten().zip(named) {
        *path = name;
    }
}

/// Where each part stands among the paths.
pub(super) const CODE: core::ops::Range<usize> = 0..5;
pub(super) const MESSAGE: core::ops::Range<usize> = 5..12;
pub(super) const REQUEST_ID: core::ops::Range<usize> = 12..17;
pub(super) const FIELDS: core::ops::Range<usize> = 17..22;
pub(super) const POLICIES: usize = 22;
/// Where `error` names a parameter, as Stripe's and OpenAI's do: no list, so it is read with the rest.
pub(super) const PARAM: usize = 20;
pub(super) const PARAM_ISSUE: usize = 23;
pub(super) const PATHS: usize = 24;

/// Where no path is named. It stands in memory once.
///
/// Both envelopes (the codes of VelaFlows in `error`, those of StackFlow beside it), problem details,
/// AWS, and the vendors whose shapes they are not.
pub(super) static ANY_PATHS: Paths<'static, PATHS> = Paths::new([
    "error.code",
    "code",
    "__type",     // AWS
    "error.type", // Stripe, OpenAI, Anthropic, where the code is null or missing
    "type",       // RFC 9457
    "error",
    "error.message",
    "message",
    "Message", // AWS, now and then
    "detail",
    "title",
    "errors", // Shopify
    "requestId",
    "request_id", // Anthropic
    "error.requestId",
    "error.request_id",
    "instance", // RFC 9457
    "error.details.errors",
    "details",
    "errors", // GitHub, RFC 9457, JSON:API; as a map Shopify and Discord
    "error.param",
    "message",           // GitLab
    "violated-policies", // the drafts' problem types
    "error.message",
]);

/// Where no path is named in a list. It stands in memory once.
static ANY_NAMES: Names<'static> = Names::ANY;

/// Which of the lists may be maps.
const MAPS: [usize; 2] = [2, 4];
