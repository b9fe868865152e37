//! Where in a JSON object the values stand that paths name, found in one pass.
//!
//! A path is names with dots between them; `[]` behind a name goes into the first element of its list.
//! All paths are followed at once: of those that led to an object, a member's name keeps some.

use crate::json::{Json, JsonStr};

/// `N` paths, at most 32, and where the value of each stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'p, const N: usize> {
    paths: [&'p str; N],
    /// Which paths begin with a name of this length; the last is for all longer names.
    lengths: [u32; LENGTHS],
    /// 0 where nothing was found: a value of an object never stands there.
    at: [u16; N],
}

/// A name of a path.
struct Step<'p> {
    name: &'p str,
    is_list: bool,
    is_last: bool,
}

impl<'p, const N: usize> Places<'p, N> {
    /// Nothing found yet. An empty path names nothing.
    #[expect(clippy::indexing_slicing, reason = "the index is below N, a length below LENGTHS")]
    pub(super) const fn new(paths: [&'p str; N]) -> Self {
        const { assert!(N <= 32, "they are bits of a word") };
        let (mut lengths, mut place) = ([0; LENGTHS], 0);
        while place < N {
            let length = first_length(paths[place].as_bytes());
            if !paths[place].is_empty() {
                lengths[if length < LENGTHS { length } else { LENGTHS - 1 }] |= 1 << place;
            }
            place += 1;
        }
        Places { paths, lengths, at: [0; N] }
    }

    /// Reads a whole object, and forgets what was found before.
    pub(super) fn object(&mut self, json: &mut Json<'_>) -> Option<()> {
        self.at = [0; N];
        self.members(json, u32::MAX, 0)
    }

    /// Where the value of a path stands.
    pub(super) fn at(&self, place: usize) -> Option<usize> {
        self.at.get(place).filter(|&&at| at > 0).map(|&at| usize::from(at))
    }

    /// A path.
    pub(super) fn path(&self, place: usize) -> &'p str {
        self.paths.get(place).copied().unwrap_or_default()
    }

    /// Follows the paths that led to this object.
    fn members(&mut self, json: &mut Json<'_>, led: u32, depth: usize) -> Option<()> {
        json.object(&mut |json, name| {
            let named = self.named(name, led, depth);
            if named == 0 {
                return json.skip();
            }
            let is_object = json.peek()? == b'{';
            let (inner, lists) = self.arrive(named, depth, json.at())?;
            if is_object && inner != 0 {
                self.members(json, inner, depth.saturating_add(1))
            } else if !is_object && lists != 0 && json.peek() == Some(b'[') {
                self.first(json, lists, depth)
            } else {
                json.skip()
            }
        })
    }

    /// Follows the paths into the first element of a list.
    fn first(&mut self, json: &mut Json<'_>, lists: u32, depth: usize) -> Option<()> {
        let mut is_first = true;
        json.array(&mut |json| {
            if !core::mem::take(&mut is_first) {
                return json.skip();
            }
            let is_object = json.peek()? == b'{';
            let mut inner = 0;
            for place in bits(lists) {
                let step = step(self.path(place), depth)?;
                if step.is_last {
                    *self.at.get_mut(place)? = u16::try_from(json.at()).ok()?;
                } else {
                    inner |= 1 << place;
                }
            }
            if is_object && inner != 0 {
                self.members(json, inner, depth.saturating_add(1))
            } else {
                json.skip()
            }
        })
    }

    /// Of these paths those whose name at this depth it is.
    fn named(&self, name: JsonStr<'_>, led: u32, depth: usize) -> u32 {
        let length = name.raw_len().min(LENGTHS.saturating_sub(1));
        let of_length = self.lengths.get(length).copied().unwrap_or(0);
        // What is escaped is longer than the name that it stands for.
        let led = if depth == 0 && !name.is_escaped() { led & of_length } else { led };
        let is_named =
            |&place: &usize| step(self.path(place), depth).is_some_and(|step| name.is(step.name));
        bits(led).filter(is_named).fold(0, |named, place| named | 1 << place)
    }

    /// Forgets what an earlier member of this name said, and notes what this one is for paths that
    /// end here. Returns the paths that go on, and those that go on in a list.
    fn arrive(&mut self, named: u32, depth: usize, at: usize) -> Option<(u32, u32)> {
        let (mut inner, mut lists) = (0, 0);
        for place in bits(named) {
            let step = step(self.path(place), depth)?;
            let ends = step.is_last && !step.is_list;
            *self.at.get_mut(place)? = if ends { u16::try_from(at).ok()? } else { 0 };
            if step.is_list {
                lists |= 1 << place;
            } else if !ends {
                inner |= 1 << place;
            }
        }
        Some((inner, lists))
    }
}

/// The name of a path at a depth.
fn step(path: &str, depth: usize) -> Option<Step<'_>> {
    let (mut name, mut rest) = cut(path);
    for _ in 0..depth {
        (name, rest) = cut(rest?);
    }
    let list = name.strip_suffix("[]");
    Some(Step { name: list.unwrap_or(name), is_list: list.is_some(), is_last: rest.is_none() })
}

/// The last name of a path.
pub(super) fn last_name(path: &str) -> &str {
    let (mut name, mut rest) = cut(path);
    while let Some(path) = rest {
        (name, rest) = cut(path);
    }
    name.strip_suffix("[]").unwrap_or(name)
}

/// The first name of a path, and the others. (No `split`: panics can be reached from it.)
fn cut(path: &str) -> (&str, Option<&str>) {
    let dot = path.bytes().position(|byte| byte == b'.');
    let Some((name, rest)) = dot.and_then(|dot| path.split_at_checked(dot)) else {
        return (path, None);
    };
    (name, rest.strip_prefix('.'))
}

/// The length of the first name of a path, which a constant can compute.
#[expect(clippy::indexing_slicing, reason = "the index is below the length")]
const fn first_length(path: &[u8]) -> usize {
    let (mut end, mut before, mut last) = (0, 0, 0);
    while end < path.len() && path[end] != b'.' {
        (before, last) = (last, path[end]);
        end += 1;
    }
    if before == b'[' && last == b']' { end.saturating_sub(2) } else { end }
}

/// The places of the bits that are set.
fn bits(mut word: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let lowest = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (lowest < u32::BITS).then_some(lowest as usize)
    })
}

const LENGTHS: usize = 24;

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::json::Json;

    fn found<const N: usize>(text: &'static str, paths: [&str; N]) -> [Option<&'static str>; N] {
        let mut places = Places::new(paths);
        places.object(&mut Json::new(text)).unwrap();
        core::array::from_fn(|place| {
            let at = places.at(place)?;
            let mut json = Json::starting_at(text, at);
            json.skip().unwrap();
            text.get(at..json.at())
        })
    }

    #[test]
    fn paths_lead_through_objects_and_first_elements() {
        let text = r#"{"a":1,"b":{"c":[{"d":2},{"d":3}],"e":[]},"a\u0062":[4],"":5}"#;
        assert_eq!(
            found(text, ["a", "b.c[].d", "b.c[]"]),
            [Some("1"), Some("2"), Some(r#"{"d":2}"#)]
        );
        assert_eq!(found(text, ["ab[]", "ab", "b.e[]"]), [Some("4"), Some("[4]"), None]);
        assert_eq!(
            found(text, ["b.e", "a.c", "", "b.c.d", "d", "b.", "[]"]).map(|it| it.is_some()),
            [true, false, false, false, false, false, false]
        );
    }

    #[test]
    fn the_later_member_of_a_name_counts_with_all_that_is_in_it() {
        let text = r#"{"a":{"b":1,"c":2},"a":{"b":3},"l":[{"b":4}],"l":[{}]}"#;
        assert_eq!(found(text, ["a.b", "a.c", "l[].b"]), [Some("3"), None, None]);
        assert_eq!(found(r#"{"a":{"b":1},"a":1}"#, ["a.b", "a"]), [None, Some("1")]);
    }
}
