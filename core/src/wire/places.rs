//! Where in a JSON object the values stand that paths name, found in one pass.
//!
//! A path is names with dots between them; `[]` behind a name goes into the first element of its list.
//! All paths are followed at once: of those that led to an object, a member's name keeps some.

use crate::json::{
    Json, JsonStr,
    grammar::{self, blanks},
};

/// `N` paths, at most 32.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paths<'p, const N: usize> {
    paths: [&'p str; N],
    /// Which paths begin with a name of this [`kind`]: most names are of no path's kind.
    kinds: [u32; KINDS],
}

/// Where in one text the value of each path stands. Of any number of paths, so that its code is there once.
#[derive(Debug)]
pub(super) struct Places<'s, 'a> {
    paths: &'s [&'s str],
    kinds: &'s [u32; KINDS],
    text: &'a str,
    /// 0 where nothing was found: a value of an object never stands there.
    at: &'s mut [u16],
}

/// A name of a path.
struct Step<'p> {
    name: &'p str,
    is_list: bool,
    is_last: bool,
}

impl<'p, const N: usize> Paths<'p, N> {
    /// An empty path names nothing.
    #[expect(clippy::indexing_slicing, reason = "the index is below N, a kind below KINDS")]
    pub(super) const fn new(paths: [&'p str; N]) -> Self {
        const { assert!(N <= 32, "they are bits of a word") };
        let (mut kinds, mut place) = ([0; KINDS], 0);
        while place < N {
            let (path, _) = cut(paths[place]);
            if !paths[place].is_empty() {
                kinds[kind(without_list(path).as_bytes())] |= 1 << place;
            }
            place += 1;
        }
        Paths { paths, kinds }
    }

    /// All of them.
    pub(super) const fn all(&self) -> [&'p str; N] {
        self.paths
    }

    /// A path.
    pub(super) fn get(&self, place: usize) -> &'p str {
        self.paths.get(place).copied().unwrap_or_default()
    }
}

impl<'s, 'a> Places<'s, 'a> {
    /// Nothing found yet; `at` is where it is noted.
    pub(super) const fn new<const N: usize>(
        paths: &'s Paths<'s, N>,
        text: &'a str,
        at: &'s mut [u16; N],
    ) -> Self {
        Places { paths: &paths.paths, kinds: &paths.kinds, text, at }
    }

    /// Reads the object that comes next, and forgets what was found before.
    pub(super) fn object(&mut self, json: &mut Json<'a>) -> Option<()> {
        self.at.fill(0);
        json.peek();
        json.pass(|rest, room| self.members(rest, room, u32::MAX, 0))
    }

    /// Where the value of a path stands.
    pub(super) fn at(&self, place: usize) -> Option<usize> {
        self.at.get(place).filter(|&&at| at > 0).map(|&at| usize::from(at))
    }

    /// The value of a path, if it is a text.
    pub(super) fn string(&self, place: usize) -> Option<JsonStr<'a>> {
        Json::starting_at(self.text, self.at(place)?).string()
    }

    /// Follows the paths that led to this object.
    fn members(&mut self, rest: &'a [u8], room: usize, led: u32, depth: usize) -> Option<&'a [u8]> {
        let (room, mut rest) = (room.checked_sub(1)?, blanks(rest.strip_prefix(b"{")?));
        if let [b'}', after @ ..] = rest {
            return Some(after);
        }
        loop {
            let mut is_escaped = false;
            let (name, value) = grammar::member(rest, &mut is_escaped)?;
            // Most members are those of no path.
            rest = match self.candidates(name, is_escaped, led, depth) {
                0 => grammar::value(value, room)?,
                led => {
                    let (inner, lists) = self.arrive(name, is_escaped, led, depth, value)?;
                    match value.first()? {
                        b'{' if inner != 0 => {
                            self.members(value, room, inner, depth.saturating_add(1))?
                        }
                        b'[' if lists != 0 => self.first(value, room, lists, depth)?,
                        _ => grammar::value(value, room)?,
                    }
                }
            };
            rest = match blanks(rest) {
                [b',', after @ ..] => blanks(after),
                [b'}', after @ ..] => return Some(after),
                _ => return None,
            };
        }
    }

    /// Follows the paths into the first element of a list.
    fn first(&mut self, rest: &'a [u8], room: usize, lists: u32, depth: usize) -> Option<&'a [u8]> {
        let whole = grammar::value(rest, room)?;
        let first = blanks(rest.strip_prefix(b"[")?);
        if first.starts_with(b"]") {
            return Some(whole);
        }
        let mut inner = 0;
        for place in bits(lists) {
            if step(self.path(place), depth)?.is_last {
                *self.at.get_mut(place)? = self.offset(first)?;
            } else {
                inner |= 1 << place;
            }
        }
        if first.first() == Some(&b'{') && inner != 0 {
            self.members(first, room.checked_sub(1)?, inner, depth.saturating_add(1))?;
        }
        Some(whole)
    }

    /// Of these paths those whose name at this depth it may be.
    #[inline]
    fn candidates(&self, name: &[u8], is_escaped: bool, led: u32, depth: usize) -> u32 {
        match self.kinds.get(kind(name)) {
            // What is escaped is of another kind than the name that it stands for.
            Some(kinds) if depth == 0 && !is_escaped => led & kinds,
            _ => led,
        }
    }

    /// Of these paths those that have this name: forgets what an earlier member said, and notes the
    /// value of a path that ends here. Returns the paths that go on, and those that go on in a list.
    fn arrive(
        &mut self,
        name: &[u8],
        is_escaped: bool,
        led: u32,
        depth: usize,
        value: &[u8],
    ) -> Option<(u32, u32)> {
        let (mut inner, mut lists, at) = (0, 0, self.offset(value)?);
        for place in bits(led) {
            let Some(step) = step(self.path(place), depth) else { continue };
            let is_named =
                name == step.name.as_bytes() || is_escaped && JsonStr::is_in(name, step.name);
            if !is_named {
                continue;
            }
            let ends = step.is_last && !step.is_list;
            *self.at.get_mut(place)? = if ends { at } else { 0 };
            if step.is_list {
                lists |= 1 << place;
            } else if !ends {
                inner |= 1 << place;
            }
        }
        Some((inner, lists))
    }

    fn path(&self, place: usize) -> &'s str {
        self.paths.get(place).copied().unwrap_or_default()
    }

    /// Where that begins of which so much is left.
    fn offset(&self, rest: &[u8]) -> Option<u16> {
        u16::try_from(self.text.len().checked_sub(rest.len())?).ok()
    }
}

/// The name of a path at a depth.
fn step(path: &str, depth: usize) -> Option<Step<'_>> {
    let (mut name, mut rest) = cut(path);
    for _ in 0..depth {
        (name, rest) = cut(rest?);
    }
    let bare = without_list(name);
    Some(Step { name: bare, is_list: bare.len() < name.len(), is_last: rest.is_none() })
}

/// The last name of a path.
pub(super) fn last_name(path: &str) -> &str {
    let (mut name, mut rest) = cut(path);
    while let Some(path) = rest {
        (name, rest) = cut(path);
    }
    without_list(name)
}

/// The first name of a path, and the others. (No `split`: panics can be reached from it.)
#[expect(clippy::indexing_slicing, reason = "the index is below the length")]
const fn cut(path: &str) -> (&str, Option<&str>) {
    let (bytes, mut end) = (path.as_bytes(), 0);
    while end < bytes.len() && bytes[end] != b'.' {
        end += 1;
    }
    match path.split_at_checked(end) {
        Some((name, rest)) => match rest.split_at_checked(1) {
            Some((_, rest)) => (name, Some(rest)),
            None => (name, None),
        },
        None => (path, None),
    }
}

/// A name without the `[]` behind it.
const fn without_list(name: &str) -> &str {
    if let [.., b'[', b']'] = name.as_bytes()
        && let Some((name, _)) = name.split_at_checked(name.len() - 2)
    {
        return name;
    }
    name
}

/// A number below [`KINDS`] that tells most names apart: their length, first and last byte.
#[inline]
const fn kind(name: &[u8]) -> usize {
    let (first, last) = match name {
        [first, .., last] => (*first as usize, *last as usize),
        [only] => (*only as usize, 0),
        [] => (0, 0),
    };
    (name.len() + first * 2 + last * 5) & (KINDS - 1)
}

/// The places of the bits that are set.
fn bits(mut word: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let lowest = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (lowest < u32::BITS).then_some(lowest as usize)
    })
}

/// A power of two.
const KINDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::{Paths, Places};
    use crate::json::Json;

    fn found<const N: usize>(text: &'static str, paths: [&str; N]) -> [Option<&'static str>; N] {
        let paths = Paths::new(paths);
        let mut at = [0; N];
        let mut places = Places::new(&paths, text, &mut at);
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
