//! `Reader`: a strict cursor over a policy file, which knows where it is.

use core::fmt::Write;

use super::error::{PolicyError, Problem};
use crate::{json::Json, text::Text, time::Span};

pub(super) type Read<T> = Result<T, PolicyError>;

/// A policy file, and how far it was read.
pub(super) struct Reader<'a> {
    text: &'a str,
    json: Json<'a>,
    path: heapless::Vec<Part, DEPTH>,
    /// Where the value or name that is being read begins.
    at: usize,
}

/// One step into the file.
#[derive(Clone, Copy)]
enum Part {
    Name(&'static str),
    Index(usize),
}

/// Reads the member of this name.
pub(super) type ReadMember<'f, 'a> = &'f mut dyn FnMut(&mut Reader<'a>, &'static str) -> Read<()>;

/// The name of a member that is not being read.
pub(super) struct Member(heapless::String<MEMBER>);

impl Member {
    /// Cut where it is very long.
    pub(super) fn of(name: core::fmt::Arguments<'_>) -> Member {
        let mut member = heapless::String::new();
        let _ = member.write_fmt(name);
        Member(member)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Reader<'a> {
        Reader { text, json: Json::new(text), path: heapless::Vec::new(), at: 0 }
    }

    /// An object with members of these names, each at most once; the first `required` must be there.
    pub(super) fn object(
        &mut self,
        names: &'static [&'static str],
        required: usize,
        member: ReadMember<'_, 'a>,
    ) -> Read<()> {
        let start = self.here();
        self.expect(b'{', "an object")?;
        let mut seen: u32 = 0;
        if self.json.token(b'}').is_none() {
            loop {
                let name = self.name(names, &mut seen)?;
                self.enter(Part::Name(name));
                self.colon()?;
                member(self, name)?;
                self.path.pop();
                if !self.goes_on(b'}')? {
                    break;
                }
            }
        }
        for (index, name) in names.iter().enumerate().take(required) {
            if seen >> index & 1 == 0 {
                self.at = start;
                return Err(self.problem(Problem::MissingMember(name)));
            }
        }
        Ok(())
    }

    /// The name of a member and its index.
    fn name(&mut self, names: &'static [&'static str], seen: &mut u32) -> Read<&'static str> {
        self.here();
        let Some(given) = self.json.string() else { return Err(self.problem(Problem::NotJson)) };
        let found = names.iter().position(|&name| given.is(name));
        let Some((index, &name)) = found.and_then(|index| Some((index, names.get(index)?))) else {
            let mut member = self.member();
            let dot = if member.is_empty() { "" } else { "." };
            let _ = write!(member, "{dot}{given}");
            let problem = Problem::UnknownMember(names);
            return Err(PolicyError::at(self.text, self.at, &member, problem));
        };
        // OK because no object has more than 32 members.
        let bit = 1_u32.wrapping_shl(index as u32);
        if *seen & bit != 0 {
            self.enter(Part::Name(name));
            return Err(self.problem(Problem::MemberTwice));
        }
        *seen |= bit;
        Ok(name)
    }

    fn colon(&mut self) -> Read<()> {
        self.json.token(b':').ok_or_else(|| self.not_json())
    }

    /// An array of at most so many items; each is read with its index. The first that is too many is the
    /// place of that problem, and the list its member.
    pub(super) fn array(
        &mut self,
        most: usize,
        item: &mut dyn FnMut(&mut Reader<'a>, usize) -> Read<()>,
    ) -> Read<()> {
        self.here();
        self.expect(b'[', "an array")?;
        if self.json.token(b']').is_some() {
            return Ok(());
        }
        let mut index = 0_usize;
        loop {
            self.here();
            if index >= most {
                return Err(self.problem(Problem::TooMany(most)));
            }
            self.enter(Part::Index(index));
            item(self, index)?;
            self.path.pop();
            if !self.goes_on(b']')? {
                return Ok(());
            }
            index = index.saturating_add(1);
        }
    }

    /// Whether another member or item follows.
    fn goes_on(&mut self, close: u8) -> Read<bool> {
        if self.json.token(b',').is_some() {
            return Ok(true);
        }
        match self.json.token(close) {
            Some(()) => Ok(false),
            None => Err(self.not_json()),
        }
    }

    fn expect(&mut self, open: u8, what: &'static str) -> Read<()> {
        self.json.token(open).ok_or_else(|| self.problem(Problem::Expected(what)))
    }

    /// Nothing may follow the whole.
    pub(super) fn end(&mut self) -> Read<()> {
        self.json.end().ok_or_else(|| self.not_json())
    }

    /// A text of 1 to `N` bytes.
    pub(super) fn text<const N: usize>(&mut self) -> Read<Text<N>> {
        let mut decoded = heapless::String::<N>::new();
        for character in self.string("a text")?.chars() {
            if decoded.push(character).is_err() {
                return Err(self.problem(Problem::TooLong(N)));
            }
        }
        match Text::checked(&decoded) {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.problem(Problem::Expected("a text that is not empty"))),
        }
    }

    /// A text that is only passed over.
    pub(super) fn any_text(&mut self) -> Read<()> {
        self.string("a text").map(drop)
    }

    fn string(&mut self, what: &'static str) -> Read<crate::json::JsonStr<'a>> {
        self.here();
        if self.json.peek() != Some(b'"') {
            return Err(self.problem(Problem::Expected(what)));
        }
        self.json.string().ok_or_else(|| self.problem(Problem::NotJson))
    }

    /// One of these names, as its index.
    pub(super) fn one_of(&mut self, names: &'static [&'static str]) -> Read<usize> {
        let given = self.string("a text")?;
        let found = names.iter().position(|&name| given.is(name));
        found.ok_or_else(|| self.problem(Problem::OneOf(names)))
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self) -> Read<bool> {
        self.here();
        if self.json.word("true").is_some() {
            return Ok(true);
        }
        let no = self.json.word("false").map(|()| false);
        no.ok_or_else(|| self.problem(Problem::Expected("true or false")))
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&mut self, least: u64, most: u64, what: &'static str) -> Read<u64> {
        let problem = Problem::Expected(what);
        let value = self.digits(what)?.parse().ok();
        let value = value.filter(|value| (least..=most).contains(value));
        value.ok_or_else(|| self.problem(problem))
    }

    /// As [`whole`](Self::whole), of 32 bits.
    pub(super) fn count(&mut self, least: u32, most: u32, what: &'static str) -> Read<u32> {
        let value = self.whole(least.into(), most.into(), what)?;
        u32::try_from(value).map_err(|_| self.problem(Problem::Expected(what)))
    }

    /// The text of a number that is nothing but digits.
    fn digits(&mut self, what: &'static str) -> Read<&'a str> {
        let number = self.number(what)?;
        if number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(number);
        }
        Err(self.problem(Problem::Expected(what)))
    }

    /// The text of a JSON number.
    fn number(&mut self, what: &'static str) -> Read<&'a str> {
        let start = self.here();
        if self.json.number().is_none() {
            self.at = start;
            return Err(self.problem(Problem::Expected(what)));
        }
        let end = self.text.len().saturating_sub(self.json.rest().len());
        Ok(self.text.get(start..end).unwrap_or_default())
    }

    /// A decimal number as a fraction: `1.25` is 125 over 100. At most nine digits behind the point.
    pub(super) fn decimal(&mut self, what: &'static str) -> Read<(u64, u64)> {
        let number = self.number(what)?;
        fraction(number).ok_or_else(|| self.problem(Problem::Expected(what)))
    }

    /// A part of a whole from 0 to `most`, in millionths.
    pub(super) fn millionths(&mut self, most: u32, what: &'static str) -> Read<u32> {
        self.scaled(1_000_000, most, what)
    }

    /// A decimal number times `scale`, if that is whole and at most `most`.
    pub(super) fn scaled(&mut self, scale: u32, most: u32, what: &'static str) -> Read<u32> {
        let (numerator, denominator) = self.decimal(what)?;
        let product = u128::from(numerator) * u128::from(scale);
        let whole = product.is_multiple_of(denominator.into());
        let value = product.checked_div(denominator.into()).filter(|_| whole);
        let value = value.and_then(|value| u32::try_from(value).ok()).filter(|&it| it <= most);
        value.ok_or_else(|| self.problem(Problem::Expected(what)))
    }

    /// A duration: a whole number and its unit, `250ms`, `90s`, `15m`, `1h`, `1d`.
    pub(super) fn duration(&mut self) -> Read<Span> {
        const WHAT: &str = "a duration: a whole number and ns, us, ms, s, m, h or d, as in \"15m\"";
        let mut given = heapless::String::<DURATION>::new();
        let fits = self.string(WHAT)?.chars().all(|character| given.push(character).is_ok());
        let span = Some(given.as_str()).filter(|_| fits).and_then(|text| {
            let unit = text.trim_start_matches(|it: char| it.is_ascii_digit());
            let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
            let nanos = match unit {
                "ns" => 1,
                "us" => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                "h" => 3_600_000_000_000,
                "d" => 86_400_000_000_000,
                _ => return None,
            };
            number.checked_mul(nanos).map(Span::from_nanos)
        });
        span.ok_or_else(|| self.problem(Problem::Expected(WHAT)))
    }

    /// The first byte of the next value.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.here();
        self.json.peek()
    }

    /// Where the next value begins, which is also where a problem is told to be.
    pub(super) fn here(&mut self) -> usize {
        self.json.peek();
        self.at = self.text.len().saturating_sub(self.json.rest().len());
        self.at
    }

    /// The problem of the value that was read last.
    pub(super) fn problem(&self, problem: Problem) -> PolicyError {
        PolicyError::at(self.text, self.at, &self.member(), problem)
    }

    /// The problem of something else: its place in the text, and its member.
    pub(super) fn problem_at(&self, at: usize, member: &str, problem: Problem) -> PolicyError {
        PolicyError::at(self.text, at, member, problem)
    }

    /// The problem of the member that is being read, at another place in the text.
    pub(super) fn problem_here(&self, at: usize, problem: Problem) -> PolicyError {
        PolicyError::at(self.text, at, &self.member(), problem)
    }

    /// The member that is being read; cut where it is very long.
    fn member(&self) -> heapless::String<MEMBER> {
        let mut member = heapless::String::new();
        for part in &self.path {
            let dot = if member.is_empty() { "" } else { "." };
            let _ = match part {
                Part::Name(name) => write!(member, "{dot}{name}"),
                Part::Index(index) => write!(member, "[{index}]"),
            };
        }
        member
    }

    /// OK to ignore the capacity: no member is deeper, and the path is only shown.
    fn enter(&mut self, part: Part) {
        let _ = self.path.push(part);
    }

    /// At the first byte that does not fit.
    fn not_json(&mut self) -> PolicyError {
        self.here();
        self.problem(Problem::NotJson)
    }
}

/// `1.25` as 125 over 100.
fn fraction(number: &str) -> Option<(u64, u64)> {
    let (whole, part) = match number.find(['.']) {
        Some(point) => (number.get(..point)?, number.get(point.checked_add(1)?..)?),
        None => (number, ""),
    };
    if part.len() > 9 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let denominator = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = if part.is_empty() { 0 } else { part.parse().ok()? };
    Some((whole.checked_mul(denominator)?.checked_add(part)?, denominator))
}

/// Twenty digits and a unit; no longer one fits 64 bits, but for zeros in front.
const DURATION: usize = 22;
/// The longest, `categories[7].limits[2].burst`, fits several times.
const MEMBER: usize = 79;
/// The deepest, a list in a list of objects, and some.
const DEPTH: usize = 8;
