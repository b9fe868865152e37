//! What an error body says of single members of the request.
//!
//! Three shapes: a list of objects, one such object, and an object whose names are the members, with a
//! text for each or a list of texts. Discord's nests the last one and puts a list `_errors` at its ends.

use super::{
    body::FieldError,
    places::{Paths, Places},
};
use crate::json::{Json, JsonStr};

/// The field errors of a body; what comes after the eighth is dropped.
pub(super) type Fields<'a> = heapless::Vec<FieldError<'a>, MAX_FIELDS>;

/// What path and issue are called in an element, the first that is there counts; and whether an object
/// is no element but a map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'p> {
    pub(super) path: [&'p str; 5],
    pub(super) issue: [&'p str; 4],
    pub(super) is_map: bool,
}

impl Names<'_> {
    /// As they are called where nothing else is known: `pointer` and `detail` in problem details, `path`
    /// and `message`, `field` and `issue` in the two envelopes, `field` and `code` at GitHub.
    pub(super) const ANY: Names<'static> = Names {
        path: ["pointer", "source.pointer", "path", "field", "param"],
        issue: ["detail", "message", "issue", "code"],
        is_map: false,
    };
}

/// Reads the field errors that stand at a place of a text.
pub(super) fn read<'a>(text: &'a str, at: usize, names: &Names<'_>, fields: &mut Fields<'a>) {
    let mut json = Json::starting_at(text, at);
    let [a, b, c, d, e] = names.path;
    let [f, g, h, i] = names.issue;
    let paths = Paths::new([a, b, c, d, e, f, g, h, i]);
    let mut at = [0; 9];
    let mut places = Places::new(&paths, text, &mut at);
    // OK to ignore where it stops: the text was read to its end before.
    let _ = match json.peek() {
        Some(b'[') => json.array(&mut |json| match json.peek()? {
            // Where there is no more room there is nothing more to be read.
            _ if fields.is_full() => None,
            b'{' => element(json, &mut places, fields),
            _ => json.skip(),
        }),
        Some(b'{') if names.is_map => map(&mut json, fields),
        Some(b'{') => element(&mut json, &mut places, fields),
        _ => None,
    };
}

/// One object, if path and issue are texts in it.
fn element<'a>(
    json: &mut Json<'a>,
    places: &mut Places<'_, 'a>,
    fields: &mut Fields<'a>,
) -> Option<()> {
    places.object(json)?;
    let string = |place| places.string(place);
    let (path, issue) = ((0..5).find_map(string), (5..9).find_map(string));
    if let Some((path, issue)) = path.zip(issue) {
        // OK to ignore, as below: what comes after the eighth is dropped.
        let _ = fields.push(FieldError { path, issue });
    }
    Some(())
}

/// An object whose names are the paths.
fn map<'a>(json: &mut Json<'a>, fields: &mut Fields<'a>) -> Option<()> {
    json.object(&mut |json, path| match json.peek()? {
        _ if fields.is_full() => None,
        b'{' => nested(json, path, fields),
        b'[' => json.array(&mut |json| issue(json, path, fields)),
        _ => issue(json, path, fields),
    })
}

/// A text, or any other value, which is passed over.
fn issue<'a>(json: &mut Json<'a>, path: JsonStr<'a>, fields: &mut Fields<'a>) -> Option<()> {
    if let Some(issue) = json.text_or_other()? {
        let _ = fields.push(FieldError { path, issue });
    }
    Some(())
}

/// The messages of all lists `_errors`, however deep.
fn nested<'a>(json: &mut Json<'a>, path: JsonStr<'a>, fields: &mut Fields<'a>) -> Option<()> {
    json.object(&mut |json, name| match json.peek()? {
        b'[' if name.is("_errors") => json.array(&mut |json| {
            if json.peek()? != b'{' {
                return json.skip();
            }
            let mut message = None;
            json.object(&mut |json, name| {
                let text = json.text_or_other()?;
                if name.is("message") {
                    message = text;
                }
                Some(())
            })?;
            if let Some(issue) = message {
                let _ = fields.push(FieldError { path, issue });
            }
            Some(())
        }),
        b'{' => nested(json, path, fields),
        _ => json.skip(),
    })
}

const MAX_FIELDS: usize = 8;
